"""What has changed between two packs, of frames by hand."""

import pandas as pd
import pytest
from sides import CITY, RESULTS, ROWS, side

from yxq.attainment.since import CAUSES, compare
from yxq.words.errors import PlanError


def changes(**after) -> list[tuple]:
    rows = compare(side(), side(**after)).rows
    return [*zip(rows["change"], rows["unit"], rows["row"], strict=True)]


def causes(**after) -> dict[tuple[str, str], str]:
    results = compare(side(), side(**after)).results
    return {(row.unit, row.target): row.causes for row in results.itertuples()}


def test_nothing_changed_is_nothing():
    found = compare(side(), side())
    assert found.summary == dict.fromkeys(found.summary, 0)


def test_a_row_is_known_by_its_key_else_by_its_values():
    moved = [(*row[:4], row[4] + 10) for row in ROWS]
    assert changes(rows=moved) == []  # the same rows in another place
    assert changes(rows=[*ROWS, ("甲", "k9", "9", "A", 9)]) == [("new", "甲", 9)]
    assert changes(rows=ROWS[1:]) == [("gone", "甲", 1)]
    assert changes(rows=ROWS[1:], withdrawn=[("x.csv", "", 1)]) == [("withdrawn", "甲", 1)]
    assert changes(rows=[("甲", "k1", "7", "A", 1), *ROWS[1:]]) == [("corrected", "甲", 1)]
    assert changes(rows=ROWS[:4]) == [("gone", "乙", 5)]  # of two alike one
    assert changes(rows=[*ROWS[:4], ("乙", "", "5", "B", 5)]) == [
        ("new", "乙", 5),
        ("gone", "乙", 5),
    ]


def test_a_row_that_is_another_units_now_is_corrected_in_both():
    rows = [("乙", "k1", "1", "A", 1), *ROWS[1:]]
    assert sorted(changes(rows=rows)) == [("corrected", "乙", 1), ("corrected", "甲", 1)]


def test_a_result_that_moved_names_its_rows_and_the_city_those_of_all():
    results = RESULTS | {("甲", "A"): ("on track", 9), (CITY, "A"): ("on track", 18)}
    rows = [("甲", "k1", "7", "A", 1), *ROWS[1:4]]
    found = compare(side(), side(rows=rows, results=results))
    listed = found.results.set_index(["unit", "target"])
    assert listed["causes"].to_dict() == {("甲", "A"): "corrected", (CITY, "A"): "corrected"}
    assert listed["rows"].to_dict() == {("甲", "A"): 1, (CITY, "A"): 1}
    assert listed.loc[("甲", "A"), "moved"] == "state;value;numerator"
    assert listed.loc[("甲", "A"), ["state_before", "state_after"]].tolist() == [
        "behind",
        "on track",
    ]
    assert found.behind("甲", "A")["row"].tolist() == [1]
    assert found.behind(CITY, "B")["row"].tolist() == [5] and found.behind("甲", "B").empty


def test_a_row_of_the_city_itself_counts_for_it_once():
    rows = [*ROWS, (CITY, "c", "9", "A", 9)]
    found = compare(side(), side(rows=rows, results=RESULTS | {(CITY, "A"): ("on track", 18)}))
    assert found.results["rows"].tolist() == [1] and len(found.behind(CITY, "A")) == 1


@pytest.mark.parametrize(
    ("after", "cause"),
    [
        ({"defined": {"A": "other", "B": "b"}}, "plan"),
        ({"day": "2013-07-31"}, "days"),
        ({"program": "2"}, "rule"),
        ({"program": "2", "day": "2013-07-31"}, "days"),
        ({}, "others"),
    ],
)
def test_what_no_row_explains_is_explained_otherwise(after, cause):
    assert causes(results=RESULTS | {("甲", "A"): ("on track", 9)}, **after) == {("甲", "A"): cause}


def test_a_state_that_moved_alone_on_another_day_moved_by_time_too():
    rows = [("甲", "k1", "7", "A", 1), *ROWS[1:]]
    state_alone, number = ("on track", 8), ("behind", 9)
    day = {"rows": rows, "day": "2013-07-31"}
    assert (
        causes(results=RESULTS | {("甲", "A"): state_alone}, **day)["甲", "A"] == "corrected;days"
    )
    assert causes(results=RESULTS | {("甲", "A"): number}, **day)["甲", "A"] == "corrected"


def test_returns_that_came_are_a_cause():
    now = side(results=RESULTS | {("乙", "B"): ("attained", 2)})
    now["attained"].loc[now["attained"]["target"] == "B", "missing"] = 1
    assert compare(side(), now).results["causes"].tolist() == ["returns"]


def test_targets_and_results_that_are_there_on_one_side_only():
    results = {key: value for key, value in RESULTS.items() if key[1] == "A"}
    found = compare(
        side(), side(results=results | {("甲", "C"): ("behind", 1)}, defined={"A": "a", "C": ""})
    )
    assert found.targets.set_index("target")["change"].to_dict() == {"C": "added", "B": "dropped"}
    listed = found.results.set_index(["unit", "target"])
    assert listed["causes"].to_dict() == {("甲", "C"): "plan", ("乙", "B"): "plan"}
    assert pd.isna(listed.loc[("甲", "C"), "state_before"])


def test_scores_that_moved_name_the_results_of_the_unit():
    now = side(results=RESULTS | {("甲", "A"): ("on track", 9)}, scoring="other")
    now["scores"].loc[0, ["score", "grade"]] = [90.0, "A"]
    now["scores"].loc[1, "rank"] = 3
    scores = compare(side(), now).scores.set_index("unit")
    assert scores["moved"].to_dict() == {"甲": "score;grade", "乙": "rank"}
    assert scores["causes"].to_dict() == {"甲": "scoring;A", "乙": "scoring"}
    assert compare(side(), side() | {"scores": side()["scores"].assign(rank=[2, 1])}).scores[
        "causes"
    ].tolist() == ["others", "others"]


def test_two_plans_are_refused():
    with pytest.raises(PlanError, match="two plans or years, p-2013 and p-2014"):
        compare(side(), side(year=2014))


def test_every_cause_is_one_that_is_known():
    assert len({*CAUSES}) == 9
