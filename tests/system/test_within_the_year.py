"""What can honestly be said within the year, and at its end: from files on disk to results, scores,
the words of pages and what the command prints.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from project import Tables
from scipy import stats
from small import folder, form, read, results, target

from yxq import cli
from yxq.report.pages import open_page

pytestmark = pytest.mark.slow  # every case is of returns that were ingested

EVERY_QUARTER = [{"form": "checks", "sender": "办公室", "every": "quarter", "due_days": 15}]
PASSED = {"form": "checks", "passed": {"result": "pass"}}
BANDS = [{"grade": g, "least": n} for g, n in (("A", 90), ("B", 80), ("C", 60), ("D", 0))]
SCORING = {"bands": BANDS, "seed": 19, "draws": 4000, "vary": "0"}
END, AFTER = "2013-12-31", "2014-01-31"
CITY, TOWNS = "某市", ("甲镇", "乙镇", "丙街道")


@dataclasses.dataclass(frozen=True, eq=False)
class Sent:
    """A plan folder and its returns, ingested."""

    plan: Path
    tables: Tables

    def on(self, day: str, unit: str = "甲镇", of: str = "A") -> pd.Series:
        """A result on a day."""
        return judged(self, day).loc[(unit, of)]

    def page(self, kind: str, day: str, language: str = "zh", **which: str) -> Any:
        """A page as a notebook opens it."""
        return opened(self, kind, day, language, *which.items())

    def scores(self, day: str) -> pd.DataFrame:
        """Score, grade and rank, by unit."""
        return self.page("city", day).scores.set_index("unit")


@functools.cache
def judged(made: Sent, day: str) -> pd.DataFrame:
    """All results on a day, worked out once."""
    return results(made.plan, made.tables, day)


@functools.cache
def opened(made: Sent, kind: str, day: str, language: str, *which: tuple[str, str]) -> Any:
    """A page, opened once, for it is only read."""
    place = str(made.tables.place)
    return open_page(kind, None, day, str(made.plan), place, language, **dict(which))


def sent(place: Path, forms: dict, *targets: dict, files: dict[str, str], **more: Any) -> Sent:
    """Written to disk, and ingested."""
    plan = folder(place, forms, *targets, **more)
    return Sent(plan, read(place, plan, **files))


def told(block: Any) -> str:
    """What a reader of a section's page sees."""
    return BeautifulSoup(block.html, "html.parser").get_text(" ")


def checks(*parts: tuple[str, str, int, int]) -> str:
    """Samples: unit, day, how many passed of how many."""
    lines = [
        f"{unit},{day},{'pass' if k < x else 'fail'}" for unit, day, x, n in parts for k in range(n)
    ]
    return "\n".join(["unit,on,result", *lines]) + "\n"


def checked(**more: Any) -> dict[str, dict]:
    """A form of samples."""
    return {"checks": form("unit", "on", "result", when=["on"], **more)}


def rate(require: str = ">= 95%", id: str = "A", **more: Any) -> dict[str, Any]:
    """A target of a sampled rate."""
    return target(id, PASSED, require, sampled=True, **more)


# S1: what it takes


@pytest.fixture(scope="module")
def short_rates(tmp_path_factory) -> Sent:
    """Until October 36 of 41 at 甲镇, all of 20 at 乙镇, 17 of 20 at 丙街道."""
    given = (("甲镇", 36, 41), ("乙镇", 20, 20), ("丙街道", 17, 20))
    text = checks(*((unit, "2013-05-06", x, n) for unit, x, n in given))
    targets = rate(), rate(">= 100%", "B"), rate(">= 80%", "C")
    place = tmp_path_factory.mktemp("short")
    return sent(place, checked(), *targets, files={"a": text}, scoring=SCORING)


def test_what_a_rate_takes_within_the_year_is_further_samples_that_all_pass(short_rates):
    """(36 + k) / (41 + k) reaches 95 % first at k = 59: 95 of 100."""
    enough = next(k for k in range(1000) if 100 * (36 + k) >= 95 * (41 + k))
    assert enough == 59 and short_rates.on("2013-10-31")["needed"] == 59
    assert short_rates.on("2013-10-31", "丙街道")["needed"] == 40  # 57 of 60
    assert short_rates.on("2013-10-31", "乙镇")["needed"] == 0


