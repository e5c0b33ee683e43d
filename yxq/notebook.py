"""What the notebooks call: check the parameters, then open the page.

import yxq.notebook as nb; begin = nb.begin(globals())    # before the parameters cell
page = nb.page("town", begin, town=town, year=year, ...)    # after it
"""

from __future__ import annotations

from typing import Any

from yxq.pages import open_page
from yxq.words import refusal


def begin(scope: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Remember what is defined before the parameters, so that what they add is known."""
    return scope, set(scope)


def page(kind: str, begun: tuple[dict[str, Any], set[str]], **parameters: Any) -> Any:
    """The page of a notebook; a parameter that it does not have is refused, naming those it has.

    papermill only warns of an unknown parameter, and a slip (`twon`) would then give the default's report.
    """
    scope, before = begun
    new = {name for name in scope if name not in before and not name.startswith("_")}
    unknown = sorted(new - set(parameters) - {"begun", "page"})
    if unknown:
        raise refusal("unknown_parameter", name=", ".join(unknown), known=", ".join(parameters))
    return open_page(kind, **parameters)
