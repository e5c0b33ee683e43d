"""A YAML file's values with their places in its text, so that it can be changed and all else stays
as somebody wrote it: comments, order, style.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from yxq.words.errors import PlanError

STYLE = "write it as yxq/plan/shipped/yixing/2013.yml is written, a key a line, indented by spaces"

Edit = tuple[tuple[int, int], str]  # from and to which character, and what stands there then


def applied(text: str, edits: Sequence[Edit]) -> str:
    """A text with some edits, none within another."""
    for (start, end), new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def composed(file: Path, text: str) -> Any:
    """The nodes of the file with their places in its text."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:  # which the loader, in C, takes
        raise PlanError(f"{file}: {' '.join(str(error).split())}; {STYLE}") from None
    if root is None or root.flow_style:  # type: ignore[attr-defined]
        raise PlanError(f"{file}: no draft can be made of one pair of braces; {STYLE}")
    return root


def values_of(node: Any) -> dict[str, Any]:
    """The values of a mapping by their keys."""
    return {key.value: value for key, value in node.value}


def place_of(node: Any) -> tuple[int, int]:
    """Where a value begins and ends in the text, without the blank lines and comments that follow
    it.
    """
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return start, place_of(last[1] if isinstance(last, tuple) else last)[1]
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        mark = node.start_mark
        block = str(mark.buffer)[mark.pointer : node.end_mark.pointer]
        return start, start + len(block.rstrip())
    return start, end
