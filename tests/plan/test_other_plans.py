"""142 targets of other public plans, as they read, each written, loaded, read and judged
on both sides of its bound (other_plans.csv: measure, requirement, and made-up numbers that are just
enough and just too little).

One cannot be written exactly: a count of each firm (R129).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
import small
import yaml

from yxq.attainment import owed
from yxq.attainment.attain import attain
from yxq.plan_folders.load import load

with (Path(__file__).parent / "other_plans.csv").open(encoding="utf-8", newline="") as file:
    ROWS = [*csv.DictReader(file)]
WRITTEN = [row for row in ROWS if row["require"]]
COLUMNS = ("kind", "unit", "city", "on", "result", "n", "of", "amount", "value", "finished")
MORE = {"amount": {"type": "number"}, "city": {"type": "text"}, "of": {"type": "number"}}
MORE |= {"finished": {"type": "date"}}
pytestmark = pytest.mark.slow  # an ingest

CITY, TOWNS = "某市", ("甲镇", "乙镇")


def measured(row: dict) -> dict:
    """A target's measure, its rows told from the others' by their kind."""
    return {"form": "f", "where": {"kind": row["id"]}} | yaml.safe_load(row["measure"])


def lines(row: dict, number: str, year: int) -> list[dict]:
    """The rows of a return that say a number: 95/100, 15, 0.5 or a day."""
    measure, day = yaml.safe_load(row["measure"]), f"{year}-06-30"
    said = []
    for unit, part in zip((CITY,) if " " not in number else TOWNS, number.split(), strict=True):
        one = {"kind": row["id"], "unit": unit, "on": day}
        x, _, of = part.partition("/")
        match [key for key in measure if key in ("rows", "passed", "sum", "value", "done")]:
            case ["rows"]:
                said += [one | {"n": k} for k in range(int(x))]
            case ["passed"]:
                passed = ["pass"] * int(x) + ["fail"] * (int(of) - int(x))
                said += [one | {"result": word, "n": k} for k, word in enumerate(passed)]
            case ["sum"]:
                name = measure["sum"]
                said.append(one | {name: x, "of": of})
            case ["value"]:
                said.append(one | {"value": x, "city": unit if measure.get("peer") else ""})
            case ["done"]:
                said.append(one | {"finished": part})
    return said


def against(row: dict) -> list[dict]:
    """The rows of what it is compared with."""
    number, asked = row["against"], row["require"]
    if not number:
        return []
    if "gdp_growth" in asked:
        return [{"kind": "gdp", "unit": CITY, "on": "2013-06-30", "value": number}]
    if "全国" in asked:
        return [
            {"kind": row["id"], "unit": CITY, "city": "全国", "on": "2013-06-30", "value": number}
        ]
    if "since 2011" in row["measure"]:  # what there was before adds to it
        return lines(row, number, 2011)
    return lines(row, number, 2010 if "y2010" in asked else 2012)


@pytest.fixture(scope="module")
def judged(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """The city's results where every number is enough, and where every one is short."""
    place = tmp_path_factory.mktemp("others")
    form = small.form("kind", "unit", "on", "result", "n", "value", when=["on"])
    form["columns"] |= MORE
    form["checks"] = [{"rule": "at_most", "column": "n", "of": ["of"]}]
    whom = {"for": "city"}
    targets = [small.target(r["id"], measured(r), r["require"], **whom) for r in WRITTEN]
    basis = {"title": small.TITLE, "unit": small.TITLE, "owner": "办公室"}
    basis |= {"measure": {"form": "f", "where": {"kind": "gdp"}, "value": "value"}}
    plan = small.folder(place, {"f": form}, *targets, bases={"gdp_growth": basis})
    found = {}
    for case in ("enough", "short"):
        given = [line for row in WRITTEN if row[case] for line in lines(row, row[case], 2013)]
        given += [line for row in WRITTEN for line in against(row)]
        text = pd.DataFrame(given).reindex(columns=COLUMNS).to_csv(index=False)
        (place / case).mkdir()
        tables = small.read(place / case, plan, f=text)
        assert tables.files["rejected"].sum() == 0, tables.ledger["reason"].unique()
        loaded, day = load(plan).plan(2013), pd.Timestamp("2014-01-31").date()
        table = attain(loaded, tables.measures, owed.status(loaded, tables.files, day), day)
        found[case] = table[table["unit"] == CITY].set_index("target")
    return found


def test_how_many_can_be_written():
    assert len(ROWS) == 142 and len(WRITTEN) == 141


@pytest.mark.parametrize("row", WRITTEN, ids=[row["id"] for row in WRITTEN])
def test_a_target_is_attained_at_its_bound_and_missed_beyond_it(judged, row):
    assert row["enough"] and row["short"]
    enough, short = (judged[case].loc[row["id"]] for case in ("enough", "short"))
    assert (enough["state"], short["state"]) == ("attained", "not attained"), (
        enough[["value", "bound", "note"]].tolist(),
        short[["value", "bound", "note"]].tolist(),
    )
    assert str(enough["require"]).replace(",", "") == row["require"].replace(",", "")
