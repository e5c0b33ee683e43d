"""Numbers of several years, through files: what adds up since a year, and means of so many."""

import datetime as dt

import pandas as pd
import pytest
import small

from yxq.attainment import drill, history, owed
from yxq.attainment.attain import attain
from yxq.attainment.measures import COLUMNS, DTYPES, measure
from yxq.plan_folders.load import load

pytestmark = pytest.mark.slow  # not part of `make quick`

CITY, JIA, YI = "某市", "甲镇", "乙镇"
FORM = small.form("unit", "kind", "n", "of", "tonnes", "value", "result", "on", when=["on"])
MONTHS = small.form("unit", "n", "month", when=["month"])
HEAD = "unit,kind,n,of,tonnes,value,result,on\n"
YEAR_END = "2014-01-31"


def of(kind: str, **measure) -> dict:
    return {"form": "f", "where": {"kind": kind}} | measure


def line(unit: str, kind: str, on: str, **cells) -> str:
    names = HEAD.strip().split(",")
    return ",".join(str(({"unit": unit, "kind": kind, "on": on} | cells).get(n, "")) for n in names)


def judged(place, targets, lines, as_of=YEAR_END, **more) -> pd.DataFrame:
    """Results by unit and target."""
    plan = small.folder(place, {"f": FORM}, *targets, **more)
    tables = small.read(place, plan, f=HEAD + "\n".join(lines) + "\n")
    assert tables.files["rejected"].sum() == 0, tables.ledger["reason"].unique()
    return small.results(plan, tables, as_of)


def yearly(kind: str, name: str, by_year: dict[int, object], unit: str = JIA) -> list[str]:
    """A number a year, in the middle of it."""
    return [line(unit, kind, f"{year}-05-02", **{name: n}) for year, n in by_year.items()]


@pytest.mark.parametrize(
    ("measure", "require", "number", "of", "value", "state"),
    [
        # 3 + 4 + 5, and 9 before.
        ({"sum": "n", "span": "since 2011"}, ">= 12", "n", {}, 12.0, "attained"),
        ({"sum": "n", "span": "since 2011"}, "> 12", "n", {}, 12.0, "not attained"),
        ({"sum": "n", "span": "since 2010"}, ">= 22", "n", {}, 21.0, "not attained"),
        ({"sum": "n", "span": "since 2013"}, "<= 5", "n", {}, 5.0, "attained"),
        ({"sum": "n", "span": "mean 3"}, ">= 4", "n", {}, 4.0, "attained"),
        ({"sum": "n", "span": "mean 4"}, "<= 21/4", "n", {}, 5.25, "attained"),
        ({"sum": "n", "span": "mean 4"}, "< 21/4", "n", {}, 5.25, "not attained"),
        ({"value": "value", "span": "mean 3"}, ">= 4", "value", {}, 4.0, "attained"),
        ({"value": "value", "span": "mean 2"}, "> 4.5", "value", {}, 4.5, "not attained"),
        # Pooled: 12 of 40, where the mean of the yearly rates would be more than 40 %.
        (
            {"sum": "n", "over": "of", "span": "since 2011"},
            ">= 30%",
            "n",
            {2011: 4, 2012: 26, 2013: 10},
            0.3,
            "attained",
        ),
        (
            {"sum": "n", "over": "of", "span": "mean 3"},
            ">= 30.1%",
            "n",
            {2011: 4, 2012: 26, 2013: 10},
            0.3,
            "not attained",
        ),
        (
            {"sum": "n", "over": "of", "per": 1000, "span": "mean 3"},
            "<= 300",
            "n",
            {2011: 4, 2012: 26, 2013: 10},
            300.0,
            "attained",
        ),
    ],
)
def test_a_number_of_several_years(tmp_path, measure, require, number, of, value, state):
    numbers = {2010: 9, 2011: 3, 2012: 4, 2013: 5}
    where = {"form": "f", "where": {"kind": "a"}}
    lines = [
        line(JIA, "a", f"{year}-05-02", **{number: n}, **({"of": of.get(year, 20)} if of else {}))
        for year, n in numbers.items()
    ]
    got = judged(tmp_path, [small.target("A", where | measure, require)], lines)
    for unit in (JIA, CITY):  # value forms have no city of their own
        if unit == JIA or "value" not in measure:
            assert (got.loc[unit, "A"]["value"], got.loc[unit, "A"]["state"]) == (value, state)


