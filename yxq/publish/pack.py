"""The pack: pages, index, workbook and manifest, put in place only when all of it is there."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from yxq.attainment.since import compare
from yxq.attainment.snapshot import snapshot
from yxq.papers import shelf
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.publish import notebooks, publications
from yxq.publish.archive import Published, before, put_away
from yxq.publish.archive_list import write_list
from yxq.publish.assemble import assemble, heading, write_papers, write_register, write_workbook
from yxq.publish.explain import would_be_run
from yxq.publish.job import Job, Outcome, RunOptions
from yxq.publish.keys import keyed, needed, recorded_key
from yxq.publish.manifest import NAME, LastPack, kind_of
from yxq.publish.messages import log
from yxq.publish.prints import Printer
from yxq.publish.run import clean, run
from yxq.publish.swap import Swap
from yxq.report.html import Look
from yxq.report.pages import CityPage, open_page
from yxq.report.sections.names import target_name, target_page
from yxq.tables import in_hand, snapshots, store
from yxq.tables.digests import sha
from yxq.tables.lock import lock
from yxq.words.states import SHORT

KEYWORDS = ("none",), ("all",), ("missed",), ()  # what stands for targets that are not named
NOTEBOOKS = notebooks.shipped()


def build(
    plan: Plan,
    out: Path,
    processed: Path,
    as_of: dt.date | None = None,
    language: str = "zh",
    options: RunOptions | None = None,
    browser: Path | None = None,
    received_by: dt.date | None = None,
    targets: Sequence[str] = (),
) -> tuple[Path, list[Outcome]]:
    """Run the notebooks that need it and publish the pack under `out/<year>`; the folder, and the
    outcomes.

    The pack is made beside its place and moved there whole, the one before it into its archive; a
    pack to which nothing would change stays as it is. A unit whose notebook failed has no page (the
    index says so), and its executed notebook is kept for its traceback. When the city's notebook or
    all units' failed, the pack that is there stays, and the folder returned is the unfinished one,
    from which the next run goes on.
    `browser`: makes PDFs too; a page that it does not print is a failure of its own. `targets`:
    which have a page of their own, see `chosen`. Raises `Busy` when another run is at work. Where
    the options ask to explain, nothing is run or written: the outcomes say what would be run.
    """
    options = options or RunOptions()
    if options.explain:
        in_hand.check_made(processed, received_by, plan.folder.path)
    tables = processed.as_posix()
    page = open_page("city", None, as_of, plan, tables, language, received_by=received_by)
    if options.explain:
        return explained(page, out, options, targets)
    with lock(out):
        return build_held(out, page, options, browser, targets)


def build_held(
    out: Path, page: CityPage, options: RunOptions, browser: Path | None, targets: Sequence[str]
) -> tuple[Path, list[Outcome]]:
    """`build`, for one who holds the lock of `out`, of what a page of the city shows."""
    with lock(store.locate(page.processed), shared=True):
        swap = Swap(out, f"{page.plan.year}", put_away)
        printer = Printer(browser, LastPack(swap.final))
        former = _compare_with_former(page, swap.final)
        jobs = pack_jobs(page, swap.part.absolute(), options, chosen(page, targets))
        return _publish(swap, page, printer, options, former, jobs)


def _compare_with_former(page: CityPage, final: Path) -> Published | None:
    """Have the page compare with the former pack; that."""
    former = before(final, page.plan.id, page.source.days, page.words.language)
    page.source.since = former.id if former else ""
    return former


def explained(
    page: CityPage, out: Path, options: RunOptions, targets: Sequence[str]
) -> tuple[Path, list[Outcome]]:
    """Where the pack would be, and what would be run for it, and why."""
    final, part = out / f"{page.plan.year}", out / f".{page.plan.year}.part"
    _compare_with_former(page, final)
    jobs = pack_jobs(page, part.absolute(), options, chosen(page, targets))
    jobs, last = keyed(jobs, page.plan.folder, keep=False), LastPack(final)
    key = _made_with(page, Printer(None, last), jobs)["key"]
    if not options.force and last.would_be_the_same(key):
        return final, [Outcome(job) for job in jobs]
    return final, [would_be_run(job, last, options.force) for job in jobs]


def chosen(page: CityPage, asked: Sequence[str]) -> list[Target]:
    """The targets that are to have a page: those named by id or title, or `all`, `none`, or
    `missed`, those that the city misses or is behind at; raises `PlanError` for one that the plan
    has not.
    """
    plan = page.plan
    match [*asked]:
        case [] | ["none"]:
            return []
        case ["all"]:
            return [*plan.targets]
        case ["missed"]:
            results = page.source.table("attained", page.town)
            short = {*results.loc[results["state"].isin(SHORT), "target"]}
            return [target for target in plan.targets if target.id in short]
    return named(plan, asked)


def named(plan: Plan, asked: Sequence[str]) -> list[Target]:
    """The targets named by id or title, in the plan's order."""
    ids = {plan.target(name).id for name in asked}
    return [target for target in plan.targets if target.id in ids]


