"""Simulated years are what they promise, and each generator has the property that it claims."""

from fractions import Fraction
from functools import cache

import generators
import numpy as np
import pandas as pd
import pytest
from generators import GENERATORS, attained

DRAWS = 20
BY_NAME = {generator.name: generator for generator in GENERATORS}
everyone = pytest.mark.parametrize("name", BY_NAME)


@cache
def draws(name):
    return [BY_NAME[name].make(np.random.default_rng([n, 5])) for n in range(DRAWS)]


def rows_of(name):
    """The rows of all draws together, with a column that tells the draws apart."""
    return pd.concat([draw.rows.assign(draw=n) for n, draw in enumerate(draws(name))])


def logit(rows, *by):
    """The logit of the share that passed, by some columns."""
    sums = rows.groupby(list(by))[["passed", "samples"]].sum()
    return np.log((sums["passed"] + 0.5) / (sums["samples"] - sums["passed"] + 0.5))


def by_year(name):
    """A row a draw, a column a year: the logit, or the number of events."""
    rows = rows_of(name)
    if "passed" in rows:
        return logit(rows, "draw", "year").unstack()
    return rows.groupby(["draw", "year"])["count"].sum().unstack()


def dispersion(rows, *by):
    """How many times more the shares vary within a draw than by chance alone."""
    sums = rows.groupby(["draw", *by])[["passed", "samples"]].sum()
    whole = sums.groupby("draw").sum()
    share = (whole["passed"] / whole["samples"]).reindex(sums.index, level="draw")
    chance = sums["samples"] * share * (1 - share)
    return (((sums["passed"] - sums["samples"] * share) ** 2) / chance).mean()


def towns_alike(name, one, other):
    """How alike the towns' shares of two years are, within a draw."""
    towns = logit(rows_of(name), "draw", "unit", "year").unstack()[[one, other]].dropna()
    towns -= towns.groupby("draw").transform("mean")
    return towns.corr().iloc[0, 1]


def part(rows, which):
    """The part of all samples or events that these rows have."""
    amount = rows["samples" if "samples" in rows else "count"]
    return amount[which].sum() / amount.sum()


def test_half_are_held_out_and_each_says_why():
    assert len(GENERATORS) >= 12 and len(BY_NAME) == len(GENERATORS)
    for kind in ("share", "count"):
        held = [one.held_out for one in GENERATORS if one.kind == kind]
        assert sum(held) * 2 == len(held)
    assert {one.kind for one in GENERATORS} == {"share", "count"}
    assert all(one.why for one in GENERATORS)


@everyone
def test_rows(name):
    for rows in (draw.rows for draw in draws(name)):
        assert (rows["day"].dt.year == rows["year"]).all()
        assert set(rows["year"]) == {2010, 2011, 2012, 2013} and not rows.isna().any(axis=None)
        if BY_NAME[name].kind == "share":
            assert (rows["samples"] > 0).all()
            assert rows["passed"].between(0, rows["samples"]).all()
        else:
            assert (rows["count"] > 0).all()
        if "firm" not in rows:
            assert not rows.duplicated(["unit", "day"]).any()


@everyone
def test_asked(name):
    for draw in draws(name):
        units = draw.asked["unit"]
        judged = set(draw.rows.loc[draw.rows["year"] == 2013, "unit"])
        assert units.is_unique and "" in set(units)
        assert judged <= set(units) and 10 <= len(units) <= 33
        bounds = [Fraction(bound) for bound in draw.asked["bound"]]
        if BY_NAME[name].kind == "share":
            assert set(units) == judged | {""} and set(draw.asked["operator"]) == {">="}
            assert all(0 < bound <= 1 for bound in bounds)
        else:
            assert set(draw.asked["operator"]) <= {">=", "<="}
            assert all(bound.denominator == 1 and bound >= 0 for bound in bounds)


@everyone
def test_equal_seeds_make_equal_years(name):
    again = BY_NAME[name].make(np.random.default_rng([0, 5]))
    pd.testing.assert_frame_equal(again.rows, draws(name)[0].rows)
    pd.testing.assert_frame_equal(again.asked, draws(name)[0].asked)
    assert not again.rows.equals(draws(name)[1].rows)


