"""Options of the command line: how they are declared, those that several commands have, and how
arguments are read.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

Adds = Callable[[Any], Any]  # what adds an option to a function
LISTS = {
    "--unit",
    "--units",
    "--targets",
    "--sender",
}  # options that take several values: --unit 丁蜀镇 和桥镇


def spread(arguments: list[str]) -> list[str]:
    """Repeat a list option before each of its values, which is how click takes several.

    >>> spread(["attain", "--unit", "丁蜀镇", "和桥镇", "--year", "2013"])
    ['attain', '--unit', '丁蜀镇', '--unit', '和桥镇', '--year', '2013']
    """
    out: list[str] = []
    option = ""
    for argument, following in zip(arguments, [*arguments[1:], "-"], strict=True):
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


def option(flags: str, metavar: str | None = None, help: str | None = None, **more: Any) -> Adds:
    """An option: its flag and, where that is another, the name of its parameter."""
    flag, *name = flags.split()
    more.setdefault("multiple", flag in LISTS)
    return click.option(flag, *name, metavar=metavar, help=help, **more)


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
PROCESSED = option("--processed", "DIR", default="data/processed", type=PATH)
RAW = option("--raw", "DIR", default="data/raw", type=PATH)
AS_OF = option("--as-of", "DATE", "How things stood on a day.", type=DAY, callback=_day)
RECEIVED_BY = option(
    "--received-by",
    "DATE",
    "Only the returns that had come by a day; all if not given.",
    type=DAY,
    callback=_day,
)
LANGUAGE = option("--language", type=LANGUAGES, default="zh", show_default=True)
FORMAT = option("--format kind", type=FORMATS, default="table", show_default=True)
RUNNING = (
    option(
        "--jobs workers",
        "N",
        "Notebooks at a time; a quarter more than cores if not given.",
        type=COUNT,
    ),
    option("--scheduler", "ADDR", "Run on the Dask cluster of this scheduler (tcp://host:8786)."),
    switch("--force", "Run all, whether or not anything changed."),
    switch("--explain", "Run nothing; say what would be run, and why."),
    option("--timeout", "S", "Seconds that a cell may take.", type=COUNT),
    option(
        "--memory", "MB", "Memory that a notebook may take beyond its imports (Linux).", type=COUNT
    ),
    option("--log", "FILE", "Add what is said to this file, with times.", type=PATH),
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
        values = {name: given.pop(name) for name in names}
        return command(options=RunOptions(**values), **given)

    return add_all(RUNNING, with_options)
