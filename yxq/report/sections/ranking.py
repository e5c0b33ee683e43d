"""Scores, grades and ranks of all units, and how far chance and weights could move the ranks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.plan.folder import Plan
from yxq.report import display, figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.many_units import both_ends, others
from yxq.report.sections.names import unit_names
from yxq.words.wording import Words


def ranking(plan: Plan, scores: pd.DataFrame, subscores: pd.DataFrame, style: Style) -> Block:
    """The ranks with the places that they may as well be, and the scores by section.

    scores, subscores: of all units, see the functions of `yxq.attainment.scores`.
    """
    words = style.words
    if scores.empty:
        return empty(words, "ranking", "score_unset")
    scoring = scoring_of(plan)
    rows = scores[scores["unit"] != plan.folder.city.name].sort_values("rank", kind="stable")
    n, rows = len(rows), both_ends(rows)
    if rows["end_low"].notna().any():
        method = words("ranking_method_end", draws=scoring.draws)
    else:
        method = words("ranking_method", draws=scoring.draws, vary=f"{float(scoring.vary):.0%}")
    by_section = _by_section(plan, subscores, words).reindex(rows["unit"])
    by_section = by_section.fillna("").replace("", words("not_scored"))
    heads: dict[str, Any] = {
        part.clause: words.text(part.title)
        for part in plan.period.sections
        if part.clause in by_section and (by_section[part.clause] != words("not_scored")).any()
    }
    shown = rows.join(by_section, on="unit").assign(
        unit=rows["unit"].map(unit_names(plan, words)),
        score=display.points_apart(rows["score"], scoring),
    )
    # of a few among a great many the table says it all
    drawing = figure_data.ranks(plan, rows, style) if len(rows) == n else None
    return section(
        words,
        "ranking",
        para(method),
        *others(n, len(rows), words, "units_both_ends", "scores_sheet"),
        *figure(words("ranking_note"), _alt(plan, rows, words), drawing),
        table(words, "subscores", shown, "unit score", **heads),
    )


def _by_section(plan: Plan, subscores: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Units by sections of the plan: scores as text."""
    scoring = scoring_of(plan)
    points = [display.points(score, scoring) for score in subscores["score"]]
    return subscores.assign(score=points).pivot(index="unit", columns="clause", values="score")


def _alt(plan: Plan, rows: pd.DataFrame, words: Words) -> str:
    ranked = rows[rows["rank"].notna()]
    names = ranked["unit"].map(unit_names(plan, words))
    ranks = words("list").join(
        words("rank_each", unit=name, rank=rank, range=display.places(low, high, words))
        for name, rank, low, high in zip(
            names, ranked["rank"], ranked["rank_low"], ranked["rank_high"], strict=True
        )
    )
    return f"{words('ranking_figure')} {ranks}"
