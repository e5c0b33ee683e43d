"""From returns to pack in one go, as a schedule runs it every night: `yxq pack`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from yxq.attainment.results import load_data
from yxq.plan.folder import Folder
from yxq.plan_folders.load import load
from yxq.publish import pdf
from yxq.publish.job import RunOptions
from yxq.publish.messages import say, start_log
from yxq.publish.pack import KEYWORDS, build, named
from yxq.publish.summary import Summary
from yxq.returns.ingest import paths
from yxq.tables.lock import lock


@dataclass(frozen=True)
class PackRequest:
    """The command line of `yxq pack`; `pdf`: whether pages are printed, by an installed browser;
    `targets`: which have a page of their own, see `yxq.publish.pack.chosen`.
    """

    raw: Path
    processed: Path
    plan: str
    year: int | None
    out: Path
    pdf: bool
    targets: tuple[str, ...]
    as_of: dt.date | None
    received_by: dt.date | None
    language: str
    options: RunOptions


def ingest_and_publish(request: PackRequest, ingest: Callable[[Path, Path, Folder], int]) -> int:
    """Ingest, attain, run and publish: the whole pack, or what of it has changed; the exit code.

    `ingest` says what became of the rows under `raw` and returns how many sheets could not be read.
    What is lacking (plan, browser, returns, lock) is found before anything is made.
    """
    out, processed, options = request.out, request.processed, request.options
    folder = load(request.plan)
    plan = folder.plan(request.year)
    load_data(None, request.as_of, plan, processed, request.received_by)  # are there such days
    if request.targets not in KEYWORDS:
        named(plan, request.targets)
    browser = pdf.browser() if request.pdf and not options.explain else None
    if browser:
        pdf.version(browser)
    paths(request.raw)
    with lock(out):
        pass
    start_log(options.log)
    with Summary(out, options.explain) as summary:
        unread = ingest(request.raw, processed, folder)
        days = request.as_of, request.received_by
        wanted = options, browser, days[1], request.targets
        made, outcomes = build(plan, out, processed, days[0], request.language, *wanted)
        complete = made.name == str(plan.year)
        pack = made.as_posix() if complete else None
        code = summary.end(outcomes, pack=pack, sheets_not_read=unread)
    if not options.explain:
        unfinished = f"no pack was made; what ran is in {made}"
        say(f"open {made / 'index.html'}" if complete else unfinished)
    return code or int(unread > 0)
