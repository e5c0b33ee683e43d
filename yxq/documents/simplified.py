"""Traditional characters as simplified ones, a character for a character."""

from __future__ import annotations

import functools
import re
from typing import Any


def simplified(text: str) -> str:
    """The text in simplified characters, as long as it was."""
    if not re.search("[\u3400-\u9fff]", text):
        return text
    converter = _converter()
    whole = str(converter.convert(text))
    return whole if len(whole) == len(text) else "".join(converter.convert(x)[:1] for x in text)


@functools.cache
def _converter() -> Any:
    from opencc import OpenCC  # takes a while, and only documents need it

    return OpenCC("t2s")
