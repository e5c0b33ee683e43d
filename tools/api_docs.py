"""docs/api.md out of the docstrings of what `import yxq` offers.

python tools/api_docs.py
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from project import ROOT

import yxq

FILE = ROOT / "docs" / "api.md"
GROUPS = {
    "Data": ["load_data", "load_plan", "Results", "Plan", "NotIngested", "PlanError"],
    "How far it is": ["attain", "score", "bounds", "chance", "months", "years", "funnel", "quotas"],
    "Behind a result": ["behind", "failures", "breakdown", "pareto", "offenders", "ledger"],
    "What if, and what has changed": ["what_if", "compare", "diff", "page"],
    "Next year": ["planning", "sample_size", "allocate"],
    "Figures": ["plot_units", "plot_months", "plot_years", "plot_pareto", "plot_ranks"],
}
GROUPS["Behind a result"].append("rejected")
GROUPS["Figures"] += ["plot_funnel", "chinese"]
HEAD = """# What `import yxq` offers

Made of the docstrings by `python tools/api_docs.py`; `help(yxq.attain)` says the same. Every
function takes the data, then units, then targets: one, several, or none for all.
"""


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_entry(name) for name in names]
    return "\n".join(parts)


def _entry(name: str) -> str:
    """One name: how it is called, and its docstring with the examples as code."""
    each = getattr(yxq, name)
    call = "" if isinstance(each, type) else _signature(each).replace("'", '"')
    doc = inspect.getdoc(each) or ""
    before, prompt, example = doc.partition(">>> ")
    code = f"\n```python\n{prompt}{example}\n```\n" if prompt else ""
    return f"### `yxq.{name}{call}`\n\n{before.rstrip()}\n{code}"


def _signature(function: Callable[..., object]) -> str:
    """The names of its parameters and what they are when they are not given."""
    parameters = inspect.signature(function).parameters.values()
    parts = []
    for one in parameters:
        keyword_only = one.kind is one.KEYWORD_ONLY
        if keyword_only and "*" not in parts:
            parts.append("*")
        is_given = one.default is not one.empty
        parts.append(f"{one.name}={one.default!r}" if is_given else one.name)
    return f"({', '.join(parts)})"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