def test_tenths_add_up_to_three_tenths(tmp_path):
    sums = of("a", sum="tonnes", span="since 2012")
    means = of("a", value="value", span="mean 2")
    lines = [line(JIA, "a", "2012-05-02", tonnes=0.1, value=0.1)]
    lines += [line(JIA, "a", "2013-05-02", tonnes=0.2, value=0.2)]
    got = judged(
        tmp_path, [small.target("A", sums, ">= 0.3"), small.target("B", means, ">= 0.15")], lines
    )
    assert got.loc[JIA]["state"].tolist() == ["attained", "attained"]


def test_passes_and_rows_and_different_ones_since_a_year(tmp_path):
    """Two of three passed since 2012, three of five since 2011; a firm counts once in all years."""
    passed = {2010: "pass", 2011: "fail pass", 2012: "pass", 2013: "pass fail"}
    lines = [
        line(JIA, "a", f"{year}-05-0{n + 1}", result=word, value=f"{n}")
        for year, words in passed.items()
        for n, word in enumerate(words.split())
    ]
    targets = [
        small.target("A", of("a", passed={"result": "pass"}, span="since 2012"), ">= 2/3"),
        small.target("B", of("a", passed={"result": "pass"}, span="mean 3"), "> 3/5"),
        small.target("C", of("a", rows=True, span="since 2011"), ">= 5"),
        small.target("D", of("a", distinct=["value"], span="since 2011"), ">= 3"),
        small.target("E", of("a", distinct=["value"]), ">= 2"),
        small.target("F", of("a", distinct=["value"], span="mean 2"), ">= 1.5"),
    ]
    got = judged(tmp_path, targets, lines).loc[JIA]
    assert got["value"].tolist() == [2 / 3, 3 / 5, 5, 2, 2, 1.5]
    met = ["attained", "not attained", "attained", "not attained", "attained", "attained"]
    assert got["state"].tolist() == met
    assert got[["numerator", "denominator"]].to_numpy().tolist()[:3] == [[2, 3], [3, 5], [5, pd.NA]]


@pytest.mark.parametrize(
    ("measure", "absent", "by_year", "state", "value"),
    [
        # A return of every year came, and says that there was nothing.
        ({"sum": "n", "span": "mean 3"}, "none", {2013: 6}, "attained", 2.0),
        ({"sum": "n", "span": "mean 3"}, "unknown", {2013: 6}, "no data", None),
        ({"sum": "n", "span": "mean 3"}, "none", {}, "attained", 0.0),
        ({"sum": "n", "span": "mean 2"}, "none", {}, "attained", 0.0),
        ({"value": "n", "span": "mean 3"}, "none", {2011: 1, 2013: 2}, "no data", None),
        ({"value": "n", "span": "mean 3"}, "none", {2011: 0, 2012: 1, 2013: 2}, "attained", 1.0),
        ({"value": "n", "span": "mean 3"}, "none", {2011: 0, 2012: 1}, "no data", None),
    ],
)
def test_a_mean_needs_each_of_its_years(tmp_path, measure, absent, by_year, state, value):
    got = judged_of_returns(tmp_path, measure, "<= 2", absent, {2011, 2012, 2013}, by_year)
    assert got["state"] == state
    assert got["value"] == value if value is not None else pd.isna(got["value"])


@pytest.mark.parametrize(
    ("measure", "require", "sent", "state"),
    [
        ({"sum": "n", "span": "mean 3"}, "<= 2", {2012, 2013}, "no data"),
        ({"sum": "n", "span": "mean 2"}, "<= 2", {2012, 2013}, "attained"),
        ({"sum": "n", "span": "since 2011"}, ">= 3", {2012, 2013}, "no data"),
        (
            {"sum": "n", "span": "since 2011"},
            ">= 2",
            {2012, 2013},
            "attained",
        ),  # more cannot undo it
        ({"sum": "n", "span": "since 2011"}, "<= 2", {2012, 2013}, "no data"),
        ({"sum": "n", "span": "since 2011"}, "<= 1", {2012, 2013}, "not attained"),
        ({"sum": "n", "span": "since 2012"}, ">= 3", {2012, 2013}, "not attained"),
    ],
)
def test_a_year_without_its_return_is_no_zero(tmp_path, measure, require, sent, state):
    got = judged_of_returns(tmp_path, measure, require, "none", sent, dict.fromkeys(sent, 1))
    assert got["state"] == state