@everyone
def test_some_attain_and_some_do_not(name):
    assert 0.1 <= pd.concat([attained(draw) for draw in draws(name)]).mean() <= 0.9


def test_attained_counts_to_the_year_end_exactly():
    day = pd.to_datetime(["2012-01-01", "2013-01-01", "2013-12-31"])
    rows = pd.DataFrame({"year": day.year, "unit": ["a", "a", "b"], "day": day})
    shares = rows.assign(samples=[9, 20, 20], passed=[0, 19, 18])
    asked = generators.asks({"": "19/20", "a": "19/20", "b": "9/10"}, ">=")
    met = attained(generators.Simulated(shares, asked))
    assert met.to_dict() == {"": False, "a": True, "b": True}
    asked = generators.asks({"": "3", "a": "1", "b": "2", "none": "0"}, "<=")
    met = attained(generators.Simulated(rows.assign(count=[9, 2, 2]), asked))
    assert met.to_dict() == {"": False, "a": False, "b": True, "none": True}


def plain_shares():
    assert 0.8 < dispersion(rows_of("plain_shares"), "unit", "year") < 1.2


def persistent_towns():
    assert towns_alike("persistent_towns", 2010, 2013) > 0.5
    assert abs(towns_alike("plain_shares", 2010, 2013)) < 0.25


def shifted_city():
    years = by_year("shifted_city")
    shift = (years[2013] - years[[2010, 2011, 2012]].mean(axis=1)).abs()
    assert shift.median() > 0.4 > 0.25 > (years[2012] - years[2010]).abs().median()


def firm_clusters():
    rows = rows_of("firm_clusters")
    assert dispersion(rows, "firm") > 2 and rows["samples"].mean() > 3


def failing_batches():
    rows = rows_of("failing_batches")
    large = rows[rows["samples"] >= 5]
    assert 0.01 < (large["passed"] <= large["samples"] / 5).mean() < 0.15
    assert "firm" not in rows


def bad_summer():
    rows = rows_of("bad_summer")
    summer = rows["day"].dt.month.isin([7, 8])
    for which in (rows["year"] < 2013, rows["year"] == 2013):
        worse = logit(rows[which & ~summer], "draw") - logit(rows[which & summer], "draw")
        assert (worse > 0).mean() >= 0.8 and worse.mean() > 0.4


def town_seasons():
    rows = rows_of("town_seasons").assign(quarter=lambda rows: rows["day"].dt.quarter)
    past = logit(rows[rows["year"] < 2013], "draw", "unit", "quarter")
    now = logit(rows[rows["year"] == 2013], "draw", "unit", "quarter")
    both = pd.concat([past, now], axis=1).dropna()
    both -= both.groupby(["draw", "unit"]).transform("mean")
    assert both.corr().iloc[0, 1] > 0.2
    months = rows.groupby(["draw", "unit"]).ngroups / DRAWS
    assert months > 10


def uneven(rows):
    """How many times more the months' shares of each year vary than by chance, by year."""
    rows = rows.assign(month=rows["day"].dt.month)
    return {year: dispersion(of_year, "month") for year, of_year in rows.groupby("year")}


def one_off_season():
    uneven_in = uneven(rows_of("one_off_season"))
    assert uneven_in[2013] > 1.5 * max(uneven_in[year] for year in (2010, 2011, 2012))


def late_campaign():
    rows = rows_of("late_campaign")
    rows = rows[rows["year"] == 2013]
    late = rows["day"].dt.month >= 10
    assert part(rows, late) > 0.55
    assert (logit(rows[late], "draw") - logit(rows[~late], "draw")).mean() > 0.25


def failure_chasing():
    rows = rows_of("failure_chasing")
    month = 12 * rows["day"].dt.year + rows["day"].dt.month
    sums = rows.assign(month=month).groupby(["draw", "firm", "month"])[["samples", "passed"]].sum()
    after = sums["samples"].rename(index=lambda month: month - 1, level="month")
    after = after.reindex(sums.index, fill_value=0)
    failed = sums["passed"] < sums["samples"]
    assert after[failed].mean() > 1.4 * after[~failed].mean()


