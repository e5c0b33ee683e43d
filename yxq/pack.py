"""The pack: pages, index, workbook and manifest, put in place only when all of it is there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from yxq import display, html, store, workbook
from yxq.attain import STATES, default_as_of
from yxq.blocks import templates
from yxq.html import Look
from yxq.keys import kept
from yxq.lock import lock
from yxq.pages import CityPage, ReturnsPage, open_page
from yxq.pages.city import town_table
from yxq.plan import Plan, Unit
from yxq.results import sha, versions
from yxq.run import Job, Outcome, keyed, log, needed, run
from yxq.words import Words

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def page_name(unit: Unit) -> str:
    """A unit's page without its suffix: `<code>-<pinyin>`, and `city` for the city."""
    return "city" if unit.kind == "city" else f"{unit.code}-{unit.slug}"


def jobs(plan: Plan, out: Path, common: dict[str, Any], words: Words, mark: str, limits: dict[str, Any]) -> list[Job]:
    """The notebooks of a pack: the city's, what arrived, and one a unit; `mark` follows each page's title."""

    def job(notebook: str, name: str, title: str, **more: str) -> Job:
        look = Look(f"{title} · {mark}", words.language)
        return Job(
            NOTEBOOKS / f"{notebook}.ipynb", out / f"{name}.ipynb", common | more, look, context=common, **limits
        )

    city = plan.folder.city
    made = [job("city", page_name(city), words.unit(city)), job("returns", "returns", words("returns_title"))]
    return made + [job("town", page_name(unit), words.unit(unit), town=unit.name) for unit in plan.towns]


