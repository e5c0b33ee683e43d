"""A unit's score, grade and rank: how they come about, and what would raise them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.blocks import Block, macro, table
from yxq.report.sections.build import empty, para, section
from yxq.report.sections.headline import Fact
from yxq.report.sections.names import NAMED, target_names, unit_names
from yxq.words.wording import Words


def score_facts(plan: Plan, score: pd.Series | None, words: Words, over: bool) -> list[Fact]:
    """Score with grade and rank with its places, as far as there are any, named as provisional
    until the period is `over`.

    score: a row of `yxq.attainment.scores.score`; none where the plan has no scoring.
    """
    facts: list[Fact] = []
    if score is not None and not pd.isna(score["score"]):
        points = display.points(score["score"], scoring_of(plan))
        facts.append((words("score" if over else "score_now"), points, _grade(score, words, over)))
    if score is not None and not pd.isna(score["rank"]):
        low, high, ranked = score["rank_low"], score["rank_high"], score["ranked"]
        likely = "of_ranked" if over else "of_ranked_end"
        remark = (
            words("of_ranked_sure", n=ranked)
            if low == high
            else words(likely, n=ranked, range=display.places(low, high, words))
        )
        facts.append((words("rank" if over else "rank_now"), f"{score['rank']}", remark))
    return facts


def _grade(score: pd.Series, words: Words, over: bool) -> str:
    """A unit's grade, and before the end the one that it will most likely be."""
    if over:
        return words("of_grade", grade=score["grade"])
    end = display.likely_grade(score)
    if not end:
        return words("of_grade_now", grade=score["grade"])
    chance = display.chance(score["end_chance"])
    return words("of_grade_end", grade=score["grade"], end=end, chance=chance)


def grade_facts(plan: Plan, scores: pd.DataFrame, words: Words, over: bool) -> list[Fact]:
    """How many units have each grade, the city left out, and before the end of how many it will
    most likely stay; nothing where none has one.
    """
    if scores.empty:
        return []
    units = scores[(scores["unit"] != plan.folder.city.name) & scores["score"].notna()]
    counts = units["grade"].value_counts().sort_index()
    grades = words("space").join(
        words("grade_count", grade=grade, n=n) for grade, n in counts.items()
    )
    expected = units[units["end_grade"].notna()]
    stay = sum(row["grade"] == display.likely_grade(row) for _, row in expected.iterrows())
    kept = words("grades_kept", n=stay) if len(expected) else ""
    return [(words("grades" if over else "grades_now"), grades, kept)] if grades else []


def score_lines(
    plan: Plan, score: pd.Series | None, credits: pd.DataFrame, words: Words
) -> list[str]:
    """Why there is no score, or what is to be known of the one that there is, and a veto.

    credits: rows of `yxq.attainment.credits.credits`, the unit's or, of the city, all units'.
    """
    if score is None:
        return []
    lines = []
    if not pd.isna(score["score"]):
        if score["judged"] < 1:
            lines.append(words("score_provisional", judged=f"{score['judged']:.0%}"))
        if score["score_low"] < score["score_high"]:
            lines.append(_bounds_of_score(plan, score, words))
    elif pd.isna(score["missing"]):
        lines.append(words("score_none_yet"))
    else:
        most = f"{float(scoring_of(plan).missing_at_most):.0%}"
        lines.append(words("score_missing", missing=f"{score['missing']:.0%}", most=most))
    if score["vetoed"]:
        lines.append(_veto(plan, score, credits, words))
    return lines


def veto_alert(plan: Plan, credits: pd.DataFrame, words: Words) -> Any:
    """Which units a veto has befallen and by which targets; nothing where there is none.

    credits: rows of `yxq.attainment.credits.credits`, of all units.
    """
    if credits.empty or not credits["vetoed"].any():
        return ""
    vetoed, titles = credits[credits["vetoed"]], target_names(plan, words)
    units = []
    for unit in (*plan.towns, plan.folder.city):
        own = vetoed.loc[vetoed["unit"] == unit.name, "target"]
        if len(own):
            told = words("veto_targets", list=words("list").join(titles[id] for id in own))
            about = {"name": words.unit(unit), "page": unit.page, "targets": told}
            units.append(about | {"between": words("list")})
    more = words("veto_more", n=len(units)) if len(units) > NAMED else words("veto_end")
    return macro("vetoes", words("veto_alert"), units[:NAMED], more)


def veto_ahead(
    plan: Plan, score: pd.Series | None, results: pd.DataFrame, words: Words
) -> list[str]:
    """That the year will most likely end with the grade of a veto, and what would bring it.

    results: the unit's attainment.
    """
    veto = scoring_of(plan).veto if score is not None else None
    if (
        score is None
        or veto is None
        or score["vetoed"]
        or display.likely_grade(score) != veto.grade
    ):
        return []
    bands = scoring_of(plan).bands
    if next(band.grade for band in bands if score["end_low"] >= band.least) == veto.grade:
        return []  # its score alone would be as low
    open_end = results[results["target"].isin(veto.targets) & results["probability"].notna()]
    titles = target_names(plan, words)
    chances = [
        words("with_chance", title=titles[row.target], chance=display.chance(row.probability))
        for row in open_end.itertuples()
    ]
    return (
        [words("end_veto", grade=veto.grade, list=words("list").join(chances))] if chances else []
    )


