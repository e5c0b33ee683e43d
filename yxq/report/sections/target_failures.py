"""Where the failures of one target lie, who fails again, which items, and the records."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment import drill
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, para, section
from yxq.report.sections.failures import (
    FAILURES_SHOWN,
    failing_items,
    figure_of_items,
    with_sources,
)
from yxq.report.sections.names import named
from yxq.words.wording import Words

GROUPS_SHOWN = 15  # items, units or firms
WORST_SHOWN = 8  # of the city, of all targets together
TWICE = 2
UNITS_NAMED = 3  # beside a firm


def target_failures(
    plan: Plan, target: Target, cases: pd.DataFrame, cases_by_unit: pd.DataFrame, style: Style
) -> Block:
    """The failures by item and unit, firms that fail again and again, and the records themselves.

    cases: the records behind the target, each once; cases_by_unit: the same, but what two units
    share standing with both; columns: see `yxq.attainment.drill.cases`.
    """
    words = style.words
    if target.kind != "share":
        return empty(words, "failures", "not_a_rate_page")
    failing = cases[cases["failed"] > 0]
    if failing.empty:
        return empty(words, "failures", "failures_none")
    items = drill.pareto(cases).set_index("failing")["failed"]
    parts = figure_of_items(items.rename(index={"": words("not_stated")}), style)
    # of projects each is an item of its own: to break them down by item would list them
    are_items = (cases["total"] == 1).all() and cases["item"].is_unique
    if not are_items:
        by_item = drill.breakdown(cases, "item")
        names = [words.sender(item) or words("not_stated") for item in by_item["item"]]
        parts.append(_breakdown("item", by_item.assign(item=names), words))
    if plan.towns:
        by_unit = drill.breakdown(cases_by_unit, "unit")
        by_unit = by_unit.assign(unit=named(plan, by_unit["unit"], words))
        parts.append(_breakdown("unit", by_unit, words))
    parts.append(_repeated(plan, cases, words))
    if len(failing) > FAILURES_SHOWN:
        parts.append(para(words("rows_left", total=len(failing), shown=FAILURES_SHOWN)))
    parts.append(_records(plan, failing.head(FAILURES_SHOWN), words))
    return section(words, "failures", *parts)


def worst_of_city(plan: Plan, cases: pd.DataFrame, words: Words) -> list[Any]:
    """The products that failed most often, and the firms that failed again, of all targets
    together; nothing where none did twice.

    cases: see `yxq.attainment.drill.cases`; those that state counts alone are left out.
    """
    one_by_one = cases[cases["counts"] == ""]
    parts: list[Any] = []
    items = drill.breakdown(one_by_one[one_by_one["item"] != ""], "item")
    items = items[items["failed"] >= TWICE].head(WORST_SHOWN)
    if len(items):
        rows = items.assign(item=items["item"].map(words.sender))
        parts.append(_breakdown("item", rows, words, "worst_items"))
    if len(drill.repeated(one_by_one)):
        parts.append(_repeated(plan, one_by_one, words, WORST_SHOWN))
    return parts


def _breakdown(by: str, rows: pd.DataFrame, words: Words, caption: str = "") -> Any:
    """A table of failures by item or unit, those without any left out."""
    rows = rows[rows["failed"] > 0].head(GROUPS_SHOWN)
    rows = rows.assign(
        failed_count=rows["failed"],
        total_count=rows["total"],
        value=[f"{rate:.1%}" for rate in rows["pass_rate"]],
        share_of_failures=[f"{share:.0%}" for share in rows["share"]],
        cumulative_share=[f"{share:.0%}" for share in rows["cumulative"]],
    )
    columns = f"{by} failed_count total_count value share_of_failures cumulative_share"
    return table(words, caption or f"by_{by}", rows, columns)


def _repeated(plan: Plan, cases: pd.DataFrame, words: Words, most: int = GROUPS_SHOWN) -> Any:
    """A table of the firms that failed more than once, or that there is none."""
    firms = drill.repeated(cases).head(most)
    if firms.empty:
        return para(words("repeated_none"))
    firms = firms.assign(
        unit=[_units(plan, units, words) for units in firms["unit"]],
        failed_count=firms["failed"],
        total_count=firms["total"],
        first_failure=firms["first"].map(words.date),
        last_failure=firms["last"].map(words.date),
    )
    columns = "firm unit failed_count total_count first_failure last_failure item failing"
    return table(words, "repeated", firms, columns)


def _units(plan: Plan, units: str, words: Words) -> str:
    """The units that a firm failed in, by their names here; of many the first."""
    names = named(plan, pd.Series(units.split("、")), words)
    if len(names) <= UNITS_NAMED:
        return "、".join(names)
    return words("names_more", list="、".join(names[:UNITS_NAMED]), n=len(names))


def _records(plan: Plan, failing: pd.DataFrame, words: Words) -> Any:
    rows = with_sources(failing, words).assign(
        unit=named(plan, failing["unit"], words),
        item=failing["item"].map(words.sender),
        failing=failing_items(failing, words),
    )
    columns = "date unit firm item counts failing source"
    return table(words, "failing_records", rows, columns)
