"""What the notebooks call: check the parameters, then open the page.

`begun = nb.begin(globals())` before the parameters cell, and `page = nb.page("town", begun)` after
it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from IPython import get_ipython
from IPython.display import display

from yxq.report.html import in_jupyter
from yxq.report.pages import PARAMETERS, open_page
from yxq.words.errors import refusal

MADE = ("page", "data")  # what the notebooks call what they open


@dataclass
class Begun:
    """What a notebook had defined before its parameters (nothing once they were checked), and how
    many cells it had run.
    """

    scope: dict[str, Any]
    before: set[str] | None
    cells: int


def begin(scope: dict[str, Any]) -> Begun:
    """Remember what is defined before the parameters, so that what they add is known; a page of an
    earlier run is gone.
    """
    for name in MADE:
        scope.pop(name, None)
    return Begun(scope, set(scope), len(scope.get("In", [])))


def parameters(begun: Begun, *known: str) -> dict[str, Any]:
    """What the parameters cell has set of what the notebook knows; anything else is refused, naming
    what it has.

    papermill only warns of an unknown parameter, and a slip (`twon`) would then give the default's
    report, or in a kernel that has run before the last one's. So the last cell run since `begin`
    that does nothing but set parameters is looked at too; what an analyst defines further down is
    left alone.
    """
    new = (
        set()
        if begun.before is None
        else {name for name in begun.scope if not name.startswith("_")} - begun.before
    )
    cells = [
        names
        for names in map(_set_by, begun.scope.get("In", [])[begun.cells :])
        if names & {*known}
    ]
    if new := (new | {name for names in cells[-1:] for name in names}) - {"begun", *known}:
        for name in new:  # so that it is gone when the slip is mended
            begun.scope.pop(name, None)
        raise refusal("unknown_parameter", name=", ".join(sorted(new)), known=", ".join(known))
    begun.before = None
    return {name: begun.scope[name] for name in known if name in begun.scope}


def _set_by(source: str) -> set[str]:
    """The names that a cell sets to plain values, if it does nothing else."""
    try:
        lines = ast.parse(source).body
        for line in lines:
            ast.literal_eval(line.value)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        return set()
    return {
        target.id
        for line in lines
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }


def page(kind: str, begun: Begun) -> Any:
    """The page of a notebook, in a look that Jupyter gives it; a parameter that it does not have is
    refused.

    A section of it that is run after a parameter was changed is refused too, until the page is
    opened again.
    """
    begun.scope.pop("page", None)  # a page that cannot be opened must not leave the last one
    given = parameters(begun, *PARAMETERS[kind])
    made = open_page(kind, **given)

    def unchanged() -> None:
        if given != {name: begun.scope[name] for name in given if name in begun.scope}:
            raise refusal("parameters_changed")

    made.guard = unchanged
    if get_ipython():
        display(
            {"text/html": in_jupyter(), "text/plain": ""},
            raw=True,
            metadata={"text/html": {"yxq": "look"}},
        )
    return made
