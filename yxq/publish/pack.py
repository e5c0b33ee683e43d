"""The pack: pages, index, workbook and manifest, put in place only when all of it is there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from yxq.attainment.attain import default_as_of
from yxq.plan.folder import Plan
from yxq.publish import pdf
from yxq.publish.keys import kept
from yxq.publish.run import Job, Outcome, keyed, log, needed, run
from yxq.report import fonts, html
from yxq.report.html import Look
from yxq.report.pages import CityPage, FrontPage, open_page
from yxq.report.sheets import views
from yxq.tables import store, workbook
from yxq.tables.digests import sha, versions
from yxq.tables.lock import lock
from yxq.words.wording import Words

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def jobs(
    plan: Plan, out: Path, common: dict[str, Any], words: Words, mark: str, limits: dict[str, Any]
) -> list[Job]:
    """The notebooks of a pack: the city's, what arrived, and one a unit; `mark` follows each page's
    title.
    """

    def job(notebook: str, name: str, title: str, **more: str) -> Job:
        look = Look(f"{title} · {mark}", words.language)
        return Job(
            NOTEBOOKS / f"{notebook}.ipynb",
            out / f"{name}.ipynb",
            common | more,
            look,
            context=common,
            **limits,
        )

    city = plan.folder.city
    made = [
        job("city", city.page, words.unit(city)),
        job("returns", "returns", words("returns_title")),
    ]
    return made + [job("town", unit.page, words.unit(unit), town=unit.name) for unit in plan.towns]


def digest(path: Path) -> str:
    """sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def build(
    plan: Plan,
    out: Path,
    processed: Path,
    as_of: dt.date | None = None,
    language: str = "zh",
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    force: bool = False,
    explain: bool = False,
    printer: Path | None = None,
    **limits: Any,
) -> tuple[Path, list[Outcome]]:
    """Run the notebooks that need it and publish the pack under `out/<year>`; the folder, and the
    outcomes.

    The pack is made beside its place and moved there whole; a pack to which nothing would change
    stays as it is. A unit whose notebook failed has no page (the index says so), and its executed
    notebook is kept for its traceback. When the city's notebook or all units' failed, the pack that
    is there stays, and the folder returned is the unfinished one, from which the next run goes on.
    `explain`: only say what would be run. `printer`: the browser that makes PDFs too; a page that
    it does not print is a failure of its own. Raises `Busy` when another run is at work.
    """
    printed_by = pdf.version(printer) if printer else ""
    with lock(out), lock(store.locate(processed), shared=True):
        final, part, old = (
            out / name for name in (f"{plan.year}", f".{plan.year}.part", f".{plan.year}.old")
        )
        if old.exists() and not final.exists():  # a run was killed between the two renames below
            old.rename(final)
        common: dict[str, Any] = {
            "year": plan.year,
            "as_of": (as_of or default_as_of(plan)).isoformat(),
            "plan": plan.folder.given,
            "processed": processed.as_posix(),
            "language": language,
        }
        page: CityPage = open_page("city", **common)
        mark = _mark(page, page.words("product"))
        todo = keyed(jobs(plan, part.absolute() / "notebooks", common, page.words, mark, limits))
        key = sha(json.dumps([*(job.key for job in todo), printed_by]).encode())
        manifest = read_manifest(final)
        others = _others(final, manifest)
        if (
            not force
            and manifest.get("key") == key
            and not manifest["failed"]
            and len(verify(final)) == len(others)
        ):
            shutil.rmtree(part, ignore_errors=True)
            return final, [Outcome(job) for job in todo]
        if (
            os.name == "nt" and final.exists() and not explain
        ):  # is anything in it open: said now, not after all has run
            store.move(final, old)
            store.move(old, final)
        going_on = part.exists()
        _clear(part, todo)
        _seed(todo, final, manifest)
        outcomes = needed(todo, force)
        if explain:
            if not going_on:
                shutil.rmtree(part)
            return final, outcomes
        with ThreadPoolExecutor(1) as beside:  # the workbook needs no notebook
            book = beside.submit(_workbook, part, page)
            outcomes = list(run(outcomes, workers, scheduler))
            book.result()
        missed = {outcome.job.name for outcome in outcomes if outcome.error}
        if missed & {"city", "returns"} or missed >= {unit.page for unit in plan.towns}:
            return part, outcomes
        outcomes += _assemble(
            part,
            page,
            outcomes,
            {"key": key, "printed_by": printed_by},
            _Print(printer, final, manifest, printed_by),
        )
        for file in others:
            place = part / file.relative_to(final)
            if not place.exists():
                log.warning(f"{file} is none of the pack's; it was left where it was")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            store.move(final, old)
        store.move(part, final)
        shutil.rmtree(old, ignore_errors=True)
        return final, outcomes


