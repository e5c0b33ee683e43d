"""How a publisher writes dates and numbers, where the text itself does not tell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from yxq.plan.model import Model

# How many years later the Christian era counts the same year less than it: 102 of ROC is 2013.
CALENDARS = {"ROC": 1911, "Buddhist": -543}
_DATED = {"date", "year", "months"}
_NUMBERS = {"count", "number", "rate"}
# The types of columns of which each declaration says something.
SAYS = {"dates": _DATED, "calendar": _DATED, "century": _DATED, "month_names": _DATED}
SAYS |= {"zone": {"date"}, "fiscal": {"year"}, "decimal": _NUMBERS, "thousands": _NUMBERS}


class Written(Model):
    """How dates and numbers are written. What is not declared is read only where it can mean one
    thing.
    """

    dates: Literal["year first", "day first", "month first"] | None = None
    """The order of dates that are numbers: 03/04/2013 is 3 April or March 4."""
    calendar: Literal["ROC", "Buddhist"] | None = None
    """What years are counted in beside the Christian era: ROC (民国, 102 is 2013), Buddhist."""
    century: Literal[1900, 2000] | None = None
    """Of years of two digits: with 2000, 13 is 2013."""
    fiscal: Literal["first", "last"] | None = None
    """Of a year that spans two, 2018-19: the one that it is called by."""
    zone: str | None = None
    """Where the days of times with an offset (2013-06-30T16:00Z) are: Asia/Shanghai, or +08:00."""
    month_names: dict[Annotated[int, Field(ge=1, le=12)], tuple[str, ...]] = {}
    """What months are called beside their Chinese and English names: {4: [avril, avr.]}."""
    decimal: Literal[".", ","] | None = None
    """What parts the decimals; a point where nothing is said."""
    thousands: Literal[",", ".", "'"] | None = None
    """What parts thousands, beside spaces: where nothing is said comma or point, the other one."""

    @property
    def declared(self) -> dict[str, Any]:
        """What is said, by key."""
        return {name: value for name in SAYS if (value := getattr(self, name))}

    def within(self, general: Written) -> Written:
        """The same, with what another says wherever this one says nothing."""
        return Written(**{**general.declared, **self.declared})

    def only(self, kind: str) -> Written:
        """The same of columns of one type."""
        said = self.declared.items()
        return Written(**{name: value for name, value in said if kind in SAYS[name]})

    def mistakes(self) -> Iterator[str]:
        """The marks of a number differ, and the zone is one."""
        if self.thousands and self.thousands == (self.decimal or "."):
            yield f"thousands: {self.thousands} parts the decimals already; write another"
        if self.zone and timezone(self.zone) is None:
            yield f"zone: {self.zone!r} is no time zone; write one such as Asia/Shanghai or +08:00"


def timezone(name: str) -> dt.tzinfo | None:
    """A time zone by its name or its offset; None where there is none.

    >>> timezone("+08:00").utcoffset(None)
    datetime.timedelta(seconds=28800)
    """
    if offset := re.fullmatch(r"([+-])(\d\d):?([0-5]\d)", name):
        sign, hours, minutes = offset.groups()
        after = dt.timedelta(hours=int(hours), minutes=int(minutes))
        is_one = after < dt.timedelta(days=1)
        return dt.timezone(-after if sign == "-" else after) if is_one else None
    if name in ("Z", "UTC"):
        return dt.UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