def test_once_the_year_is_over_it_is_passes_in_place_of_failures(short_rates):
    assert short_rates.on(AFTER)["needed"] == 3  # 39 of 41 is 95.1 %, 38 are 92.7 %


def test_where_all_are_to_pass_one_failure_is_out_of_reach(short_rates):
    row = short_rates.on("2013-10-31", of="B")
    assert (row["state"], row["final"], row["note"]) == ("not attained", True, "out_of_reach")
    assert pd.isna(row["needed"]) or row["needed"] == 0
    assert not short_rates.on("2013-10-31", "乙镇", "B")["final"]


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "还需再有59件且全部合格"), ("en", "59 more")]
)
def test_a_town_reads_what_it_takes(short_rates, language, said):
    page = short_rates.page("town", "2013-10-31", language, town="甲镇")
    assert said in told(page.short())


def test_what_is_out_of_reach_is_never_among_what_to_do_first(short_rates):
    """S13: of A, B and C, B is lost by one failure and C is met."""
    page = short_rates.page("town", "2013-10-31", town="甲镇")
    assert [*page.movers["target"]] == ["A"]
    assert [*short_rates.page("town", AFTER, town="甲镇").movers["target"]] == ["A", "B"]


# S2: on track is more likely than not


@pytest.fixture(scope="module")
def shared_count(tmp_path_factory) -> Sent:
    """Three awards are asked, one a town: 甲镇 has one of March, the others none; 2012 had some."""
    text = "unit,on\n甲镇,2013-03-04\n甲镇,2012-03-04\n乙镇,2012-11-04\n丙街道,2012-06-04\n"
    asked = target("A", {"form": "won", "rows": True}, ">= 3", **{"for": "shared"}, split="equal")
    forms = {"won": form("unit", "on", when=["on"])}
    return sent(tmp_path_factory.mktemp("won"), forms, asked, files={"a": text}, scoring=SCORING)


def test_a_share_of_one_with_nothing_on_30_december_is_behind(shared_count):
    row = shared_count.on("2013-12-30", "乙镇")
    assert row["state"] == "behind" and row["probability"] < 0.05
    assert shared_count.scores("2013-12-30").loc["乙镇", "score"] == 0


def test_a_share_that_is_reached_is_attained_and_stays(shared_count):
    row = shared_count.on("2013-06-30")
    assert (row["state"], row["final"]) == ("attained", True)


@pytest.mark.parametrize("day", ["2013-02-28", "2013-06-30", "2013-09-30", "2013-12-30"])
def test_on_track_is_a_chance_of_one_half_or_more_and_behind_is_less(
    day, shared_count, short_rates
):
    table = pd.concat([judged(made, day) for made in (shared_count, short_rates)])
    running = table[table["state"].isin(["on track", "behind"]) & table["probability"].notna()]
    assert len(running) > 2
    assert ((running["state"] == "on track") == (running["probability"] >= 0.5)).all()


# S3: last year's calendar


@pytest.fixture(scope="module")
def december(tmp_path_factory) -> dict[str, Sent]:
    """Thirty awards are asked of the city: three by June, as last year, when 27 came in December;
    and the same without last year's list.
    """
    now = "".join(f"{unit},2013-05-0{n},x{n}\n" for n, unit in enumerate(TOWNS, 1))
    last = "".join(f"{unit},2012-05-0{n},y{n}\n" for n, unit in enumerate(TOWNS, 1))
    last += "".join(f"{TOWNS[n % 3]},2012-12-20,z{n}\n" for n in range(27))
    asked = target("A", {"form": "won", "rows": True}, ">= 30", **{"for": "city"})
    forms = {"won": form("unit", "on", "said", when=["on"])}
    made = {}
    for name, text in (("known", now + last), ("unknown", now)):
        place = tmp_path_factory.mktemp(name)
        made[name] = sent(place, forms, asked, files={"a": "unit,on,said\n" + text})
    return made