def _others(final: Path, manifest: dict[str, Any]) -> list[Path]:
    """Files that somebody else has put into the pack."""
    listed = {*manifest.get("files", {}), "manifest.json"}
    return (
        [
            p
            for p in sorted(final.rglob("*"))
            if p.is_file() and p.relative_to(final).as_posix() not in listed
        ]
        if manifest
        else []
    )


def _mark(page: CityPage, name: str) -> str:
    """What stands on everything of a pack: a name, the year, the day, and whether the data are
    synthetic.
    """
    words = page.words
    mark = words("subtitle", plan=name, year=page.plan.year, as_of=words.date(page.as_of))
    marks = [("synthetic_figure", page.synthetic), ("draft_mark", page.plan.period.draft)]
    return "　".join([mark, *(words(name) for name, holds in marks if holds)])


def _clear(part: Path, todo: list[Job]) -> None:
    """Leave of an unfinished pack only the notebooks and pages that may still be of use."""
    useful = {name for job in todo for name in (job.output, job.output.with_suffix(".html"))}
    for file in [
        file for file in part.rglob("*") if file.is_file() and file.absolute() not in useful
    ]:
        file.unlink()
    (part / "notebooks").mkdir(parents=True, exist_ok=True)


def _seed(todo: list[Job], final: Path, manifest: dict[str, Any]) -> None:
    """Take over from the last pack what is as it left it; what would be made again differently is
    told by its key.
    """
    listed = manifest.get("files", {})
    for job in todo:
        names = {
            f"notebooks/{job.output.name}": job.output,
            f"{job.name}.html": job.output.with_suffix(".html"),
        }
        there = {final / name: place for name, place in names.items() if (final / name).exists()}
        whole = len(there) == len(names) and all(
            listed.get(name) == digest(final / name) for name in names
        )
        if whole and kept(job.output) != job.key:
            for file, place in there.items():
                shutil.copyfile(file, place)


def _workbook(part: Path, page: CityPage) -> None:
    heading = _mark(page, page.words.text(page.plan.period.document.title))
    workbook.write(part / "attainment.xlsx", views(page), page.words, heading)


@dataclass(frozen=True)
class _Print:
    """How pages become PDFs: by which browser, and from which last pack those that would be the
    same are taken over.
    """

    browser: Path | None
    last: Path
    manifest: dict[str, Any]
    version: str

    def pages(self, pages: list[Path]) -> dict[Path, str]:
        """Print pages beside themselves, under `pdf/`; those that could not be printed, with why."""
        if self.browser is None:
            return {}
        todo, listed = {}, self.manifest.get("files", {})
        for page in pages:
            target = page.parent / "pdf" / f"{page.stem}.pdf"
            old = self.last / "pdf" / target.name
            same = self.manifest.get("printed_by") == self.version and self._same(page)
            if same and old.exists() and listed.get(f"pdf/{old.name}") == digest(old):
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(old, target)
            else:
                todo[page] = target
        if todo:
            log.info(f"{len(todo)} pages are printed")
        return pdf.write(todo, self.browser)

    def _same(self, page: Path) -> bool:
        """Whether the last pack's page, as it was made, differs in nothing but the characters of
        the common font.
        """
        before = self.last / page.name
        known = before.exists() and self.manifest.get("files", {}).get(page.name) == digest(before)
        return known and fonts.bare(before.read_text(encoding="utf-8")) == fonts.bare(
            page.read_text(encoding="utf-8")
        )