@pytest.mark.parametrize(
    ("span", "without", "as_of", "state"),
    [
        ("mean 2", None, "2014-01-31", "attained"),
        ("mean 2", "2012年下半年", "2014-01-31", "no data"),
        ("mean 2", "2013年下半年", "2014-01-10", "pending"),  # due on the 20th
        ("mean 2", "2013年下半年", "2014-01-31", "no data"),
        ("mean 2", "2013年上半年", "2013-07-10", "pending"),
        ("since 2012", "2012年下半年", "2014-01-31", "no data"),
        ("since 2012", "2013年下半年", "2014-01-10", "pending"),
    ],
)
def test_half_a_year_without_its_return_is_no_zero(tmp_path, span, without, as_of, state):
    target = small.target("A", of("a", sum="n", span=span), "<= 9")
    names = "2012年上半年", "2012年下半年", "2013年上半年", "2013年下半年"
    rows = dict.fromkeys((name for name in names if name != without), 1)
    assert halves(tmp_path, target, rows, as_of)["state"] == state


def halves(place, target: dict, rows: dict[str, int | None], as_of: str) -> pd.Series:
    """One town's result of returns of half a year: how many, or none where nothing is listed."""
    owes = [{"form": "f", "sender": "办公室", "every": "half", "due_days": 20}]
    plan = small.folder(place, {"f": FORM}, target, returns=owes)
    days = {"上": "05-02", "下": "09-02"}
    files = {}
    for name, n in rows.items():
        day = f"{name[:4]}-{days[name[5]]}"
        files[f"f{name}"] = HEAD + ("" if n is None else line(JIA, "a", day, n=n) + "\n")
    return small.results(plan, small.read(place, plan, **files), as_of).loc[JIA, "A"]


def test_what_is_due_is_counted_over_the_years_up_to_the_first_gap(tmp_path):
    """Two years have 731 days, of which 182 lie before July 2012, whose return is not in."""
    target = small.target("A", of("a", sum="n", span="since 2012"), ">= 12")
    row = halves(tmp_path, target, {"2012年上半年": 3, "2013年上半年": 4}, "2013-07-31")
    assert (row["state"], row["value"], row["note"]) == ("no data", 7, "incomplete|1|3")
    assert row["expected"] == pytest.approx(12 * 182 / 731)


def test_nothing_yet_is_a_zero_where_the_returns_of_the_years_before_say_so(tmp_path):
    target = small.target("A", of("a", sum="n", span="since 2012"), ">= 12")
    row = halves(tmp_path, target, {"2012年上半年": None, "2012年下半年": None}, "2013-03-01")
    assert (row["state"], row["value"]) == ("behind", 0)


@pytest.mark.parametrize(
    ("span", "before"), [("period", 400), ("mean 2", 300), ("since 2012", 400)]
)
def test_a_ratio_of_so_many_is_compared_as_it_is_printed(tmp_path, span, before):
    """1 and 2 of 5, then 3 of 5."""
    ratio = of("a", sum="n", over="of", per=1000, span=span)
    lines = [line(JIA, "a", f"{y}-05-02", n=n, of=5) for y, n in ((2011, 1), (2012, 2), (2013, 3))]
    row = judged(tmp_path, [small.target("A", ratio, "> last_year")], lines).loc[JIA, "A"]
    assert (row["previous"], row["state"]) == (before, "attained")


def judged_of_returns(place, measure, require, absent, sent, by_year, as_of=YEAR_END) -> pd.Series:
    """One town's result where the office owes a return a year, and has sent those of some."""
    form = small.form("unit", "n", "year", when=["year"]) | {"absent": absent}
    owes = [{"form": "f", "sender": "办公室", "every": "year", "due_days": 20}]
    target = small.target("A", {"form": "f"} | measure, require)
    plan = small.folder(place, {"f": form}, target, returns=owes)
    files = {}
    for year in sent:
        rows = f"{JIA},{by_year[year]},{year}\n" if year in by_year else ""
        files[f"f{year}年"] = "unit,n,year\n" + rows
    tables = small.read(place, plan, **files)
    assert tables.files["form"].notna().all()
    return small.results(plan, tables, as_of).loc[JIA, "A"]