def test_awards_that_come_in_december_are_not_told_as_lost_in_june(december):
    known, unknown = (december[name].on("2013-06-30", CITY) for name in ("known", "unknown"))
    assert known["numerator"] == unknown["numerator"] == 3
    assert 0.25 < known["probability"] < 0.75  # the same by the same day
    assert unknown["probability"] < 0.01  # by the days that are gone


def test_when_december_has_passed_without_them_they_are_lost(december):
    assert december["known"].on("2013-12-30", CITY)["probability"] < 0.05


# S4: own last year, and the city's drift


@pytest.mark.parametrize("before", [(50, 30), (30, 50)])
def test_of_two_towns_alike_until_june_the_one_that_did_better_last_year_has_the_larger_chance(
    tmp_path, before
):
    halves = ("2012-03-04", "2012-09-04")
    texts = [
        (unit, day, x, 50)
        for unit, x in zip(("甲镇", "乙镇"), before, strict=True)
        for day in halves
    ]
    texts += [(unit, "2013-03-04", 40, 50) for unit in ("甲镇", "乙镇")]
    got = sent(tmp_path, checked(), rate(">= 80%"), files={"a": checks(*texts)})
    one, other = (got.on("2013-06-30", unit)["probability"] for unit in ("甲镇", "乙镇"))
    assert (one > other + 0.05) == (before[0] > before[1]) and abs(one - other) > 0.05


# S5: like months with like


@pytest.fixture(scope="module")
def without_second(tmp_path_factory) -> Sent:
    """Both years are alike, the second quarter bad; this year's return of it never came."""
    bad, good = (8, 20), (19, 20)
    quarters = {"1-3月": ("02", *good), "4-6月": ("05", *bad)}
    quarters |= {"7-9月": ("08", *good), "10-12月": ("11", *good)}
    files = {
        f"{year}年{name}": checks(*((unit, f"{year}-{month}-05", x, n) for unit in TOWNS))
        for year in (2012, 2013)
        for name, (month, x, n) in quarters.items()
        if (year, name) != (2013, "4-6月")
    }
    place = tmp_path_factory.mktemp("like")
    more = {"returns": EVERY_QUARTER, "scoring": SCORING}
    return sent(place, checked(), rate(">= 90%"), files=files, **more)


@pytest.mark.parametrize(
    ("day", "numbers"), [(AFTER, (57, 60)), ("2013-10-20", (38, 40)), ("2013-07-20", (19, 20))]
)
@pytest.mark.parametrize("unit", ["甲镇", CITY])
def test_a_quarter_that_never_came_makes_no_change(without_second, day, numbers, unit):
    row, times = without_second.on(day, unit), 3 if unit == CITY else 1
    expected = [times * number for number in numbers]
    assert [row["numerator"], row["denominator"]] == expected
    assert [row["previous_numerator"], row["previous_denominator"]] == expected
    assert row["change"] == pytest.approx(0) and row["trend"] == "level"
    assert row["year_before"] == pytest.approx(65 / 80)  # of the whole of it


def test_that_it_never_came_is_said(without_second):
    row = without_second.on(AFTER)
    assert (row["missing"], row["due"]) == (1, 4) and "incomplete|1|4" in row["note"].split(";")
    page = without_second.page("town", AFTER, town="甲镇")
    words = told(page.change()) + told(page.missing())
    assert "持平" in words and "2013年4月1日至2013年6月30日" in words


# S6: pending until the last return is due


@pytest.fixture(scope="module")
def last_outstanding(tmp_path_factory) -> Sent:
    """Three of four quarters of a rate that holds, of a list with nothing in it, and of tonnes."""
    list_of = {"form": "bad", "rows": True}
    forms = checked() | {"bad": form("unit", "on", "kind", when=["on"])}
    owed = [EVERY_QUARTER[0] | {"form": name} for name in forms]
    targets = rate(">= 90%"), target("N", list_of, "<= 0"), target("M", list_of, ">= 2")
    files = {}
    for months, month in (("1-3月", "02"), ("4-6月", "05"), ("7-9月", "08")):
        files[f"2013年{months}"] = checks(*((u, f"2013-{month}-05", 19, 20) for u in TOWNS))
        files[f"list-2013年{months}"] = "unit,on,kind\n"
    place = tmp_path_factory.mktemp("last")
    more = {"returns": owed, "scoring": SCORING}
    return sent(place, forms, *targets, files=files, **more)


