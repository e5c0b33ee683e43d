"""The register of remedies beside the results: what is overdue, closed, and at odds with them."""

import datetime as dt

import pandas as pd
import pytest
import registered
from project import read_yaml, write_yaml

from yxq.attainment.register import CLOSED_SHORT, MET_OPEN, NO_RESULT, TYPES, register, unanswered
from yxq.plan_folders.load import check, load
from yxq.words.errors import PlanError

STATES = {
    ("甲镇", "A"): "not attained",
    ("甲镇", "B"): "behind",
    ("乙镇", "A"): "attained",
    ("乙镇", "B"): "on track",
    ("某市", "B"): "no data",
}
ATTAINED = pd.DataFrame(
    [{"unit": unit, "target": target, "state": s} for (unit, target), s in STATES.items()]
)
DAYS = ("due", "done")


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return load(registered.folder(tmp_path_factory.mktemp("plan"))).plan(2013)


def records(*rows: dict) -> dict[str, pd.DataFrame]:
    """Rows of the register, of 甲镇, target A and 2013 where nothing else is said."""
    usual = {"unit": "甲镇", "target": "A", "year": 2013, "title": "某项", "why": None}
    usual |= dict.fromkeys(("measure", "person", "due", "state", "done"))
    frame = pd.DataFrame([usual | row for row in rows])
    frame = frame.assign(file="a.xlsx", sheet="整改台账", row=range(6, 6 + len(rows)))
    kinds = dict.fromkeys(DAYS, "datetime64[us]") | {"year": "Int64"}
    return {"followed": frame.astype(kinds)}


def entries(plan, *rows: dict, as_of: str = "2013-06-30") -> pd.DataFrame:
    return register(plan, records(*rows), ATTAINED, dt.date.fromisoformat(as_of))


def one(plan, as_of: str = "2013-06-30", **row) -> pd.Series:
    table = entries(plan, row, as_of=as_of)
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(
    ("due", "state", "done", "standing", "days"),
    [
        ("2013-06-29", "open", None, "overdue", 1),
        ("2013-06-29", None, None, "overdue", 1),  # who has not said how it stands goes on
        ("2013-06-30", "open", None, "open", None),  # the day itself is in time
        ("2013-05-31", None, "2013-06-30", "closed", None),
        ("2013-05-31", "done", "2013-06-30", "closed", None),
        ("2013-05-31", "done", None, "closed", None),
        ("2013-05-31", "done", "2013-07-01", "overdue", 30),  # on that day it was still open
        ("2013-07-31", "done", "2013-07-01", "open", None),
        ("2013-05-31", "open", "2013-06-01", "overdue", 30),  # what is chosen goes before a day
        ("2013-05-31", "dropped", None, "dropped", None),
        (None, "open", None, "open", None),
    ],
)
def test_how_an_entry_stands_on_a_day(plan, due, state, done, standing, days):
    row = one(plan, due=due, state=state, done=done)
    assert row["standing"] == standing
    assert pd.isna(row["days_over"]) if days is None else row["days_over"] == days


@pytest.mark.parametrize(
    ("unit", "target", "state", "against"),
    [
        ("甲镇", "A", "open", ""),
        ("甲镇", "A", "done", CLOSED_SHORT),
        ("甲镇", "B", "done", CLOSED_SHORT),
        ("甲镇", "A", "dropped", ""),  # that nothing more is done is no claim that it is met
        ("乙镇", "A", "open", MET_OPEN),
        ("乙镇", "A", "done", ""),
        ("乙镇", "A", "dropped", ""),
        ("乙镇", "B", "open", ""),  # on track is not met yet
        ("某市", "B", "done", ""),
        ("丙街道", "A", "open", NO_RESULT),
    ],
)
def test_what_is_at_odds_with_the_result(plan, unit, target, state, against):
    row = one(plan, unit=unit, target=target, state=state)
    assert row["against"] == against
    assert row["result"] == STATES.get((unit, target)) or pd.isna(row["result"])


