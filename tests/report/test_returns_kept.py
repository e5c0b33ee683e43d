"""Who owes what, and how good each department's returns were: from small tables worked by hand."""

import datetime as dt

import pandas as pd
import pytest

from yxq.attainment.owed import status
from yxq.report.sections.quality import by_sender, quality
from yxq.report.sections.reminders import owing, reminders
from yxq.words.wording import Words

DAYS = ["period_from", "period_to", "filed"]
Q1, Q2 = ("2013-01-01", "2013-03-31"), ("2013-04-01", "2013-06-30")
Q1_BEFORE = ("2012-01-01", "2012-03-31")


@pytest.fixture(scope="module")
def plan(yixing):
    """The plan of 2013 in which two departments owe samples each quarter."""
    plan = yixing.plan(2013)
    owed = [o for o in plan.period.returns if o.form == "inspections"][:2]
    assert [o.sender for o in owed] == ["质监局", "农林局"]
    period = plan.period.model_copy(update={"returns": tuple(owed)})
    return plan.model_copy(update={"period": period})


def file(name, sender, ends, filed=None, correction=False, refused="", **fates):
    counts = {"accepted": 0, "duplicate": 0, "rejected": 0, "excluded": 0} | fates
    return {
        "file": name,
        "sha256": "",
        "sheet": "",
        "form": "inspections",
        "hidden": False,
        "unknown": "",
        "absent": "",
        "refused": refused,
        "sender": sender,
        "period_from": ends[0],
        "period_to": ends[1],
        "filed": filed,
        "synthetic": False,
        "correction": correction,
        "rows": sum(counts.values()),
        **counts,
        "reason": "",
    }


FILES = (
    file("a", "质监局", Q1, "2013-04-10", accepted=8, rejected=2, excluded=3),
    file("b", "质监局", Q2, "2013-07-20", accepted=5, duplicate=1),
    file("c", "农林局", Q1, accepted=4, rejected=1),
    file("d", "农林局", Q1, correction=True, accepted=1),
    file("e", "农林局", Q1_BEFORE, accepted=7, excluded=1),
)


def table(*rows):
    return pd.DataFrame(rows).astype(dict.fromkeys(DAYS, "datetime64[us]"))


def at(plan, day, *rows):
    files = table(*rows)
    return status(plan, files, dt.date.fromisoformat(day)), files


def owes(plan, day, *rows, language="zh"):
    returns, files = at(plan, day, *rows)
    lines = owing(plan, returns, files, *[dt.date.fromisoformat(day)] * 2, Words(language))
    return lines[["sender", "due", "days_over", "owes"]].to_numpy().tolist()


def test_who_has_not_sent_and_who_has_rows_to_mend(plan):
    assert owes(plan, "2013-07-31", *FILES) == [
        ["农林局", "2013年7月15日", 16, "整份未报"],
        ["质监局", "2013年4月15日", 107, "待改正2行"],
    ]


def test_what_is_not_due_yet_is_not_owed_but_rows_are(plan):
    assert owes(plan, "2013-07-14", *FILES, language="en") == [
        ["质监局", "2013-04-15", 90, "rows to be mended: 2"]
    ]
    assert owes(plan, "2013-07-15", *FILES, language="en") == [
        ["农林局", "2013-07-15", "due that day", "the return"],
        ["质监局", "2013-04-15", 91, "rows to be mended: 2"],
    ]
    early = file("a", "质监局", Q2, accepted=1, rejected=1)
    assert ["质监局", "2013-07-15", "", "rows to be mended: 1"] in owes(
        plan, "2013-07-10", early, language="en"
    )


def test_a_correction_settles_what_was_rejected(plan):
    mended = file("f", "质监局", Q1, correction=True, accepted=2)
    assert owes(plan, "2013-07-14", *FILES, mended) == []
    returns, files = at(plan, "2013-07-14", *FILES, mended)
    block = reminders(plan, returns, files, *[dt.date(2013, 7, 14)] * 2, Words("zh"))
    assert block.id == "reminders" and "没有缺报的报表，也没有待改正的行。" in str(block.html)


def test_how_good_the_returns_were_by_year(plan):
    returns, files = at(plan, "2013-07-31", *FILES)
    found = by_sender(plan, returns, files)
    assert [*found] == [
        "sender",
        "year",
        "returns",
        "rows",
        "rejected",
        "late",
        "missing",
        "corrected",
    ]
    assert found.to_numpy().tolist() == [
        ["农林局", 2013, 2, 6, 1, 0, 1, 1],
        ["农林局", 2012, 1, 7, 0, 0, 3, 0],
        ["质监局", 2013, 2, 16, 2, 1, 0, 0],
        ["质监局", 2012, 0, 0, 0, 0, 4, 0],
    ]
    shown = str(quality(plan, returns, files, Words("en")).html)
    assert "Quality and Technical" not in shown and "Corrections" in shown


def test_a_plan_without_returns_has_nothing_to_show(plan):
    period = plan.period.model_copy(update={"returns": ()})
    bare = plan.model_copy(update={"period": period})
    returns, files = at(bare, "2013-07-31", *FILES)
    assert owing(bare, returns, files, *[dt.date(2013, 7, 31)] * 2, Words("zh")).empty
    assert by_sender(bare, returns, files).empty
    assert "计划没有规定谁应报什么。" in str(quality(bare, returns, files, Words("zh")).html)
