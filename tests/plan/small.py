"""A small plan folder of a city with three towns, for tests of what a plan can say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from project import Tables, ingested, write_yaml

from yxq.attainment import owed
from yxq.attainment.attain import attain
from yxq.plan_folders.load import load

UNITS = """code,code_system,name,name_en,kind,slug,aliases,valid_from,valid_to,overlaps,note
1,own,甲镇,Jia Town,镇,jia,,,,,
2,own,乙镇,Yi Town,镇,yi,,,,,
3,own,丙街道,Bing Subdistrict,街道,bing,,,,,
0,own,某市,Some City,city,city,,,,,
"""
COLUMNS: dict[str, dict[str, Any]] = {
    "unit": {"type": "unit"},
    "year": {"type": "year"},
    "month": {"type": "months"},
    "kind": {"type": "text"},
    "said": {"type": "text"},
    "result": {"type": "word", "words": {"pass": ["pass"], "fail": ["fail"]}},
    "size": {"type": "number"},
    "n": {"type": "count"},
    "of": {"type": "count"},
    "tonnes": {"type": "number"},
    "hectares": {"type": "number"},
    "value": {"type": "number"},
    "on": {"type": "date"},
}
TITLE = {"zh": "某项", "en": "Thing"}


def form(*columns: str, **more: Any) -> dict[str, Any]:
    """A form of some of the columns above."""
    given: dict[str, Any] = {"title": TITLE, "absent": "none", "city_rows": True}
    if {"n", "of"} <= {*columns}:
        given["checks"] = [{"rule": "at_most", "column": "n", "of": ["of"]}]
    return given | {"columns": {name: COLUMNS[name] for name in columns}} | more


def target(id: str, measure: dict, require: str | None = None, **more: Any) -> dict[str, Any]:
    """A target of the office, for each unit unless said otherwise."""
    given = {"id": id, "clause": "1", "title": TITLE, "unit": {"zh": "件", "en": "items"}}
    asked = {} if require is None else {"require": require}
    return given | asked | {"for": "each", "owner": "办公室", "measure": measure} | more


def folder(place: Path, forms: dict[str, dict], *targets: dict, **more: Any) -> Path:
    """The folder on disk, of a plan of 2013."""
    made = place / "plan"
    made.mkdir(parents=True)
    (made / "units.csv").write_text(UNITS, encoding="utf-8")
    senders = {"办公室": {"en": "Office"}}
    write_yaml(
        made / "forms.yml",
        {"unit": {"zh": "单位", "en": "unit/units"}, "senders": senders, "forms": forms},
    )
    plan = {"year": 2013, "start": "2013-01-01", "end": "2013-12-31"}
    plan |= {"document": {"title": TITLE}, "sections": [{"clause": "1", "title": TITLE}]}
    write_yaml(made / "2013.yml", plan | {"targets": list(targets)} | more)
    return made


def read(place: Path, plan: Path, **files: str) -> Tables:
    """Returns of the office, CSV texts by the end of a file's name, ingested."""
    raw = place / "raw"
    raw.mkdir(exist_ok=True)
    for name, text in files.items():
        (raw / f"办公室-{name}.csv").write_text(text, encoding="utf-8")
    return ingested(raw, load(plan), place / "processed")


def results(plan: Path, tables: Tables, as_of: str = "2014-01-31") -> pd.DataFrame:
    """Attainment on a day, by unit and target."""
    loaded, day = load(plan).plan(2013), pd.Timestamp(as_of).date()
    returns = owed.status(loaded, tables.files, day)
    table = attain(loaded, tables.measures, returns, day, files=tables.files)
    return table.set_index(["unit", "target"])