def test_an_overdue_entry_of_a_target_that_is_met_is_both(plan):
    row = one(plan, unit="乙镇", state="open", due="2013-06-01")
    assert (row["standing"], row["days_over"], row["against"]) == ("overdue", 29, MET_OPEN)


def test_entries_stand_in_the_plans_order_the_city_last_and_of_its_year_alone(plan):
    rows = [
        {"unit": "某市", "target": "B"},
        {"unit": "乙镇", "target": "B"},
        {"unit": "乙镇", "why": "原因", "measure": "措施", "person": "张三"},
        {"unit": "甲镇", "year": 2012},
        {"unit": "甲镇", "target": "B"},
    ]
    table = entries(plan, *rows)
    assert [*table] == [*TYPES]
    assert table[["target", "unit", "row"]].to_numpy().tolist() == [
        ["A", "乙镇", 8],
        ["B", "甲镇", 10],
        ["B", "乙镇", 7],
        ["B", "某市", 6],
    ]
    said = table.loc[0, ["cause", "measure", "person", "file", "sheet"]].tolist()
    assert said == ["原因", "措施", "张三", "a.xlsx", "整改台账"]


def test_what_falls_short_and_is_not_answered(plan):
    none = unanswered(ATTAINED, register(plan, {}, ATTAINED, dt.date(2013, 6, 30)))
    assert none[["unit", "target"]].to_numpy().tolist() == [["甲镇", "A"], ["甲镇", "B"]]
    left = unanswered(ATTAINED, entries(plan, {"state": "dropped"}, {"unit": "乙镇"}))
    assert left[["unit", "target"]].to_numpy().tolist() == [["甲镇", "B"]]


def test_a_plan_without_a_register_or_without_entries_has_none(plan, yixing):
    empty = register(plan, {}, ATTAINED, dt.date(2013, 6, 30))
    assert empty.empty and [*empty] == [*TYPES]
    bare = plan.model_copy(update={"folder": plan.folder.model_copy(update={"remedies": None})})
    assert register(bare, records({}), ATTAINED, dt.date(2013, 6, 30)).empty
    assert yixing.remedies.form == "rectification"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form": "other"}, "remedies.form: 'other' is not in forms.yml; write one of checks"),
        ({"keeper": "谁"}, "remedies.keeper: '谁' is not among the senders of forms.yml"),
        ({"due": "person"}, "remedies.due: form followed has no column person of type date"),
        ({"target": "title"}, "remedies.target: form followed has no column title of type target"),
        ({"form": "checks"}, "remedies.target: form checks has no column target of type target"),
        ({"closed": ["gone"]}, "remedies.closed: gone is no word of state; write one of open"),
        ({"dropped": ["x"]}, "remedies.dropped: x is no word of state"),
    ],
)
def test_a_register_that_is_none_is_refused_in_one_line(tmp_path, change, said):
    made = registered.folder(tmp_path)
    forms = read_yaml(made / "forms.yml")
    write_yaml(made / "forms.yml", forms | {"remedies": forms["remedies"] | change})
    with pytest.raises(PlanError) as error:
        load(made)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [{"key": ["target", "unit"]}, {"repeat": "conflict"}, {"again": "add"}, {"city_rows": False}],
)
def test_of_a_register_later_rows_replace_earlier_ones(tmp_path, change):
    made = registered.folder(tmp_path)
    forms = read_yaml(made / "forms.yml")
    forms["forms"]["followed"] |= change
    write_yaml(made / "forms.yml", forms)
    with pytest.raises(PlanError) as error:
        load(made)
    assert "write key: [target, unit, year], repeat: latest, again: corrections" in str(error.value)


def test_nobody_is_told_that_no_target_uses_it(tmp_path):
    told = [found.key for found in check(registered.folder(tmp_path))]
    assert "forms.followed" not in told and "senders.办公室" not in told
    forms = read_yaml(tmp_path / "plan" / "forms.yml")
    del forms["remedies"]
    write_yaml(tmp_path / "plan" / "forms.yml", forms)
    assert "forms.followed" in [found.key for found in check(tmp_path / "plan")]
