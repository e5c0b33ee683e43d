"""The page of one target: every kind of target has all its sections, and its numbers are those of
attainment.
"""

import io
import re

import pandas as pd
import pytest

from yxq.attainment.results import load_data
from yxq.plan.target import Target
from yxq.plan_folders.load import load
from yxq.report.pages import TargetPage, open_page
from yxq.words.errors import PlanError
from yxq.words.states import State, Status
from yxq.words.wording import Words

SECTIONS = ("headline", "units", "months", "years", "failures", "sources")


def asked(target: Target) -> tuple:
    """The kind of what is asked of it: a least, a most, more than the year before, and so on."""
    return target.kind, target.better, target.on_last_year


KINDS = {
    (asked(t), t.measure.key, t.whom, bool(t.measure.strata), bool(t.split)): t.id
    for t in load().plan(2013).targets
}

ASKED = {of: id for (of, *_), id in KINDS.items()}


def opened(processed, target: str, language: str = "zh"):
    return open_page("target", 2013, processed=str(processed), language=language, target=target)


@pytest.fixture(scope="module")
def source(demo_processed):
    return load_data(2013, processed=demo_processed)


@pytest.mark.parametrize("id", sorted(KINDS.values()))
def test_every_kind_of_target_has_all_sections(source, id):
    plan, by_year = source.plan, None
    for language in ("zh", "en") if id in ASKED.values() else ("zh",):
        page = TargetPage(
            source, Words(language, plan.folder.unit_word, plan.english), plan.target(id)
        )
        by_year = page.by_year if by_year is None else by_year  # which has no language
        page.by_year = by_year
        blocks = [getattr(page, section)() for section in SECTIONS]
        assert all(block.html and block.text for block in blocks)
        assert len({block.id for block in blocks[1:]}) == 5  # the contents lead to each
        html = "".join(block.html for block in blocks)
        # what is missing is shown as missing
        assert not re.search(r">[^<]*\b(nan|NaT|NA|None)\b", html)
        mark = "演示数据" if language == "zh" else "synthetic, made for demonstration"
        assert mark in blocks[0].html


def test_the_numbers_are_those_of_attainment(demo_processed):
    page = opened(demo_processed, "T01")
    towns = page.results[page.results["unit"] != "宜兴市"]
    met, missed = ((towns["state"] == s).sum() for s in (State.ATTAINED, State.NOT_ATTAINED))
    assert f"已有定论{met + missed}个：达标{met}个，未达标{missed}个" in page.headline().text
    assert page.states.sum() == 21 and page.states[State.ATTAINED] == met + 1
    table = pd.read_html(io.StringIO(page.units().html), flavor="bs4")[0]
    assert len(table) == 21 and set(table.iloc[:, 0]) == {
        unit.name for unit in (*page.plan.towns, page.plan.folder.city)
    }
    n_failed = (page.cases["failed"] > 0).sum()
    assert n_failed <= 60 or f"共{n_failed}条" in page.failures().html


def test_a_title_opens_it_and_a_wrong_one_is_refused(demo_processed):
    assert opened(demo_processed, "主要农产品抽检合格率").target.id == "T04"
    with pytest.raises(PlanError, match="unknown target 'T76'; did you mean T"):
        opened(demo_processed, "T76")


def test_months_that_were_not_reported_are_said_to_be_unknown(demo_processed):
    """One bureau's return of the second half never came in the demo, the quality bureau's did."""
    page = opened(demo_processed, "T53")
    assert (
        page.source.returns.query("sender == '工商局' and year == 2013")["status"] == Status.MISSING
    ).any()
    assert "缺报的期间：2013年7月1日至2013年12月31日" in page.months().html
    assert "缺报的期间" not in opened(demo_processed, "T01").months().html
