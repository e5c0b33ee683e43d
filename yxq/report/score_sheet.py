"""The sheets of scores and of points by item: sums, grades and ranks as formulas over the items, so
that an office can follow and recompute each of them.

Spreadsheets have no fractions: grades and ranks compare what is rounded to nine decimals.
"""

from __future__ import annotations

from string import ascii_uppercase as LETTERS

import pandas as pd

from yxq.attainment.bounds import extremes
from yxq.attainment.credits import scoring_of
from yxq.attainment.ranks import VETOED
from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.report.sections.league import WITHIN_YEAR, is_running
from yxq.report.sections.names import target_names, unit_names
from yxq.tables.workbook import HEAD, Formula
from yxq.words.wording import Words

SCORES = [
    "unit",
    "score",
    "grade",
    "end_grade",
    "end_chance",
    "rank",
    "rank_low",
    "rank_high",
    "score_low",
    "score_high",
    "deducted",
    "missing_weight",
    "judged",
    "ranked",
    "sheet_total",
    "sheet_of",
    "rank_basis",
]
AT_END = ("end_grade", "end_chance")  # what is expected of the year's end before it
CREDITS = [
    "unit",
    "target",
    "points_of",
    "earned",
    "counted",
    "deducted",
    "vetoes",
    "earned_least",
    "counted_least",
    "deducted_least",
    "vetoes_least",
    "why",
]
DIGITS = 9  # to which spreadsheets compare
FIRST = HEAD + 2  # a sheet's first row of data, as spreadsheets count


def credits_sheet(plan: Plan, credits: pd.DataFrame, words: Words) -> pd.DataFrame:
    """What each result of each unit is worth, and why; and what it would be at least, where its
    returns are missing.

    credits: see `yxq.attainment.credits.credits`, in the order of the sheet.
    """
    whole = credits.astype({"earned": object, "deducted": object})
    least, _ = extremes(plan, whole.assign(key_missed=False))
    return credits.assign(
        unit=credits["unit"].map(unit_names(plan, words)),
        target=credits["target"].map(target_names(plan, words)),
        points_of=credits["points"],
        counted=credits["applies"].astype(int),
        vetoes=credits["vetoed"].astype(int),
        earned_least=least["earned"].astype("float64"),
        counted_least=least["applies"].astype(int),
        deducted_least=least["deducted"].astype("float64"),
        vetoes_least=least["vetoed"].astype(int),
        why=[words.reason(why) if why else "" for why in credits["why"]],
    )[CREDITS]


def scores_sheet(
    plan: Plan, scores: pd.DataFrame, items: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """Scores by rank, those without one last, as formulas over the sheet of items.

    scores: see `yxq.attainment.scores.score`; items: `credits_sheet`.
    """
    names = scores["unit"].map(unit_names(plan, words))
    rows = scores.assign(
        unit=names,
        missing_weight=scores["missing"],
        sheet_total=scores["total"],
        sheet_of=scores["of"],
        rank_basis=_basis(scores, scores["unit"].map(_vetoed_at_least(plan, items, words))),
    )
    rows = rows.sort_values("rank", kind="stable", na_position="last", ignore_index=True)
    shown = [name for name in SCORES if is_running(scores) or name not in AT_END]
    texts = _formulas(plan, shown, items, int(rows["rank"].notna().sum()), words)
    for name, text in texts.items():
        rows[name] = [
            value if pd.isna(value) or value == "" else Formula("=" + text.format(row=row), value)
            for row, value in enumerate(rows[name], start=FIRST)
        ]
    return rows[shown].rename(columns=WITHIN_YEAR if is_running(scores) else {})


def _vetoed_at_least(plan: Plan, items: pd.DataFrame, words: Words) -> dict[str, bool]:
    """Of each unit whether it is vetoed if all that is missing fails."""
    vetoed = items.groupby("unit")["vetoes_least"].sum() > 0
    return {unit: bool(vetoed.get(name)) for unit, name in unit_names(plan, words).items()}


def _basis(scores: pd.DataFrame, vetoed: pd.Series) -> pd.Series:
    """What ranks go by: the least score, a vetoed unit's after all others'."""
    basis = scores["score_low"].astype("float64").round(DIGITS) - VETOED * vetoed
    return basis.where(scores["rank"].notna())


def _formulas(
    plan: Plan, columns: list[str], items: pd.DataFrame, ranked: int, words: Words
) -> dict[str, str]:
    """The formula of each column that has one, {row} being the row; ranked: how many have a rank.

    Where a grade asks for key items there is none of it.
    """
    scoring, sheet, last = scoring_of(plan), words("credits_sheet"), FIRST - 1 + len(items)
    item = {
        name: f"'{sheet}'!${letter}${FIRST}:${letter}${last}"
        for letter, name in zip(LETTERS, CREDITS, strict=False)
    }
    cell = {name: f"${letter}" for letter, name in zip(LETTERS, columns, strict=False)}

    def added(name: str, counted: str = "") -> str:
        of_counted = f",{item[counted]},1" if counted else ""
        return f"SUMIFS({item[name]},{item['unit']},$A{{row}}{of_counted})"

    def scored(end: str) -> tuple[str, str, str]:
        """Total, points that apply, and score, as they are or at least."""
        of, off = added("points_of", f"counted{end}"), added(f"deducted{end}")
        total = added(f"earned{end}", f"counted{end}")
        if plan.period.has_points:
            return f"{total}-{off}", of, f"MAX(0,100*({total}-{off})/{of})"
        return total, of, f"MAX(0,100*{total}/{of}-{off})"

    (total, of, score), (_, _, least) = scored(""), scored("_least")
    basis = f"ROUND({cell['score_low']}{{row}},{DIGITS})-IF({added('vetoes_least')}>0,{VETOED},0)"
    own, end = cell["rank_basis"], FIRST - 1 + ranked
    formulas = {
        "score": score,
        "score_low": f"IF({of}=0,{least},MIN({score},{least}))",
        "sheet_total": total,
        "sheet_of": of,
        "rank_basis": basis,
        "rank": f"1+SUMPRODUCT(--({own}${FIRST}:{own}${end}>{own}{{row}}))",
    }
    if not any(band.keys for band in scoring.bands):
        formulas["grade"] = _grade(scoring, f"{cell['score_low']}{{row}}", added("vetoes"))
    return formulas


def _grade(scoring: Scoring, least: str, vetoes: str) -> str:
    """The grade of a least score: of a veto, else of the first band that it reaches."""
    digits = DIGITS if scoring.decimals is None else scoring.decimals
    *bands, lowest = scoring.bands
    text = f'"{lowest.grade}"'
    for band in reversed(bands):
        text = f'IF(ROUND({least},{digits})>={float(band.least):g},"{band.grade}",{text})'
    return f'IF({vetoes}>0,"{scoring.veto.grade}",{text})' if scoring.veto else text
