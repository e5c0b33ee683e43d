"""A sheet as it was read, the error of what is none, and how much of a file is read at all: what is
beyond is refused by name, before a library asks for the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from yxq.words.reasons import Reason

if TYPE_CHECKING:
    import pandas as pd

BLOCK_ROWS = 250_000  # rows of a workbook or of Parquet at a time
COLUMNS = 16_384  # as many as Excel has
CELLS = 30_000_000  # of a rectangle that is held: all of Excel's rows, in 28 columns
MEGABYTE = 1 << 20
Rows = list[list[str]]
Area = tuple[int, int, int, int]  # first row, first column, last row, last column
NEVER = "#FORMULA!"  # how a cell is written whose formula was never computed, before its formula
SHOWN = "#FORMAT!"  # how a number is written that its format shows as another, or not at all
Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]


def silent(rows: Iterable[Any], total: int, name: str) -> Iterable[Any]:
    """Progress that is not shown."""
    return rows


class Unreadable(ValueError):
    """A file or sheet that holds no table; `reason` is the ledger's."""

    def __init__(self, code: str, *arguments: object) -> None:
        """The reason's code, and what it is about."""
        self.reason = Reason.of(code, *arguments)
        super().__init__(code, *arguments)  # so that another process can hand it on

    def __str__(self) -> str:
        """The reason as a table holds it."""
        return str(self.reason)


Item = TypeVar("Item")


def fits(size: int, most: int) -> None:
    """Refuse a file of more bytes than are read."""
    if size > most:
        raise Unreadable("too_large", -(-size // MEGABYTE), most // MEGABYTE)


def holds(rows: int, columns: int, cells: int = CELLS) -> None:
    """Refuse a rectangle of more columns, or of more cells, than are read."""
    if columns > COLUMNS:
        raise Unreadable("too_many_columns", columns, COLUMNS)
    if rows * columns > cells:
        raise Unreadable("too_many_cells", rows * columns, cells)


def guarded(items: Iterator[Item]) -> Iterator[Item]:
    """The items, as long as they can be read: whatever a library makes of a broken file, a panic
    too, is the reason why that file is `Unreadable`, and nothing else ends.
    """
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except Unreadable:
            raise
        except MemoryError:
            raise Unreadable("reader_stopped") from None
        except OSError as error:
            if error.errno:
                raise unreadable(error) from None
            raise Unreadable("broken_file", "OSError") from None  # of a library, not of the disk
        except Exception as error:
            raise Unreadable("broken_file", type(error).__name__) from None
        except BaseException as error:
            if (
                type(error).__name__ != "PanicException"
            ):  # of a library in Rust; it has no name here
                raise
            raise Unreadable("broken_file", "panic") from None
        yield item


def unreadable(error: OSError) -> Unreadable:
    """What the disk says of a file."""
    return Unreadable("unreadable", error.strerror or type(error).__name__)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name ('' for text files), its first and last rows, and all rows in blocks.

    blocks: frames of text, columns counted from 0, indexed by row number; blank rows are kept.
    merged: areas whose cells all hold the text of the first. first: the number of head's first row
    (0 for Parquet, whose headings are no row). delimited: a separator too many moves the cells
    after it. from_1904: its days are counted from 1904, and not from 1900.
    guessed: its encoding is a guess.
    """

    name: str
    head: Rows
    tail: Rows
    blocks: Callable[[], Iterator[pd.DataFrame]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    first: int = 1
    delimited: bool = False
    from_1904: bool = False
    guessed: bool = False


def framed(rows: Rows, first: int) -> pd.DataFrame:
    """Rows of text as a block: short rows are filled up, and the index counts from `first`."""
    width = max(map(len, rows), default=0)
    holds(len(rows), width)
    import pandas as pd  # late: the process that reads and hands on rows needs none

    filled = [row + [""] * (width - len(row)) for row in rows]
    index = pd.RangeIndex(first, first + len(rows), name="row")
    return pd.DataFrame(filled, index, range(width), dtype="str")


def numbered(block: pd.DataFrame, first: int) -> pd.DataFrame:
    """A block whose rows are counted from `first`, and its columns from 0."""
    import pandas as pd

    block.columns = pd.RangeIndex(block.shape[1])
    block.index = pd.RangeIndex(first, first + len(block), name="row")
    return block


def held(name: str, rows: Rows, **attributes: Any) -> Sheet:
    """A sheet whose rows are all at hand; attributes: those of `Sheet`."""
    holds(len(rows), max(map(len, rows), default=0))

    def blocks() -> Iterator[pd.DataFrame]:
        for start in range(0, len(rows), BLOCK_ROWS):
            yield framed(rows[start : start + BLOCK_ROWS], start + 1)

    return Sheet(name, rows, rows, blocks, **attributes)