@pytest.mark.parametrize("of", ["A", "N", "M"])
@pytest.mark.parametrize("day", [END, "2014-01-10", "2014-01-14"])
def test_once_the_year_is_over_what_waits_for_its_last_return_is_pending(last_outstanding, of, day):
    for unit in (*TOWNS, CITY):
        assert last_outstanding.on(day, unit, of)["state"] == "pending"


def test_on_the_day_it_is_due_it_is_missing_and_the_rate_says_so(last_outstanding):
    row = last_outstanding.on("2014-01-15")
    assert (row["state"], row["missing"], row["due"]) == ("attained", 1, 4)
    assert "incomplete|1|4" in row["note"] and not row["final"]
    for of in ("N", "M"):
        assert last_outstanding.on("2014-01-15", of=of)["state"] == "no data"


def test_what_is_pending_scores_neither_full_nor_nothing(last_outstanding):
    row = last_outstanding.scores("2014-01-10").loc["甲镇"]
    assert pd.isna(row["score"]) and row["grade"] == "" and pd.isna(row["rank"])


# S10: looked at whenever one likes


@pytest.fixture(scope="module")
def fifty(tmp_path_factory) -> Sent:
    """Of fifty by May 44 at 甲镇 and 39 at 乙镇; all of 201 at 丙街道."""
    given = (("甲镇", 44, 50), ("乙镇", 39, 50), ("丙街道", 201, 201))
    text = checks(*((unit, "2013-05-06", x, n) for unit, x, n in given))
    return sent(tmp_path_factory.mktemp("fifty"), checked(), rate(), files={"a": text})


def alpha(days: int) -> float:
    """What O'Brien and Fleming's bound has spent by a day of 365, of half a percent."""
    return float(stats.norm.sf(stats.norm.isf(0.005 / 2) / np.sqrt(days / 365)))


@pytest.mark.parametrize(
    ("unit", "x", "n"), [("甲镇", 44, 50), ("乙镇", 39, 50), ("丙街道", 201, 201)]
)
@pytest.mark.parametrize(("day", "gone"), [("2013-06-30", 181), (END, 365)])
def test_what_samples_prove_is_held_to_what_may_be_spent_by_that_day(fifty, unit, x, n, day, gone):
    may = 0.05 if gone == 365 else alpha(gone)
    low, high = stats.binom.cdf(x, n, 0.95), stats.binom.sf(x - 1, n, 0.95)
    expected = "refuted" if low <= may else "demonstrated" if high <= may else "not shown"
    assert fifty.on(day, unit)["evidence"] == expected


def test_the_word_of_june_is_not_that_of_december(fifty):
    assert fifty.on("2013-06-30")["evidence"] == "not shown"
    assert fifty.on(END)["evidence"] == "refuted"  # 3.8 %


def test_a_page_says_that_looks_are_accounted_for_only_while_the_year_runs(fifty):
    for language, said in (("zh", "年内多次查看"), ("en", "Looked at many times")):
        shown = [
            told(fifty.page("town", day, language, town="甲镇").evidence())
            for day in ("2013-06-30", AFTER)
        ]
        assert [said in text for text in shown] == [True, False]


# S11: most of what is missed lies below the year before


@pytest.fixture(scope="module")
def fell(tmp_path_factory) -> Sent:
    """甲镇 97 to 93 of 100, 乙镇 97 to 60, 丙街道 as before."""
    given = (("甲镇", 97, 93), ("乙镇", 97, 60), ("丙街道", 97, 97))
    parts = [
        (unit, f"{year}-05-06", x, 100)
        for unit, before, now in given
        for year, x in ((2012, before), (2013, now))
    ]
    return sent(tmp_path_factory.mktemp("fell"), checked(), rate(), files={"a": checks(*parts)})


@pytest.mark.parametrize(("unit", "clear"), [("甲镇", 0), ("乙镇", 1)])
def test_of_what_is_missed_and_lower_it_says_how_many_fell_by_more_than_chance(fell, unit, clear):
    page = fell.page("town", AFTER, town=unit)
    text = told(page.change())
    assert "其中抽样的率1项。" in text and "向均值回归" in text
    assert f"下降超出偶然的有{clear}项" in text
    assert (fell.on(AFTER, unit)["trend"] == "worse") == bool(clear)


