"""Scores, subscores and movers by a plain reckoning in fractions, and by hand at every edge."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd
import pytest
from judged import CITY, MID, PLAN
from scipy.stats import beta
from test_scores import BANDS, PLAIN, plan, table

from yxq.attainment import credits, movers, scores
from yxq.attainment.attain import attain
from yxq.attainment.outlook import ENDS
from yxq.attainment.owed import status
from yxq.plan.scoring import Band, Deduction, Late, Scoring, Step, Veto
from yxq.plan.worth import Worth

AFTER = dt.date(2014, 1, 31)
NAMED = [
    *("unit", "score", "grade", "rank", "rank_low", "rank_high"),
    *("vetoed", "deducted", "missing", "judged", "ranked", "total", "of"),
]
BOUNDS = ["score_low", "score_high", "grade_low", "grade_high", "rank_best", "rank_worst"]
STEPS = (Step(reached="95%", credit="1/2"), Step(reached="1/2", credit="1/4"))
RULES = Scoring(
    bands=BANDS,
    seed=1,
    draws=1000,
    vary="0",
    partial=STEPS,
    late=Late(days=30, credit="1/2"),
    deductions=(Deduction(targets=("T71",), points=2), Deduction(targets=("T74",), points=5)),
    veto=Veto(targets=("T63",), grade="D"),
    missing_at_most="1/5",
)


def behind_by(have: int, asked: int, state: str = "not attained") -> dict:
    return {"state": state, "have": have, "asked": asked}


def late_by(days: int) -> dict:
    done = pd.Timestamp("2013-12-31") + pd.Timedelta(days=days)
    return {"state": "not attained", "gap": -days, "done": done}


GOOD = dict.fromkeys(("T02", "T03", "T21", "T71", "T63"), "attained")
WEIGHTS = {"T02": 2}  # of six in all
TOWNS = {
    "丁蜀镇": GOOD | {"T03": behind_by(95, 100), "T21": late_by(30)},  # 2 + 1/2 + 1/2 + 1 + 1 of 6
    "和桥镇": GOOD | {"T63": "not attained"},  # 5 of 6, and last
    "官林镇": GOOD | {"T71": "not attained"},  # 5 of 6, and 2 points off
    "宜城街道": GOOD | {"T02": "no data"},  # 2 of 6 are missing: no score
    "屺亭街道": GOOD | {"T03": "no data", "T21": "pending"},  # 1 of 5 is missing: still scored
    "新街街道": GOOD | {"T02": behind_by(949, 1000), "T03": behind_by(1, 2), "T21": late_by(31)},
    CITY: GOOD | {"T17": "reported", "T18": "no data", "T05": "not applicable"},
}


def listed(made: pd.DataFrame) -> list[tuple]:
    """The rows as plain values: what is missing is None."""
    rows = made.astype("object").where(made.notna(), None)
    return [tuple(row) for row in rows.itertuples(index=False)]


def near(got: list[tuple], wanted: list[tuple]) -> None:
    assert len(got) == len(wanted) > 0
    for one, other in zip(got, wanted, strict=True):
        assert len(one) == len(other)
        for value, want in zip(one, other, strict=True):
            assert value == (pytest.approx(want, abs=1e-9) if isinstance(want, float) else want), (
                one,
                other,
            )


def test_a_whole_table_of_scores_by_hand():
    got = scores.score(plan(RULES, **WEIGHTS), table(**TOWNS))
    assert list(got.columns) == [*NAMED, *BOUNDS, *ENDS]
    third = (
        (2 / 4 + 1 / 4 + 0 + 1 + 1) / 6 * 100
    )  # 949 of 1000 is more than a half, and weighs twice
    near(
        listed(got[NAMED]),
        [
            ("丁蜀镇", 500 / 6, "B", 1, 1, 1, False, 0, 0.0, 1.0, 5, 5.0, 6.0),
            ("和桥镇", 500 / 6, "D", 5, 5, 5, True, 0, 0.0, 1.0, 5, 5.0, 6.0),
            ("官林镇", 500 / 6 - 2, "B", 2, 2, 2, False, 2, 0.0, 1.0, 5, 5.0, 6.0),
            ("宜城街道", None, "", None, None, None, False, 0, 2 / 6, 4 / 6, 5, 4.0, 4.0),
            ("屺亭街道", 100.0, "B", 3, 3, 3, False, 0, 1 / 5, 4 / 6, 5, 4.0, 4.0),
            ("新街街道", third, "D", 4, 4, 4, False, 0, 0.0, 1.0, 5, 2.75, 6.0),
            (CITY, 100.0, "A", None, None, None, False, 0, 0.0, 1.0, 5, 6.0, 6.0),
        ],
    )
    near(
        listed(got[["unit", *BOUNDS]]),
        [
            ("丁蜀镇", 500 / 6, 500 / 6, "B", "B", 1, 2),  # the fifth may come before it
            ("和桥镇", 500 / 6, 500 / 6, "D", "D", 5, 5),
            ("官林镇", 500 / 6 - 2, 500 / 6 - 2, "B", "B", 2, 3),
            ("宜城街道", 400 / 6, 100.0, "C", "A", None, None),
            ("屺亭街道", 80.0, 100.0, "B", "A", 1, 3),  # 4 or 5 of 5
            ("新街街道", third, third, "D", "D", 4, 4),
            (CITY, 100.0, 100.0, "A", "A", None, None),
        ],
    )


def test_a_sections_score_is_without_points_off_and_by_its_own_weights():
    """Two points are off for T71, and none of them in its section, of which it is a half."""
    told = {"官林镇": TOWNS["官林镇"] | {"T74": "attained"}, "宜城街道": TOWNS["宜城街道"]}
    got = scores.subscores(plan(RULES, **WEIGHTS), table(**told))
    assert list(got.columns) == ["unit", "clause", "score", "missing"]
    both = {"二(一)": (100.0, 0.0), "二(五)": (100.0, 0.0)}
    wanted = {
        "官林镇": both | {"一、1": (100.0, 0.0), "三、": (50.0, 0.0)},
        "宜城街道": both | {"一、1": (None, 2 / 3), "三、": (100.0, 0.0)},
    }
    rows = [(unit, clause, *each) for unit, own in wanted.items() for clause, each in own.items()]
    near(sorted(listed(got), key=lambda row: row[:2]), sorted(rows, key=lambda row: row[:2]))


@pytest.mark.parametrize(
    ("told", "worth"),
    [
        ("attained", 1),
        ("on track", 1),
        ("not attained", 0),
        ("behind", 0),
        (behind_by(95, 100), Fraction(1, 2)),
        (behind_by(95, 100, "behind"), Fraction(1, 2)),
        (behind_by(94, 100), Fraction(1, 4)),
        (behind_by(1, 2), Fraction(1, 4)),
        (behind_by(499, 1000), 0),
        (behind_by(0, 0), 0),
        (late_by(1), Fraction(1, 2)),
        (late_by(30), Fraction(1, 2)),
        (late_by(31), 0),
        ({"state": "not attained", "gap": -5}, 0),
    ],
)
def test_what_each_result_is_worth(told, worth):
    """Exactly at each step; what is not done at all is not done late."""
    target = "T21" if "gap" in told else "T02"
    got = credits.credits(plan(RULES), table(丁蜀镇={target: told})).iloc[0]
    assert (got["earned"], got["applies"], got["missing"], got["pending"]) == (
        worth,
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("target", "state", "kind"),
    [
        ("T02", "no data", "missing"),
        ("T18", "no data", None),
        ("T02", "pending", "pending"),
        ("T02", "not applicable", None),
        ("T18", "reported", None),
    ],
)
def test_what_has_no_worth_at_all(target, state, kind):
    got = credits.credits(plan(RULES), table(丁蜀镇={target: state})).iloc[0]
    flags = {"applies": False, "missing": kind == "missing", "pending": kind == "pending"}
    assert got[[*flags]].to_dict() == flags and got["earned"] == 0


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ("not attained", 5),
        ("behind", 0),
        ("attained", 0),
        ("no data", 0),
        ("pending", 0),
        (late_by(31), 0),
        ({"state": "not attained", "gap": -40}, 5),
    ],
)
def test_points_are_taken_off_only_for_what_was_not_done(told, points):
    got = credits.credits(plan(RULES), table(丁蜀镇={"T74": told})).iloc[0]
    assert got["deducted"] == points


@pytest.mark.parametrize(
    ("good", "grade"),
    [(100, "A"), (90, "A"), (89, "B"), (80, "B"), (79, "C"), (60, "C"), (59, "D"), (0, "D")],
)
def test_a_band_takes_its_least_score(good, grade):
    whole = {"T02": "attained", "T03": "not attained"}
    weights = {"T02": Fraction(good or 1, 100), "T03": Fraction(100 - good or 1, 100)}
    whole = {0: {"T03": "not attained"}, 100: {"T02": "attained"}}.get(good, whole)
    got = scores.score(plan(RULES, **weights), table(丁蜀镇=whole)).iloc[0]
    assert (got["score"], got["grade"]) == (good, grade)


@pytest.mark.parametrize(("missing", "scored"), [(20, True), (21, False), (0, True), (100, False)])
def test_just_as_much_may_be_missing_as_is_allowed(missing, scored):
    told = {"T02": "no data", "T03": "attained"}
    weights = {"T02": Fraction(missing or 1), "T03": Fraction(100 - missing or 1)}
    told = {0: {"T03": "attained"}, 100: {"T02": "no data"}}.get(missing, told)
    got = scores.score(plan(RULES, **weights), table(丁蜀镇=told)).iloc[0]
    assert pd.notna(got["score"]) == pd.notna(got["rank"]) == scored
    grade = {0: "A", 20: "B"}.get(missing, "")  # by the 80 points that are certain
    assert (got["missing"], got["grade"]) == (missing / 100, grade)


def test_of_equals_the_next_comes_after_all_of_them():
    """Two at 100, three at 50, one at 0, and two that are vetoed come last, by their points."""
    good, half, bad = (
        {"T02": a, "T03": b}
        for a, b in (("attained",) * 2, ("attained", "behind"), ("behind",) * 2)
    )
    veto = {"T63": "not attained"}
    names = [unit.name for unit in PLAN.towns][:8]
    told = [half, good, bad, good | veto, half, good, half, bad | veto]
    got = scores.score(plan(RULES), table(**dict(zip(names, told, strict=True))))
    assert got["rank"].tolist() == [3, 1, 6, 7, 3, 1, 3, 8]
    assert got["ranked"].tolist() == [8] * 8


# By a plain reckoning


@dataclass
class Cell:
    """What one result counts for."""

    target: str
    weight: Fraction
    credit: Fraction
    state: str
    kind: str
    points: int
    vetoes: bool
    lost: bool = False
    """Whether it is missed for good in a year that still runs."""
    cost: int = 0
    may_veto: bool = False

    @property
    def applies(self) -> bool:
        return self.state in ("attained", "on track", "not attained", "behind")

    @property
    def missing(self) -> bool:
        return self.state == "no data" and self.kind != "reported"

    @property
    def awaited(self) -> bool:
        """What is never judged is never awaited."""
        return self.state == "pending" and self.kind != "reported"


def reckoned(made, row) -> Cell:
    """A result's credit, points and veto, from what the plan's scoring says."""
    scoring, state = made.period.scoring, row["state"]
    credit, missed = Fraction(0), state in ("not attained", "behind")
    done = pd.notna(row["done"])
    if state in ("attained", "on track"):
        credit = Fraction(1)
    elif (
        missed
        and scoring.late
        and done
        and row["kind"] == "task"
        and row["gap"] >= -scoring.late.days
    ):
        credit = scoring.late.credit
    elif missed and pd.notna(row["have"]) and pd.notna(row["asked"]) and row["asked"] > 0:
        reached = Fraction(str(row["have"])) / Fraction(str(row["asked"]))
        steps = [step.credit for step in scoring.partial if reached >= step.reached]
        credit = max(steps, default=Fraction(0))
    fails = state == "not attained"
    cost = sum(each.points for each in scoring.deductions if row["target"] in each.targets)
    veto = scoring.veto is not None and row["target"] in scoring.veto.targets
    weight = made.target(row["target"]).weight
    return Cell(
        row["target"],
        weight,
        credit,
        state,
        row["kind"],
        cost if fails and not done else 0,
        veto and fails,
        fails and missed_for_good(made, row),
        cost,
        veto,
    )


def missed_for_good(made, row) -> bool:
    return bool(pd.Timestamp(row["as_of"]) < pd.Timestamp(made.span()[1]))


def points_of(cells: list[Cell]) -> Fraction | None:
    """The score, or none where too much is missing."""
    known = sum(cell.weight for cell in cells if cell.applies)
    lacking = sum(cell.weight for cell in cells if cell.missing)
    if not known or lacking > (known + lacking) * Fraction(1, 5):
        return None
    return 100 * sum(cell.weight * cell.credit for cell in cells if cell.applies) / known


def scored(cells: list[Cell]) -> Fraction | None:
    plain = points_of(cells)
    return None if plain is None else max(plain - sum(cell.points for cell in cells), Fraction(0))


def order(cells: list[Cell]) -> tuple[bool, Fraction]:
    """How a unit is placed: those without a veto first, then by the score, all that is missing
    being missed.
    """
    at_worst = {"state": "not attained", "credit": Fraction(0)}
    cells = [
        replace(cell, **at_worst, points=cell.cost, vetoes=cell.may_veto) if cell.missing else cell
        for cell in cells
    ]
    return not any(cell.vetoes for cell in cells), scored(cells)


def turned(made, cell: Cell) -> Cell:
    """A result in full where it is not, and lost where it is."""
    scoring = made.period.scoring
    if cell.credit < 1:
        return Cell(cell.target, cell.weight, Fraction(1), "attained", cell.kind, 0, False)
    cost = sum(each.points for each in scoring.deductions if cell.target in each.targets)
    veto = scoring.veto is not None and cell.target in scoring.veto.targets
    return Cell(cell.target, cell.weight, Fraction(0), "not attained", cell.kind, cost, veto)


def by_unit(made, attained: pd.DataFrame) -> dict[str, list[Cell]]:
    """All results, a list a unit."""
    out: dict[str, list[Cell]] = {}
    for row in attained.to_dict("records"):
        out.setdefault(row["unit"], []).append(reckoned(made, row))
    return out


def places(units: dict[str, list[Cell]]) -> dict[str, tuple[bool, Fraction]]:
    """The towns that have a rank, and what places them."""
    towns = {name: cells for name, cells in units.items() if name != CITY}
    return {name: order(cells) for name, cells in towns.items() if scored(cells) is not None}


def expected_movers(made, units: dict[str, list[Cell]]) -> list[tuple]:
    at = places(units)
    rows = []
    for name in sorted(at):
        others = [place for other, place in at.items() if other != name]
        before = 1 + sum(place > at[name] for place in others)
        own = []
        for number, cell in enumerate(units[name]):
            if not cell.applies or (cell.lost and cell.credit < 1):
                continue
            other = [*units[name][:number], turned(made, cell), *units[name][number + 1 :]]
            then = order(other)
            after = 1 + sum(place > then for place in others)
            own.append(
                (name, cell.target, float(scored(other) - scored(units[name])), before - after)
            )
        rows += sorted(own, key=lambda row: (-abs(row[3]), -abs(row[2]), row[1]))
    return rows


def movers_agree(made, attained: pd.DataFrame) -> None:
    """Every row, and the order; of moves that are equal but for dust the order is free."""
    got = movers.movers(made, attained)
    assert list(got.columns) == ["unit", "target", "points", "places", "chance"]
    got = got.drop(columns="chance")
    wanted = expected_movers(made, by_unit(made, attained))
    assert len(got) == len(wanted) > 0
    told = {(unit, target): (points, moved) for unit, target, points, moved in wanted}
    for row in got.itertuples(index=False):
        points, moved = told[row.unit, row.target]
        assert (row.points, row.places) == (pytest.approx(points, abs=1e-9), moved), row
    sizes = [(unit, -abs(moved), -round(abs(points), 9)) for unit, _, points, moved in listed(got)]
    assert sizes == sorted(sizes)
    firm = got.assign(points=got["points"].round(6)).groupby(
        ["unit", "places", "points"], sort=False
    )["target"]
    assert (
        len({*zip(got["unit"], got["target"], strict=True)}) == len(got) and firm.size().max() > 0
    )


def test_what_moves_a_rank_with_vetoes_points_and_half_credits():
    movers_agree(plan(RULES, **WEIGHTS), table(**TOWNS))


def test_the_moves_of_three_units_in_full_by_hand():
    """100, 50 and 50 with a veto: what each of two targets and the veto would do."""
    told = {
        "丁蜀镇": {"T02": "attained", "T63": "attained"},
        "和桥镇": {"T02": "not attained", "T63": "attained"},
        "官林镇": {"T02": "attained", "T63": "not attained"},
    }
    got = movers.movers(plan(RULES), table(**told)).drop(columns="chance")
    wanted = [
        (
            "丁蜀镇",
            "T63",
            -50.0,
            -1,
        ),  # vetoed as well, with as many points as the other that is: second, both
        ("丁蜀镇", "T02", -50.0, 0),  # level with the second: both are first
        ("和桥镇", "T02", 50.0, 1),
        ("和桥镇", "T63", -50.0, -1),
        ("官林镇", "T63", 50.0, 2),
        ("官林镇", "T02", -50.0, 0),
    ]
    assert sorted(listed(got)) == sorted(wanted)
    assert [row[0] for row in listed(got)] == sorted(row[0] for row in wanted)
    assert listed(got)[:2] == wanted[:2] and listed(got)[-2:] in (wanted[2:4], wanted[4:])


@pytest.fixture(scope="module", params=[MID, AFTER], ids=["within the year", "at its end"])
def attained(request, plan2013, demo_tables):
    returns = status(plan2013, demo_tables.files, request.param)
    return attain(plan2013, demo_tables.measures, returns, request.param)


class TestDemo:
    """The demonstration's returns, within the year and at its end."""

    def test_every_score(self, plan2013, attained):
        got = scores.score(plan2013, attained)
        assert list(got.columns) == [*NAMED, *BOUNDS, *ENDS] and len(got) == 21
        got = got[NAMED]
        units = by_unit(plan2013, attained)
        at = places(units)
        assert list(got["unit"]) == list(units)
        bands = [(90, "A"), (80, "B"), (60, "C"), (0, "D")]
        wanted = []
        for name, cells in units.items():
            value, vetoed = scored(cells), any(cell.vetoes for cell in cells)
            certain = order(cells)[1]
            grade = (
                "" if value is None else next(grade for least, grade in bands if certain >= least)
            )
            known = sum(cell.weight for cell in cells if cell.applies)
            lacking = sum(cell.weight for cell in cells if cell.missing)
            waiting = sum(cell.weight for cell in cells if cell.awaited)
            rank = 1 + sum(place > at[name] for place in at.values()) if name in at else None
            wanted.append(
                (
                    name,
                    None if value is None else float(value),
                    "D" if vetoed else grade,
                    rank,
                    vetoed,
                    sum(cell.points for cell in cells),
                    float(lacking / (known + lacking)),
                    float(known / (known + lacking + waiting)),
                    len(at),
                    float(sum(cell.weight * cell.credit for cell in cells if cell.applies)),
                    float(known),
                )
            )
        near(listed(got.drop(columns=["rank_low", "rank_high"])), wanted)
        ranked = got.dropna(subset="rank")
        assert (
            (ranked["rank_low"] <= ranked["rank"]) & (ranked["rank"] <= ranked["rank_high"])
        ).all()
        assert got.loc[got["rank"].isna(), ["rank_low", "rank_high"]].isna().all(axis=None)

    def test_every_move(self, plan2013, attained):
        movers_agree(plan2013, attained)

    def test_every_sections_score(self, plan2013, attained):
        """The longest clause that begins its own is a target's section; deductions are of none."""
        got = scores.subscores(plan2013, attained)
        assert list(got.columns) == ["unit", "clause", "score", "missing"]
        clauses = [section.clause for section in plan2013.period.sections]
        section = {
            target.id: max(
                (clause for clause in clauses if target.clause.startswith(clause)), key=len
            )
            for target in plan2013.targets
        }
        wanted = {}
        for name, cells in by_unit(plan2013, attained).items():
            for clause in clauses:
                own = [cell for cell in cells if section[cell.target] == clause]
                if not own:
                    continue
                known = sum(cell.weight for cell in own if cell.applies)
                lacking = sum(cell.weight for cell in own if cell.missing)
                value = points_of(own)
                share = float(lacking / (known + lacking)) if known + lacking else None
                wanted[name, clause] = (None if value is None else float(value), share)
        assert len(got) == len(wanted) > 100
        for unit, clause, value, missing in listed(got):
            assert (value, missing) == tuple(
                pytest.approx(want, abs=1e-9) if want is not None else None
                for want in wanted[unit, clause]
            ), (unit, clause)