def test_while_the_year_runs_a_sum_since_a_year_is_on_its_pace(tmp_path):
    """Two of three years' days are gone on the last day of 2012, and 1.5 of 3 asks 6 of 12."""
    target = small.target("A", of("a", sum="n", span="since 2012"), ">= 12")
    lines = yearly("a", "n", {2012: 5, 2013: 3}) + yearly("a", "n", {2012: 9, 2013: 1}, YI)
    got = judged(tmp_path, [target], lines, "2013-06-30").loc[:, "A", :]
    expected = 12 * (366 + 181) / (366 + 365)
    assert got.loc[YI, "state"] == "on track" and got.loc[JIA, "state"] == "behind"
    assert got.loc[JIA, "expected"] == pytest.approx(expected) and got.loc[JIA, "value"] == 8
    assert got["probability"].isna().all()  # the years before are no prior of themselves


def test_the_change_is_from_the_same_span_a_year_before(tmp_path):
    targets = [
        small.target("A", of("a", sum="n", span="since 2011"), ">= 1"),
        small.target("B", of("a", sum="n", span="mean 2"), ">= 1"),
        small.target("C", of("a", sum="n", span="since 2013"), ">= 1"),
        small.target("D", of("a", sum="n", span="mean 3"), ">= last_year + 1"),
        small.target("E", of("a", sum="n", span="since 2011"), ">= last_year * 200%"),
        small.target("F", of("a", sum="n", span="mean 2"), ">= y2012 * 150%"),
        small.target("G", of("a", sum="n", span="since 2011"), "> last"),
    ]
    lines = yearly("a", "n", {2010: 1, 2011: 3, 2012: 5, 2013: 7})
    got = judged(tmp_path, targets, lines).loc[JIA]
    assert got["value"].tolist() == [15, 6, 7, 5, 15, 6, 15]
    assert got["previous"].tolist()[:2] == [8, 4] and pd.isna(got.loc["C", "previous"])
    assert got["previous"].tolist()[3:] == [3, 8, 4, 8]
    assert got["change"].tolist()[:2] == [7, 2]
    assert got[["change_low", "change_high"]].isna().all(axis=None) and set(got["trend"]) == {""}
    states = got["state"].tolist()[3:]
    assert states == ["attained", "not attained", "attained", "attained"]


def test_a_base_year_of_a_mean_is_the_mean_of_its_years(tmp_path):
    """It is 4 in 2009 and 2010, and 6 in 2012 and 2013; 2011 belongs to neither."""
    target = small.target("A", of("a", sum="n", span="mean 2"), ">= y2010 * 150%")
    lines = yearly("a", "n", {2009: 3, 2010: 5, 2011: 90, 2012: 5, 2013: 7})
    row = judged(tmp_path, [target], lines).loc[JIA, "A"]
    assert (row["state"], row["gap"]) == ("attained", 0)


def test_different_ones_of_the_first_year_count(tmp_path):
    target = small.target("A", of("a", distinct=["value"], span="since 2012"), ">= 2")
    row = judged(tmp_path, [target], yearly("a", "value", {2011: 1, 2012: 2, 2013: 3})).loc[
        JIA, "A"
    ]
    assert (row["state"], row["value"]) == ("attained", 2)


def test_a_value_that_is_there_twice_is_not_added_up(tmp_path):
    """Of one day the first, as of a value that no mean is taken of."""
    target = small.target("A", of("a", value="value", span="mean 2"), ">= 2")
    plan = load(small.folder(tmp_path, {"f": FORM}, target)).plan(2013)
    days = pd.to_datetime(["2012-05-02", "2013-05-02", "2013-05-02"])
    rows = pd.DataFrame(
        {
            "unit": JIA,
            "kind": "a",
            "value": [5.5, 6.0, 8.0],
            "on": days,
            "to": days,
            "year": pd.NA,
            "once": True,
        }
    )
    made = measure(plan, {"f": rows})
    assert made["numerator"].tolist() == [55, 60] and set(made["scale"]) == {1}


def test_a_mean_has_no_base_year_that_lacks_a_year(tmp_path):
    """The mean of 2011 and 2012 needs both; nothing is made of one."""
    target = small.target("A", of("a", sum="n", span="mean 2"), ">= y2012")
    got = judged(tmp_path, [target], yearly("a", "n", {2012: 5, 2013: 7})).loc[JIA, "A"]
    assert got["state"] == "no data" and got["value"] == 6


