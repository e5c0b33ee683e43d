"""How firmly sampled rates are known."""

from __future__ import annotations

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report import figures
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.names import drawn_rates


def evidence(
    plan: Plan, results: pd.DataFrame, numbered: pd.DataFrame, style: Style, over: bool
) -> Block:
    """Sampled rates with their intervals, and how many further samples would demonstrate them.

    results: attainment of a unit; numbered: the same as text, see `names.numbered`; over: whether
    the period is, before whose end the words are held to more.
    """
    words, rates = style.words, results[results["low"].notna()]
    if rates.empty:
        return empty(words, "evidence", "evidence_none")
    rows = numbered.loc[rates.index]
    values = words("list").join(
        words("with_interval", title=target, value=value, interval=interval)
        for target, value, interval in zip(
            rows["target"], rows["value"], rows["interval"], strict=True
        )
    )
    drawing = figures.bullets(drawn_rates(plan, rates, words), style)
    columns = "target required counts value interval evidence further state"
    return section(
        words,
        "evidence",
        para(words("evidence_method")),
        *([] if over else [para(words("evidence_looks"))]),
        *figure(words("evidence_note"), f"{words('evidence_figure')} {values}", drawing),
        table(words, "evidence", rows, columns),
    )
