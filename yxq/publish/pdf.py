"""Pages as PDF, by whichever of Edge, Chrome and Chromium is installed: the page's own print style,
nothing else.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from yxq.report import fonts, html

NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
]
PLACES = (
    "{ProgramFiles(x86)}/Microsoft/Edge/Application/msedge.exe",
    "{ProgramFiles}/Microsoft/Edge/Application/msedge.exe",
    "{ProgramFiles}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Google/Chrome/Application/chrome.exe",
    "{LocalAppData}/Google/Chrome/Application/chrome.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
QUIET = [
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
]
CELL = re.compile(rb"\((node\d{8})\)")
CELLS = re.compile(
    rb"(/Limits \[\(node\d{8}\) \(node\d{8}\)\]\s*/Names \[)((?:\(node\d{8}\) \d+ 0 R ?)+)"
)
OUTWARD = re.compile(r'<a href="(?!#)[^"]*"')  # a PDF would hold the whole path on this machine
SCRIPT = re.compile(r"<script>.*?</script>", re.S)  # nothing to sort on paper
SECONDS, SECONDS_TO_SAY = 120, 15  # that a page, and a version, may take
WHEN = re.compile(rb"\(D:\d{14}[^)]*\)")  # the clock


def browser() -> Path:
    """The browser that prints: YXQ_BROWSER, or the first that is found; raises `ValueError` when
    there is none.
    """
    if named := os.environ.get("YXQ_BROWSER"):
        if program := shutil.which(named):
            return Path(program).absolute()
        raise ValueError(
            f"--pdf needs a browser: YXQ_BROWSER is {named!r}, which is no program here"
        )
    programs: list[str | Path] = [*filter(None, map(shutil.which, NAMES)), *_installed()]
    if not programs:
        raise ValueError(
            "--pdf needs Edge, Chrome or Chromium, and none is installed here; "
            "set YXQ_BROWSER if it is elsewhere"
        )
    return Path(programs[0]).absolute()


def _installed() -> list[Path]:
    """The programs that are there of those that stand on no search path."""
    variables = {name.lower(): value for name, value in os.environ.items()}
    found = []
    for pattern in PLACES:
        variable = re.match(r"\{(.*?)\}", pattern)
        root = variables.get(variable[1].lower(), "") if variable else ""
        program = Path(root + pattern[variable.end() :]) if variable else Path(pattern)
        if (root or not variable) and program.is_file():
            found.append(program)
    return found


@functools.cache
def version(program: Path) -> str:
    """Which browser of which version it is: the print of another is another. Raises `ValueError`
    for what is no browser.
    """
    # There it opens a window instead of answering; its version is the name of a folder beside it.
    if os.name == "nt":
        versions = [folder.name for folder in program.parent.glob("*.*.*.*")]
        return f"{program.stem} {max(versions, default='')}".strip()
    try:
        code, output, _ = _run([program, "--version"], SECONDS_TO_SAY, set())
    except OSError:  # no program for this machine
        code, output = 1, b""
    if code or not output.strip():
        raise ValueError(
            f"--pdf: {program} does not say its version, as a browser does; set YXQ_BROWSER to one"
        )
    return output.decode(errors="replace").strip()


def _run(command: list[Any], seconds: float, running: set[Any]) -> tuple[int | None, bytes, bytes]:
    """Exit code (none: it took too long and was ended), standard output and error; meanwhile it is
    among the running.
    """
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        running.add(process)
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            return None, b"", b""
        finally:
            running.discard(process)
    return process.returncode, output, errors


def _end(process: Any) -> None:
    """End a process and all that it has started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(process.pid)
        for running in [*parent.children(recursive=True), parent]:
            running.kill()


def write(pages: dict[Path, Path], program: Path) -> dict[Path, str]:
    """Print each page (HTML -> PDF to write), some at a time, without links to other files.

    Returns the pages that could not be printed, and why in a line. After one that hangs no other is
    begun.
    """
    running: set[Any] = set()
    hangs = threading.Event()

    def print_page(page: Path) -> str:
        if hangs.is_set():
            return f"not printed, because {program.name} hangs"
        error = _print(page, pages[page], program, running)
        if error is not None:
            return error
        hangs.set()
        return f"{program.name} did not print it within {SECONDS} seconds"

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        errors = dict(zip(pages, pool.map(print_page, pages), strict=True))
    except BaseException:  # stopped: browsers are not waited for
        hangs.set()
        for process in [*running]:
            _end(process)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return {page: error for page, error in errors.items() if error}


def _print(page: Path, target: Path, program: Path, running: set[Any]) -> str | None:
    """Print a page with a font of its own, so that no other page's text matters; why not, none when
    it took too long.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*QUIET, "--no-sandbox"] if root else QUIET  # root has none to keep
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        part, copy = Path(home) / "page.pdf", Path(home) / "page.html"
        text = html.without_targets(page.read_text(encoding="utf-8"))  # no page of paper
        text = SCRIPT.sub("", OUTWARD.sub("<a", text))
        copy.write_text(fonts.put(text, fonts.rule([text])), encoding="utf-8", newline="\n")
        folders = f"--user-data-dir={home}/profile", f"--print-to-pdf={part}"
        code, _, errors = _run([program, *flags, *folders, copy.as_uri()], SECONDS, running)
        if code is None:
            return None
        printed = part.read_bytes() if part.exists() else b""
        if code or not printed.startswith(b"%PDF-") or b"%%EOF" not in printed[-64:]:
            lines = errors.decode(errors="replace").strip().splitlines()
            return f"{program.name} did not print it" + (f": {lines[-1]}" if lines else "")
        target.write_bytes(settled(printed))
    return ""


def settled(data: bytes) -> bytes:
    """A PDF of Chromium's without what differs from run to run: the clock, and the numbers that it
    gave to cells.

    Cells are numbered anew in the order of the file, and the tree by which readers find them is
    sorted again; every name keeps its length, so that the places of objects in the file hold.
    """
    data = WHEN.sub(b"(D:20130101000000+00'00')", data)
    order: dict[bytes, bytes] = {}
    for name in CELL.findall(CELLS.sub(b"", data)):
        order.setdefault(name, b"node%08d" % len(order))
    if not order:
        return data
    data = CELL.sub(lambda match: b"(" + order.get(match[1], match[1]) + b")", data)
    return CELLS.sub(_sorted_leaf, data)


def _sorted_leaf(match: re.Match[bytes]) -> bytes:
    """A leaf of the tree of cells, with its limits, in order again."""
    head, pairs = match[1], sorted(re.findall(rb"\(node\d{8}\) \d+ 0 R", match[2]))
    limits = head[head.index(b"(") : head.index(b"]")]
    ends = b" ".join(pair.partition(b" ")[0] for pair in (pairs[0], pairs[-1]))
    return head.replace(limits, ends) + b" ".join(pairs)
