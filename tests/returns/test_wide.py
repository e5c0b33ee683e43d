"""Wide tables: a column a unit or a month, and the same records as of the long table."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import Tables, examples
from rows_by_hand import sheet
from small import folder, form, read, results, target

from yxq.plan.folder import Folder
from yxq.plan_folders.load import load
from yxq.returns.context import context
from yxq.returns.parse import parse
from yxq.returns.recognise import recognise
from yxq.returns.texts import tidy
from yxq.returns.totals import Tally
from yxq.returns.wide import Headings, laid_out, letters, own_rows

UNIT = {"type": "unit", "required": True, "aliases": ["镇"]}
ALL = {
    "unit": UNIT,
    "months": {"type": "months", "required": True, "aliases": ["月份"]},
    "year": {"type": "year"},
    "kind": {"type": "text", "aliases": ["类别"]},
    "n": {"type": "count", "required": True, "aliases": ["合格数"]},
    "of": {"type": "count", "aliases": ["总数"]},
}


def plan(place: Path, headings: list[str], values: list[str], *columns: str, **more) -> Path:
    made = form("n", wide={"headings": headings, "values": values}, when=["months"], **more)
    made["columns"] = {name: ALL[name] for name in columns}
    made["key"] = [name for name in ("kind", "unit", "year", "months") if name in columns]
    made["city_rows"] = False
    made = folder(place, {"rows": made}, target("T1", {"form": "rows", "sum": "n"}, ">= 1"))
    with (made / "forms.yml").open("a", encoding="utf-8") as file:
        file.write("layout: {totals: [合计], footers: [填报单位]}\n")
    return made


def records(tables: Tables) -> list[tuple]:
    rows = tables.records["rows"]
    there = [name for name in ("kind", "unit", "year", "months", "n", "of") if name in rows]
    return sorted(map(tuple, rows[there].astype(object).itertuples(index=False)), key=str)


def told(tables: Tables) -> list[tuple[str, int, str, str]]:
    ledger = tables.ledger[["sheet", "row", "fate", "reason"]]
    return [*map(tuple, ledger.itertuples(index=False))]


def test_a_column_a_unit(tmp_path):
    made = plan(tmp_path, ["unit"], ["n"], "unit", "months", "n")
    text = "抽查情况,,\n月份,甲镇,乙镇,备注\n4,1,2,x\n5,,x,\n6,,,\n合计,1,2,\n填报单位：办公室,,,\n"
    tables = read(tmp_path, made, **{"2013年": text})
    assert records(tables) == [("乙镇", "4-4", 2), ("甲镇", "4-4", 1)]
    assert told(tables) == [
        ("", 1, "excluded", "title"),
        ("", 2, "excluded", "header"),
        ("", 5, "excluded", "no_cells"),
        ("", 7, "excluded", "footer"),
        ("B", 3, "accepted", ""),
        ("B", 6, "excluded", "total"),
        ("C", 3, "accepted", ""),
        ("C", 4, "rejected", "bad_count|乙镇|x"),
        ("C", 6, "excluded", "total"),
    ]
    files = tables.files.set_index("sheet")
    assert files["form"].fillna("").to_dict() == {"": "", "B": "rows", "C": "rows"}
    assert files["unknown"].to_dict() == {"": "备注", "B": "", "C": ""}


def test_a_column_a_month(tmp_path):
    made = plan(tmp_path, ["months"], ["n"], "unit", "months", "n")
    tables = read(tmp_path, made, **{"2013年": "镇,1月,2月,第二季度\n甲镇,1,,3\n乙镇,0,2,-\n"})
    assert records(tables) == [
        ("乙镇", "1-1", 0),
        ("乙镇", "2-2", 2),
        ("甲镇", "1-1", 1),
        ("甲镇", "4-6", 3),
    ]
    assert told(tables)[-1] == ("D", 3, "rejected", "bad_count|第二季度|-")
    assert tables.records["rows"]["to"].max() == pd.Timestamp("2013-06-30")


def test_a_heading_of_year_and_month(tmp_path):
    made = plan(tmp_path, ["year", "months"], ["n"], "unit", "year", "months", "n")
    tables = read(tmp_path, made, a="镇,2012-12,2013年1月,Feb 2013\n甲镇,1,2,3\n")
    assert records(tables) == [
        ("甲镇", 2012, "12-12", 1),
        ("甲镇", 2013, "1-1", 2),
        ("甲镇", 2013, "2-2", 3),
    ]


@pytest.mark.parametrize("upper", ["镇,1月,,2月,", "镇,1月,1月,2月,2月"])
def test_two_rows_of_headings(tmp_path, upper):
    made = plan(tmp_path, ["months"], ["of", "n"], "unit", "months", "n", "of")
    text = f"{upper}\n,总数,合格数,总数,合格数\n甲镇,9,8,7,x\n乙镇,,,5,5\n"
    tables = read(tmp_path, made, **{"2013年": text})
    assert records(tables) == [("乙镇", "2-2", 5, 5), ("甲镇", "1-1", 8, 9)]
    assert told(tables)[-2:] == [
        ("D", 3, "rejected", "bad_count|2月合格数|x"),
        ("D", 4, "accepted", ""),
    ]


def test_a_long_table_of_the_same_form(tmp_path):
    made = plan(tmp_path, ["unit"], ["n"], "unit", "months", "n")
    tables = read(tmp_path, made, **{"2013年": "月份,镇,合格数,甲镇\n4,甲镇,1,7\n"})
    assert records(tables) == [("甲镇", "4-4", 1)]
    assert tables.files["unknown"].tolist() == ["甲镇"]


def test_two_headings_of_one_unit_are_refused(tmp_path):
    made = plan(tmp_path, ["months"], ["n"], "unit", "months", "n")
    tables = read(tmp_path, made, **{"2013年": "镇,4月,四月\n甲镇,1,2\n"})
    assert {reason for *_, reason in told(tables)} == {"repeated_column|合格数|四月 (3)"}


def test_a_second_header_below_refuses_every_column(tmp_path):
    made = plan(tmp_path, ["months"], ["n"], "unit", "months", "n", "kind")
    text = "镇,类别,4月,5月\n甲镇,a,1,2\n镇,合格数,类别,月份\n乙镇,b,3,4\n"
    tables = read(tmp_path, made, **{"2013年": text})
    assert records(tables) == []
    assert tables.files["accepted"].sum() == 0


def test_a_return_of_which_no_cell_counts_has_not_come(tmp_path):
    returns = [{"form": "rows", "sender": "办公室", "every": "year", "due_days": 10}]
    made = form("n", wide={"headings": ["months"], "values": ["n"]}, when=["months"])
    made["columns"] = {name: ALL[name] for name in ("unit", "months", "n")}
    asked = target("T1", {"form": "rows", "sum": "n"}, ">= 1")
    place = folder(tmp_path, {"rows": made}, asked, returns=returns)
    tables = read(tmp_path, place, **{"2013年": "镇,4月\n甲镇,x\n"})
    assert results(place, tables).loc[("甲镇", "T1"), "state"] == "no data"


UNITS = ("甲镇", "乙镇", "丙街道")


@pytest.fixture(scope="module")
def plans(tmp_path_factory) -> dict[str, Folder]:
    """The plan by what its wide tables have as headings."""
    return {
        name: load(
            plan(tmp_path_factory.mktemp("plan"), [name], ["n"], "unit", "kind", "months", "n")
        )
        for name in ("unit", "months")
    }


def parsed(loaded: Folder, text: str) -> list[tuple]:
    """The records of a table, wide or long, without an ingest."""
    made = sheet([line.split(",") for line in text.splitlines()])
    header = recognise(made, loaded.forms, reads=Headings(loaded))
    found = []
    for one, its in laid_out(made, header):
        for cells in one.blocks():
            rows = own_rows(tidy(cells), its, loaded.layout)
            if not its.is_around:
                said = context("办公室-2013年.csv", "", "", loaded)
                taken, _ = parse(rows, one, its, said, loaded, Tally())
                found += taken[["unit", "kind", "months", "n"]].astype("str").to_numpy().tolist()
    return sorted(found)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(UNITS), st.integers(1, 12), st.sampled_from("ab")),
        st.integers(0, 999),
        min_size=1,
    )
)
@settings(max_examples=examples(8, 25), deadline=None)
def test_a_wide_table_and_its_long_form_give_the_same_records(plans, cells):
    lines = [f"{unit},{kind},{month},{n}" for (unit, month, kind), n in cells.items()]
    long = parsed(plans["unit"], "\n".join(["镇,类别,月份,合格数", *lines]))
    by_month = pd.Series({(u, k, f"{m}月"): n for (u, m, k), n in cells.items()}).unstack()
    by_unit = pd.Series({(k, m, u): n for (u, m, k), n in cells.items()}).unstack()
    months = by_month.astype("Int64").rename_axis(["镇", "类别"]).to_csv(lineterminator="\n")
    units = by_unit.astype("Int64").rename_axis(["类别", "月份"]).to_csv(lineterminator="\n")
    assert len(long) == len(cells)
    assert parsed(plans["months"], months) == long
    assert parsed(plans["unit"], units) == long


@given(st.integers(0, 10**6))
def test_a_column_s_letters_are_its_number(number):
    value = 0
    for letter in letters(number):
        value = 26 * value + ord(letter) - ord("A") + 1
    assert value == number + 1