def _veto(plan: Plan, score: pd.Series, credits: pd.DataFrame, words: Words) -> str:
    """Which targets veto the unit, and of the city in which units."""
    vetoed = credits[credits["vetoed"]]
    others = vetoed[vetoed["unit"] != score.name]
    titles, units = target_names(plan, words), unit_names(plan, words)
    rows = others if len(others) else vetoed
    named = [
        titles[row.target] if row.unit == score.name else f"{units[row.unit]} {titles[row.target]}"
        for row in rows.itertuples()
    ]
    return words("score_veto", grade=score["grade"], list=words("list").join(named))


def score_bounds(plan: Plan, score: pd.Series, words: Words) -> str:
    """From the least to the most that a score can become, as text; nothing where all is in."""
    low, high = score["score_low"], score["score_high"]
    if pd.isna(low) or low == high:
        return ""
    ends = (display.points(end, scoring_of(plan)) for end in (low, high))
    return words("from_to", **dict(zip(("low", "high"), ends, strict=True)))


def _bounds_of_score(plan: Plan, score: pd.Series, words: Words) -> str:
    """What the returns that are missing could still make of score, grade and rank."""
    low, high = score["grade_low"], score["grade_high"]
    places = display.places(score["rank_best"], score["rank_worst"], words)
    return words(
        "score_bounds",
        scores=score_bounds(plan, score, words),
        grades=low if low == high else words("from_to", low=low, high=high),
        places=words("score_bounds_places", range=places) if places else "",
    )


def standing(
    plan: Plan,
    score: pd.Series | None,
    items: pd.DataFrame,
    subscores: pd.DataFrame,
    words: Words,
    lost: bool = False,
) -> Block:
    """The sum of the score, how firm the rank is, the office's own sheet item by item, subscores.

    score: the unit's row of `yxq.attainment.scores.score`, none where the plan has no scoring;
    items: see `score_items`; subscores: its rows of `yxq.attainment.scores.subscores`; lost:
    whether a target is missed already.
    """
    if score is None:
        return empty(words, "standing", "score_unset")
    sentences = [words("score_method_points" if plan.period.has_points else "score_method")]
    if not pd.isna(score["score"]):
        sentences.append(_sum_of_score(plan, score, words))
        if any(t.on_last_year and t.require and t.require.strict for t in plan.targets):
            sentences.append(words("score_zero"))
        if not pd.isna(score["rank"]):
            sentences.append(_firmness_of_rank(score, words))
        if not pd.isna(score["end_low"]):
            sentences.append(_year_end(plan, score, words, lost))
    rows = _subscores(plan, subscores, words)
    lacking = " missing_weight" if (rows["missing_weight"] != "").any() else ""
    parts = [*map(para, sentences), table(words, "subscores", rows, "section score" + lacking)]
    if plan.period.has_points:
        parts.insert(-1, table(words, "score_items", items, "target value points_of earned why"))
    return section(words, "standing", *parts)


def score_items(
    plan: Plan, numbered: pd.DataFrame, credits: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """The items of a unit's score sheet as text, those that are never scored left out.

    numbered: its results as text; credits: its rows of `yxq.attainment.credits.credits`.
    """
    if credits.empty:
        return credits
    scored = {target.id for target in plan.targets if target.is_scored}
    rows = numbered.set_index("id", drop=False)
    credits = credits[credits["target"].isin(scored)].set_index("target")
    return rows.loc[credits.index].assign(
        points_of=credits["points"].map(display.number),
        earned=credits["earned"].map(display.number).where(credits["applies"], "—"),
        why=[words.reason(why) if why else "" for why in credits["why"]],
    )


def _sum_of_score(plan: Plan, score: pd.Series, words: Words) -> str:
    """How the score comes about, so that it can be checked by hand."""
    has_points = plan.period.has_points
    return words(
        "score_sum_points" if has_points else "score_sum",
        earned=display.number(score["total"] + has_points * score["deducted"]),
        weight=display.number(score["of"]),
        deducted=display.number(score["deducted"]),
        total=display.number(score["total"]),
        score=display.points(score["score"], scoring_of(plan)),
    )


def _firmness_of_rank(score: pd.Series, words: Words) -> str:
    rank, ranked, low, high = score[["rank", "ranked", "rank_low", "rank_high"]]
    if not pd.isna(score["end_low"]):
        return words("rank_end", rank=rank, n=ranked, range=display.places(low, high, words))
    if low == high:
        return words("rank_sure", rank=rank, n=ranked)
    return words("rank_line", rank=rank, n=ranked, range=display.places(low, high, words))


def _year_end(plan: Plan, score: pd.Series, words: Words, lost: bool) -> str:
    """What score and grade the year may end with, and on what that rests."""
    scoring = scoring_of(plan)
    low, high = (display.points(score[end], scoring) for end in ("end_low", "end_high"))
    return words(
        "score_end",
        scores=low if low == high else words("from_to", low=low, high=high),
        grade=score["end_grade"],
        chance=display.chance(score["end_chance"]),
        all=words("all_met_never") if lost else display.chance(score["all_met"]),
        draws=scoring.draws,
    )


def _subscores(plan: Plan, subscores: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The scores of sections as text, those left out of which nothing is known."""
    titles = {part.clause: words.text(part.title) for part in plan.period.sections}
    rows = subscores[subscores["score"].notna() | (subscores["missing"] > 0)]
    scoring = scoring_of(plan)
    return pd.DataFrame(
        {
            "section": rows["clause"].map(titles),
            "score": [display.points(score, scoring) for score in rows["score"]],
            "missing_weight": [f"{missing:.0%}" if missing else "" for missing in rows["missing"]],
        }
    )
