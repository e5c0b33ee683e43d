"""The pack: pages, index, workbook and manifest, put in place only when all of it is there."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import platform
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pylopdf_fonts_zh_cn

from yxq import display, store, workbook
from yxq.attain import STATES, default_as_of
from yxq.blocks import templates
from yxq.lock import lock
from yxq.pages import CityPage, ReturnsPage, open_page
from yxq.pages.city import town_table
from yxq.plan import Plan, Unit
from yxq.run import Job, Outcome, run

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LANG = {"zh": "zh-Hans", "en": "en"}
VERSIONS = ("yxq", "pandas", "numpy", "matplotlib", "papermill", "nbconvert", "xlsxwriter")
FONT_PLACE = "/*font*/"


def page_name(unit: Unit) -> str:
    """A unit's page without its suffix: `<code>-<pinyin>`, and `city` for the city."""
    return "city" if unit.kind == "city" else f"{unit.code}-{unit.slug}"


def jobs(plan: Plan, units: Iterable[Unit], out: Path, common: dict[str, Any], returns: bool = True) -> list[Job]:
    """The notebooks of a pack: the city's, what arrived, and one a unit."""
    made = [Job(NOTEBOOKS / "city.ipynb", out / "city.ipynb", common)]
    if returns:
        made.append(Job(NOTEBOOKS / "returns.ipynb", out / "returns.ipynb", common))
    made += [Job(NOTEBOOKS / "town.ipynb", out / f"{page_name(u)}.ipynb", common | {"town": u.name}) for u in units]
    return made


def subset_font(characters: set[str]) -> str:
    """A `@font-face` rule with just the glyphs that are needed, so that a page looks the same on every machine."""
    from fontTools import subset

    options = subset.Options(flavor="woff2", recalc_timestamp=False, hinting=False, name_IDs=[], layout_features=[])
    out = io.BytesIO()
    with subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(characters)))
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(out)
    data = base64.b64encode(out.getvalue()).decode()
    return f"@font-face{{font-family:'Noto Sans SC';src:url(data:font/woff2;base64,{data}) format('woff2')}}"


def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="pack", extra_template_basedirs=[str(Path(__file__).parent / "templates")])


def html(notebook: Path, title: str, language: str, exporter: Any, words: Any) -> str:
    """An executed notebook as a page, its font still to be put in."""
    resources = {
        "yxq": {"title": title, "lang": LANG[language], "css": css(), "font": FONT_PLACE, "back": words("to_index")}
    }
    return exporter.from_filename(str(notebook), resources=resources)[0]


def css() -> str:
    """The style of every page."""
    return (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")


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
        lang=LANG[words.language], css=css(), font=FONT_PLACE, words=words, rows=rows, back=back, scored=not page.scores.empty, states=STATES, columns=[s for s in STATES if s in table],
        title=words("index_title", plan=words.text(plan.period.document.title), year=plan.year),
        lead=words("index_lead", as_of=words.date(page.as_of)), synthetic=page.synthetic, received=received.told(), failed=[words.unit(u) for u in plan.towns if u not in units],
        city={state: int(city.get(state, 0)) for state in STATES}, city_name=words.unit(plan.folder.city),
        assumptions=[words.text(a.text) for a in plan.period.assumptions.values() if a.general],
        facts=[f for f in (plan.period.document.number, *(words.text(f) for f in plan.period.document.facts)) if f],
    )  # fmt: skip


def build(plan: Plan, out: Path, processed: Path, as_of: dt.date | None = None, language: str = "zh",
          workers: int | None = None) -> tuple[Path, list[Outcome]]:  # fmt: skip
    """Run the notebooks and publish the pack under `out/<year>`; the folder, and the outcomes that failed.

    The pack is made beside its place and moved there whole. A unit whose notebook failed has no page (the index says
    so), and its executed notebook is kept for its traceback. When the city's notebook or all units' failed, the
    pack that is there stays, and the folder returned is the unfinished one. Raises `Busy` when another run is at work.
    """
    with lock(out):
        return _build(plan, out, processed, as_of or default_as_of(plan), language, workers)


