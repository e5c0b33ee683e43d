"""Parameters of a notebook: which it has, and how values reach it as what they are.

papermill writes Chinese as escapes, turns dates, paths and numpy's numbers into quoted text, and
only warns of a name that the notebook does not have.
"""

from __future__ import annotations

import ast
import contextlib
import datetime as dt
import decimal
import fractions
import math
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd

INJECTED = "injected-parameters"
MODULES = ("datetime", "decimal", "fractions", "pandas", "pathlib")


class Carried(str):
    """A value that JSON does not know, as text for papermill's records, with the value itself."""

    value: Any

    def __new__(cls, value: Any) -> Carried:
        """Keep both."""
        made = super().__new__(cls, str(value))
        made.value = value
        return made


def source(value: Any) -> str:
    """The Python source of a value; raises `TypeError` for a type that cannot be written down.

    >>> source({"town": "丁蜀镇", "day": dt.date(2013, 6, 30), "n": np.int64(3)})
    "{'town': '丁蜀镇', 'day': datetime.date(2013, 6, 30), 'n': 3}"
    """
    match value:
        case Carried():
            return source(value.value)
        case np.generic():
            return source(value.item())
        case float() if not math.isfinite(value):
            return f"float('{value}')"
        case None | bool() | int() | float() | str():
            return repr(value)
        case pd.Timestamp():
            return f"pandas.Timestamp('{value}')"
        case dt.date() | dt.time() | dt.timedelta() if not getattr(value, "tzinfo", None):
            return repr(value)
        case dt.datetime():
            return f"datetime.datetime.fromisoformat('{value.isoformat()}')"
        case decimal.Decimal() | fractions.Fraction():
            return f"{type(value).__module__}.{value!r}"
        case PurePath():
            return f"pathlib.Path({value.as_posix()!r})"
        case dict():
            return (
                "{"
                + ", ".join(f"{source(key)}: {source(each)}" for key, each in value.items())
                + "}"
            )
        case list():
            return "[" + ", ".join(map(source, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(source, value)) + ("," if len(value) == 1 else "") + ")"
    raise TypeError(f"a value of type {type(value).__name__} cannot be handed to a notebook")


def carry(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters as papermill can record them, none losing what it is; raises `TypeError`
    naming the parameter.
    """
    made = {}
    for name, value in parameters.items():
        try:
            source(value)
        except TypeError as error:
            raise TypeError(f"parameter {name}: {error}") from None
        value = value.item() if isinstance(value, np.generic) else value
        made[name] = (
            value
            if value is None or isinstance(value, bool | int | float | str)
            else Carried(value)
        )
    return made


def cell(parameters: dict[str, Any]) -> str:
    """The source of the cell that sets them, with the imports that it needs."""
    lines = [f"{name} = {source(value)}" for name, value in parameters.items()]
    imports = [
        f"import {module}" for module in MODULES if any(f"{module}." in line for line in lines)
    ]
    return "\n".join(["# Parameters", *imports, *lines])


def declared(notebook: Any) -> tuple[dict[str, Any], set[str]]:
    """The parameters of a notebook's tagged cell with their defaults, and those that are only
    announced (`town: str`).

    A default that is no literal is given as its source. Raises `ValueError` when the cell is not
    Python.
    """
    known: dict[str, Any] = {}
    needed: set[str] = set()
    for each in notebook.cells:
        if each.cell_type != "code" or "parameters" not in each.metadata.get("tags", []):
            continue
        try:
            lines = ast.parse(each.source).body
        except SyntaxError as error:
            raise ValueError(f"the parameters cell cannot be read: {error}") from None
        for line in lines:
            if (
                isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and line.value is None
            ):
                needed.add(line.target.id)
            elif isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None:
                for target in line.targets if isinstance(line, ast.Assign) else [line.target]:
                    if isinstance(target, ast.Name):
                        known[target.id] = _value(line.value)
    return known, needed - known.keys()


def declared_in(notebook: Path) -> tuple[dict[str, Any], set[str]]:
    """`declared` of a file; raises `ValueError` when it is no notebook."""
    import nbformat

    try:
        return declared(nbformat.read(notebook, as_version=4))
    except nbformat.reader.NotJSONError:
        raise ValueError(f"{notebook}: not a notebook") from None


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def settle(notebook: Any, given: dict[str, Any], name: str) -> dict[str, Any]:
    """All parameters of a run: what is given, and the notebook's defaults for the rest.

    Raises `ValueError` for one that the notebook does not have and for one without a default that
    is not given.
    """
    known, needed = declared(notebook)
    if unknown := sorted(given.keys() - known.keys() - needed):
        raise ValueError(
            f"{name}: unknown parameter {', '.join(unknown)}; it has {', '.join([*known, *sorted(needed)]) or 'none'}"
        )
    if missing := sorted(needed - given.keys()):
        raise ValueError(f"{name}: parameter {', '.join(missing)} has no default and must be given")
    return known | given


def readable(notebook: Any) -> None:
    """Write the cell that papermill injected again, as `cell` does; the given parameters are in
    papermill's records.
    """
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    for each in notebook.cells:
        if INJECTED in each.metadata.get("tags", []) and given:
            with contextlib.suppress(
                TypeError
            ):  # what cannot be written down stays as papermill has it
                each.source = cell(given)
            each.id = INJECTED  # else a new one at random every time
