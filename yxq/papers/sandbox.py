"""What a template may do: print names, choose, and repeat; it calls nothing and fetches nothing."""

from __future__ import annotations

import bisect
import functools
import itertools
import unicodedata
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

FILTERS = ["abs", "batch", "capitalize", "dictsort", "first", "groupby", "int", "join", "last"]
FILTERS += ["length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace"]
FILTERS += ["reverse", "round", "select", "selectattr", "sort", "sum", "title", "trim", "unique"]
FILTERS += ["upper"]
FORBIDDEN = (
    *(nodes.Call, nodes.Macro, nodes.CallBlock, nodes.Import, nodes.FromImport),
    *(nodes.Include, nodes.Extends, nodes.Block, nodes.Pow),
)
WIDE = ("W", "F", "A")  # by Unicode; the last are as the font is
DEEPEST = 3  # loops within each other
LONGEST = 20_000_000  # characters of a filled part


class UnknownName(UndefinedError):
    """A template asks for what is not there: `name`, and what it was asked of (`asked_of`)."""

    def __init__(self, asked: Unknown, message: str | None = None) -> None:
        """Keep what was asked for."""
        super().__init__(message)
        self.name, self.asked_of = asked.asked


class Unknown(StrictUndefined):
    """What a template asks for and does not get, which it cannot even look at."""

    __slots__ = ()

    def __init__(
        self, hint: Any = None, obj: Any = missing, name: Any = None, exc: Any = None
    ) -> None:
        """Any use raises `UnknownName`, or `exc` where something else forbids it."""
        raised: Any = functools.partial(UnknownName, self)
        if exc is not None and issubclass(exc, SecurityError):
            raised = exc
        super().__init__(hint, obj, name, raised)

    @property
    def asked(self) -> tuple[str, Any]:
        """The name, and the object that lacks it."""
        return f"{self._undefined_name}", self._undefined_obj


def cut(text: Any, most: int) -> str:
    """A text no wider than so many Chinese characters, of others twice as many; what is left out is
    an ellipsis.

    >>> cut("经济技术开发区", 5), cut("Development Zone", 5), cut("开发区", 3)
    ('经济技术…', 'Developm…', '开发区')
    """
    said: str = text.unescape() if isinstance(text, Markup) else f"{text}"
    widths = [*itertools.accumulate(map(_width, said))]
    if not said or widths[-1] <= 2 * most:
        return said
    room = 2 * most - _width("…")
    return f"{said[: bisect.bisect_right(widths, room)].rstrip()}…"


def _width(character: str) -> int:
    """How wide a character is in a Chinese font, which has many signs as wide as its own."""
    return 2 if unicodedata.east_asian_width(character) in WIDE else 1


class _Bounded:
    """A template whose result cannot grow without end."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def render(self, context: dict[str, Any]) -> str:
        """The filled text; raises `SecurityError` where it is too long."""
        parts, size = [], 0
        for part in self._template.generate(context):
            parts.append(part)
            size += len(part)
            if size > LONGEST:
                raise SecurityError("too long")
        return "".join(parts)


class Sandbox(SandboxedEnvironment):
    """Where templates of papers are filled; what was read once is kept."""

    intercepted_binops = frozenset(["*", "%"])

    def __init__(self, plain: bool = False) -> None:
        """Text is escaped, a name that is not there is refused, and nothing can be called; plain:
        what is filled is no XML.
        """
        super().__init__(autoescape=not plain, undefined=Unknown, keep_trailing_newline=True)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS} | {"cut": cut}
        self._read: dict[str, _Bounded] = {}

    def from_string(self, source: Any, *_: Any, **__: Any) -> Any:
        """The template of a text."""
        if source not in self._read:
            self._read[source] = _Bounded(super().from_string(source))
        return self._read[source]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """A text as a tree in which only what is allowed occurs."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(FORBIDDEN):
            what = type(node).__name__.lower()
            raise TemplateSyntaxError(f"{what} is not allowed in a paper", node.lineno)
        for named in tree.find_all(nodes.Name):
            if named.name in ("self", "super"):
                raise TemplateSyntaxError(f"{named.name} is not allowed in a paper", named.lineno)
        _check_depth(tree, 0)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A name of an entry: never what Python has under it."""
        return (
            self.getitem(obj, attribute) if isinstance(obj, Mapping) else self._of(obj, attribute)
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same, or a place in a list."""
        if isinstance(obj, Mapping):
            return obj[argument] if argument in obj else self.undefined(obj=obj, name=argument)
        return super().getitem(obj, argument)

    def _of(self, obj: Any, attribute: str) -> Any:
        """What a loop knows of itself; texts, numbers and lists have no names."""
        if isinstance(obj, str | int | float | list | tuple):
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers may be multiplied; texts may not grow by it."""
        if not all(isinstance(side, int | float) for side in (left, right)):
            raise SecurityError(f"{operator} is for numbers")
        return super().call_binop(context, operator, left, right)


def _check_depth(node: nodes.Node, depth: int) -> None:
    if isinstance(node, nodes.For):
        depth += 1
        if depth > DEEPEST:
            raise TemplateSyntaxError(f"more than {DEEPEST} loops within each other", node.lineno)
    for child in node.iter_child_nodes():
        _check_depth(child, depth)
