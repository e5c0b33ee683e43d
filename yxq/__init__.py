"""Quality-plan targets, attainment and the pack. What an analyst needs is listed here and stands in
`yxq.api`.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yxq.tables import makers

if TYPE_CHECKING:
    from yxq.api import (
        NotIngested,
        Plan,
        PlanError,
        Results,
        allocate,
        attain,
        behind,
        bounds,
        breakdown,
        chance,
        chinese,
        compare,
        diff,
        failures,
        funnel,
        ledger,
        load_data,
        load_plan,
        months,
        offenders,
        page,
        pareto,
        planning,
        plot_funnel,
        plot_months,
        plot_pareto,
        plot_ranks,
        plot_units,
        plot_years,
        quotas,
        rejected,
        sample_size,
        score,
        what_if,
        years,
    )
    from yxq.tables.supposed import Supposed

__all__ = [
    "NotIngested",
    "Plan",
    "PlanError",
    "Results",
    "allocate",
    "attain",
    "behind",
    "bounds",
    "breakdown",
    "chance",
    "chinese",
    "compare",
    "diff",
    "failures",
    "funnel",
    "ledger",
    "load_data",
    "load_plan",
    "months",
    "offenders",
    "page",
    "pareto",
    "planning",
    "plot_funnel",
    "plot_months",
    "plot_pareto",
    "plot_ranks",
    "plot_units",
    "plot_years",
    "quotas",
    "rejected",
    "sample_size",
    "score",
    "what_if",
    "years",
]


def _in_hand(
    plan: Path, processed: Path, later: makers.Sheets, supposed: Supposed, place: Path
) -> None:
    """Imported when it is first needed, as below."""
    from yxq.returns.in_hand import make

    make(plan, processed, later, supposed, place)


makers.in_hand = _in_hand


def __getattr__(name: str) -> Any:
    """A name of `yxq.api`, imported when it is first used: that takes seconds, which the command
    line need not wait for.
    """
    if name == "__version__":
        return version("yxq")
    if name not in __all__:
        raise AttributeError(f"module 'yxq' has no attribute {name!r}; it has {', '.join(__all__)}")
    from yxq import api

    return getattr(api, name)


def __dir__() -> list[str]:
    """What there is for an analyst, without the modules behind it."""
    return __all__
