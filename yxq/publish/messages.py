"""What is said while commands run: on standard error, and in the file of `--log`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

log = logging.getLogger("yxq")


def say(message: str, quiet: bool = False) -> None:
    """A message to the log file and, unless it is to be quiet, to standard error."""
    if not quiet:
        print(message, file=sys.stderr, flush=True)
    for handler in log.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handle(logging.makeLogRecord({"msg": message, "levelno": logging.INFO}))


def start_log(file: Path | None, quiet: bool = False) -> None:
    """What runs report goes to standard error, with times where nobody watches, and to a file;
    quiet: to standard error only warnings and failures go.
    """
    log.setLevel(logging.INFO)
    times = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S")
    watched = sys.stderr.isatty()
    console = logging.StreamHandler()
    console.setLevel(logging.WARNING if watched or quiet else logging.INFO)
    console.setFormatter(logging.Formatter("%(message)s") if watched else times)
    log.handlers = [console]
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        log.handlers.append(logging.FileHandler(file, encoding="utf-8"))
        log.handlers[-1].setFormatter(times)


def close_log() -> None:
    """Let go of the log file."""
    for handler in log.handlers:
        handler.close()
    log.handlers = []
