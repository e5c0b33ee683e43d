"""Simulated ends of the year, each draw of them scored by itself in fractions."""

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from judged import CITY, MID
from scipy.stats import norm
from test_outlook import done, open_
from test_scores import plan, table

from yxq.attainment import scores
from yxq.plan.scoring import Band, Deduction, Scoring, Step, Veto

BANDS = (
    Band(grade="A", least=90, keys=True),
    Band(grade="B", least=75),
    Band(grade="C", least=50),
    Band(grade="D", least=0),
)
RULES = Scoring(
    bands=BANDS,
    seed=11,
    draws=1000,
    partial=(Step(reached="95%", credit="1/2"),),
    deductions=(Deduction(targets=("T71",), points=3), Deduction(targets=("T74",), points=7)),
    veto=Veto(targets=("T63",), grade="D"),
    missing_at_most="1/2",
)
OFF, VETOES, KEYS = {"T71": 3, "T74": 7}, ["T63"], ["T02"]
WEIGHTS = {"T01": Fraction(2), "T02": Fraction(3, 2), "T04": Fraction(1, 3)}
NEAR = {"have": 95, "asked": 100}
OVER_100 = {"state": "attained", "final": True, "as_of": MID, "earned": "5/2"}
TOWNS = {
    "丁蜀镇": {
        "T01": open_(0.7),
        "T02": open_(0.4, **NEAR),  # a half, if it is missed
        "T63": open_(0.9),
        "T71": done("attained"),
        "T74": open_(0.6),
        "T05": {"state": "pending", "as_of": MID, "final": False},
    },
    "和桥镇": {
        "T01": done("attained"),
        "T02": done("not attained"),  # a key item, for good
        "T04": open_(0.5),
        "T71": done("not attained"),
        "T74": open_(0.3),
    },
    "官林镇": {
        "T01": open_(0.55),
        "T02": open_(0.8),
        "T63": done("not attained"),
        "T74": done("attained"),
    },
    "屺亭街道": {
        "T01": open_(0.6) | {"probability": None},  # no chance: as it is now
        "T02": open_(0.3) | {"final": True},
        "T04": open_(0.45),
        "T05": {"state": "no data", "as_of": MID, "final": False},
        "T71": {"state": "not applicable", "as_of": MID, "final": True},
    },
    "新街街道": {"T05": {"state": "pending", "as_of": MID, "final": False}},
    CITY: {"T01": open_(0.8), "T02": done("attained"), "T74": open_(0.2)},
}


@dataclass
class Item:
    """One result: what it may become."""

    target: str
    most: Fraction
    now: Fraction
    chance: float
    is_open: bool
    short: bool
    off: int = 0


def items(made, results: dict) -> list[Item]:
    """What counts for the score of a unit."""
    found = []
    for target, told in results.items():
        state, most = told["state"], made.target(target).most
        if state in ("pending", "no data", "not applicable"):
            continue
        short = state in ("not attained", "behind")
        now = Fraction(0) if short else most
        if short and told.get("have"):
            now = most / 2
        chance = told.get("probability")
        is_open = chance is not None and not told["final"]
        off = OFF.get(target, 0) if state == "not attained" else 0
        found.append(Item(target, most, now, chance or 0, is_open, short, off))
    return found


