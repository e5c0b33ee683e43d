"""What the notebooks call: check the parameters, then open the page.

`begun = nb.begin(globals())` before the parameters cell, and `page = nb.page("town", begun)` after
it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from IPython import get_ipython
from IPython.display import display

from yxq.report import cells
from yxq.report.html import in_jupyter
from yxq.report.pages import COMMON as COMMON
from yxq.report.pages import PARAMETERS, open_page
from yxq.words.errors import refusal

OPENED = ("page", "data")  # what the notebooks call what they open
SETS = re.compile(r"^(\w+) *(?::[^=\n]*)?=(?!=)", re.MULTILINE)


@dataclass(eq=False)
class Begun:
    """A notebook as it was before its parameters were set."""

    scope: dict[str, Any]
    """What it defines, as it goes on."""
    before: set[str] | None
    """What it had defined; none once the parameters were checked."""
    cells: int
    """How many cells it had run."""
    ran: list[tuple[str, BaseException | None]] = field(default_factory=list)
    """The cells that it has run since, each with its error."""

    def note(self, result: Any) -> None:
        """A cell has run: IPython's event `post_run_cell`."""
        error = result.error_before_exec or result.error_in_exec
        self.ran.append((result.info.raw_cell, error))


def begin(scope: dict[str, Any]) -> Begun:
    """Remember what is defined before the parameters; a page of an earlier run is gone."""
    for name in OPENED:
        scope.pop(name, None)
    begun = Begun(scope, set(scope), len(scope.get("In", [])))
    if shell := scope.get("get_ipython", get_ipython)():
        for noted in [*shell.events.callbacks["post_run_cell"]]:
            if isinstance(getattr(noted, "__self__", None), Begun):
                shell.events.unregister("post_run_cell", noted)
        shell.events.register("post_run_cell", begun.note)
    return begun


def parameters(begun: Begun, *known: str) -> dict[str, Any]:
    """What the parameters cell has set of what the notebook knows.

    Anything else raises `PlanError`, which names what there is. papermill only warns of an unknown
    parameter, and a slip (`twon`) would then give the default's report, or in a kernel that has run
    before the last one's. So the last cell run since `begin` that does nothing but set parameters
    is looked at too; what an analyst defines further down is left alone.
    """
    _refuse_broken(begun, known)
    scope, names = begun.scope, {*known}
    given: set[str] = set()
    if begun.before is not None:
        given = {name for name in scope if not name.startswith("_")} - begun.before
    found = [*map(_set_by, scope.get("In", [])[begun.cells :])]
    last = next((names_set for names_set in reversed(found) if names_set & names), set())
    if unknown := (given | last) - {"begun", *known}:
        for name in unknown:  # so that it is gone when the slip is mended
            scope.pop(name, None)
        listed = ", ".join(sorted(unknown))
        raise refusal("unknown_parameter", name=listed, known=", ".join(known))
    begun.before = None
    return _values(scope, known)


def _values(scope: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: scope[name] for name in names if name in scope}


def _refuse_broken(begun: Begun, known: Collection[str]) -> None:
    """Refuse to go on after a parameters cell that could not be read, or ended in an error: what it
    would have set is still what it was.
    """
    for source, error in reversed(begun.ran):
        try:
            sets = cells.names_set(cells.statements(source))
        except SyntaxError:
            sets = SETS.findall(source)
        if not {*sets} & {*known}:
            continue
        if error:
            why = cells.wrong(error) if isinstance(error, SyntaxError) else f"{error}"
            why = (why or type(error).__name__).splitlines()[0]
            raise refusal("parameters_broken", why=why)
        return


def _set_by(source: str) -> set[str]:
    """The names that a cell sets to plain values, if it does nothing else."""
    try:
        lines = cells.statements(source)
        for line in lines:
            ast.literal_eval(line.value)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        return set()
    return {*cells.names_set(lines)}


def page(kind: str, begun: Begun) -> Any:
    """The page of a notebook, in a look that Jupyter gives it.

    A parameter that the notebook does not have is refused, and so is a section of the page that is
    run after a parameter was changed, until the page is opened again.
    """
    begun.scope.pop("page", None)  # a page that cannot be opened must not leave the last one
    given = parameters(begun, *PARAMETERS[kind])
    page = open_page(kind, **given)

    def unchanged() -> None:
        _refuse_broken(begun, PARAMETERS[kind])
        if given != _values(begun.scope, given):
            raise refusal("parameters_changed")

    page.guard = unchanged
    if get_ipython():
        look = {"text/html": in_jupyter(), "text/plain": ""}
        display(look, raw=True, metadata={"text/html": {"yxq": "look"}})
    return page
