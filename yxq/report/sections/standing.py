"""How a unit's score and rank come about, by section of the plan, and which targets move them."""

from __future__ import annotations

import pandas as pd

from yxq.attainment import scores
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, para, section
from yxq.words.wording import Words


def standing(
    plan: Plan,
    score: pd.Series | None,
    results: pd.DataFrame,
    subscores: pd.DataFrame,
    gains: pd.DataFrame,
    words: Words,
) -> Block:
    """The sum of the score, how firm the rank is, the subscores, and what would raise the score.

    score: the unit's row of `yxq.attainment.scores.score`, none where the plan has no scoring;
    results: its attainment; subscores: its rows of `scores.subscores`; gains: see `score.moved`.
    """
    if score is None:
        return empty(words, "standing", "score_unset")
    sentences = [words("score_method")]
    if not pd.isna(score["score"]):
        sentences.append(_sum_of_score(plan, score, results, words))
        if not pd.isna(score["rank"]):
            sentences.append(_firmness_of_rank(score, words))
    rows = _subscores(plan, subscores, words)
    parts = [*map(para, sentences), table(words, "subscores", rows, "section score missing_weight")]
    if len(gains):
        parts.append(table(words, "movers", gains, "target gap points places"))
    return section(words, "standing", *parts)


def _sum_of_score(plan: Plan, score: pd.Series, results: pd.DataFrame, words: Words) -> str:
    """How the score comes about, so that it can be checked by hand."""
    rows = scores.credits(plan, results)
    rows = rows.assign(weight=rows["target"].map({t.id: t.weight for t in plan.targets}))
    rows = rows[rows["applies"]]
    return words(
        "score_sum",
        earned=display.number(float((rows["credit"] * rows["weight"]).sum())),
        weight=display.number(float(rows["weight"].sum())),
        deducted=score["deducted"],
        score=display.points(score["score"], scores.scoring_of(plan)),
    )


def _firmness_of_rank(score: pd.Series, words: Words) -> str:
    rank, ranked, low, high = score[["rank", "ranked", "rank_low", "rank_high"]]
    if low == high:
        return words("rank_sure", rank=rank, n=ranked)
    return words("rank_line", rank=rank, n=ranked, range=display.places(low, high, words))


def _subscores(plan: Plan, subscores: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The scores of sections as text, those left out of which nothing is known."""
    titles = {part.clause: words.text(part.title) for part in plan.period.sections}
    rows = subscores[subscores["score"].notna() | (subscores["missing"] > 0)]
    scoring = scores.scoring_of(plan)
    return pd.DataFrame(
        {
            "section": rows["clause"].map(titles),
            "score": [display.points(score, scoring) for score in rows["score"]],
            "missing_weight": [f"{missing:.0%}" if missing else "" for missing in rows["missing"]],
        }
    )
