"""A small plan whose office keeps a register of remedies, and the register filled in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import small
from project import read_yaml, write_yaml

from yxq.plan.folder import Plan
from yxq.plan_folders.load import load
from yxq.publish.assemble import write_register
from yxq.report.pages import CityPage, open_page
from yxq.returns import ingest as ingesting
from yxq.returns.ingest import Ingested, ingest

FIRST = 6  # the row of the first that is filled in
FILE = "整改台账.xlsx"
FORM: dict[str, Any] = {
    "title": {"zh": "整改台账", "en": "Register of remedies"},
    "absent": "none",
    "when": ["year"],
    "key": ["target", "unit", "year"],
    "repeat": "latest",
    "again": "corrections",
    "city_rows": True,
    "columns": {
        "target": {"type": "target", "required": True, "aliases": ["目标编号", "Target no."]},
        "title": {"type": "text", "aliases": ["考核目标", "Target assessed"]},
        "unit": {"type": "unit", "required": True, "aliases": ["整改单位", "Unit to remedy"]},
        "year": {"type": "year", "required": True, "aliases": ["考核年度", "Year assessed"]},
        "why": {"type": "text", "aliases": ["原因", "Cause"]},
        "measure": {"type": "text", "aliases": ["整改措施", "Measure taken"]},
        "person": {"type": "text", "aliases": ["责任人", "Person responsible"]},
        "due": {"type": "date", "aliases": ["整改期限", "To be remedied by"]},
        "state": {
            "type": "word",
            "aliases": ["整改状态", "State of the remedy"],
            "words": {
                "open": ["整改中", "under way"],
                "done": ["已整改", "remedied"],
                "dropped": ["不再整改", "dropped"],
            },
        },
        "done": {"type": "date", "aliases": ["整改完成日期", "Remedied on"]},
    },
}
# The column of a cause is called otherwise, so that nothing rests on what columns are called.
ROLES = {name: name for name in ("target", "title", "measure", "person", "due", "state", "done")}
REMEDIES: dict[str, Any] = ROLES | {
    "form": "followed",
    "keeper": "办公室",
    "cause": "why",
    "closed": ["done"],
    "dropped": ["dropped"],
}
CHECKS = small.form("unit", "n", "of", "on", when=["on"])
RATE = {"form": "checks", "sum": "n", "over": "of"}
TARGETS = (small.target("A", RATE, ">= 80%"), small.target("B", RATE, ">= 95%", **{"for": "both"}))
RETURN = "unit,n,of,on\n甲镇,{n},10,2013-03-01\n乙镇,9,10,2013-03-01\n丙街道,10,10,2013-03-01\n"


def folder(place: Path, **more: Any) -> Path:
    """The plan folder: A asks 80% of each unit, B 95% of each and of the city."""
    made = small.folder(place, {"checks": CHECKS, "followed": FORM}, *TARGETS, **more)
    forms = read_yaml(made / "forms.yml")
    layout = {"layout": {"synthetic": ["演示数据"], "corrections": ["更正"]}}
    write_yaml(made / "forms.yml", forms | layout | {"remedies": REMEDIES})
    return made


def sent(place: Path, n: int = 5, name: str = "办公室-报表") -> Path:
    """The returns of the office, in which 甲镇 has n of 10; the folder of all returns."""
    raw = place / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    (raw / f"{name}.csv").write_text(RETURN.format(n=n), encoding="utf-8")
    return raw


def read(place: Path, plan: Path, on: dt.date | None = None, monkeypatch: Any = None) -> Ingested:
    """All returns ingested, on a day."""
    if on:
        monkeypatch.setattr(ingesting, "today", lambda: on)
    return ingest(place / "raw", load(plan), place / "processed")


def page(place: Path, plan: Path | Plan, as_of: str, language: str = "zh", **more: Any) -> CityPage:
    """The page of the city on a day."""
    plan = load(plan).plan(2013) if isinstance(plan, Path) else plan
    tables = str(place / "processed")
    opened: CityPage = open_page(
        "city", as_of=as_of, plan=plan, processed=tables, language=language, **more
    )
    return opened


def written(place: Path, one: CityPage) -> Path:
    """The register as a pack of that page has it."""
    place.mkdir(parents=True, exist_ok=True)
    before = {*place.iterdir()}
    write_register(place, one)
    [made] = {*place.iterdir()} - before
    return made


def rows(book: Path) -> list[dict[str, Any]]:
    """The rows of a register by heading, with their number."""
    sheet = openpyxl.load_workbook(book).worksheets[0]
    heads = [cell.value for cell in sheet[FIRST - 1]]
    filled = (row for row in sheet.iter_rows(min_row=FIRST) if row[0].value)
    return [
        {head: cell.value for head, cell in zip(heads, row, strict=True)} | {"n": row[0].row}
        for row in filled
    ]


def fill(
    book: Path, to: Path, said: dict[tuple[str, str], dict[str, Any]], filed: Any = None
) -> Path:
    """A register filled in: by target and unit what is written under which headings."""
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[FIRST - 1]}
    for row in rows(book):
        for head, value in said.get((row["目标编号"], row["整改单位"]), {}).items():
            sheet.cell(row["n"], heads[head]).value = value
    if filed:
        sheet["E2"] = filed
    to.parent.mkdir(parents=True, exist_ok=True)
    opened.save(to)
    return to