def test_the_records_behind_a_number_are_of_all_its_years(tmp_path):
    target = small.target("A", of("a", sum="n", span="since 2012"), ">= 12")
    plan = small.folder(tmp_path, {"f": FORM}, target)
    lines = yearly("a", "n", {2011: 3, 2012: 5, 2013: 7})
    tables = small.read(tmp_path, plan, f=HEAD + "\n".join(lines) + "\n")
    loaded = load(plan).plan(2013)
    found = drill.behind(loaded, loaded.targets, tables.records, JIA, dt.date(2014, 1, 31))
    assert found["A"]["n"].tolist() == [5, 7]
    by_month = history.months(loaded, tables.measures, loaded.target("A"), dt.date(2014, 1, 31))
    assert by_month.empty  # months of one year are no part of what is asked
    by_year = history.years(load(plan), tables.measures, tables.files, "A", dt.date(2014, 1, 31))
    of_unit = by_year[by_year["unit"] == JIA].set_index("year")["value"]
    assert of_unit.to_dict() == {2012: 5, 2013: 12}


def test_only_reported_numbers_of_several_years(tmp_path):
    targets = [
        small.target("A", of("a", sum="tonnes", span="mean 2")),
        small.target("B", of("a", sum="tonnes", span="since 2012")),
        small.target("C", of("a", value="tonnes", span="mean 2")),
    ]
    got = judged(tmp_path, targets, yearly("a", "tonnes", {2011: 9, 2012: 0.5, 2013: 1})).loc[JIA]
    assert got["state"].unique().tolist() == ["reported"]
    assert got["value"].tolist() == [0.75, 1.5, 0.75]


@pytest.mark.parametrize("span", ["since 2012", "mean 2"])
def test_samples_of_several_years_prove_what_they_are_and_foretell_nothing(tmp_path, span):
    """59 of 59 over two years would demonstrate 95 % at the end; half the year is gone."""
    rate = of("a", passed={"result": "pass"}, span=span)
    by_year = {2012: ("2012-05-02", 30), 2013: ("2013-05-02", 29)}
    lines = [
        line(JIA, "a", day, result="pass", n=n)
        for day, count in by_year.values()
        for n in range(count)
    ]
    got = judged(tmp_path, [small.target("A", rate, ">= 95%", sampled=True)], lines, "2013-06-30")
    row = got.loc[JIA, "A"]
    assert (row["numerator"], row["denominator"], row["evidence"]) == (59, 59, "not shown")
    assert pd.isna(row["probability"]) and row["kind"] == "share"
    if span == "since 2012":  # of a mean of 2011 and 2012 the first is not there
        assert row["previous_denominator"] == 30
    assert row[["change_low", "change_high"]].isna().all() and row["trend"] == ""


def test_units_that_reach_a_mean(tmp_path):
    target = small.target(
        "A", of("a", sum="n", span="mean 2"), "units >= 50% of >= 4", **{"for": "city"}
    )
    lines = yearly("a", "n", {2012: 3, 2013: 5}) + yearly("a", "n", {2012: 3, 2013: 4}, YI)
    got = judged(tmp_path, [target], lines).loc[CITY, "A"]
    assert got["state"] == "attained" and (got["numerator"], got["denominator"]) == (1, 2)


def test_the_returns_of_all_its_years_are_looked_for(tmp_path):
    owes = [{"form": "f", "sender": "办公室", "every": "year", "due_days": 20}]
    target = small.target("A", of("a", sum="n", span="since 2011"), ">= 12")
    plan = load(small.folder(tmp_path, {"f": FORM}, target, returns=owes)).plan(2013)
    nothing = pd.DataFrame(
        columns=[
            "file",
            "form",
            "sender",
            "period_from",
            "period_to",
            "filed",
            "accepted",
            "duplicate",
            "rejected",
        ]
    )
    days = {
        "period_from": "datetime64[us]",
        "period_to": "datetime64[us]",
        "filed": "datetime64[us]",
    }
    table = owed.status(plan, nothing.astype(days), dt.date(2014, 1, 31))
    assert table["year"].tolist() == [2011, 2012, 2013]
    assert attain(plan, small_measures(), table, dt.date(2014, 1, 31))[
        "state"
    ].unique().tolist() == ["no data"]


def small_measures() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS).astype(DTYPES)
