"""Sheets as a whole: lists of failures, second headers, notes beside a return."""

import os

import pandas as pd
import pytest
from project import ingested
from rows_by_hand import SAMPLE, SAMPLES

from yxq.returns import intake
from yxq.returns.intake import workers
from yxq.returns.read.sheet import Rows


def written(rows: Rows) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def take(tmp_path, folder, **files: bytes):
    (tmp_path / "raw").mkdir()
    for name, data in files.items():
        (tmp_path / "raw" / name.replace("__", ".")).write_bytes(data)
    return ingested(tmp_path / "raw", folder, tmp_path / "processed")


def samples(*results: str) -> Rows:
    return [SAMPLES, *([f"C{n}", *SAMPLE[1:6], said, ""] for n, said in enumerate(results))]


@pytest.mark.parametrize(
    ("results", "fate", "reason"),
    [
        (["不合格"] * 4, "accepted", ""),
        (["不合格"] * 5, "rejected", "failures_only|5"),
        (["不合格"] * 6, "rejected", "failures_only|6"),
        (["不合格"] * 5 + ["合格"], "accepted", ""),
    ],
)
def test_five_samples_of_which_none_passed_are_a_list_of_failures(
    tmp_path, yixing, results, fate, reason
):
    tables = take(tmp_path, yixing, a__csv=written(samples(*results)))
    told = tables.ledger[["row", "fate", "reason"]].to_numpy().tolist()
    rows = [[number, fate, reason] for number in range(2, len(results) + 2)]
    assert told == [[1, "excluded", "header"], *rows]


def test_a_second_header_refuses_the_sheet_and_is_named(tmp_path, yixing):
    rows = [SAMPLES, SAMPLE, ["C2", *SAMPLE[1:]], [*SAMPLES[:7], "备注"], SAMPLE]
    tables = take(tmp_path, yixing, a__csv=written(rows))
    why = "second_header|4"
    told = tables.ledger[["row", "fate", "reason"]].to_numpy().tolist()
    assert told == [
        [1, "excluded", "header"],
        [2, "rejected", why],
        [3, "rejected", why],
        [4, "excluded", "header"],
        [5, "rejected", why],
    ]
    counts = (
        tables.files[["rows", "accepted", "rejected", "excluded", "duplicate"]].to_numpy().tolist()
    )
    assert counts == [[5, 0, 3, 2, 0]]


def web_page(*tables: Rows) -> bytes:
    made = ""
    for rows in tables:
        lines = "".join(
            "<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows
        )
        made += f"<table>{lines}</table>"
    return f"<html><meta charset=utf-8>{made}</html>".encode()


@pytest.mark.parametrize(
    ("notes", "fate", "reason"),
    [
        ([["甲"], ["乙", "丙"]], "excluded", "no_table"),
        ([["甲"], ["乙", "丙", "丁"]], "rejected", "no_header"),
        (
            [["样品编号", "检验结果"]],
            "rejected",
            "unknown_form|监督抽查结果|抽样日期、镇（街道、园区）、类别",
        ),
    ],
)
def test_notes_beside_a_return_have_rows_of_two_cells_at_most(
    tmp_path, yixing, notes, fate, reason
):
    tables = take(tmp_path, yixing, a__xls=web_page([SAMPLES, SAMPLE], notes))
    told = tables.ledger[["sheet", "row", "fate", "reason"]].to_numpy().tolist()
    assert told == [
        ["1", 1, "excluded", "header"],
        ["1", 2, "accepted", ""],
        *(["2", number, fate, reason] for number in range(1, len(notes) + 1)),
    ]


def test_notes_that_stand_alone_are_refused(tmp_path, yixing):
    tables = take(tmp_path, yixing, a__xls=web_page([["甲"], ["乙", "丙"]]))
    assert tables.ledger[["row", "fate", "reason"]].to_numpy().tolist() == [
        [1, "rejected", "no_header"],
        [2, "rejected", "no_header"],
    ]


def test_merged_cells_of_a_web_page_are_read_in_every_place(tmp_path, yixing):
    page = web_page([SAMPLES, SAMPLE, ["C2", *SAMPLE[1:]]]).decode()
    page = page.replace("<td>丁蜀镇</td>", "<td rowspan=2>丁蜀镇</td>", 1).replace(
        "<td>丁蜀镇</td>", "", 1
    )
    tables = take(tmp_path, yixing, a__xls=page.encode())
    assert tables.ledger["fate"].tolist() == ["excluded", "accepted", "accepted"]
    found = tables.records["inspections"]
    assert found[["sample_no", "unit"]].to_numpy().tolist() == [["C1", "丁蜀镇"], ["C2", "丁蜀镇"]]
    assert found["date"].tolist() == [pd.Timestamp("2013-04-02")] * 2


LEFT = intake.MUCH - intake.A_FILE  # bytes of one file of text that are worth processes


@pytest.mark.parametrize(
    ("size", "name", "cores", "processes"),
    [
        (LEFT - 1, "a.csv", 8, 0),
        (LEFT, "a.csv", 1, 0),
        (LEFT, "a.csv", None, 0),  # a system that does not say
        (LEFT, "a.csv", 2, 2),
        (LEFT, "a.csv", 64, intake.MOST),
        (-(-LEFT // intake.SLOW[".xlsx"]), "a.XLSX", 2, 2),
        (-(-LEFT // intake.SLOW[".xlsx"]) - 1, "a.XLSX", 2, 0),
        (-(-LEFT // intake.SLOW[".parquet"]), "a.parquet", 2, 2),
        (-(-LEFT // intake.SLOW[".parquet"]) - 1, "a.parquet", 2, 0),
    ],
)
def test_processes_for_long_files_and_more_than_one_core(
    tmp_path, monkeypatch, size, name, cores, processes
):
    with (tmp_path / name).open("wb") as file:
        file.truncate(size)  # no bytes are written
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    with workers([tmp_path / name]) as pool:
        assert (pool and pool._max_workers) == (processes or None)