# How firm a rank is


def sample(x: int, n: int, state: str) -> dict:
    return {"state": state, "numerator": x, "denominator": n}


SURE = sample(10_000, 10_000, "attained")


def chance(x: int, n: int, share: float) -> float:
    """That the true rate lies above, by Jeffreys' posterior."""
    return float(beta(x + 0.5, n - x + 0.5).sf(share))


@pytest.mark.parametrize(
    ("x", "n", "state", "least", "most", "ends"),
    [
        (87, 100, "not attained", 0.0, 0.03, (2, 2)),
        (92, 100, "not attained", 0.06, 0.14, (1, 2)),
        (98, 100, "attained", 0.86, 0.94, (1, 2)),
        (199, 200, "attained", 0.97, 1.0, (1, 1)),
    ],
)
def test_a_place_is_possible_that_is_drawn_in_five_of_a_hundred(x, n, state, least, most, ends):
    """One rate, certain of one unit: the other is second in the draws that lie below 95 %."""
    assert least <= chance(x, n, 0.95) <= most
    firm = PLAIN.model_copy(update={"vary": Fraction(0), "draws": 4000})
    got = scores.score(plan(firm), table(丁蜀镇={"T01": SURE}, 和桥镇={"T01": sample(x, n, state)}))
    own = got.set_index("unit").loc["和桥镇"]
    assert (own["rank_low"], own["rank_high"]) == ends