def test_without_anything_missed_nothing_is_said_of_it(fell):
    assert "向均值回归" not in told(fell.page("town", AFTER, town="丙街道").change())


# S7: the rank that the year may end with


@pytest.fixture(scope="module")
def ahead(tmp_path_factory) -> Sent:
    """By June 18, 19 and 20 of 20 passed in the towns; two rates are asked of them."""
    given = (("甲镇", 18), ("乙镇", 19), ("丙街道", 20))
    text = checks(*((unit, "2013-05-06", x, 20) for unit, x in given))
    targets = rate(">= 95%"), rate(">= 90%", "B")
    place = tmp_path_factory.mktemp("ahead")
    return sent(place, checked(), *targets, files={"a": text}, scoring=SCORING)


def test_a_rank_within_the_year_is_where_the_year_may_end(ahead):
    """Drawn here anew: each result met by its own chance, half of it shared by the towns."""
    table = judged(ahead, "2013-06-30").reset_index()
    wide = table.pivot(index="unit", columns="target", values="probability")
    chance = wide.loc[[*TOWNS]].to_numpy("float64")
    assert ((chance > 0) & (chance < 1)).all()
    rng = np.random.default_rng(7)
    own, shared = rng.normal(size=(60_000, *chance.shape)), rng.normal(size=(60_000, 1, 2))
    met = np.sqrt(0.5) * (own + shared) < stats.norm.ppf(chance)
    ranks = stats.rankdata(-met.sum(axis=2), method="min", axis=1)
    low, high = np.quantile(ranks, (0.05, 0.95), axis=0, method="inverted_cdf")
    got = ahead.scores("2013-06-30").loc[[*TOWNS]]
    assert got["rank_low"].tolist() == low.tolist()
    assert got["rank_high"].tolist() == high.tolist()
    assert (got["rank_low"] < got["rank_high"]).any()
    assert got["all_met"].tolist() == pytest.approx(met.all(axis=2).mean(axis=0), abs=0.04)


@pytest.mark.parametrize(
    ("language", "running", "over"),
    [("zh", "年末大致在", "改变权重"), ("en", "at the year's end", "given the choice")],
)
def test_of_ranks_it_says_whether_the_year_is_over(ahead, language, running, over):
    june, end = (
        told(ahead.page("town", day, language, town="甲镇").standing())
        for day in ("2013-06-30", AFTER)
    )
    assert running in june and running not in end
    assert over not in june and pd.isna(ahead.scores(AFTER)["end_low"]).all()


# S8 and S12: what is held back, and who comes last


LEVELS = {"levels": form("unit", "year", "kind", "value", when=["year"], absent="unknown")}
HONEST = {
    "甲镇": {"T1": 9, "T2": 0, "T3": 0, "T4": 0},
    "乙镇": {"T1": 9, "T2": 0, "T3": 9, "T4": 9},
    "丙街道": {"T1": 0, "T2": 9, "T3": 9, "T4": 9},
}


def levels(place: Path, given: dict[str, dict[str, int]], *further: dict, **more: Any) -> Sent:
    """Four levels of at least 5 each: one of 85 points, three of 5."""
    targets = [
        target(
            id,
            {"form": "levels", "where": {"kind": id}, "value": "value"},
            ">= 5",
            weight=85 if id == "T1" else 5,
        )
        for id in ("T1", "T2", "T3", "T4")
    ]
    rows = [f"{u},2013,{id},{v}" for u, own in given.items() for id, v in own.items()]
    text = "\n".join(["unit,year,kind,value", *rows]) + "\n"
    files = {"levels": text} | more.pop("files", {})
    forms = LEVELS | more.pop("forms", {})
    scoring = SCORING | more.pop("scoring", {})
    return sent(place, forms, *targets, *further, files=files, scoring=scoring, **more)


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> Sent:
    """Every town reports everything; 甲镇 fails three."""
    return levels(tmp_path_factory.mktemp("honest"), HONEST)


