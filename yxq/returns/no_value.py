"""What stands in a cell and is no value of it: an error, a formula that was never computed, a
number that lost its last digits or is shown as another, a character that could not be read.
"""

from __future__ import annotations

import re

import pandas as pd

from yxq.returns.read.sheet import NEVER, SHOWN
from yxq.returns.texts import VISIBLE
from yxq.words.reasons import Reason
from yxq.words.text import fold

ERROR = re.compile(
    r"#(n/a|null!|div/0!|value!|ref!|name\?|num!|getting_data|spill!|calc!|field!|unknown!"
    r"|blocked!|connect!|busy!|python!|##+)|err:\d+"
)
QUOTED = re.compile(r'="([^"]*)"')  # how numbers are kept as text where Excel is to open the file
LOST = re.compile(r"-?\d(\.\d+)?e\+\d+")
# Where numbers tell rows apart the sign is not needed: 2E5 may have been any other number.
LOST_KEY = re.compile(r"-?\d(\.\d+)?e\+?\d+")
UNREAD = "\ufffd"
LONGEST, BEGINNING = 32_767, 60  # characters that a cell of any program holds, and that are shown
SIGNS = ("#", '="', "Err:")  # how a text of visible ASCII begins that may be none
UNSIGNED = VISIBLE.translate(None, b'#"Ee')  # of which no such text is made


def unquoted(text: str) -> str:
    """The text of a cell, or of the formula that is nothing but a text: ="007"."""
    found = QUOTED.fullmatch(text) if text[:1] == "=" else None
    return found[1] if found else text


def no_value(text: str, label: str, kind: str, is_key: bool) -> Reason | None:
    """Why a text is no value of a column, whatever it is read to; None where it may be one."""
    if len(text) > LONGEST:
        return Reason.of("too_long_text", label, f"{text[:BEGINNING]}…", len(text), LONGEST)
    plain = fold(text)
    if plain[:1] in "#e" and ERROR.fullmatch(plain):
        return Reason.of("cell_error", label, text)
    if text.startswith("#"):
        if text.startswith(NEVER):
            return Reason.of("not_computed", label, text.removeprefix(NEVER).strip())
        if text.startswith(SHOWN):
            value, _, code = text.removeprefix(SHOWN).strip().partition(" ")
            return Reason.of("shown_otherwise", label, value, code)
    if UNREAD in text:
        return Reason.of("unread_character", label, text)
    if kind == "text" and "e" in plain and (LOST_KEY if is_key else LOST).fullmatch(plain):
        return Reason.of("digits_lost", label, text)
    return None


def may_be_none(texts: pd.Series, lengths: pd.Series, is_key: bool = False) -> pd.Series:
    """Which texts of visible ASCII are to be looked at; lengths: those of the texts."""
    signed = texts.str.contains("+", regex=False) | texts.str.startswith(SIGNS)
    if is_key:
        signed |= texts.str.fullmatch(LOST_KEY, case=False)
    return signed | (lengths > LONGEST)
