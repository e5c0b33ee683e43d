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
import json
import math
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd
import yaml

from yxq.report import cells

TAG = "parameters"
INJECTED = "injected-parameters"
CONSTANTS = {"True": True, "False": False, "None": None}
KINDS = {
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    str: "a text",
    type(None): "None",
    list: "a list",
    tuple: "a tuple",
    dict: "a mapping",
}
NEEDED = {"cell_type": '"code"', "metadata": "{}", "source": '""'}  # of every cell
MODULES = ("datetime", "decimal", "fractions", "pandas", "pathlib")


def typed(text: str) -> Any:
    """The value of a parameter as the command line writes it (`-p NAME VALUE`), read as papermill
    reads it: True, False, None and numbers are what they are, all else is text.

    >>> [typed(text) for text in ("010", "1e3", "NO", "None", "{")]
    [10, 1000.0, 'NO', None, '{']
    """
    if text in CONSTANTS:
        return CONSTANTS[text]
    for number in (int, float):
        with contextlib.suppress(ValueError):
            return number(text)
    return text


def from_yaml(text: str) -> dict[str, Any]:
    """Parameters as a YAML mapping (`-y`); raises `ValueError` in one line where it is none."""
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        why = f"{error}".splitlines()[0]
        raise ValueError(f"-y {text}: cannot be read as YAML: {why}") from None
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise ValueError(f'-y {text}: write names and values, such as -y "n: 3"')
    return given


def json_value(value: Any) -> Any:
    """A value as JSON holds it: what it does not know, as text."""
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


class Carried(str):
    """A value that JSON does not know, as text for papermill's records, with the value itself."""

    value: Any

    def __new__(cls, value: Any) -> Carried:
        """Keep both."""
        carried = super().__new__(cls, str(value))
        carried.value = value
        return carried


class Unknown(str):
    """The source of a default that only running it tells."""


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
            pairs = (f"{source(key)}: {source(entry)}" for key, entry in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "[" + ", ".join(map(source, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(source, value)) + ("," if len(value) == 1 else "") + ")"
    raise TypeError(f"a value of type {type(value).__name__} cannot be handed to a notebook")


def carry(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters as papermill can record them, none losing what it is; raises `TypeError`
    naming the parameter.
    """
    carried = {}
    for name, value in parameters.items():
        try:
            source(value)
        except TypeError as error:
            raise TypeError(f"parameter {name}: {error}") from None
        value = value.item() if isinstance(value, np.generic) else value
        carried[name] = value if json_value(value) is value else Carried(value)
    return carried


def cell(parameters: dict[str, Any], comment: str = "Parameters") -> str:
    """The source of the cell that sets them, with the imports that it needs."""
    lines = [f"{name} = {source(value)}" for name, value in parameters.items()]
    used = [module for module in MODULES if any(f"{module}." in line for line in lines)]
    return "\n".join([f"# {comment}", *(f"import {module}" for module in used), *lines])


def tagged(notebook: Any, name: str) -> tuple[int, Any] | None:
    """The cell that is tagged `parameters`, and which it is; `name`: what the notebook is called.

    Raises `ValueError` where two are: the second would set back what the first was given.
    """
    cells = enumerate(notebook.cells, start=1)
    code = [(n, cell) for n, cell in cells if cell.cell_type == "code"]
    found = [(n, cell) for n, cell in code if TAG in cell.metadata.get("tags", [])]
    if len(found) > 1:
        numbers = " and ".join(str(number) for number, _ in found)
        raise ValueError(f"{name}: cells {numbers} are tagged `{TAG}`; keep the tag of one of them")
    return found[0] if found else None


def declared(notebook: Any, name: str = "notebook") -> tuple[dict[str, Any], set[str]]:
    """The parameters of a notebook's tagged cell with their defaults, and those that are only
    announced (`town: str`).

    A default that is no literal is given as its source (`Unknown`). Raises `ValueError` when the
    cell is not Python, or two are tagged.
    """
    defaults: dict[str, Any] = {}
    announced: set[str] = set()
    if (cell := tagged(notebook, name)) is None:
        return defaults, announced
    try:
        lines = cells.statements(cell[1].source)
    except SyntaxError as error:
        why = f"the parameters cell (cell {cell[0]}) cannot be read: {cells.wrong(error)}"
        raise ValueError(f"{name}: {why}; text stands in straight quotes") from None
    for line in lines:
        names = cells.names_set([line])
        if getattr(line, "value", None) is None:
            announced.update(names)
        else:
            defaults |= dict.fromkeys(names, _value(line.value))  # type: ignore[attr-defined]
    return defaults, announced - defaults.keys()


def without_tag(notebook: Any, name: str) -> str:
    """What to do about a notebook that should have a parameter and has no tagged cell: which cell
    sets it.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        with contextlib.suppress(SyntaxError):
            if cell.cell_type == "code" and name in cells.names_set(cells.statements(cell.source)):
                return f"no cell is tagged `{TAG}`: tag cell {number}, which sets {name}"
    return f"no cell is tagged `{TAG}`: write a cell that sets {name}, and tag it"


def read(path: Path) -> Any:
    """A notebook file; raises `ValueError` when it is none, or lacks what every cell has."""
    import nbformat

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(content.get("cells", []), start=1):
            for name, empty in NEEDED.items():
                if name not in cell:
                    mend = f'write "{name}": {empty} into it'
                    raise ValueError(f"{path}: cell {number} has no {name}; {mend}")
        return nbformat.read(path, as_version=4)
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError):
        raise ValueError(f"{path}: not a notebook") from None
    except nbformat.ValidationError as error:
        first = f"{error}".splitlines()[0]
        raise ValueError(f"{path}: not a notebook as Jupyter writes it ({first})") from None


def declared_in(path: Path) -> tuple[dict[str, Any], set[str]]:
    """`declared` of a file; raises `ValueError` when it is no notebook."""
    return declared(read(path), path.name)


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return Unknown(ast.unparse(node))


def wrong_kind(value: Any, default: Any) -> str:
    """Why a value cannot stand for a notebook's default, empty where it can: where both are of one
    kind, or one is None, or only running it tells what the default is.
    """
    if value is None or default is None or isinstance(default, Unknown):
        return ""
    wanted = (int, float) if type(default) is float else type(default)
    if isinstance(value, wanted) and isinstance(value, bool) is isinstance(default, bool):
        return ""
    return f"{_shown(value)} is {_kind(value)}, but the default {_shown(default)} {_kind(default)}"


def _shown(value: Any) -> str:
    try:
        return source(value)
    except TypeError:
        return repr(value)


def _kind(value: Any) -> str:
    return KINDS.get(type(value), f"of type {type(value).__name__}")


def settle(notebook: Any, given: dict[str, Any], name: str) -> dict[str, Any]:
    """All parameters of a run: what is given, and the notebook's defaults for the rest.

    Raises `ValueError` for one that the notebook does not have and for one without a default that
    is not given.
    """
    defaults, announced = declared(notebook, name)
    unknown = sorted(given.keys() - defaults.keys() - announced)
    if unknown and tagged(notebook, name) is None:
        raise ValueError(f"{name}: {without_tag(notebook, unknown[0])}")
    if unknown:
        known = ", ".join([*defaults, *sorted(announced)]) or "none"
        raise ValueError(f"{name}: unknown parameter {', '.join(unknown)}; it has {known}")
    if missing := sorted(announced - given.keys()):
        raise ValueError(f"{name}: parameter {', '.join(missing)} has no default and must be given")
    return defaults | given