def test_a_drawn_rate_earns_its_part_as_a_measured_one_does():
    """Half credit from 90.25 %: one is level with another in some draws and after it in others."""
    ladder = PLAIN.model_copy(
        update={"vary": Fraction(0), "partial": (Step(reached="95%", credit="1/2"),), "draws": 4000}
    )
    half = {
        "state": "not attained",
        "have": 92,
        "asked": 95,
        "numerator": 9200,
        "denominator": 10_000,
    }
    open_ = {"state": "not attained", "have": 91, "asked": 95, "numerator": 182, "denominator": 200}
    assert 0.4 < chance(182, 200, 0.9025) < 0.8 and chance(182, 200, 0.95) < 0.02
    assert chance(9200, 10_000, 0.9025) > 0.999 and chance(9200, 10_000, 0.95) < 0.001
    told = {"丁蜀镇": {"T01": SURE}, "和桥镇": {"T01": open_}, "官林镇": {"T01": half}}
    got = scores.score(plan(ladder), table(**told)).set_index("unit")
    assert got[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 3], [2, 2]]


def test_points_off_are_off_in_every_draw():
    """Of three units that are sure, the one with three points off is the last in every draw."""
    take = PLAIN.model_copy(
        update={"vary": Fraction(0), "deductions": (Deduction(targets=("T71",), points=3),)}
    )
    told = {
        "丁蜀镇": {"T01": SURE, "T71": "attained"},
        "和桥镇": {"T01": SURE, "T71": "not attained"},
        "官林镇": {"T01": SURE, "T71": late_by(3)},
    }
    got = scores.score(plan(take), table(**told)).set_index("unit")
    assert got["score"].tolist() == [100, 47, 50]
    assert got[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [
        [1, 1, 1],
        [3, 3, 3],
        [2, 2, 2],
    ]


def test_a_rate_that_gets_a_mark_is_not_drawn():
    """92 of 100 might truly be 95 %, which would be level with the other; the mark counts."""
    firm = plan(PLAIN.model_copy(update={"vary": Fraction(0)}))
    worth = Worth(given=firm.target("T01").measure)
    targets = (firm.target("T01").model_copy(update={"worth": worth}),)
    made = firm.model_copy(update={"period": firm.period.model_copy(update={"targets": targets})})
    marked = {"earned": "", "as_of": pd.Timestamp(AFTER)}
    told = {
        "丁蜀镇": {"T01": SURE | {"mark": "1"} | marked},
        "和桥镇": {"T01": sample(92, 100, "not attained") | {"mark": "1/2"} | marked},
    }
    got = scores.score(made, table(**told))
    assert got["score"].tolist() == [100, 50]
    assert got[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1, 1], [2, 2, 2]]


