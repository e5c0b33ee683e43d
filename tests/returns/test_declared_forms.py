"""Published files as they are, read by forms that declare how they are written."""

from pathlib import Path
from typing import Any

import pytest
from project import Tables
from small import folder as plan_folder
from small import form, read, target


def folder(place: Path, columns: dict[str, Any], **more: Any) -> Path:
    made = form("n", **more) | {"columns": columns | {"unit": {"type": "unit"}}}
    asked = target("T1", {"form": "rows", "rows": True}, ">= 1", **{"for": "city"})
    return plan_folder(place, {"rows": made}, asked)


def told(tables: Tables) -> list[str]:
    data = tables.ledger[tables.ledger["reason"] != "header"]
    return [f"{row.fate} {row.reason}".strip() for row in data.itertuples()]


DATE = {"type": "date", "required": True, "aliases": ["Inspection Date"]}
N = {"type": "count"}


def test_days_with_the_month_first(tmp_path):
    text = "Inspection Date,n\n04/03/2013,1\n12/31/2013,2\n31/12/2013,3\n2013-04-03,4\n"
    declared = folder(tmp_path, {"on": DATE | {"dates": "month first"}, "n": N}, when=["on"])
    tables = read(tmp_path, declared, **{"2013年": text})
    days = tables.records["rows"]["to"].dt.strftime("%m-%d").tolist()
    assert days == ["04-03", "12-31", "04-03"]
    assert told(tables)[2] == "rejected bad_date|InspectionDate|31/12/2013"


def test_a_day_of_no_declared_order_is_refused_with_what_to_declare(tmp_path):
    undeclared = folder(tmp_path, {"on": DATE, "n": N}, when=["on"])
    tables = read(tmp_path, undeclared, **{"2013年": "Inspection Date,n\n03/04/2013,1\n"})
    assert told(tables) == [
        "rejected undeclared_date|InspectionDate|03/04/2013|dates: day first / dates: month first"
    ]


def test_year_and_month_in_one_cell(tmp_path):
    columns = {
        "year": {"type": "year", "required": True, "aliases": ["年月"]},
        "months": {"type": "months", "required": True, "aliases": ["年月"]},
        "n": N,
    }
    place = folder(tmp_path, columns, when=["months"], written={"calendar": "ROC"})
    text = "年月,n\n2013-04,1\n102年5-6月,2\nJuly 2013,3\n2013-04-06,4\n2013,5\n"
    tables = read(tmp_path, place, a=text)
    rows = tables.records["rows"]
    assert rows[["year", "months"]].astype(str).agg(" ".join, axis=1).tolist() == [
        "2013 4-4",
        "2013 5-6",
        "2013 7-7",
    ]
    assert rows["to"].dt.strftime("%Y-%m-%d").tolist() == ["2013-04-30", "2013-06-30", "2013-07-31"]
    assert told(tables)[3].startswith("rejected bad_year_and_months|年月|2013-04-06")


def test_numbers_with_a_comma_for_decimals(tmp_path):
    columns = {"on": {"type": "date"}, "n": N, "t": {"type": "number"}, "r": {"type": "rate"}}
    place = folder(tmp_path, columns, when=["on"], written={"decimal": ",", "dates": "day first"})
    text = "on;n;t;r\n03.04.2013;1.215;1.215,5;96,20%\n03.04.2013;1,5;1.5;9\n"
    tables = read(tmp_path, place, **{"2013年": text})
    (row,) = tables.records["rows"].itertuples()
    assert (row.n, row.t, row.r, str(row.to.date())) == (1215, 1215.5, "96.20%", "2013-04-03")
    assert told(tables)[1] == "rejected bad_count|n|1,5;bad_number|t|1.5"


def test_years_that_span_two(tmp_path):
    columns = {"year": {"type": "year", "fiscal": "last"}, "n": N}
    place = folder(tmp_path, columns, when=["year"])
    tables = read(tmp_path, place, a="year,n\n2012-13,1\n2013/14,2\n2013,3\n2012-14,4\n")
    assert tables.records["rows"]["year"].tolist() == [2013, 2014, 2013]


@pytest.mark.parametrize("name", ["2013-04", "April 2013", "2013 Q2"])
def test_a_file_s_name_is_its_month_or_quarter(tmp_path, name):
    place = folder(tmp_path, {"unit": {"type": "unit"}, "n": N})
    tables = read(tmp_path, place, **{name: "unit,n\n甲镇,1\n"})
    ends = "2013-06-30" if "Q2" in name else "2013-04-30"
    assert tables.records["rows"]["to"].dt.strftime("%Y-%m-%d").tolist() == [ends]
    assert tables.files["period_from"].dt.strftime("%Y-%m-%d").tolist() == ["2013-04-01"]


def test_a_file_s_name_that_leaves_its_period_open_is_asked(tmp_path):
    place = folder(tmp_path, {"year": {"type": "year"}, "n": N}, when=[], key=["year", "n"])
    tables = read(tmp_path, place, **{"2013-7": "n\n1\n", "2013-14": "n\n2\n"})
    assert told(tables) == ["rejected no_period"] * 2
