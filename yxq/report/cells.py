"""A cell as Python reads it: its statements, without IPython's own lines (`%time`, `!ls`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

# of these a cell's further lines are Python, which runs
OF_PYTHON = ("capture", "prun", "time", "timeit")


def statements(source: str) -> list[ast.stmt]:
    """The statements of a cell, as it is written or as IPython has rewritten it; raises
    `SyntaxError` where it is no Python.

    >>> [ast.unparse(line) for line in statements("%%time\\nyear = 2013\\n!ls")]
    ['year = 2013']
    """
    try:
        lines = ast.parse(source).body
    except SyntaxError:
        # Only now: it is slow to import.
        from IPython.core.inputtransformer2 import TransformerManager

        lines = ast.parse(TransformerManager().transform_cell(source)).body
    return list(_without_magic(lines))


def _without_magic(lines: list[ast.stmt]) -> Iterator[ast.stmt]:
    for line in lines:
        match line:
            case ast.Expr(ast.Call(ast.Attribute(attr="run_cell_magic"), [name, _, cell])):
                if ast.literal_eval(name) in OF_PYTHON:
                    yield from statements(ast.literal_eval(cell))
            case ast.Expr(ast.Call(ast.Attribute(ast.Call(ast.Name("get_ipython"))))):
                continue
            case _:
                yield line


def names_set(lines: list[ast.stmt]) -> list[str]:
    """The names that statements set, in order."""
    found: list[str] = []
    for line in lines:
        targets = line.targets if isinstance(line, ast.Assign) else []
        targets = [line.target] if isinstance(line, ast.AnnAssign) else targets
        found += [target.id for target in targets if isinstance(target, ast.Name)]
    return found


def wrong(error: SyntaxError) -> str:
    """What is wrong with a cell, and in which line."""
    line = (error.text or "").strip()
    return f"line {error.lineno}, {line}: {error.msg}" if line else str(error.msg)