def ends(made, towns: dict) -> dict[str, list[tuple]]:
    """By unit the score, the veto, the missed key item and the miss of every draw."""
    rng, names = np.random.default_rng(made.period.scoring.seed), sorted(towns)
    units = {name: items(made, towns[name]) for name in names}
    drawn = sorted({item.target for each in units.values() for item in each if item.is_open})
    met: dict[tuple[str, str], np.ndarray] = {}
    for target in drawn:
        even = rng.random((len(names), 1000), np.float32)
        shared = rng.integers(25, size=1000)
        for name, row in zip(names, even, strict=True):
            for item in units[name]:
                if item.target == target:
                    own = [
                        norm.cdf(
                            (norm.ppf(item.chance) - norm.ppf((k + 0.5) / 25) * 0.5**0.5) / 0.5**0.5
                        )
                        for k in range(25)
                    ]
                    met[name, target] = np.array(
                        [u < own[k] for u, k in zip(row, shared, strict=True)]
                    )
    found: dict[str, list[tuple]] = {name: [] for name in names}
    has_points = made.period.has_points
    for name in names:
        of = sum(item.most for item in units[name])
        for draw in range(1000) if of else ():
            earned = off = Fraction(0)
            vetoed = key = miss = False
            for item in units[name]:
                gone = not met[name, item.target][draw] if item.is_open else item.short
                if not item.is_open:
                    earned, off = earned + item.now, off + item.off
                elif gone:
                    earned += item.now if item.now < item.most else 0
                    off += OFF.get(item.target, 0)
                else:
                    earned += item.most
                now_lost = item.is_open or item.off or item.short
                vetoed |= item.target in VETOES and gone and bool(now_lost)
                key |= item.target in KEYS and gone
                miss |= gone
            score = 100 * (earned - off) / of if has_points else 100 * earned / of - off
            found[name].append((max(score, Fraction(0)), vetoed, key, miss))
    return found


def graded(score: Fraction, vetoed: bool, key: bool, decimals: int | None) -> str:
    if vetoed:
        return "D"
    if decimals is not None:
        score = Fraction(math.floor(score * 10**decimals + Fraction(1, 2)), 10**decimals)
    return next(band.grade for band in BANDS if score >= band.least and not (band.keys and key))


def quantiles(numbers: list) -> tuple[float, float]:
    """The 50th and the 950th of 1000."""
    return float(sorted(numbers)[49]), float(sorted(numbers)[949])


def with_keys(made, points: dict | None = None):
    targets = [
        target.model_copy(
            update={"key": target.id in KEYS}
            | ({"points": points.get(target.id)} if points else {})
        )
        for target in made.targets
    ]
    if points:
        targets = [target for target in targets if target.points is not None]
    period = made.period.model_copy(update={"targets": tuple(targets)})
    return made.model_copy(update={"period": period})


@pytest.mark.parametrize("decimals", [None, 0])
@pytest.mark.parametrize(
    "points", [None, dict.fromkeys(("T01", "T02", "T04", "T05", "T63", "T71", "T74"), Fraction(20))]
)
def test_every_end_of_the_year_scored_by_itself(decimals, points):
    rules = RULES.model_copy(update={"decimals": decimals})
    made = with_keys(plan(rules, **WEIGHTS), points)
    assert made.period.has_points == bool(points)
    got = scores.score(made, table(**TOWNS)).set_index("unit")
    found = ends(made, TOWNS)
    ranked = [name for name in found if found[name] and name != CITY]
    places: dict[str, list[int]] = {name: [] for name in ranked}
    for draw in range(1000):
        order = {name: (not found[name][draw][1], found[name][draw][0]) for name in ranked}
        for name in ranked:
            places[name].append(1 + sum(other > order[name] for other in order.values()))
    assert (
        len(ranked) == 4
        and got.loc["新街街道", ["end_low", "end_grade", "all_met", "rank"]].isna().all()
    )
    for name in [*ranked, CITY]:
        row, each = got.loc[name], found[name]
        assert (row["end_low"], row["end_high"]) == pytest.approx(quantiles([e[0] for e in each]))
        assert row["all_met"] == pytest.approx(sum(not miss for *_, miss in each) / 1000)
        grades = Counter(graded(*marks, decimals) for *marks, _ in each)
        assert row["end_chance"] == pytest.approx(max(grades.values()) / 1000)
        assert grades[row["end_grade"]] == max(grades.values())
        if name != CITY:
            assert (row["rank_low"], row["rank_high"]) == quantiles(places[name])
    assert got.loc[CITY, ["rank_low", "rank_high"]].isna().all()
    assert {*got["end_grade"].dropna()} > {"D"}
