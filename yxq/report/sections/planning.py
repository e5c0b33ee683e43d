"""Planning next year: how many samples decide a rate, and which threshold is within reach."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment import planning
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import display, figures
from yxq.report.blocks import Block, table
from yxq.report.display import chance
from yxq.report.figures import Style
from yxq.report.sections.build import figure, nothing, para, section
from yxq.report.sections.names import target_names
from yxq.words.wording import Words

CITY_COLUMNS = "target required samples_of_a_unit producer_risk consumer_risk to_demonstrate"
CITY_COLUMNS += " to_refute would_reach realistic"
SIZE_COLUMNS = "true_rate samples_first may_fail samples_settled"


def city_planning(plan: Plan, attained: pd.DataFrame, words: Words) -> Block:
    """Samples, risks and realistic thresholds of every sampled rate; no section where there is
    none.

    attained: of all units, at the end of the year.
    """
    rows = planning.planning(plan, attained)
    if rows.empty:
        return nothing()
    shown = pd.DataFrame([_as_text(plan, row, words) for row in rows.to_dict("records")])
    shown_table = table(words, "planning_thresholds", shown, CITY_COLUMNS)
    return section(words, "planning", para(words("planning_method")), shown_table)


def _as_text(plan: Plan, row: dict[str, Any], words: Words) -> dict[str, str]:
    """A row of `planning` as it is read."""
    target = plan.target(row["target"])
    ends = words("from_to", low=row["least"], high=row["most"])
    better, worse = (f"{row[name]:.1%}" for name in ("better", "worse"))
    expected, reached, units = f"{row['expected']:.1f}", row["reached"], row["units"]
    return {
        "target": target_names(plan, words)[target.id],
        "required": display.required(target, words),
        "samples_of_a_unit": words("with_ends", value=row["median"], ends=ends),
        "producer_risk": chance(row["producer"]),
        "consumer_risk": words("if_truly", value=chance(row["consumer"]), rate=worse),
        "to_demonstrate": _if_truly(row["demonstrates"], better, words),
        "to_refute": _if_truly(row["refutes"], worse, words),
        "would_reach": words("would_reach_of", expected=expected, reached=reached, n=units),
        "realistic": "" if pd.isna(row["realistic"]) else f"{row['realistic']:.1%}",
    }


def _if_truly(samples: float, rate: str, words: Words) -> str:
    """A number of samples, with the true rate that it is for; nothing where there is none."""
    return "" if pd.isna(samples) else words("if_truly", value=f"{samples:,.0f}", rate=rate)


def target_planning(plan: Plan, target: Target, results: pd.DataFrame, style: Style) -> Block:
    """How many samples demonstrate one threshold, and how likely units attain by what is true; no
    section where that is no sampled rate, or nobody has any.

    results: attainment of the target, a row a unit, at the end of the year.
    """
    curves = planning.curves(plan, target, results)
    if curves.empty:
        return nothing()
    words, sizes = style.words, planning.sizes(target)
    shown = pd.DataFrame(
        {
            "true_rate": [f"{rate:.1%}" for rate in sizes["truth"]],
            "samples_first": [f"{n:,}" for n in sizes["n"]],
            "may_fail": [f"{n:,}" for n in sizes["failures"]],
            "samples_settled": [f"{n:,}" for n in sizes["settled"]],
        }
    )
    several = words("list").join(map(str, curves.columns))
    alt = words("operating_figure", title=words.text(target.title), list=several)
    return section(
        words,
        "planning",
        para(words("target_planning_method")),
        table(words, "planning_sizes", shown, SIZE_COLUMNS),
        *figure(words("operating_note"), alt, figures.operating(curves, target.line, style)),
    )
