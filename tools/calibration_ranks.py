"""Do year-end ranks keep their word? `python tools/calibration_ranks.py` prints the table of the
README.

Cities of twelve towns and as many targets, each target's years from another generator
(`generators.py`): on three days rank and score get the interval that `yxq score` shows, and what
the year's end makes of them is set beside it.
"""

from __future__ import annotations

import argparse
from fractions import Fraction

import calibration
import generators
import numpy as np
import pandas as pd

from yxq.attainment import scores
from yxq.attainment.attain import COLUMNS, FURTHER
from yxq.plan.folder import Plan
from yxq.plan.scoring import Band, Scoring
from yxq.plan_folders.load import load

DAYS = ["04-30", "07-31", "10-31"]
TOWNS, TARGETS = 12, 12
BANDS = tuple(
    Band(grade=grade, least=Fraction(least))
    for grade, least in (("A", 90), ("B", 80), ("C", 60), ("D", 0))
)


def plan_of(seed: int) -> Plan:
    """The shipped plan with a plain scoring and equal weights."""
    plan = load("yxq/plan/shipped/yixing").plan(2013)
    weighed = tuple(t.model_copy(update={"weight": Fraction(1)}) for t in plan.targets)
    scoring = Scoring(bands=BANDS, seed=seed, draws=1000)
    period = plan.period.model_copy(update={"scoring": scoring, "targets": weighed})
    return plan.model_copy(update={"period": period})


def city(plan: Plan, held_out: bool, rng: np.random.Generator) -> pd.DataFrame:
    """What is told of each town and target on each day, and what came."""
    pool = [each for each in generators.GENERATORS if each.held_out == held_out]
    plain = [t.id for t in plan.targets if t.kind in ("share", "count") and t.worth is None]
    found = []
    for target in plain[:TARGETS]:
        made = pool[rng.integers(len(pool))].make(rng)
        span = [int(year) for year in generators.YEARS]
        cases = calibration.judged(made.rows, made.asked, span)
        cases = cases[~cases["city"] & cases["day"].isin(DAYS)]
        chosen = rng.permutation(cases.index.unique())[:TOWNS]
        names = dict(zip(chosen, (unit.name for unit in plan.towns), strict=False))
        cases = cases[cases.index.isin(chosen)].rename(index=names)
        found.append(cases.rename_axis("unit").reset_index().assign(target=target))
    return pd.concat(found, ignore_index=True)


def results(plan: Plan, cases: pd.DataFrame, day: str) -> pd.DataFrame:
    """Results as `attain` has them, of a day or of the year's end ("12-31")."""
    kinds, over = {target.id: target.kind for target in plan.targets}, day == "12-31"
    met = cases["held"] > 0 if over else cases["told"] >= 0.5
    words = ("attained", "not attained") if over else ("on track", "behind")
    columns = {
        "state": np.where(met, *words),
        "kind": cases["target"].map(kinds),
        "probability": np.nan if over else cases["told"],
        "as_of": pd.Timestamp(f"2013-{day}"),
        "final": over,
    }
    table = cases[["unit", "target"]].assign(**columns)
    return table.reindex(columns=[*COLUMNS, *FURTHER]).astype(COLUMNS | FURTHER)


def covered(held_out: bool, cities: int) -> pd.DataFrame:
    """A row a day: how often the year's end lay inside the interval of the rank and of the score,
    how wide that of the rank was, and how often the likeliest grade came, as told and in fact.
    """
    rows = []
    for number in range(cities):
        plan = plan_of(number)
        cases = city(plan, held_out, np.random.default_rng([2013, number]))
        one = cases[cases["day"] == DAYS[0]]
        end = scores.score(plan, results(plan, one, "12-31")).set_index("unit")
        for day in DAYS:
            table = results(plan, cases[cases["day"] == day], day)
            told = scores.score(plan, table).set_index("unit").loc[end.index]
            within = end["rank"].between(told["rank_low"], told["rank_high"])
            score = end["score"].round(9).between(told["end_low"], told["end_high"])
            rows.append(
                {
                    "day": day,
                    "rank": within.mean(),
                    "score": score.mean(),
                    "width": (told["rank_high"] - told["rank_low"]).mean(),
                    "grade_told": told["end_chance"].mean(),
                    "grade_came": (told["end_grade"] == end["grade"]).mean(),
                }
            )
    return pd.DataFrame(rows).groupby("day").mean()


def main() -> None:
    """Print how often the year's end was inside, by day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=60)
    cities = parser.parse_args().cities
    for held_out in (False, True):
        table = covered(held_out, cities)
        print(f"\n{cities} cities, {'held out' if held_out else 'tuned on'}")
        print("| day | rank inside | score inside | places | grade told | grade came |")
        print("|---|---|---|---|---|---|")
        for day, row in table.iterrows():
            shares = [f"{row[name]:.0%}" for name in ("rank", "score")]
            grades = [f"{row[name]:.0%}" for name in ("grade_told", "grade_came")]
            print(f"| {day} | {' | '.join(shares)} | {row['width']:.1f} | {' | '.join(grades)} |")


if __name__ == "__main__":
    main()