@pytest.mark.parametrize(("vary", "ends"), [("1/4", (1, 2)), ("1/100", (2, 2))])
def test_weights_move_as_far_as_the_plan_says(vary, ends):
    """10 against 11: turned round when weights vary by a quarter, not when by a hundredth."""
    some = PLAIN.model_copy(update={"vary": Fraction(vary)})
    told = {
        "丁蜀镇": {"T02": "attained", "T03": "not attained"},
        "和桥镇": {"T02": "not attained", "T03": "attained"},
    }
    got = scores.score(plan(some, T02=11, T03=10), table(**told)).set_index("unit").loc["和桥镇"]
    assert (got["rank"], got["rank_low"], got["rank_high"]) == (2, *ends)


def test_how_far_weights_may_move_a_rank_by_geometry():
    """Weights of 10 and w, each up to a quarter up or down: first is whose comes out larger.

    Of the square of both that is a triangle; at 5 % of it the first place is just possible.
    """

    def share(w: float) -> float:
        """The part of the square in which w's draw is the larger."""
        low, high, least, most = 0.75 * w, 1.25 * w, 7.5, 12.5
        side = max(high - least, 0.0)
        over = max(high - most, 0.0)
        return (side**2 - over**2) / 2 / ((high - low) * (most - least))

    assert 0.06 < share(7.5) < 0.12 and 0.005 < share(6.5) < 0.03
    told = {
        "丁蜀镇": {"T02": "attained", "T03": "not attained"},
        "和桥镇": {"T02": "not attained", "T03": "attained"},
    }
    for weight, best in ((Fraction(15, 2), 1), (Fraction(13, 2), 2)):
        got = scores.score(plan(PLAIN, T02=10, T03=weight), table(**told)).set_index("unit")
        assert got.loc["和桥镇", ["rank_low", "rank_high"]].tolist() == [best, 2], weight
        assert got.loc["丁蜀镇", ["rank_low", "rank_high"]].tolist() == [1, 3 - best], weight