def _publish(
    swap: Swap,
    page: CityPage,
    printer: Printer,
    options: RunOptions,
    former: Published | None,
    jobs: list[Job],
) -> tuple[Path, list[Outcome]]:
    """`build`, under the locks; `former`: the pack that this one is compared with."""
    last, part = printer.last, swap.part
    jobs = keyed(jobs, page.plan.folder)
    made_with = _made_with(page, printer, jobs)
    if not options.force and last.would_be_the_same(made_with["key"]):
        shutil.rmtree(part, ignore_errors=True)
        write_list(swap.final, page)
        return swap.final, [Outcome(job) for job in jobs]
    swap.check_closed()
    if former:
        tables = snapshots.read(former.folder), snapshot(page.source)
        page.source.keep_comparison(compare(*tables))
    outcomes, papers = _run(part, page, _prepared(part, jobs, last, options), options)
    if not _publishable(outcomes, page):
        return part, outcomes
    outcomes += assemble(part, page, outcomes, papers, printer, made_with)
    _keep_foreign(part, last)
    publications.enter(part.parent, part / NAME)
    swap.put()
    write_list(swap.final, page)
    return swap.final, outcomes


def _made_with(page: CityPage, printer: Printer, jobs: list[Job]) -> dict[str, Any]:
    """What a pack of keyed jobs is made with: a key of all of it, the browser, the former pack."""
    keys = [*(job.key for job in jobs), printer.version, shelf.digest(page.plan.folder.path)]
    key = sha(json.dumps([*keys, page.source.since]).encode())
    return {"key": key, "printed_by": printer.version, "since": page.source.since}


def pack_jobs(
    page: CityPage, part: Path, options: RunOptions, targets: Sequence[Target] = ()
) -> list[Job]:
    """The notebooks of a pack: the city's, what arrived, one a unit, one of each of `targets`."""
    plan, words = page.plan, page.words
    suffix = heading(page, words("product"))
    common: dict[str, Any] = {
        "year": plan.year,
        "as_of": page.as_of.isoformat(),
        "received_by": page.received_by.isoformat(),
        "plan": plan.folder.given,
        "processed": page.processed,
        "language": words.language,
    }
    compared = {"since": page.source.since} if page.source.since else {}

    def job(notebook: str, name: str, title: str, **more: str) -> Job:
        return Job(
            NOTEBOOKS / f"{notebook}.ipynb",
            part / "notebooks" / f"{name}.ipynb",
            common | more,
            Look(f"{title} · {suffix}", words.language),
            timeout=options.timeout,
            memory=options.memory,
            context=common,
        )

    return [
        job("city", plan.folder.city.page, words.unit(plan.folder.city), **compared),
        job("returns", "returns", words("returns_title")),
        *(
            job("town", unit.page, words.unit(unit), town=unit.name, **compared)
            for unit in plan.towns
        ),
        *(
            job("target", target_page(target.id), target_name(target, words), target=target.id)
            for target in targets
        ),
    ]


def _prepared(part: Path, jobs: list[Job], last: LastPack, options: RunOptions) -> list[Outcome]:
    """Leave of an unfinished pack only the notebooks and pages that may still be of use, and take
    over from the last pack what is as it left it; what is to be run then.

    What would be made again differently is told by its key.
    """
    useful = {file for job in jobs for file in (job.output, job.page)}
    for file in [file for file in part.rglob("*") if file.is_file()]:
        if file.absolute() not in useful:
            file.unlink()
    (part / "notebooks").mkdir(parents=True, exist_ok=True)
    for job in jobs:
        sources = {f"notebooks/{job.output.name}": job.output, f"{job.name}.html": job.page}
        if all(map(last.is_as_made, sources)) and recorded_key(job.output) != job.key:
            for name, file in sources.items():
                shutil.copyfile(last.folder / name, file)
    return needed(jobs, options.force)


def _run(
    part: Path, page: CityPage, outcomes: list[Outcome], options: RunOptions
) -> tuple[list[Outcome], dict[str, str]]:
    """Run the notebooks, and write workbooks and papers meanwhile; how they ended, and the papers
    that could not be made.
    """
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(_write_workbooks, part, page)
        papers = beside.submit(write_papers, part, page)
        ended = list(run(outcomes, options))
        clean(part / "notebooks")  # what a worker of a cluster that died left half written
        written.result()
        return ended, papers.result()


def _write_workbooks(part: Path, page: CityPage) -> None:
    write_workbook(part, page)
    write_register(part, page)


def _publishable(outcomes: list[Outcome], page: CityPage) -> bool:
    """Whether the pages that everybody reads, and that of any unit, could be made."""
    failed = {outcome.job.name for outcome in outcomes if outcome.error}
    units = {unit.page for unit in page.plan.towns}
    return not failed & {"city", "returns"} and not (units and failed >= units)


def _keep_foreign(part: Path, last: LastPack) -> None:
    """Hand on the files that are none of the pack's, but for those in the place of ours."""
    for name, file in last.foreign.items():
        if (part / name).exists():
            continue
        if (kind := kind_of(file)) not in ("file", "link"):
            log.warning(f"{file} is a {kind} and none of the pack's; it was left behind")
            continue
        log.warning(f"{file} is none of the pack's; it was left where it was")
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, part / name, follow_symlinks=False)
