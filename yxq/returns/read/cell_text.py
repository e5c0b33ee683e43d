"""A workbook's cell as text."""

from __future__ import annotations

import datetime as dt
from typing import Any


def cell(value: Any) -> str:
    """A workbook's cell as the text that a person sees: 3.0 is 3, a date is 2013-04-01.

    Excel keeps 15 digits; a longer number is written with its exponent, because its last digits are
    not the sender's.
    """
    if isinstance(value, str):  # first, as most are
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.14E}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value).strip()