# What a scoring may say


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({"bands": ({"grade": "A", "least": 1}, {"grade": "B", "least": 0})}, True),
        ({"bands": ({"grade": "A", "least": 0},)}, True),
        ({"bands": ({"grade": "A", "least": 100}, {"grade": "B", "least": 0})}, True),
        ({"bands": ({"grade": "A", "least": 101}, {"grade": "B", "least": 0})}, False),
        ({"bands": ({"grade": "A", "least": 1},)}, False),
        ({"bands": ({"grade": "A", "least": 0}, {"grade": "B", "least": 0})}, False),
        ({"bands": ()}, False),
        ({"partial": ({"reached": "100%", "credit": "1"},)}, True),
        ({"partial": ({"reached": "101%", "credit": "1/2"},)}, False),
        ({"partial": ({"reached": "0", "credit": "1/2"},)}, False),
        ({"partial": ({"reached": "1/2", "credit": "0"},)}, True),
        ({"partial": ({"reached": "1/2", "credit": "101%"},)}, False),
        (
            {
                "partial": (
                    {"reached": "9/10", "credit": "1/2"},
                    {"reached": "1/2", "credit": "1/2"},
                )
            },
            True,
        ),
        (
            {
                "partial": (
                    {"reached": "9/10", "credit": "1/4"},
                    {"reached": "1/2", "credit": "1/2"},
                )
            },
            False,
        ),
        (
            {"partial": ({"reached": "1/2", "credit": "1/2"}, {"reached": "1/2", "credit": "1/2"})},
            False,
        ),
        ({"late": {"days": 1, "credit": "1/2"}}, True),
        ({"late": {"days": 0, "credit": "1/2"}}, False),
        ({"deductions": ({"targets": ("T01",), "points": 1},)}, True),
        ({"deductions": ({"targets": ("T01",), "points": 0},)}, False),
        ({"deductions": ({"targets": ("T01",), "points": 100},)}, True),
        ({"deductions": ({"targets": ("T01",), "points": "100.5"},)}, True),
        ({"missing_at_most": "0"}, True),
        ({"missing_at_most": "1"}, True),
        ({"missing_at_most": "101%"}, False),
        ({"vary": "0"}, True),
        ({"vary": "99%"}, True),
        ({"vary": "1"}, False),
        ({"draws": 1000}, True),
        ({"draws": 999}, False),
    ],
)
def test_each_limit_of_a_scoring_is_where_it_is_said_to_be(change, right):
    given = {"bands": BANDS, "seed": 1} | change
    if right:
        made = Scoring.model_validate(given)
        assert made.seed == 1 and all(isinstance(band, Band) for band in made.bands)
    else:
        with pytest.raises(ValueError):
            Scoring.model_validate(given)


def test_the_interval_of_nobody_is_empty():
    """No town has a score: there is no rank, and nothing to draw."""
    got = scores.score(plan(), table(丁蜀镇={"T01": "no data"}, **{CITY: {"T01": "attained"}}))
    assert got["rank"].isna().all() and got["ranked"].tolist() == [0, 0]
    assert math.isnan(got["score"].astype("float64").iloc[0]) and got["score"].iloc[1] == 100
