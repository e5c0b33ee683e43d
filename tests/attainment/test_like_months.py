"""Like months are compared with like where returns are missing, this year or last."""

import pandas as pd
import pytest
import small
from judged import AFTER, MID, result, rows, sent

INSPECTIONS = ("inspections", "质监局")
ALIKE = {3: (90, 100), 6: (40, 100), 9: (90, 100), 12: (88, 100)}  # by quarter, in both years


def quarters(year: int, without: tuple[int, ...] = ()) -> list[dict]:
    """A town's samples of a year, which are the same in each; its second quarter is bad."""
    return [
        {
            "target": "T01",
            "year": year,
            "month": month,
            "date": f"{year}-{month:02}-15",
            "numerator": x,
            "denominator": n,
        }
        for month, (x, n) in ALIKE.items()
        if month not in without
    ]


def compared(now: tuple[int, ...] = (), before: tuple[int, ...] = (), as_of=AFTER) -> pd.Series:
    """The town's result, quarters of this year and of last not having come."""
    gone = {(*INSPECTIONS, 2013, month) for month in now}
    gone |= {(*INSPECTIONS, 2012, month) for month in before}
    cells = rows(*quarters(2013, now), *quarters(2012, before))
    return result("T01", cells, as_of=as_of, returns=sent(frozenset(gone), as_of))


def test_years_that_are_alike_are_level_whatever_did_not_come():
    """The quarter that is missing was the bad one: without it 268 of 300, with it 308 of 400."""
    whole, this, last, both = (compared(*gone) for gone in ((), ((6,),), ((), (6,)), ((6,), (6,))))
    for got in (whole, this, last, both):
        assert got["change"] == pytest.approx(0) and got["trend"] == "level"
    assert (whole["previous"], whole["note"]) == (308 / 400, "")
    assert (this["value"], this["previous"]) == (268 / 300, 268 / 300)
    assert this["note"] == "incomplete|1|4"
    assert (last["value"], last["previous"], last["note"]) == (308 / 400, 268 / 300, "like_months")
    assert (both["previous"], both["note"]) == (268 / 300, "incomplete|1|4")


def test_within_the_year_too():
    """By June, the first quarter not having come last year: 40 of 100 beside 40 of 100."""
    got = compared((9, 12), (3,), MID)
    assert (got["numerator"], got["previous_numerator"], got["previous_denominator"]) == (
        130,
        40,
        100,
    )
    assert got["change"] == pytest.approx(0) and got["note"] == "like_months"


def test_a_change_is_seen_in_the_months_that_are_in():
    """90 of 100 in the first quarter became 70: what is missing does not hide it."""
    cells = quarters(2013, (6,)), quarters(2012)
    cells[0][0]["numerator"] = 70
    gone = frozenset({(*INSPECTIONS, 2013, 6)})
    got = result("T01", rows(*cells[0], *cells[1]), returns=sent(gone))
    assert got["change"] == pytest.approx(248 / 300 - 268 / 300)


def test_through_files(tmp_path):
    """The first quarter's return of last year never came; the second quarters are alike."""
    form = small.form("unit", "on", "result")
    owed = [{"form": "checks", "sender": "办公室", "every": "quarter", "due_days": 15}]
    target = small.target(
        "A", {"form": "checks", "passed": {"result": "pass"}}, ">= 90%", sampled=True
    )
    plan = small.folder(tmp_path, {"checks": form}, target, returns=owed)

    def lines(day: str, passed: int) -> str:
        made = [f"甲镇,{day},{'pass' if i < passed else 'fail'}" for i in range(20)]
        return "\n".join(["unit,on,result", *made]) + "\n"

    days = {"2012年4-6月": ("2012-05-02", 12), "2012年7-9月": ("2012-08-02", 18)}
    days |= {"2012年10-12月": ("2012-11-02", 18), "2013年1-3月": ("2013-02-04", 19)}
    days |= {"2013年4-6月": ("2013-05-02", 12)}
    files = {name: lines(*given) for name, given in days.items()}
    table = small.results(plan, small.read(tmp_path, plan, **files), "2013-06-30")
    got = table.loc[("甲镇", "A")]
    assert (got["numerator"], got["denominator"]) == (31, 40)
    assert (got["previous_numerator"], got["previous_denominator"]) == (12, 20)
    assert got["change"] == pytest.approx(0) and "like_months" in got["note"]
