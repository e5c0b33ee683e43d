"""The sheets of scores and items recomputed by an office program: what it works out from the cells
is what `yxq score` says, whatever was written beside the formulas.
"""

from fractions import Fraction

import office
import openpyxl
import pandas as pd
import pytest
from test_scores import BANDS, plan, table

from yxq.attainment import scores
from yxq.attainment.credits import credits
from yxq.plan.scoring import Deduction, Scoring, Step, Veto
from yxq.report.score_sheet import AT_END, CREDITS, SCORES, credits_sheet, scores_sheet
from yxq.tables import workbook
from yxq.tables.workbook import Formula
from yxq.words.wording import Words

WORDS = Words("zh")
RULES = Scoring(
    bands=BANDS,
    seed=1,
    draws=1000,
    partial=(Step(reached=Fraction(1, 2), credit=Fraction(1, 2)),),
    deductions=(Deduction(targets=("T71",), points=5),),
    veto=Veto(targets=("T63",), grade="D"),
)
GOOD = dict.fromkeys(("T01", "T02", "T03", "T04", "T07", "T71"), "attained")
HALF = {"state": "behind", "have": 6, "asked": 10}
PART = {"state": "attained", "final": False, "due": 4, "missing": 1}
MISSED = {"state": "not attained"}
SITUATIONS = {
    "plain": dict(
        丁蜀镇=GOOD,
        和桥镇=GOOD | {"T04": "not attained"},
        官林镇=GOOD | {"T04": HALF},
        高塍镇=GOOD | {"T03": MISSED},
        西渚镇=GOOD | {"T01": MISSED, "T02": MISSED, "T03": MISSED, "T71": MISSED},
    ),
    "veto": dict(
        丁蜀镇=GOOD | {"T63": MISSED},
        和桥镇=GOOD | {"T04": MISSED},
        官林镇=dict.fromkeys(GOOD, "not attained") | {"T63": "attained"},
        高塍镇=dict.fromkeys(GOOD, "no data") | {"T63": MISSED},
    ),
    "missing": dict(
        丁蜀镇=GOOD | {"T04": "no data"},
        和桥镇=GOOD | {"T04": PART},
        官林镇=GOOD | {"T02": HALF},
        高塍镇=GOOD | {"T63": "no data"},
        西渚镇=dict.fromkeys(GOOD, "no data") | {"T01": "attained"},  # too much for a score
        徐舍镇=GOOD | {"T71": "no data", "T03": "pending"},
    ),
    "nothing applies": dict(丁蜀镇=GOOD, 和桥镇=dict.fromkeys(GOOD, "not applicable")),
}


def sheets_of(units: dict) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """What `score` says, and the two sheets."""
    of_plan, attained = plan(RULES, T01=Fraction(3, 2), T02=2), table(**units)
    scored = scores.score(of_plan, attained)
    items = credits(of_plan, attained)
    items = items.assign(**{name: items[name].astype(float) for name in ("points", "earned")})
    items["deducted"] = items["deducted"].astype(float)
    items["lacking"] = items["lacking"].astype(float)
    items = credits_sheet(of_plan, items, WORDS)
    return scored, {
        WORDS("scores_sheet"): scores_sheet(of_plan, scored, items, WORDS),
        WORDS("credits_sheet"): items,
    }


def forgotten(value: object) -> object:
    """A formula beside which a wrong number is written."""
    if not isinstance(value, Formula):
        return value
    return Formula(value.text, "?" if isinstance(value.value, str) else -1.0)


@pytest.fixture(scope="module")
def recomputed(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """Each situation's sheet of scores as the office program works it out, by unit."""
    place = tmp_path_factory.mktemp("books")
    files = []
    for number, units in enumerate(SITUATIONS.values()):
        _, sheets = sheets_of(units)
        files.append(place / f"{number}.xlsx")
        wrong = {title: frame.map(forgotten) for title, frame in sheets.items()}
        workbook.write(files[-1], wrong, WORDS, "")
    opened = office.converted(files, "ods", place / "opened", recomputed=True)
    again = office.converted(opened, "xlsx", place / "again")
    found = {}
    for situation, file in zip(SITUATIONS, again, strict=True):
        rows = openpyxl.load_workbook(file, data_only=True)[WORDS("scores_sheet")]
        cells = [*rows.iter_rows(min_row=3, values_only=True)]
        names = [name for name in SCORES if name not in AT_END]
        found[situation] = pd.DataFrame(cells, columns=names).set_index("unit")
    return found


@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_office_program_comes_to_the_same_scores(situation, recomputed):
    scored, _ = sheets_of(SITUATIONS[situation])
    told, shown = scored.set_index("unit"), recomputed[situation]
    assert {*told.index} == {*shown.index} and len(told) == len(SITUATIONS[situation])
    for name, own in {"sheet_total": "total", "sheet_of": "of"}.items():
        told[name] = told[own]
    for name in ("score", "score_low", "sheet_total", "sheet_of", "rank"):
        for unit in told.index:
            value, cell = told.loc[unit, name], shown.loc[unit, name]
            assert (cell is None or pd.isna(cell)) == bool(pd.isna(value)), (name, unit, cell)
            assert pd.isna(value) or cell == pytest.approx(float(value), abs=1e-9), (name, unit)
    assert shown["grade"].fillna("").to_dict() == told["grade"].to_dict()


def test_every_number_that_follows_is_a_formula():
    for units in SITUATIONS.values():
        _, sheets = sheets_of(units)
        rows = sheets[WORDS("scores_sheet")].set_index("unit")
        known = rows["rank"].notna()
        assert known.any()
        for name in ("score_low", "rank", "rank_basis", "grade", "sheet_total", "sheet_of"):
            assert rows.loc[known, name].map(lambda cell: isinstance(cell, Formula)).all(), name


def test_a_grade_that_asks_for_key_items_is_no_formula():
    keyed = ({"grade": "A", "least": 90, "keys": True}, *BANDS[1:])
    rules = Scoring(bands=keyed, seed=1, draws=1000)
    of_plan, attained = plan(rules), table(丁蜀镇=GOOD)
    rows = scores_sheet(
        of_plan,
        scores.score(of_plan, attained),
        credits_sheet(of_plan, credits(of_plan, attained), WORDS),
        WORDS,
    )
    assert rows["grade"].tolist() == ["A"] and isinstance(rows["score"][0], Formula)


def test_the_sheet_of_items_says_what_it_would_be_at_least():
    _, sheets = sheets_of(SITUATIONS["missing"])
    items = sheets[WORDS("credits_sheet")]
    assert [*items.columns] == CREDITS
    whole = items[items["unit"] == "丁蜀镇"].set_index("target").filter(like="T04", axis=0).iloc[0]
    assert (whole["counted"], whole["counted_least"], whole["earned_least"]) == (0, 1, 0)
    part = items[items["unit"] == "和桥镇"].set_index("target").filter(like="T04", axis=0).iloc[0]
    assert (part["earned"], part["earned_least"], part["counted"]) == (1, 0, 1)
    veto = items[items["unit"] == "高塍镇"].set_index("target").filter(like="T63", axis=0).iloc[0]
    assert (veto["vetoes"], veto["vetoes_least"]) == (0, 1)
    off = items[items["unit"] == "徐舍镇"].set_index("target").filter(like="T71", axis=0).iloc[0]
    assert (off["deducted"], off["deducted_least"]) == (0, 5)
