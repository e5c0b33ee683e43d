"""What is made of executed notebooks for a pack: pages in one font, prints, index, workbook."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from yxq.attainment.snapshot import snapshot
from yxq.papers import make
from yxq.publish.job import Job, Outcome
from yxq.publish.manifest import write_manifest
from yxq.publish.messages import log
from yxq.publish.prints import Printer
from yxq.report import fonts, html
from yxq.report.html import Look
from yxq.report.pages import CityPage, DepartmentPage, FrontPage
from yxq.report.register_rows import register_rows
from yxq.report.sections.names import department_page, target_page
from yxq.report.sheets import views
from yxq.returns.blank import register
from yxq.tables import snapshots, workbook

PAPERS = "papers"


def heading(page: CityPage, name: str) -> str:
    """What stands on everything of a pack: a name, the year, the days, and whether the data are
    synthetic or a supposition.
    """
    words = page.words
    days = {"as_of": words.date(page.as_of), "received_by": words.date(page.received_by)}
    subtitle = words("subtitle", plan=name, year=page.plan.year, **days)
    marks = [page.style.mark, words("draft_mark") if page.plan.period.draft else ""]
    return words("space").join(filter(None, [subtitle, *marks]))


def write_workbook(part: Path, page: CityPage) -> None:
    """Write the workbook, which needs no notebook."""
    title = heading(page, page.words.text(page.plan.period.document.title))
    workbook.write(part / "attainment.xlsx", views(page), page.words, title)


def write_papers(part: Path, page: CityPage) -> dict[str, str]:
    """Write the office's papers, which need no notebook; the templates that could not be filled,
    each with why.
    """
    return make.write(page, part / PAPERS)


def write_register(part: Path, page: CityPage) -> None:
    """Write the register to be filled in, where the plan has one; nor does it need a notebook."""
    if kept := page.plan.folder.remedies:
        rows = register_rows(page)
        register.save(part, page.plan, kept, rows, page.as_of, page.words, page.synthetic)


def assemble(
    part: Path,
    page: CityPage,
    outcomes: list[Outcome],
    papers: dict[str, str],
    printer: Printer,
    made_with: dict[str, Any],
) -> list[Outcome]:
    """Make of executed notebooks and their pages, under `part/notebooks`, all that a pack holds,
    and the manifest last; what could not be printed, and which papers (see `write_papers`) could
    not be made.
    """
    made = {outcome.job.name: outcome.job.page for outcome in outcomes if not outcome.error}
    texts = {name: file.read_text(encoding="utf-8") for name, file in made.items()}
    asked = {outcome.job.name for outcome in outcomes}
    not_printed = _write_pages(part, page, texts, asked - {*made}, papers, printer)
    if (returned := page.source.place / "returned").is_dir():
        shutil.copytree(returned, part / "returned")
    for outcome in outcomes:
        outcome.job.page.unlink(missing_ok=True)
        if outcome.error:  # what the last pack had of it is out of date
            outcome.job.output.unlink(missing_ok=True)
    failed = [
        Outcome(Job(file, part / "pdf" / f"{file.stem}.pdf", {}), error=error, why="pdf")
        for file, error in not_printed.items()
    ]
    failed += [
        Outcome(Job(Path(name), part / PAPERS / name, {}), error=error, why="paper")
        for name, error in papers.items()
    ]
    for outcome in failed:
        log.error(f"{outcome.job.name}  failed: {outcome.error}")
    snapshots.write(part / snapshots.FOLDER, snapshot(page.source))
    all_failed = [*(outcome for outcome in outcomes if outcome.error), *failed]
    write_manifest(part, page, all_failed, made_with)
    return failed


def _write_pages(
    part: Path,
    page: CityPage,
    texts: dict[str, str],
    not_made: set[str],
    papers: dict[str, str],
    printer: Printer,
) -> dict[Path, str]:
    """Write pages and index in a common font, and print them; what could not be printed, with why.

    The font is the same whether or not there are prints. The index leads to its own print, unless
    that could not be made: then it is written once more.
    """
    names, file = {*texts, "index"}, part / "index.html"
    made = sorted(paper.name for paper in (part / PAPERS).glob("*"))
    index = functools.partial(_index, page, names, not_made, made, papers)
    targets = [target.id for target in page.plan.targets if target_page(target.id) in texts]

    def linked(pages: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {name: html.with_targets(text, targets, page.words) for name, text in pages}

    texts, departments = linked(texts.items()), linked(_departments(page))
    rules = fonts.rules(texts | departments | {"index": index(printed=names)})
    for name, text in (texts | departments).items():
        _write(part / f"{name}.html", fonts.put(text, rules[name]))
    not_printed = printer.print([part / f"{name}.html" for name in texts])
    printed = names - {one.stem for one in not_printed} if printer.browser else set()
    _write(file, fonts.put(index(printed=printed), rules["index"]))
    if index_not_printed := printer.print([file]):
        _write(file, fonts.put(index(printed=printed - {"index"}), rules["index"]))
    return not_printed | index_not_printed


def _departments(page: CityPage) -> Iterator[tuple[str, str]]:
    """The pages of the departments by name; made of the tables alone, they need no notebook."""
    words = page.words
    for sender in page.plan.owners:
        name = department_page(sender)
        blocks = DepartmentPage(page.source, words, page.town, sender).blocks()
        look = Look(f"{words.sender(sender)} · {heading(page, words('product'))}", words.language)
        yield name, html.of_blocks(blocks, look, name)


def _index(
    page: CityPage,
    names: set[str],
    not_made: set[str],
    papers: list[str],
    failed: dict[str, str],
    printed: set[str],
) -> str:
    """The first page, which leads to the pages and prints of these names, and to the papers."""
    words = page.words
    units = [unit for unit in page.plan.towns if unit.page in names]
    kept = page.plan.folder.remedies
    file = register.name(page.plan, kept, words) if kept else ""
    targets, lacking = (
        tuple(target.id for target in page.plan.targets if target_page(target.id) in pages)
        for pages in (names, not_made)
    )
    front = FrontPage(
        page.source,
        words,
        page.town,
        units,
        frozenset(printed),
        tuple(papers),
        failed,
        file,
        targets,
        lacking,
    )
    look = Look(f"{words('index_short')} · {heading(page, words('product'))}", words.language)
    text = html.of_blocks(front.blocks(), look, "index")
    return html.with_targets(text, front.own_pages, words)


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")