def two_kinds():
    rows = rows_of("two_kinds")
    sums = rows[rows["year"] < 2013].groupby(["draw", "unit"])[["passed", "samples"]].sum()
    share = sums["passed"] / sums["samples"]
    assert 0.1 < (share < 0.78).mean() < 0.6 and (share > 0.9).mean() > 0.35
    assert share.between(0.78, 0.9).mean() < 0.3


def reacting_towns():
    rows = rows_of("reacting_towns")
    rows = rows[rows["year"] == 2013]
    early = rows["day"].dt.day_of_year <= 181
    first, second = logit(rows[early], "draw", "unit"), logit(rows[~early], "draw", "unit")
    asked = [float(Fraction(draw.asked["bound"].iloc[0])) for draw in draws("reacting_towns")]
    sums = rows[early].groupby(["draw", "unit"])[["passed", "samples"]].sum()
    bound = np.array(asked)[sums.index.get_level_values("draw")]
    behind = sums["passed"] < bound * sums["samples"]
    second = second.reindex(first.index)
    assert (second - first)[behind].mean() > 0.6 > -0.3 > (second - first)[~behind].mean()
    assert second[behind].mean() > second[~behind].mean() - 0.1


def drifting_years():
    steps = by_year("drifting_years").diff(axis=1).dropna(axis=1)
    assert (np.sign(steps).sum(axis=1).abs() == 3).mean() > 0.5
    assert steps.mean(axis=1).abs().mean() > 0.2


def changing_budget():
    taken = rows_of("changing_budget").groupby(["draw", "year"])["samples"].sum().unstack()
    assert (taken.max(axis=1) / taken.min(axis=1)).median() > 2.5


def product_rounds():
    rows = rows_of("product_rounds")
    days = rows.groupby(["draw", "year"])["day"].nunique()
    assert days.max() <= 60 and dispersion(rows, "unit", "day") > 1.15
    assert min(uneven(rows).values()) > 1.5


def tightened_standard():
    rows = rows_of("tightened_standard")
    month = rows["day"].dt.month
    change = {
        year: (
            logit(rows[(rows["year"] == year) & (month >= 11)], "draw")
            - logit(rows[(rows["year"] == year) & (month <= 4)], "draw")
        )
        for year in (2012, 2013)
    }
    assert change[2013].abs().median() > 0.6 > 0.4 > change[2012].abs().median()
    assert change[2013].max() > 0.4 and change[2013].mean() < -0.1


def sampled_again():
    rows = rows_of("sampled_again").sort_values(["draw", "firm", "day"])
    bad = rows[(rows["passed"] < rows["samples"]) & (rows["day"] < "2013-10-25")]
    pairs = bad.merge(rows, on=["draw", "firm"], suffixes=("", "_again"))
    since = (pairs["day_again"] - pairs["day"]).dt.days
    soon = pairs[since.between(20, 61)]
    keys = ["draw", "firm", "day"]
    assert len(soon[keys].drop_duplicates()) > 0.75 * len(bad[keys].drop_duplicates())
    assert soon["passed_again"].sum() / soon["samples_again"].sum() > 0.75


def rare_failures():
    rows = rows_of("rare_failures")
    assert rows["passed"].sum() / rows["samples"].sum() > 0.965
    failed = (rows["samples"] - rows["passed"]).groupby([rows["draw"], rows["unit"], rows["year"]])
    assert (failed.sum() <= 2).mean() > 0.8


def merged_towns():
    for draw in draws("merged_towns"):
        judged = draw.rows["year"] == 2013
        now, past = set(draw.rows.loc[judged, "unit"]), set(draw.rows.loc[~judged, "unit"])
        assert now - past and past - now


