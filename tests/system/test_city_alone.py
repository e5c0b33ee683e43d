"""A plan of a city without units, from its returns to its pack, in both languages."""

import contextlib
import html
import io
import json
import re
import sys

import openpyxl
import pandas as pd
import pytest
from plain_packs import notebooks_here, plain_fonts, plain_papers
from project import ROOT
from small import UNITS, folder, form, target

from yxq import cli
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError

ALONE = "\n".join(line for line in UNITS.splitlines() if line.startswith(("code", "0,"))) + "\n"
SCORING = {
    "partial": [{"reached": "90%", "credit": "0.5"}],
    "bands": [{"grade": "A", "least": 80}, {"grade": "B", "least": 0}],
    "seed": 2013,
}
RETURNS = {
    "checks": "unit,year,month,n,of\n某市,2013,3,95,100\n某市,2013,6,90,100\n某市,2013,11,80,100\n",
    "levels": "unit,year,value\n某市,2013,55\n",
    "tasks": "unit,year,kind,on\n某市,2013,law,2013-05-03\n",
    "tonnes": "unit,year,month,tonnes\n某市,2013,4,33.5\n某市,2013,9,77.25\n",
}
AMONG_UNITS = ["heatmap", "ranking", "city_towns", "quotas", "funnel", "planning"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A plan folder of the city alone, one target of each kind, and its returns beside it."""
    month = {"when": ["year", "month"]}
    forms = {
        "checks": form("unit", "year", "month", "n", "of", city_rows=False, **month),
        "levels": form("unit", "year", "value", when=["year"], absent="unknown"),
        "tasks": form("unit", "year", "kind", "on", when=["year"], city_rows=False),
        "tonnes": form("unit", "year", "month", "tonnes", **month),
    }
    law = {"form": "tasks", "where": {"kind": "law"}, "done": "on"}
    place = tmp_path_factory.mktemp("alone")
    made = folder(
        place,
        forms,
        target("A1", {"form": "checks", "sum": "n", "over": "of"}, ">= 90%"),
        target("A2", {"form": "levels", "value": "value"}, ">= 50", **{"for": "city"}),
        target("A3", law, "done", **{"for": "city"}),
        target("A4", {"form": "tonnes", "sum": "tonnes"}, ">= 100"),
        scoring=SCORING,
    )
    (made / "units.csv").write_text(ALONE, encoding="utf-8")
    (place / "raw").mkdir()
    for name, text in RETURNS.items():
        (place / "raw" / f"办公室-{name}.csv").write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module", autouse=True)
def pages_here():
    """Notebooks of packs are run in this process."""
    with notebooks_here(), plain_fonts():
        yield


@pytest.fixture
def yxq(plan, monkeypatch, capsys):
    """Run a command on the plan; exit code and standard output, standard error."""
    monkeypatch.chdir(plan.parent)

    def run(command: str, *more: object) -> tuple[int, str, str]:
        arguments = [*command.split(), "--plan", "plan", *more]
        monkeypatch.setattr(sys, "argv", ["yxq", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return run


def test_its_own_rows_are_no_totals_and_every_target_is_judged(yxq):
    code, _, err = yxq("ingest --raw raw --processed tables")
    assert code == 0 and "7 accepted + 0 duplicate + 0 rejected + 4 excluded" in err
    code, out, _ = yxq("attain --processed tables --format csv")
    rows = pd.read_csv(io.StringIO(out)).set_index("target")
    assert code == 0 and {*rows["unit"]} == {"某市"}
    assert rows["state"].to_dict() == {  # 265 of 300; 55; 3 May; 110.75
        "A1": "not attained",
        "A2": "attained",
        "A3": "attained",
        "A4": "attained",
    }
    code, out, _ = yxq("score --processed tables --format csv")
    scores = pd.read_csv(io.StringIO(out)).set_index("unit")
    # Three of four whole, and 265 of the 270 asked of the fourth are more than nine tenths: 3.5.
    assert code == 0 and scores["score"].to_dict() == {"某市": 87.5} and scores["rank"].isna().all()


PACKS = [("zh", "2013-12-31"), ("en", "2013-12-31"), ("zh", "2013-06-30"), ("en", "2013-06-30")]


@pytest.mark.parametrize(("language", "day"), PACKS)
def test_its_pack_has_an_index_and_a_city_and_says_nothing_of_units(plan, yxq, language, day):
    out = plan.parent / f"{language}-{day}"
    shown = ("--out", out, "--as-of", day, "--language", language)
    with plain_papers() if day == "2013-06-30" else contextlib.nullcontext():
        code, _, err = yxq("pack --raw raw --processed tables", *shown)
    assert code == 0 and "3 done, 0 unchanged, 0 failed" in err
    pages = {p.stem: p.read_text(encoding="utf-8") for p in (out / "2013").glob("*.html")}
    departments = {page for page in pages if page.startswith("department-")}
    missed = {"2013-12-31": "A1", "2013-06-30": "A4"}[day]  # or behind, within the year
    assert {*pages} - departments == {
        "index",
        "city",
        "returns",
        f"target-{missed}",
    } and departments
    for name in ("index", "city"):
        ids = {*re.findall(r'<section id="([^"]+)"', pages[name])}
        assert "short" in ids and not ids & {*AMONG_UNITS}
        assert {*re.findall(r'<a href="#([^"]+)"', pages[name])} - {"main"} >= {"short"}
        assert not re.search(r"20个|\b0 (towns|units)|0个单位|各单位|every unit", pages[name])
    # At midyear 185 of 200 and, a third of 100 being asked by then, 33.5 are on track.
    said = {"2013-12-31": "88.3%", "2013-06-30": "92.5%"}[day]
    assert said in pages["city"] and ("87.5" in pages["index"]) == (day == "2013-12-31")
    assert not re.search("报表接收截止日<|filed until <", pages["index"])
    assert len(re.findall(r'<tr id="t-A\d"', pages["city"])) == 4
    book = openpyxl.load_workbook(out / "2013" / "attainment.xlsx")
    assert "A1" in str([[cell.value for cell in row] for sheet in book for row in sheet])
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == "done" and summary["pack"]


@pytest.mark.parametrize(("language", "title"), [("zh", "全市结果"), ("en", "The city's result")])
def test_pages_of_its_targets_and_no_page_of_a_unit(plan, yxq, language, title):
    out, notebooks = plan.parent / f"runs-{language}", ROOT / "notebooks"
    shown = ("--processed", "tables", "--out", out, "--language", language)
    code, _, err = yxq(f"run {notebooks / 'target.ipynb'} --html", *shown)
    files = sorted(out.rglob("*.html"))
    pages = [html.unescape(file.read_text(encoding="utf-8")) for file in files]
    assert code == 0 and len(pages) == 4, err
    assert [page.count(f">{title}<") > 0 for page in pages] == [True] * 4
    assert not any('id="across"' in page for page in pages)
    assert not any(said in page for page in pages for said in ("By unit", "按单位"))
    code, _, err = yxq(f"run {notebooks / 'town.ipynb'}", *shown)
    said = "plan-2013 has no units beside the city; write --units 某市"
    assert code == 2 and err.splitlines()[-1].endswith(said)
    code, _, err = yxq(f"run {notebooks / 'town.ipynb'} --units 某市", *shown)
    assert code == 0, err


def test_units_of_which_nothing_is_asked_have_no_page_and_count_over_the_units(
    tmp_path, monkeypatch, capsys
):
    """Every target is the city's own; two of the three units reach 50, and one is asked to."""
    month = {"when": ["year", "month"], "absent": "unknown"}
    levels = {"form": "levels", "value": "value"}
    asked = "units >= 2/3 of >= 50"
    made = folder(
        tmp_path,
        {
            "counts": form("unit", "year", "month", "n", "of", **month),
            "levels": form("unit", "year", "value", when=["year"], absent="unknown"),
        },
        target("C1", {"form": "counts", "sum": "n", "over": "of"}, ">= 90%", **{"for": "city"}),
        target("C2", levels, asked, **{"for": "city"}),
    )
    (tmp_path / "raw").mkdir()
    for name, text in {
        "counts": "unit,year,month,n,of\n甲镇,2013,3,90,100\n乙镇,2013,6,95,100\n"
        "丙街道,2013,9,90,100\n",
        "levels": "unit,year,value\n甲镇,2013,50\n乙镇,2013,49\n丙街道,2013,70\n",
    }.items():
        (tmp_path / "raw" / f"办公室-{name}.csv").write_text(text, encoding="utf-8")
    plan = load(made).plan(2013)
    assert (len(plan.units), plan.towns) == (3, [])
    with pytest.raises(PlanError, match="甲镇 has no target in 2013"):
        plan.town("甲镇")
    monkeypatch.chdir(tmp_path)
    shown = ["--plan", "plan", "--raw", "raw", "--processed", "t", "--out", "o"]
    monkeypatch.setattr(sys, "argv", ["yxq", "pack", *shown])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code and "2 done, 0 unchanged, 0 failed" in capsys.readouterr().err
    made = {p.stem for p in (tmp_path / "o" / "2013").glob("*.html")}
    assert made == {"index", "city", "returns", "department-办公室"}
    rows = pd.read_parquet(next((tmp_path / "t").rglob("attained.parquet"))).set_index("target")
    assert rows["state"].to_dict() == {"C1": "attained", "C2": "attained"}
    assert rows.loc["C1", "numerator"] == 275 and rows.loc["C2", "numerator"] == 2
