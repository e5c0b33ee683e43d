"""From returns to pack in one go, as a schedule runs it every night: `yxq pack`."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yxq.attainment.results import load_data
from yxq.plan.folder import Folder, Plan
from yxq.plan.target import Target
from yxq.plan_folders.load import load
from yxq.publish import pack, pdf
from yxq.publish.explain import WAITING, print_why
from yxq.publish.job import RunOptions
from yxq.publish.messages import say, start_log
from yxq.publish.pack import KEYWORDS, named
from yxq.publish.summary import Summary
from yxq.report.pages import CityPage, open_page
from yxq.report.sections.names import target_page
from yxq.returns.ingest import paths, pending
from yxq.tables import in_hand
from yxq.tables.in_hand import NotMade
from yxq.tables.lock import lock
from yxq.tables.store import NotIngested


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


def ingest_and_publish(
    request: PackRequest, ingest: Callable[[Path, Path, Folder, bool], int]
) -> int:
    """Ingest, attain, run and publish: the whole pack, or what of it has changed; the exit code.

    `ingest` says what became of the rows under `raw`, or quietly only what is wrong, and returns
    how many sheets could not be read; its tables are locked for it. What is lacking (plan, browser,
    returns, lock) is found before anything is made, and the summary of the last run touched.
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
    start_log(options.log, options.quiet)
    if options.explain:
        return _explain(request, plan)
    with lock(out), contextlib.ExitStack() as reading:
        reading.enter_context(lock(processed))
        with Summary(out, options.quiet) as summary:
            summary.at("ingest")
            unread = ingest(request.raw, processed, folder, options.quiet)
            reading.close()
            summary.at("notebooks")
            page, watched = _page(request, plan), replace(options, watch=summary.watch)
            made, outcomes = pack.build_held(out, page, watched, browser, request.targets)
            complete = made.name == str(plan.year)
            place = made.as_posix() if complete else None
            code = summary.end(outcomes, pack=place, sheets_not_read=unread)
    unfinished = f"no pack was made; what ran is in {made}"
    say(f"open {made / 'index.html'}" if complete else unfinished, options.quiet and complete)
    return code or int(unread > 0)


def _page(request: PackRequest, plan: Plan) -> CityPage:
    page: CityPage = open_page(
        "city",
        as_of=request.as_of,
        plan=plan,
        processed=request.processed.as_posix(),
        language=request.language,
        received_by=request.received_by,
    )
    return page


def _explain(request: PackRequest, plan: Plan) -> int:
    """Print what would be run and why, by the tables as they are; what ingest would do is said."""
    waiting = pending(request.raw, plan.folder, request.processed)
    if waiting:
        say(f"ingest comes first, and may change what is below: {waiting}")
    try:
        in_hand.check_made(request.processed, request.received_by, plan.folder.path)
        page = _page(request, plan)
        _, outcomes = pack.explained(page, request.out, request.options, request.targets)
    except (NotIngested, NotMade) as error:
        say(f"{error}" if isinstance(error, NotMade) else "there are no tables yet")
        units = [unit.page for unit in plan.towns]
        pages = [target_page(target.id) for target in _named(plan, request.targets)]
        print_why([(name, WAITING) for name in ("city", "returns", *units, *pages)])
        return 0
    print_why([(outcome.job.name, outcome.why) for outcome in outcomes])
    return 0


def _named(plan: Plan, asked: Sequence[str]) -> Sequence[Target]:
    """The targets that have a page whatever the results are."""
    if asked == ("all",):
        return plan.targets
    return [] if asked in KEYWORDS else named(plan, asked)
