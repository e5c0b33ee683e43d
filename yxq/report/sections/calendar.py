"""Senders and forms by month: which returns are there."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro
from yxq.report.sections.build import empty, section
from yxq.report.sections.returns import returns_as_text
from yxq.words.states import Status
from yxq.words.wording import Words


def calendar(plan: Plan, returns: pd.DataFrame, words: Words) -> Block:
    """A row a sender and form, a cell a return of this year as wide as the months it is about.

    returns: see `yxq.attainment.owed.status`.
    """
    returns = returns[returns["year"] == plan.year]
    if returns.empty:
        return empty(words, "returns_matrix", "returns_matrix_none")
    months = pd.period_range(*plan.span(), freq="M")
    shown = returns_as_text(plan, returns, words).sort_index()
    rows = [
        {
            "sender": sender,
            "form": form,
            "cells": [_cell(returns.loc[label], line, words) for label, line in lines.iterrows()],
        }
        for (sender, form), lines in shown.groupby(["sender", "form"], sort=True)
    ]
    names = [words("month_name", n=month.month) for month in months]
    heads = [words("sender"), words("form")]
    grid = macro("calendar", words("returns_matrix_note"), heads, names, rows)
    return section(words, "returns_matrix", grid)


def _cell(due: pd.Series, shown: pd.Series, words: Words) -> dict[str, Any]:
    """A return: its status, when it was filed, and how many rows of it were accepted."""
    first, last = (pd.Period(due[end], "M") for end in ("period_from", "period_to"))
    accepted = 0 if pd.isna(due["accepted"]) else due["accepted"]
    lines = [shown["filed"], words("rows_accepted", n=accepted) if accepted else ""]
    return {
        "code": due["status"],
        "months": (last - first).n + 1,
        "lines": [*filter(None, lines)],
        "status": f"{Status(due['status']).sign} {shown['status']}",
        "title": f"{shown['period']} {words('due')} {shown['due']}",
    }
