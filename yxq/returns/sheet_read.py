"""What is kept of a sheet that was read: whose it is and for when, its form, and how it went."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

from yxq.tables.contracts import Fate
from yxq.words.reasons import Reason


class Context(BaseModel, frozen=True):
    """Who sent a sheet, for which period and when, and what it calls itself."""

    sender: str | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    filed: dt.date | None = None
    synthetic: bool = False
    correction: bool = False


class Refusal(BaseModel, frozen=True):
    """The fate and reason of all rows of a sheet, where it has one as a whole."""

    fate: Fate
    reason: Reason


class Mended(BaseModel, frozen=True):
    """A row that came back and what it says it is: row `own` of its sheet mends row `row` of `file`
    and `sheet`. takes: whether it takes its place, being accepted when it was read, or emptied.
    """

    own: int
    file: str
    sheet: str
    row: int
    takes: bool = True

    @property
    def where(self) -> tuple[str, str, int]:
        """The row that is mended."""
        return self.file, self.sheet, self.row


class Left(BaseModel, frozen=True):
    """A row that a made form asks for and nobody has filled in: its key, whose it is, and the
    targets that need it.
    """

    key: str
    unit: str = ""
    targets: tuple[str, ...] = ()


class Withdrawn(BaseModel, frozen=True):
    """A row that withdraws the one of a key."""

    own: int
    key: str


class SheetRead(BaseModel):
    """A sheet as it was read; `model_dump_json` and `model_validate_json` keep it in a file.

    sheet: its name. form: None where it is no return. unknown, absent: headings that the form
    does not know, and columns of the form that are not there. rows: those that are not blank.
    taken: rows accepted when the sheet was read. doubt: why it may be another return, though
    its rows count. judged, passed: samples with a result, and those of them that passed. mends:
    whether it holds rows that came back, and no return of its own; mended: file, sheet and row
    of those. places, labels: column of the form -> column of the sheet, and its heading there.
    holds: a digest of its records, in a form without a key.
    """

    sheet: str = ""
    context: Context
    rows: int = 0
    form: str | None = None
    hidden: bool = False
    unknown: str = ""
    absent: str = ""
    refused: Refusal | None = None
    doubt: Reason | None = None
    taken: int = 0
    judged: int = 0
    passed: int = 0
    mends: bool = False
    mended: list[Mended] = []
    withdrawn: list[Withdrawn] = []
    left: list[Left] = []
    """Rows that were asked and left empty; once all is read those that came nowhere else."""
    places: dict[str, int] = {}
    labels: dict[str, str] = {}
    holds: str = ""