def _build(
    plan: Plan, out: Path, processed: Path, as_of: dt.date, language: str, workers: int | None
) -> tuple[Path, list[Outcome]]:
    final, part, old = (out / name for name in (f"{plan.year}", f".{plan.year}.part", f".{plan.year}.old"))
    if old.exists() and not final.exists():  # a run was killed between the two renames below
        old.rename(final)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    common = {"year": plan.year, "as_of": as_of.isoformat(), "plan": plan.folder.given, "processed": processed.as_posix(),
              "language": language}  # fmt: skip
    todo = jobs(plan, plan.towns, part / "notebooks", common)
    outcomes = list(run(todo, workers))
    failed = [outcome for outcome in outcomes if outcome.error]
    missed = {outcome.job.output.stem for outcome in failed}
    if missed & {"city", "returns"} or missed >= {page_name(unit) for unit in plan.towns}:
        return part, failed
    page: CityPage = open_page("city", **common)
    words, exporter = page.words, _exporter()
    titles = {page_name(unit): words.unit(unit) for unit in (*plan.towns, plan.folder.city)} | {
        "returns": words("returns_title")
    }
    mark = words("subtitle", plan=words("product"), year=plan.year, as_of=words.date(as_of))
    mark += "　" + words("synthetic_figure") if page.synthetic else ""
    pages = {
        job.output.stem: html(job.output, f"{titles[job.output.stem]} · {mark}", language, exporter, words)
        for job in todo
        if job.output.exists()
    }
    done = [unit for unit in plan.towns if page_name(unit) in pages]
    pages["index"] = index(page, done)
    rule = subset_font(set("".join(pages.values())) | set("0123456789"))
    for name, text in pages.items():
        (part / f"{name}.html").write_text(text.replace(FONT_PLACE, rule), encoding="utf-8", newline="\n")
    if (back := store.locate(processed) / "returned").is_dir():
        shutil.copytree(back, part / "returned")
    heading = words("subtitle", plan=words.text(plan.period.document.title), year=plan.year, as_of=words.date(as_of))
    heading += "　" + words("synthetic_figure") if page.synthetic else ""
    workbook.write(part / "attainment.xlsx", workbook_sheets(page), words, heading)
    _manifest(part, page, failed)
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    part.rename(final)
    shutil.rmtree(old, ignore_errors=True)
    return final, failed


def _manifest(folder: Path, page: CityPage, failed: list[Outcome]) -> None:
    plan = page.plan
    content = {
        "plan": plan.id, "year": plan.year, "as_of": page.as_of.isoformat(), "language": page.words.language, "synthetic": page.synthetic,
        "versions": {name: version(name) for name in VERSIONS} | {"python": platform.python_version()},
        "inputs": page.source.files.drop_duplicates("file").set_index("file")["sha256"].to_dict(),
        "plan_files": {p.name: digest(p) for p in sorted(plan.folder.path.iterdir()) if p.is_file()},
        "assumptions": {name: a.text.model_dump() for name, a in plan.period.assumptions.items()},
        "failed": {outcome.job.output.stem: outcome.error for outcome in failed},
        "files": {p.relative_to(folder).as_posix(): digest(p) for p in sorted(folder.rglob("*")) if p.is_file()},
    }  # fmt: skip
    (folder / "manifest.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def verify(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, a line each: changed, missing and unknown files.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    file = folder / "manifest.json"
    if not file.exists():
        raise FileNotFoundError(f"no manifest.json in {folder}: not a pack")
    try:
        listed: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["files"]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise ValueError(f"{file}: not a manifest of yxq") from None
    here = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p != file}
    lines = [f"missing: {name}" for name in sorted(listed.keys() - here.keys())]
    lines += [f"not in the manifest: {name}" for name in sorted(here.keys() - listed.keys())]
    lines += [f"changed: {name}" for name in sorted(listed.keys() & here.keys()) if digest(here[name]) != listed[name]]
    return lines
