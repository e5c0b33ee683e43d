"""What a cell of an analyst's notebook has shown, as HTML: every kind that readers can see, no
code, and no more of it than a page bears.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from yxq.words.wording import Words

LONGEST = 50_000  # characters of a text
LARGEST = 1_000_000  # characters of HTML or a drawing, of which nothing can be cut off
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
SIZE = 'style="width:auto;max-width:100%"'  # not blown up, as our own figures are
NOT_SHOWN = ("application/javascript",)  # no page runs a script of a notebook's
# colours and the like that programs send to terminals
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
OVERWRITTEN = re.compile(r"^.*\r(?!$)", re.MULTILINE)  # the rest of a line was written over it


def shown(output: Any, words: Words, markdown: Callable[[str], str]) -> str:
    """An output as HTML; nothing for what goes to the error stream, and one line of an error."""
    if output.output_type == "stream":
        return _text(output.text, words) if output.name == "stdout" else ""
    if output.output_type == "error":
        # papermill takes an exit without a code for an end, and so does the reader
        if output.ename == "SystemExit" and output.evalue in ("", "0"):
            return ""
        return _text(f"{output.ename}: {output.evalue}".splitlines()[0].removesuffix(": "), words)
    marks = output.get("metadata", {}).get("text/html", {})
    return "" if "yxq" in marks else _data(output.data, words, markdown)


def _data(data: Any, words: Words, markdown: Callable[[str], str]) -> str:
    """The richest of what is given of one thing."""
    given = {kind: value for kind, value in data.items() if value}
    for kind in ("text/html", "image/svg+xml"):
        if kind in given and len(given[kind]) <= LARGEST:
            drawing = given[kind]
            return str(drawing) if kind == "text/html" else f"<figure>{drawing}</figure>"
    if "text/markdown" in given and len(given["text/markdown"]) <= LONGEST:
        return markdown(given["text/markdown"])
    for kind in PICTURES:
        if kind in given:
            plain = given.get("text/plain", "")
            alt = "" if plain.startswith("<IPython.") else html.escape(plain)
            content = re.sub(r"\s", "", given[kind])
            source = f'alt="{alt}" src="data:{kind};base64,{content}"'
            return f"<figure><img {SIZE} {source}></figure>"
    if any(kind in given for kind in NOT_SHOWN):
        return ""
    if "text/latex" in given:
        return _text(given["text/latex"], words)
    if "application/json" in given:
        text = json.dumps(given["application/json"], ensure_ascii=False, indent=2)
        return _text(text, words)
    return _text(given.get("text/plain", ""), words)


def _text(text: str, words: Words) -> str:
    """Text as it stood in a terminal at last, cut where there is too much of it."""
    whole = OVERWRITTEN.sub("", ESCAPES.sub("", text[: 2 * LONGEST]))
    kept = whole[:LONGEST]
    if len(whole) > LONGEST or len(text) > 2 * LONGEST:
        kept += f"\n{words('text_cut', most=LONGEST)}"
    return f"<pre>{html.escape(kept)}</pre>" if text.strip() else ""
