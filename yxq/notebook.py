"""What the notebooks call: check the parameters, then open the page.

import yxq.notebook as nb; begun = nb.begin(globals())    # before the parameters cell
page = nb.page("town", begun)                             # after it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from IPython import get_ipython
from IPython.display import display

from yxq.html import in_jupyter
from yxq.pages import PARAMETERS, open_page
from yxq.words import refusal


@dataclass
class Begun:
    """What a notebook had defined before its parameters; nothing once they were checked."""

    scope: dict[str, Any]
    before: set[str] | None


def begin(scope: dict[str, Any]) -> Begun:
    """Remember what is defined before the parameters, so that what they add is known."""
    return Begun(scope, set(scope))


def parameters(begun: Begun, *known: str) -> dict[str, Any]:
    """What the parameters cell has set of what the notebook knows; anything else is refused, naming what it has.

    papermill only warns of an unknown parameter, and a slip (`twon`) would then give the default's report. Only the first
    call looks: when the cell is run again, an analyst may have defined more.
    """
    new = set() if begun.before is None else {name for name in begun.scope if not name.startswith("_")} - begun.before
    if new := new - {"begun", *known}:
        raise refusal("unknown_parameter", name=", ".join(sorted(new)), known=", ".join(known))
    begun.before = None
    return {name: begun.scope[name] for name in known if name in begun.scope}


def page(kind: str, begun: Begun) -> Any:
    """The page of a notebook, in a look that Jupyter gives it; a parameter that it does not have is refused."""
    made = open_page(kind, **parameters(begun, *PARAMETERS[kind]))
    if get_ipython():
        display({"text/html": in_jupyter(), "text/plain": ""}, raw=True, metadata={"text/html": {"yxq": "look"}})
    return made
