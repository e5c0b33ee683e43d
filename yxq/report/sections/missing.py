"""What is missing: targets without data, and returns that did not come or came late."""

from __future__ import annotations

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, section
from yxq.report.sections.returns import returns_as_text
from yxq.words.states import State
from yxq.words.wording import Words


def missing(plan: Plan, numbered: pd.DataFrame, owed: pd.DataFrame, words: Words) -> Block:
    """Targets without data and the returns that are missing or late.

    numbered: a unit's results as text; owed: see `yxq.attainment.results.Results.owed`.
    """
    parts = []
    no_data = numbered[numbered["code"] == State.NO_DATA]
    if len(no_data):
        parts.append(table(words, "missing_targets", no_data, "target clause owner note"))
    if len(owed):
        rows = returns_as_text(plan, owed, words)
        parts.append(table(words, "missing_returns", rows, "form sender period due status filed"))
    return section(words, "missing", *parts) if parts else empty(words, "missing", "missing_none")