@pytest.fixture(scope="module")
def held_back(tmp_path_factory) -> Sent:
    """The same, but that 甲镇 keeps its three failing levels to itself."""
    return levels(tmp_path_factory.mktemp("held"), HONEST | {"甲镇": {"T1": 9}})


def test_three_failing_targets_held_back_gain_neither_grade_nor_rank(honest, held_back):
    told_row, held = (made.scores(AFTER).loc["甲镇"] for made in (honest, held_back))
    assert (told_row["score"], told_row["grade"], told_row["rank"]) == (85, "B", 2)
    assert (held["score"], held["grade"], held["rank"]) == (100, "B", 2)
    assert (held["score_low"], held["score_high"]) == (85, 100)
    assert (held["grade_low"], held["grade_high"]) == ("B", "A")
    assert (held["rank_best"], held["rank_worst"]) == (1, 2)
    assert held["missing"] == pytest.approx(15 / 100)


def test_a_town_reads_between_what_its_score_lies(held_back, honest):
    said = told(held_back.page("town", AFTER, town="甲镇").headline())
    assert "报齐以后得分在85.0～100.0之间，等级B～A，名次1～2" in said and "缺报不得利" in said
    assert "缺报不得利" not in told(honest.page("town", AFTER, town="甲镇").headline())


@pytest.mark.parametrize("unit", TOWNS)
@pytest.mark.parametrize("kept", ["T2", "T3", "T4"])
def test_whatever_one_town_holds_back_its_place_is_no_better(tmp_path, honest, unit, kept):
    own = {id: value for id, value in HONEST[unit].items() if id != kept}
    before = honest.scores(AFTER).loc[unit]
    after = levels(tmp_path, HONEST | {unit: own}).scores(AFTER).loc[unit]
    assert after["rank"] >= before["rank"] and after["score_low"] <= before["score"]
    assert after["score_low"] <= after["score"] <= after["score_high"]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_what_is_missing_is_counted_by_returns(tmp_path, missing):
    """A good beginning, then silence: not "all is well", but so many returns of four missing."""
    quarters = (("1-3月", "02"), ("4-6月", "05"), ("7-9月", "08"), ("10-12月", "11"))
    files = {
        f"2013年{name}": checks(*((unit, f"2013-{month}-05", 20, 20) for unit in TOWNS))
        for name, month in quarters[: 4 - missing]
    }
    more = {"returns": EVERY_QUARTER, "scoring": SCORING | {"missing_at_most": "80%"}}
    made = sent(tmp_path, checked(), rate(), files=files, **more)
    row = made.scores(AFTER).loc["甲镇"]
    assert row["missing"] == pytest.approx(missing / 4)
    assert (row["score_low"], row["score_high"], row["grade"]) == (0, 100, "D")
    result = made.on(AFTER)
    assert (result["missing"], result["due"]) == (missing, 4) and result["evidence"] != "census"


VETO = {"veto": {"targets": ["V"], "grade": "D"}}
INCIDENTS = {"bad": form("unit", "on", "kind", when=["on"])}
NONE = target("V", {"form": "bad", "rows": True}, "<= 0", weight=5)


@pytest.fixture(scope="module")
def vetoed(tmp_path_factory) -> Sent:
    """甲镇 had an incident and held most of its levels back."""
    given = HONEST | {"甲镇": {"T2": 9}}
    more = {"forms": INCIDENTS, "scoring": VETO}
    files = {"bad": "unit,on,kind\n甲镇,2013-05-06,x\n"}
    return levels(tmp_path_factory.mktemp("vetoed"), given, NONE, files=files, **more)


def test_a_vetoed_unit_of_which_much_is_missing_is_last(vetoed):
    got = vetoed.scores(AFTER)
    own = got.loc["甲镇"]
    assert own["missing"] == pytest.approx(95 / 105) and pd.isna(own["score"])
    assert own["vetoed"] and own["grade"] == "D"
    assert got.loc[[*TOWNS], "rank"].tolist() == [3, 1, 2]
    assert (own["ranked"], own["rank_best"], own["rank_worst"]) == (3, 3, 3)


# S9: units that differ by more than chance


