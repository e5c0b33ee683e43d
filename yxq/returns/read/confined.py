"""Files of formats in which a few bytes can ask for all of the memory or end the process, read in a
process of their own that has a limit of time and of memory.

The process is begun when the first such file comes, in half a second of CPU, serves all of them,
and is begun anew after a file that ended it. Its rows come back in a third of the time that they
take to be read. Where the system has no such limits (Windows) there is only the one of time.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yxq.returns.read.sheet import MEGABYTE, Sheet, Unreadable, guarded, held

SECONDS, A_MEGABYTE = 20, 5  # of CPU that reading a file may take, and besides for each megabyte
MEMORY = 4 << 30  # bytes that it may take
PATIENCE = 20  # times its CPU a file may wait for the disk and for others
WEB_PAGE, WORKBOOK, XML_WORKBOOK = "web page", "workbook", "xml workbook"
COMMAND = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"
KEPT = ("hidden", "hidden_rows", "merged", "from_1904")


def confined(reader: str, path: Path, *about: Any) -> Iterator[Sheet]:
    """The sheets of a file, read elsewhere; `about` is what its reader asks for besides.

    Raises `Unreadable` where the file ended its process.
    """
    answer = READER.ask((reader, str(path), about))
    if isinstance(answer, Unreadable):
        raise answer
    for name, rows, attributes in answer:
        yield held(name, rows, **attributes)


class _Reader:
    """The process that reads, one file at a time."""

    def __init__(self) -> None:
        """None has begun."""
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def ask(self, question: tuple[Any, ...]) -> Any:
        """What the process answers; that the file is unreadable where it ends instead."""
        with self._turn:
            process = self._process = self._process or _begun()
            late = threading.Timer(_seconds(question[1]) * PATIENCE, process.kill)
            late.start()
            try:
                assert process.stdin and process.stdout
                pickle.dump(question, process.stdin)
                process.stdin.flush()
                return pickle.load(process.stdout)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._end()
                return Unreadable("reader_stopped")
            finally:
                late.cancel()

    def close(self) -> None:
        """End the process, where there is one."""
        with self._turn:
            self._end()

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            with contextlib.suppress(OSError):
                self._process.communicate()
        self._process = None


READER = _Reader()


def _begun() -> subprocess.Popen[bytes]:
    """A process that serves."""
    command = COMMAND.format(path=sys.path, module=__name__)
    return subprocess.Popen(
        [sys.executable, "-c", command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def serve() -> None:
    """Answer questions, one after the other, until none comes."""
    from yxq.returns.read import workbook  # noqa: F401 - what it takes is not a file's

    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    while True:
        try:
            question = pickle.load(questions)
        except EOFError:
            return
        _limit(_seconds(question[1]))
        pickle.dump(_answer(*question), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _seconds(path: str) -> int:
    """How long a file may take."""
    with contextlib.suppress(OSError):
        return SECONDS + A_MEGABYTE * os.stat(path).st_size // MEGABYTE
    return SECONDS


def _limit(seconds: int) -> None:
    """Allow the next file its time and memory."""
    if os.name == "nt":
        return
    import resource

    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _answer(reader: str, path: str, about: tuple[Any, ...]) -> Any:
    """The sheets of a file, or why it cannot be read."""
    try:
        return [
            (sheet.name, sheet.head, {name: getattr(sheet, name) for name in KEPT})
            for sheet in guarded(_reader(reader)(Path(path), *about))
        ]
    except Unreadable as error:
        return error


def _reader(name: str) -> Callable[..., Iterator[Sheet]]:
    """A reader, imported when the first of its files comes."""
    if name == WORKBOOK:
        from yxq.returns.read.workbook import workbook_sheets

        return workbook_sheets
    if name == XML_WORKBOOK:
        from yxq.returns.read.xml_workbook import xml_workbook_sheets

        return xml_workbook_sheets
    from yxq.returns.read.web_page import web_page_sheets

    return web_page_sheets