def digest(path: Path) -> str:
    """sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def workbook_sheets(page: CityPage) -> dict[str, pd.DataFrame]:
    """The views of attainment.xlsx."""
    plan, words = page.plan, page.words
    order = {unit.name: n for n, unit in enumerate([*plan.towns, plan.folder.city])}
    attained = page.attained.sort_values("unit", key=lambda names: names.map(order), kind="stable")
    names = {unit.name: words.unit(unit) for unit in plan.folder.units}
    shown = display.results(plan, attained, words)
    titles = {t.id: f"{t.id} {words.text(t.title)}" for t in plan.targets}
    grid = attained.assign(
        state=shown["state"], unit=attained["unit"].map(names), target=attained["target"].map(titles)
    )
    grid = grid.pivot(index="unit", columns="target", values="state")
    grid = grid.reindex(index=[names[n] for n in order], columns=list(titles.values()))
    grid = grid.fillna(words("city_only"))
    results = pd.DataFrame({
        "unit": attained["unit"].map(names), "target": shown["id"] + " " + shown["target"], "clause": shown["clause"],
        "owner": shown["owner"], "required": shown["required"], "numerator": attained["numerator"],
        "denominator": attained["denominator"], "value": attained["value"],
        "measured_in": [display.measured_in(plan.target(t), words) for t in attained["target"]], "state": shown["state"], "gap": shown["gap"], "needed": shown["needed"], "value_year_before": attained["previous"], "trend": shown["trend"],
        "evidence": shown["evidence"], "interval": shown["interval"], "further": attained["further"], "probability": attained["probability"],
        "note": shown["note"],
    })  # fmt: skip
    failing = page.failing.drop(columns="named")
    milestones = results[attained["rule"].eq("milestone")][
        ["unit", "target", "clause", "owner", "required", "state", "note"]
    ]
    assumptions = pd.DataFrame(
        [{"assumption": words.text(a.text), "basis": words.text(a.source)} for a in plan.period.assumptions.values()],
        columns=["assumption", "basis"],
    )
    facts = [words("synthetic")] if page.synthetic else []
    facts += [
        words("subtitle", plan=words.text(plan.period.document.title), year=plan.year, as_of=words.date(page.as_of))
    ]
    about = pd.DataFrame({"assumption": facts, "basis": ""})
    scores = page.scores.drop(columns="vetoed").assign(
        unit=page.scores["unit"].map(names), missing_weight=page.scores["missing"]
    )
    scored = {} if scores.empty else {words("scores_sheet"): scores.drop(columns="missing")}
    return {
        words("by_town"): grid.reset_index(), **scored, words("results"): results, words("failing_records"): failing,
        words("milestones"): milestones, words("assumptions_sheet"): pd.concat([about, assumptions], ignore_index=True),
    }  # fmt: skip


def index(page: CityPage, units: list[Unit]) -> str:
    """The page that leads to all others."""
    words, plan = page.words, page.plan
    table = town_table(plan, page.attained, page.scores, words)
    order = {unit.name: unit for unit in units}
    rows = [dict(row) | {"href": f"{page_name(order[name])}.html"} for name, row in table.iterrows() if name in order]
    city = page.attained[page.attained["unit"] == plan.folder.city.name]["state"].value_counts()
    back = sorted(file.name for file in (store.locate(page.processed) / "returned").glob("*.xlsx"))
    received: ReturnsPage = open_page(
        "returns", plan.year, page.as_of, plan.folder.given, page.processed, words.language
    )
    return templates().get_template("index.html").render(
        lang=html.LANG[words.language], css=html.css(), words=words, rows=rows, back=back, scored=not page.scores.empty, states=STATES, columns=[s for s in STATES if s in table],
        title=words("index_title", plan=words.text(plan.period.document.title), year=plan.year),
        lead=words("index_lead", as_of=words.date(page.as_of)), synthetic=page.synthetic, received=received.told(), failed=[words.unit(u) for u in plan.towns if u not in units],
        city={state: int(city.get(state, 0)) for state in STATES}, city_name=words.unit(plan.folder.city),
        assumptions=[words.text(a.text) for a in plan.period.assumptions.values() if a.general],
        facts=[f for f in (plan.period.document.number, *(words.text(f) for f in plan.period.document.facts)) if f],
    )  # fmt: skip


def build(plan: Plan, out: Path, processed: Path, as_of: dt.date | None = None, language: str = "zh", *, workers: int | None = None,
          scheduler: str | None = None, force: bool = False, explain: bool = False, **limits: Any) -> tuple[Path, list[Outcome]]:  # fmt: skip
    """Run the notebooks that need it and publish the pack under `out/<year>`; the folder, and the outcomes.

    The pack is made beside its place and moved there whole; a pack to which nothing would change stays as it is. A unit
    whose notebook failed has no page (the index says so), and its executed notebook is kept for its traceback. When the
    city's notebook or all units' failed, the pack that is there stays, and the folder returned is the unfinished one,
    from which the next run goes on. `explain`: only say what would be run. Raises `Busy` when another run is at work.
    """
    with lock(out), lock(store.locate(processed), shared=True):
        final, part, old = (out / name for name in (f"{plan.year}", f".{plan.year}.part", f".{plan.year}.old"))
        if old.exists() and not final.exists():  # a run was killed between the two renames below
            old.rename(final)
        common = {"year": plan.year, "as_of": (as_of or default_as_of(plan)).isoformat(), "plan": plan.folder.given,
                  "processed": processed.as_posix(), "language": language}  # fmt: skip
        page: CityPage = open_page("city", **common)
        mark = _mark(page, page.words("product"))
        todo = keyed(jobs(plan, part.absolute() / "notebooks", common, page.words, mark, limits))
        key = sha(json.dumps([job.key for job in todo]).encode())
        manifest = read_manifest(final)
        others = _others(final, manifest)
        if not force and manifest.get("key") == key and not manifest["failed"] and len(verify(final)) == len(others):
            shutil.rmtree(part, ignore_errors=True)
            return final, [Outcome(job) for job in todo]
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
        if missed & {"city", "returns"} or missed >= {page_name(unit) for unit in plan.towns}:
            return part, outcomes
        _assemble(part, page, outcomes, key)
        for file in others:
            place = part / file.relative_to(final)
            if not place.exists():
                log.warning(f"{file} is none of the pack's; it was left where it was")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        part.rename(final)
        shutil.rmtree(old, ignore_errors=True)
        return final, outcomes


def _others(final: Path, manifest: dict[str, Any]) -> list[Path]:
    """Files that somebody else has put into the pack."""
    listed = {*manifest.get("files", {}), "manifest.json"}
    return (
        [p for p in sorted(final.rglob("*")) if p.is_file() and p.relative_to(final).as_posix() not in listed]
        if manifest
        else []
    )


def _mark(page: CityPage, name: str) -> str:
    """What stands on everything of a pack: a name, the year, the day, and whether the data are synthetic."""
    words = page.words
    mark = words("subtitle", plan=name, year=page.plan.year, as_of=words.date(page.as_of))
    return mark + ("　" + words("synthetic_figure") if page.synthetic else "")


def _clear(part: Path, todo: list[Job]) -> None:
    """Leave of an unfinished pack only the notebooks and pages that may still be of use."""
    useful = {name for job in todo for name in (job.output, job.output.with_suffix(".html"))}
    for file in [file for file in part.rglob("*") if file.is_file() and file.absolute() not in useful]:
        file.unlink()
    (part / "notebooks").mkdir(parents=True, exist_ok=True)


def _seed(todo: list[Job], final: Path, manifest: dict[str, Any]) -> None:
    """Take over from the last pack what is as it left it; what would be made again differently is told by its key."""
    listed = manifest.get("files", {})
    for job in todo:
        names = {f"notebooks/{job.output.name}": job.output, f"{job.name}.html": job.output.with_suffix(".html")}
        there = {final / name: place for name, place in names.items() if (final / name).exists()}
        whole = len(there) == len(names) and all(listed.get(name) == digest(final / name) for name in names)
        if whole and kept(job.output) != job.key:
            for file, place in there.items():
                shutil.copyfile(file, place)


def _workbook(part: Path, page: CityPage) -> None:
    heading = _mark(page, page.words.text(page.plan.period.document.title))
    workbook.write(part / "attainment.xlsx", workbook_sheets(page), page.words, heading)


def _assemble(part: Path, page: CityPage, outcomes: list[Outcome], key: str) -> None:
    """Pages with their font, index and manifest, from the executed notebooks."""
    made = {each.job.name: each.job.output.with_suffix(".html") for each in outcomes if not each.error}
    pages = {name: file.read_text(encoding="utf-8") for name, file in made.items()}
    pages["index"] = index(page, [unit for unit in page.plan.towns if page_name(unit) in pages])
    rule = html.font(pages.values())
    for name, text in pages.items():
        (part / f"{name}.html").write_text(html.with_font(text, rule), encoding="utf-8", newline="\n")
    if (back := store.locate(page.processed) / "returned").is_dir():
        shutil.copytree(back, part / "returned")
    for each in outcomes:
        each.job.output.with_suffix(".html").unlink(missing_ok=True)
        if each.error:  # what the last pack had of it is out of date
            each.job.output.unlink(missing_ok=True)
    _manifest(part, page, [each for each in outcomes if each.error], key)


def _manifest(folder: Path, page: CityPage, failed: list[Outcome], key: str) -> None:
    plan = page.plan
    content = {
        "plan": plan.id, "year": plan.year, "as_of": page.as_of.isoformat(), "language": page.words.language, "synthetic": page.synthetic, "key": key,
        "versions": versions(),
        "inputs": page.source.files.drop_duplicates("file").set_index("file")["sha256"].to_dict(),
        "plan_files": {p.name: digest(p) for p in sorted(plan.folder.path.iterdir()) if p.is_file()},
        "assumptions": {name: a.text.model_dump() for name, a in plan.period.assumptions.items()},
        "failed": {outcome.job.output.stem: outcome.error for outcome in failed},
        "files": {p.relative_to(folder).as_posix(): digest(p) for p in sorted(folder.rglob("*")) if p.is_file()},
    }  # fmt: skip
    (folder / "manifest.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a pack; empty where there is none, or one that cannot be understood."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = isinstance(content["files"], dict) and content["files"] and isinstance(content["failed"], dict)
        return dict(content) if whole else {}
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}


def verify(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, a line each: changed, missing and unknown files.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    file = folder / "manifest.json"
    if not file.exists():
        raise FileNotFoundError(f"no manifest.json in {folder}: not a pack")
    listed: dict[str, str] = read_manifest(folder).get("files", {})
    if not listed:
        raise ValueError(f"{file}: not a manifest of yxq")
    here = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p != file}
    lines = [f"missing: {name}" for name in sorted(listed.keys() - here.keys())]
    lines += [f"not in the manifest: {name}" for name in sorted(here.keys() - listed.keys())]
    lines += [f"changed: {name}" for name in sorted(listed.keys() & here.keys()) if digest(here[name]) != listed[name]]
    return lines