def many_units(plan: Path, units: list[str]) -> None:
    """The plan's units are these and the city."""
    lines = ["code,code_system,name,name_en,kind,slug,aliases,valid_from,valid_to,overlaps,note"]
    lines += [f"{n},own,{name},Town {n},镇,t{n},,,,," for n, name in enumerate(units, 1)]
    lines += ["0,own,某市,Some City,city,city,,,,,"]
    (plan / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module", params=[30, 48])
def funnel(request, tmp_path_factory) -> tuple[int, Sent]:
    """Ten towns of 100, five at `low`, five as far above one half."""
    low, place = request.param, tmp_path_factory.mktemp("funnel")
    units = [f"{letter}村镇" for letter in "子丑寅卯辰巳午未申酉"]
    made = {"f": form("unit", "year", "n", "of", when=["year"])}
    asked = target("A", {"form": "f", "sum": "n", "over": "of"}, ">= 40%", sampled=True)
    plan = folder(place, made, asked)
    many_units(plan, units)
    text = [f"{u},2013,{low if n % 2 else 100 - low},100" for n, u in enumerate(units)]
    return low, Sent(plan, read(place, plan, f="\n".join(["unit,year,n,of", *text]) + "\n"))


def test_limits_are_widened_by_what_units_differ_beyond_chance_and_it_says_so(funnel):
    """z is (low - 50) / 5 everywhere, w = 400, so tau^2 = (10 phi - 9) / (4000 - 400)."""
    low, made = funnel
    said = told(made.page("city", AFTER).funnel())
    phi = ((low - 50) / 5) ** 2
    if phi <= 1 + 2 * np.sqrt(2 / 10):
        assert "离散度" not in said
        return
    tau = np.sqrt((10 * phi - 9) / 3600)
    assert f"离散度φ={phi:.1f}，单位间差异τ={100 * tau:.1f}个百分点" in said
    assert "99.8%界限之外由10个变为0个" in said  # 0.3 and 0.7 beside 0.5 +- 0.154


# S13: what cannot come back


@pytest.fixture(scope="module")
def overdue(tmp_path_factory) -> Sent:
    """In June a task of March is not done (in July it is), there was an incident, a rate is low."""
    tasks = form("unit", "year", "kind", "on", when=["year"])
    forms = checked() | INCIDENTS | {"tasks": tasks}
    task = {"form": "tasks", "where": {"kind": "law"}, "done": "on"}
    targets = rate(">= 80%"), NONE, target("D", task, "done", by="2013-03-31")
    files = {
        "a": checks(("甲镇", "2013-05-06", 15, 20), ("乙镇", "2013-05-06", 20, 20)),
        "bad": "unit,on,kind\n甲镇,2013-05-06,x\n",
        "tasks": "unit,year,kind,on\n乙镇,2013,law,2013-03-04\n甲镇,2013,law,2013-07-05\n",
    }
    place = tmp_path_factory.mktemp("overdue")
    return sent(place, forms, *targets, files=files, scoring=SCORING)


def test_an_overdue_task_and_an_incident_are_missed_for_good(overdue):
    for of in ("V", "D"):
        row = overdue.on("2013-06-30", of=of)
        assert (row["state"], row["final"]) == ("not attained", True)


def test_what_cannot_come_back_is_not_offered(overdue):
    page = overdue.page("town", "2013-06-30", town="甲镇")
    assert [*page.movers["target"]] == ["A"]
    after = overdue.page("town", AFTER, town="甲镇")
    assert {*after.movers["target"]} == {"A", "D", "V"}


# S14: fair credit


@pytest.fixture(scope="module")
def fair(tmp_path_factory) -> Sent:
    """18 of 20, 19 of 20 and 95 of 100 where 95 % are asked, credited by the true rate's chance."""
    given = (("甲镇", 18, 20), ("乙镇", 19, 20), ("丙街道", 95, 100))
    text = checks(*((unit, "2013-05-06", x, n) for unit, x, n in given))
    scoring = SCORING | {"fair": {"rates": True}}
    place = tmp_path_factory.mktemp("fair")
    return sent(place, checked(), rate(), files={"a": text}, scoring=scoring)


@pytest.fixture
def printed(monkeypatch, capsys):
    """What a command prints as CSV."""

    def run(command: str, made: Sent) -> pd.DataFrame:
        where = ["--plan", str(made.plan), "--processed", str(made.tables.place)]
        monkeypatch.setattr(sys, "argv", ["yxq", *command.split(), *where, "--format", "csv"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        assert not stop.value.code, err
        return pd.read_csv(io.StringIO(out))

    return run


@pytest.mark.parametrize(("unit", "x", "n"), [("甲镇", 18, 20), ("乙镇", 19, 20)])
def test_a_rate_earns_the_chance_of_its_true_rate_and_keeps_its_verdict(fair, printed, unit, x, n):
    chance = stats.beta(x + 0.5, n - x + 0.5).sf(0.95)  # of three units: Jeffreys' prior
    row = printed(f"score --credits --as-of {AFTER}", fair).set_index("unit").loc[unit]
    assert float(Fraction(str(row["earned"]))) == pytest.approx(round(chance, 3))
    assert f"{100 * chance:.1f}%" in row["why"]
    assert fair.on(AFTER, unit)["state"] == ("attained" if 20 * x >= 19 * n else "not attained")


def test_the_command_prints_what_the_page_says(short_rates, printed):
    table = printed("attain --as-of 2013-10-31", short_rates).set_index(["unit", "target"])
    assert table.loc[("甲镇", "A"), "needed"] == 59
    assert table.loc[("甲镇", "A"), "probability"] < 0.05
    scores = printed("score --as-of 2013-10-31", short_rates).set_index("unit")
    assert scores["rank_high"].notna().sum() == 3


# S15: ties and zeros


@pytest.fixture(scope="module")
def level_pegging(tmp_path_factory) -> Sent:
    """Awards: 甲镇 none in both years, 乙镇 one in both, 丙街道 two after one; four are split."""
    won = ("乙镇,2013", "乙镇,2012", "丙街道,2013", "丙街道,2013", "丙街道,2012")
    text = "unit,year,kind\n" + "".join(f"{each},x{n}\n" for n, each in enumerate(won))
    forms = {"f": form("unit", "year", "kind", when=["year"])}
    count = {"form": "f", "rows": True}
    share = target("Q", count, ">= 4", **{"for": "shared"}, split="equal")
    rising = target("R", count, "> last_year")
    place = tmp_path_factory.mktemp("ties")
    return sent(place, forms, rising, share, files={"f": text}, scoring=SCORING)


@pytest.mark.parametrize(
    ("unit", "state"), [("甲镇", "not attained"), ("乙镇", "not attained"), ("丙街道", "attained")]
)
def test_as_many_as_last_year_is_no_rise_and_none_after_none_is_none(level_pegging, unit, state):
    assert level_pegging.on(AFTER, unit, "R")["state"] == state


def test_the_share_left_over_goes_by_the_order_of_names(level_pegging):
    shares = level_pegging.page("city", AFTER).shares.set_index("unit")["quota"]
    first = min(TOWNS)
    assert shares.to_dict() == {unit: 2 if unit == first else 1 for unit in TOWNS}


def test_equal_scores_share_a_rank_and_the_page_says_so(short_rates):
    """甲镇 and 丙街道 have one target of three, 乙镇 all."""
    got = short_rates.scores(AFTER).loc[[*TOWNS]]
    assert got["rank"].tolist() == [2, 1, 2]
    assert got["score"].tolist() == pytest.approx([100 / 3, 100, 100 / 3])
    said = told(short_rates.page("town", AFTER, town="甲镇").standing())
    assert "同分并列，按未四舍五入的分数排名" in said


@pytest.mark.parametrize(
    ("language", "zero", "left_over"),
    [("zh", "上年和本年都是零的也一样", "余下的数"), ("en", "none after none", "left over")],
)
def test_ties_and_zeros_are_said_on_the_page(level_pegging, language, zero, left_over):
    town = level_pegging.page("town", AFTER, language, town="甲镇")
    assert zero in told(town.standing())
    assert left_over in told(level_pegging.page("city", AFTER, language).quotas())


def test_where_no_plan_asks_for_a_rise_or_splits_a_count_nothing_is_said_of_them(honest):
    assert "都是零的" not in told(honest.page("town", AFTER, town="甲镇").standing())
    assert "余下的数" not in told(honest.page("city", AFTER).quotas())
