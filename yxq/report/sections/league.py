"""The units beside each other: rank, score, and how many targets are in each state."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.plan.folder import Plan
from yxq.plan.units import Unit
from yxq.report import display
from yxq.report.blocks import Block, macro, table
from yxq.report.sections.build import para, section
from yxq.report.sections.many_units import FIRST_SHOWN, UNITS_SHOWN, both_ends, others
from yxq.report.sections.standing import score_bounds
from yxq.words.states import State
from yxq.words.wording import Words

LAST_SHOWN = UNITS_SHOWN - FIRST_SHOWN
WITHIN_YEAR = {
    "rank": "rank_now",
    "rank_interval": "rank_interval_end",
    "score": "score_now",
    "grade": "grade_now",
    "rank_low": "rank_low_end",
    "rank_high": "rank_high_end",
}
"""What columns of scores are called before the year is over."""


def is_running(scores: pd.DataFrame) -> bool:
    """Whether scores are those of a year that is not over."""
    return bool(scores["end_low"].notna().any())


def league(plan: Plan, attained: pd.DataFrame, scores: pd.DataFrame, words: Words) -> Block:
    """A row a unit, to be sorted by any column; attained, scores: of all units."""
    rows = league_rows(plan, attained, scores, words)
    states = {state: words.state(state) for state in State if state in rows}
    ranked = [] if scores.empty else _of_scores(rows, scores)
    columns = " ".join(["unit", *ranked, "share_attained"])
    notes, shown = _notes(rows, scores, words), both_ends(rows)
    grid = table(words, "city_towns", shown, columns, sort=True, **states)
    left_out = others(len(rows), len(shown), words, *_where(scores))
    return section(words, "city_towns", *map(para, notes), *left_out, grid)


def finder(
    plan: Plan,
    attained: pd.DataFrame,
    scores: pd.DataFrame,
    made: Iterable[Unit],
    printed: Collection[str],
    words: Words,
) -> Block:
    """The same for the front page, of the units that have a page: found by any of their names. Of
    many units those of the middle are links under the table.

    made: the units that have one; printed: the names of pages that are there as PDF too.
    """
    rows = league_rows(plan, attained, scores, words)
    states = [state for state in State if state in rows]
    units = {unit.name: unit for unit in made}
    found = [
        _found(units[name], row, states, words) | {"pdf": units[name].page in printed}
        for name, row in zip(rows.index, rows.to_dict("records"), strict=True)
        if name in units
    ]
    ranked = [] if scores.empty else _of_scores(rows, scores)
    columns = [*(name for name in ranked if name != "missing_weight"), "share_attained"]
    heads = [(column, words(column)) for column in columns]
    heads += [(state, words.state(state)) for state in states]
    labels = {
        "label": words("find"),
        "told": words("found", n="{n}", total=len(found)),
        "none": words("found_none"),
    }
    caption, unit, glance = words("city_towns"), words("unit"), words("glance")
    # what its link says already is not said once more
    links = [one | {"find": one["more"]} for one in found[FIRST_SHOWN : len(found) - LAST_SHOWN]]
    ends = found if len(found) <= UNITS_SHOWN else found[:FIRST_SHOWN] + found[-LAST_SHOWN:]
    grid = macro("league", caption, unit, glance, heads, ends, labels, bool(printed))
    parts = [*map(para, _notes(rows, scores, words)), grid]
    if len(found) > UNITS_SHOWN:
        parts.append(macro("more_units", words("units_between", n=len(links)), links))
    return section(words, "city_towns", *parts)


def _where(scores: pd.DataFrame) -> tuple[str, str]:
    """How it is said that units are left out, and in which sheet of the workbook they are."""
    return "units_both_ends", "by_town" if scores.empty else "scores_sheet"


def league_rows(
    plan: Plan, attained: pd.DataFrame, scores: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """A row a unit, by rank, and where the plan has no scoring by the share attained.

    Columns: unit (its name as shown), page, a number for each state that occurs, share_attained
    (of those that are final), and where there are scores score, score_bounds_column, grade, rank,
    rank_interval, end_grade (with its chance) and missing_weight, all as text; score, grade, rank
    and rank_interval once more under the names that they have within the year, with _now or _end.
    The index is the unit's own name.
    """
    counts = pd.crosstab(attained["unit"], attained["state"])
    counts = counts.reindex([unit.name for unit in plan.towns], columns=[*State], fill_value=0)
    met = counts[State.ATTAINED]
    final = met + counts[State.NOT_ATTAINED]
    counts = counts.loc[:, counts.any()].assign(
        share_attained=[f"{a} / {f}" for a, f in zip(met, final, strict=True)],
        unit=[words.unit(unit) for unit in plan.towns],
        page=[unit.page for unit in plan.towns],
    )
    if scores.empty:
        share = (met / final.where(final > 0)).sort_values(ascending=False, kind="stable")
        return counts.loc[share.index]
    own = scores.set_index("unit").reindex(counts.index)
    rows = counts.assign(
        score=display.points_apart(own["score"], scoring_of(plan)),
        score_bounds_column=[score_bounds(plan, row, words) for _, row in own.iterrows()],
        grade=own["grade"],
        rank=["" if pd.isna(rank) else str(rank) for rank in own["rank"]],
        rank_interval=[
            display.places(low, high, words)
            for low, high in zip(own["rank_low"], own["rank_high"], strict=True)
        ],
        end_grade=[
            "" if pd.isna(row["end_grade"]) else _likely(row, words) for _, row in own.iterrows()
        ],
        missing_weight=[f"{m:.0%}" if m else "" for m in own["missing"].fillna(0)],
    )
    rows = rows.assign(**{now: rows[name] for name, now in WITHIN_YEAR.items() if name in rows})
    return rows.loc[own["rank"].sort_values(kind="stable").index]


def _likely(score: pd.Series, words: Words) -> str:
    """The grade that the year more likely than not ends with, and its chance; or that none is."""
    if grade := display.likely_grade(score):
        return words("grade_chance", grade=grade, chance=display.chance(score["end_chance"]))
    return words("undecided")


def _of_scores(rows: pd.DataFrame, scores: pd.DataFrame) -> list[str]:
    """The columns of scores, called provisional within the year; what they can still become, and
    the weight without data, where something is missing.
    """
    names = ["rank", "rank_interval", "score", "score_bounds_column", "grade"]
    if is_running(scores):
        names = [WITHIN_YEAR.get(name, name) for name in names] + ["end_grade"]
    of_missing = ("score_bounds_column", "missing_weight")
    missing = [name for name in of_missing if (rows[name] != "").any()]
    return [
        name for name in [*names, "missing_weight"] if name in missing or name not in of_missing
    ]


def _notes(rows: pd.DataFrame, scores: pd.DataFrame, words: Words) -> list[str]:
    """What the order is, and what rank and grade go by where something of a unit is missing."""
    if scores.empty:
        return [words("city_towns_note")]
    order = words("city_towns_ranked_now" if is_running(scores) else "city_towns_ranked")
    if (rows["score_bounds_column"] != "").any():
        return [order, words("city_towns_least", column=words("score_bounds_column"))]
    return [order]


def _found(unit: Unit, row: dict[Any, Any], states: list[State], words: Words) -> dict[str, Any]:
    """A unit's row with a bar of its states, and all names by which it is searched for."""
    bar = [(state, int(row[state])) for state in states if row[state]]
    more = [unit.name_en, *filter(None, [unit.found_by]), unit.kind, *unit.aliases]
    names = [unit.name, unit.code, unit.slug, *more]
    described = words("list").join(
        words("state_count", state=words.entry("states", state), n=n) for state, n in bar
    )
    found = {"find": " ".join(names).lower(), "more": " ".join(more).lower()}
    return row | found | {"href": unit.page, "bar": bar, "told": described}
