"""States and statuses: each has a sign of its own and a colour, and belongs where it should."""

import re

import pytest

from yxq.words import colours
from yxq.words.states import JUDGED, MET, SHORT, UNJUDGED, State, Status

SIGNS = {
    "attained": "✓",
    "not attained": "×",
    "on track": "↑",
    "behind": "↓",
    "pending": "…",
    "not applicable": "—",
    "no data": "?",
    "reported": "·",
}


def test_every_state_has_its_sign_in_the_order_that_readers_see():
    assert {state.value: state.sign for state in State} == SIGNS
    assert [*SIGNS] == [*State]


def test_no_two_signs_and_no_two_colours_are_alike():
    assert len({state.sign for state in State}) == len(State)
    assert len({state.colour for state in State}) == len(State)
    assert len({status.sign for status in Status}) == len(Status)


def test_states_are_parted_into_judged_and_not_judged():
    assert [*JUDGED, *UNJUDGED] == [*State]
    assert {*MET, *SHORT} == {*JUDGED} and not {*MET} & {*SHORT}
    assert MET == ("attained", "on track") and SHORT == ("not attained", "behind")


@pytest.mark.parametrize("kind", [State, Status])
def test_colours_are_written_as_pages_and_workbooks_take_them(kind):
    assert all(re.fullmatch("#[0-9a-f]{6}", each.colour) for each in kind)


def test_the_page_has_a_rule_for_every_state_and_status_that_it_shows():
    rules = dict(re.findall(r"^\.([\w-]+)\{background:(#\w{6})\}$", colours.css(), re.M))
    assert rules == {
        "attained": "#cfe3f3",
        "not-attained": "#eb9a5b",
        "on-track": "#e6f0f8",
        "behind": "#f6d0b1",
        "pending": "#f4efe2",
        "not-applicable": "#eeeeee",
        "no-data": "#ffffff",
        "reported": "#f7f7f7",
        "arrived": "#cfe3f3",
        "late": "#fff4d6",
        "missing": "#eb9a5b",
    }


def test_the_page_knows_the_palette_by_name():
    root = re.search(r"^:root\{(.*)\}$", colours.css(), re.M)
    assert root and dict(pair.split(":") for pair in root[1].split(";")) == {
        "--ink": "#1f2328",
        "--muted": "#5d6670",
        "--blue": "#1f5a8c",
        "--red": "#c2571a",
        "--grey": "#c9d3dc",
        "--attained": "#cfe3f3",
    }