def collapsing_towns():
    jumps = {}
    for name in ("collapsing_towns", "plain_shares"):
        rows = rows_of(name)
        large = rows.groupby(["draw", "unit", "year"])["samples"].sum().unstack().min(axis=1) > 30
        towns = logit(rows, "draw", "unit", "year").unstack()[large]
        jumps[name] = (towns[2013] - towns[2012]).abs().quantile([0.5, 0.97])
    more = jumps["collapsing_towns"] / jumps["plain_shares"]
    assert more[0.97] > 1.25 and more[0.97] > more[0.5]


def variation(name):
    """The variance of each town's counts over its years, by their mean: 1 if they come singly."""
    numbers = rows_of(name).groupby(["draw", "unit", "year"])["count"].sum().unstack(fill_value=0)
    return numbers.var(axis=1).sum() / numbers.mean(axis=1).sum()


def city_variation(name):
    years = by_year(name)
    return years.var(axis=1).sum() / years.mean(axis=1).sum()


def plain_counts():
    assert 0.85 < variation("plain_counts") < 1.15


def december_awards():
    rows = rows_of("december_awards")
    assert part(rows, rows["day"].dt.month == 12) > 0.55
    assert rows.groupby(["draw", "year"])["day"].nunique().max() <= 6


def sparse_incidents():
    towns = sum(len(draw.asked) - 1 for draw in draws("sparse_incidents"))
    assert 0.3 < rows_of("sparse_incidents")["count"].sum() / towns / 4 < 1.3
    assert all(set(draw.asked["operator"]) == {"<="} for draw in draws("sparse_incidents"))


def moving_calendar():
    rows = rows_of("moving_calendar").assign(place=lambda rows: rows["day"].dt.day_of_year)
    middle = rows.groupby(["draw", "year"])["place"].median().unstack()
    assert (middle.std(axis=1) > 50).mean() > 0.9


def just_enough():
    exact = []
    for draw in draws("just_enough"):
        rows = draw.rows[draw.rows["year"] == 2013]
        asked = draw.asked[draw.asked["unit"] != ""].set_index("unit")["bound"].astype(int)
        number = rows.groupby("unit")["count"].sum().reindex(asked.index, fill_value=0)
        exact.append(number == asked)
    assert pd.concat(exact).mean() > 0.4


def city_quota():
    assert city_variation("city_quota") < 0.2 and variation("city_quota") > 1


def contagious_complaints():
    assert variation("contagious_complaints") > 1.8
    rows = rows_of("contagious_complaints")
    first = rows.groupby(["draw", "unit"])["day"].diff().dt.days
    assert (first < 15).mean() > 0.4


def used_up_candidates():
    years = by_year("used_up_candidates")
    assert (years.diff(axis=1).dropna(axis=1).mean(axis=1) < 0).all()
    assert years[2013].sum() < 0.6 * years[2010].sum()


def new_hotline():
    years = by_year("new_hotline")
    assert years[2013].sum() > 1.3 * years[2012].sum()
    assert 0.9 < years[2012].sum() / years[2010].sum() < 1.1


def alternate_years():
    years = by_year("alternate_years")
    even, odd = years[[2010, 2012]].sum(axis=1), years[[2011, 2013]].sum(axis=1)
    assert (np.maximum(even, odd) > 1.4 * np.minimum(even, odd)).all()
    assert (even > odd).any() and (odd > even).any()


def large_lots():
    assert variation("large_lots") > 3 and rows_of("large_lots")["count"].mean() > 3


def shared_luck():
    assert city_variation("shared_luck") > 4 * city_variation("plain_counts")


CLAIMS = [
    *(plain_shares, persistent_towns, shifted_city, firm_clusters, failing_batches, bad_summer),
    *(town_seasons, one_off_season, late_campaign, failure_chasing, two_kinds, reacting_towns),
    *(drifting_years, changing_budget, product_rounds, tightened_standard, sampled_again),
    *(rare_failures, merged_towns, collapsing_towns, plain_counts, december_awards),
    *(sparse_incidents, moving_calendar, just_enough, city_quota, contagious_complaints),
    *(used_up_candidates, new_hotline, alternate_years, large_lots, shared_luck),
]


def test_each_claim_is_looked_at():
    assert [claim.__name__ for claim in CLAIMS] == list(BY_NAME)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_what_a_generator_claims_is_so(claim):
    claim()