def _assemble(
    part: Path, page: CityPage, outcomes: list[Outcome], about: dict[str, str], printing: _Print
) -> list[Outcome]:
    """Pages with their font, PDFs, index and manifest, from the executed notebooks; what could not
    be printed.
    """
    made = {
        each.job.name: each.job.output.with_suffix(".html") for each in outcomes if not each.error
    }
    pages = {name: file.read_text(encoding="utf-8") for name, file in made.items()}
    words = page.words
    look = Look(f"{words('index_short')} · {_mark(page, words('product'))}", words.language)
    front = FrontPage(
        page.source, words, page.town, [unit for unit in page.plan.towns if unit.page in pages]
    )

    def index(printed: set[str]) -> str:
        return html.of_blocks(replace(front, printed=frozenset(printed)).blocks(), look, "index")

    every = {*pages, "index"}
    rule = fonts.rule([*pages.values(), index(every)])  # the same whether or not there are prints
    for name, text in pages.items():
        _write(part / f"{name}.html", fonts.put(text, rule))
    unprinted = printing.pages([part / f"{name}.html" for name in pages])
    printed = every - {file.stem for file in unprinted} if printing.browser else set()
    _write(part / "index.html", fonts.put(index(printed), rule))
    if own := printing.pages(
        [part / "index.html"]
    ):  # it leads to its own print, unless that could not be made
        _write(part / "index.html", fonts.put(index(printed - {"index"}), rule))
        unprinted |= own
    if (back := store.locate(page.processed) / "returned").is_dir():
        shutil.copytree(back, part / "returned")
    for each in outcomes:
        each.job.output.with_suffix(".html").unlink(missing_ok=True)
        if each.error:  # what the last pack had of it is out of date
            each.job.output.unlink(missing_ok=True)
    failed = [
        Outcome(Job(file, part / "pdf" / f"{file.stem}.pdf", {}), error=error, why="pdf")
        for file, error in unprinted.items()
    ]
    for each in failed:
        log.error(f"{each.job.name}  failed: {each.error}")
    _manifest(part, page, [*(each for each in outcomes if each.error), *failed], about)
    return failed


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


def _manifest(folder: Path, page: CityPage, failed: list[Outcome], about: dict[str, str]) -> None:
    plan = page.plan
    content = {
        "plan": plan.id,
        "year": plan.year,
        "as_of": page.as_of.isoformat(),
        "language": page.words.language,
        "synthetic": page.synthetic,
        **about,
        "versions": versions(),
        "inputs": page.source.files.drop_duplicates("file").set_index("file")["sha256"].to_dict(),
        "plan_files": {
            p.name: digest(p) for p in sorted(plan.folder.path.iterdir()) if p.is_file()
        },
        "assumptions": {name: a.text.model_dump() for name, a in plan.period.assumptions.items()},
        "failed": {
            outcome.job.output.name.removesuffix(".ipynb"): outcome.error for outcome in failed
        },
        "files": {
            p.relative_to(folder).as_posix(): digest(p)
            for p in sorted(folder.rglob("*"))
            if p.is_file()
        },
    }
    _write(folder / "manifest.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a pack; empty where there is none, or one that cannot be understood."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = (
            isinstance(content["files"], dict)
            and content["files"]
            and isinstance(content["failed"], dict)
        )
        return dict(content) if whole else {}
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}


def verify(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, a line each: changed, missing and unknown
    files.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    file = folder / "manifest.json"
    if not file.exists():
        raise FileNotFoundError(f"no manifest.json in {folder}: not a pack")
    listed: dict[str, str] = read_manifest(folder).get("files", {})
    if not listed:
        raise ValueError(f"{file}: not a manifest of yxq")
    here = {
        p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p != file
    }
    lines = [f"missing: {name}" for name in sorted(listed.keys() - here.keys())]
    lines += [f"not in the manifest: {name}" for name in sorted(here.keys() - listed.keys())]
    lines += [
        f"changed: {name}"
        for name in sorted(listed.keys() & here.keys())
        if digest(here[name]) != listed[name]
    ]
    return lines
