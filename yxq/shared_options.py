"""Options of the command line: how they are declared, those that several commands have, and how
arguments are read.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

Adds = Callable[[Any], Any]  # what adds an option to a function
LISTS = {"--unit", "--units", "--targets", "--owners", "--states", "--columns", "--sender"}
"""Options that take several values: --units 丁蜀镇 和桥镇."""


def spread(arguments: list[str]) -> list[str]:
    """Repeat a list option before each of its values, which is how click takes several.

    >>> spread(["attain", "--unit", "丁蜀镇", "和桥镇", "--year", "2013"])
    ['attain', '--unit', '丁蜀镇', '--unit', '和桥镇', '--year', '2013']
    >>> spread([])
    []
    """
    out: list[str] = []
    option = ""
    for argument, following in itertools.pairwise([*arguments, "-"]):
        if argument.startswith("-"):
            if argument in LISTS and following.startswith("-"):
                raise click.UsageError(f"{argument} needs a value")
            option = argument if argument in LISTS else ""
            out += [] if option else [argument]
        elif option and not argument:
            raise click.UsageError(f"{option} was given an empty value")
        else:
            out += [option, argument] if option else [argument]
    return out


def option(flags: str, metavar: str | None, help: str, **more: Any) -> Adds:
    """An option: its flags and, where that is another, the name of its parameter."""
    more.setdefault("multiple", not LISTS.isdisjoint(flags.split()))
    return click.option(*flags.split(), metavar=metavar, help=help, **more)


def switch(flags: str, help: str) -> Adds:
    """An option without a value."""
    return click.option(*flags.split(), is_flag=True, help=help)


def add_all(options: Sequence[Adds], function: Any) -> Any:
    """A function with options, in the order in which its help shows them."""
    return functools.reduce(lambda so_far, add: add(so_far), reversed(options), function)


def _day(context: click.Context, parameter: click.Parameter, value: dt.datetime | None) -> Any:
    return value and value.date()


PATH, NEW_FOLDER = click.Path(path_type=Path), click.Path(path_type=Path, file_okay=False)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY, COUNT = click.DateTime(["%Y-%m-%d"]), click.IntRange(1)
LANGUAGES, FORMATS = click.Choice(["zh", "en"]), click.Choice(["table", "csv", "json"])

PLAN = option("--plan", "FOLDER", "Plan folder, or the name of a shipped one.", default="yixing")
YEAR = option("--year", "Y", "Plan year; the latest plan if not given.", type=int)
PROCESSED = option(
    "--processed",
    "DIR",
    "The tables that ingest makes, looked for here and in the folders above.",
    default="data/processed",
    type=PATH,
)
RAW = option(
    "--raw", "DIR", "The returns, as the departments sent them.", default="data/raw", type=PATH
)
AS_OF = option(
    "--as-of",
    "DATE",
    "How things stood on a day; when all returns are due, at the latest today, if not given.",
    type=DAY,
    callback=_day,
)
RECEIVED_BY = option(
    "--received-by",
    "DATE",
    "Only the returns that had come by a day; all if not given.",
    type=DAY,
    callback=_day,
)
LANGUAGE = option("--language", None, "Chinese or English.", type=LANGUAGES, default="zh")
FORMAT = option(
    "--format kind",
    None,
    "A table to be read, or CSV or JSON to be worked with.",
    type=FORMATS,
    default="table",
)
QUIET = switch("--quiet", "Say only what is wrong.")
UNITS = option("--units --unit", "NAME|CODE ...", "Only these units; all if not given.")
TARGETS = option("--targets", "ID|TITLE ...", "Only these targets; all if not given.")
OWNERS = option("--owners", "NAME ...", "Only targets of these departments; all if not given.")
STATES = option(
    "--states",
    "STATE ...",
    "Only results in these states, such as 'not attained', 未达成 or behind; all if not given.",
)
COLUMNS = option(
    "--columns", "NAME ...", "These columns, in this order; all of the format if not given."
)
RUNNING = (
    option(
        "--jobs workers",
        "N",
        "Notebooks at a time; a quarter more than cores if not given.",
        type=COUNT,
    ),
    option(
        "--scheduler",
        "ADDR",
        "Run on the Dask cluster of this scheduler (tcp://host:8786); here if not given.",
    ),
    switch("--force", "Run all, whether or not anything changed."),
    switch("--explain", "Run and write nothing; say what would be run, and why."),
    option("--timeout", "S", "Seconds that a cell may take; any number if not given.", type=COUNT),
    option(
        "--memory",
        "MB",
        "Memory that a notebook may take beyond its imports (Linux); any if not given.",
        type=COUNT,
    ),
    option(
        "--log",
        "FILE",
        "Add what is said to this file, with times; to none if not given.",
        type=PATH,
    ),
    QUIET,
)


def running(command: Any) -> Any:
    """Give a command the options of what runs notebooks, as one `RunOptions`.

    The server behind their kernels is started before anything is imported, unless there may be
    nothing to run, as after the first time.
    """

    @functools.wraps(command)
    def with_options(**given: Any) -> Any:
        if not given["explain"] and not (given["out"] / "summary.json").exists():
            from yxq.warm.server import start_server

            start_server()
        from yxq.publish.job import RunOptions

        names = RunOptions.__dataclass_fields__
        values = {name: given.pop(name) for name in names if name in given}
        return command(options=RunOptions(**values), **given)

    return add_all(RUNNING, with_options)
