"""Which rows of a sheet are data, and what the others are."""

import pytest
from rows_by_hand import SAMPLE, SAMPLES, sheet

from yxq.returns.read.sheet import framed
from yxq.returns.recognise import recognise
from yxq.returns.row_kinds import (
    BLANK,
    DATA,
    FOOTER,
    HEADER,
    SECOND,
    SECTION,
    TITLE,
    TOTAL,
    row_kinds,
)
from yxq.returns.texts import tidy


def kinds(folder, *rows: list[str]) -> list[int]:
    header = recognise(sheet([*rows]), folder.forms)
    return row_kinds(tidy(framed([*rows], 1)), header, folder.layout).tolist()


@pytest.mark.parametrize(
    ("merged", "kind"),
    [
        ((3, 0, 3, 6), SECTION),  # across the whole table
        ((3, 0, 3, 9), SECTION),
        ((2, 0, 3, 6), SECTION),
        ((3, 1, 3, 6), DATA),  # across some of its columns
        ((3, 0, 3, 5), DATA),
        ((4, 0, 4, 6), DATA),  # another row
        ((1, 0, 2, 6), DATA),
    ],
)
def test_a_row_that_is_one_cell_is_a_heading_whatever_the_columns_hold(yixing, merged, kind):
    rows = [SAMPLES[:7], SAMPLE[:7], ["初级中学（92所）"] * 7]
    header = recognise(sheet(rows), yixing.forms)
    cells = tidy(framed(rows, 1))
    found = row_kinds(cells, header, yixing.layout, (merged,)).tolist()
    assert found == [HEADER, SECTION if 2 in (merged[0], merged[2]) else DATA, kind]


def test_titles_header_data_totals_and_footers(yixing):
    found = kinds(
        yixing,
        ["2013年第二季度监督抽查"],
        [],
        SAMPLES,
        SAMPLE,
        ["合计", "", "", "", "", "", "1"],
        [],
        ["填报单位：质监局"],
        SAMPLE,
    )
    assert found == [TITLE, BLANK, HEADER, DATA, TOTAL, BLANK, FOOTER, DATA]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({0: "", 1: "合计"}, TOTAL),  # the first text of a row says what it is
        ({0: "本页小计"}, TOTAL),
        ({0: "合计1"}, DATA),
        ({2: "合 计"}, TOTAL),
        ({2: "全市合计"}, TOTAL),
        ({2: "丁蜀镇小计"}, TOTAL),
        ({5: "合计"}, TOTAL),
        ({5: "产品合计"}, DATA),  # of words the whole text is a total's
        ({3: "合计"}, DATA),  # a firm of that name
        ({4: "平均"}, DATA),
        ({0: "填报人：某"}, FOOTER),
        ({0: "注：某"}, FOOTER),
        ({0: "某注：某"}, DATA),
        ({2: "填报人：某"}, DATA),
    ],
)
def test_what_a_row_says_that_it_is(yixing, changed, kind):
    row = [changed.get(place, text) for place, text in enumerate(SAMPLE)]
    assert kinds(yixing, SAMPLES, SAMPLE, row) == [HEADER, DATA, kind]


def test_a_header_that_is_printed_again_is_no_second_one(yixing):
    assert kinds(yixing, SAMPLES, SAMPLE, SAMPLES, SAMPLE) == [HEADER, DATA, HEADER, DATA]
    assert kinds(yixing, SAMPLES, SAMPLE, [*SAMPLES, ""], SAMPLE) == [HEADER, DATA, HEADER, DATA]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["样品编号", "判定", "某", "某"], DATA),
        (["样品编号", "判定", "类别", "某"], SECOND),
        (["某", "样品编号", "判定", "类别"], SECOND),
        ([*SAMPLES, "备注"], SECOND),
        (SAMPLES[::-1], SECOND),
        (SAMPLES[:3], SECOND),
        (SAMPLES[:2], DATA),
    ],
)
def test_another_header_has_three_known_headings(yixing, row, kind):
    assert kinds(yixing, SAMPLES, SAMPLE, row, SAMPLE) == [HEADER, DATA, kind, DATA]


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        ([["1", "2", "3", "4", "5", "6", "7", "8"]], HEADER),
        ([SAMPLE, ["1", "2", "3", "4", "5", "6", "7", "8"]], HEADER),
        ([SAMPLE, SAMPLE, ["1", "2", "3", "4", "5", "6", "7", "8"]], DATA),
        ([["1", "2", "3", "4", "5", "6", "7", "9"]], DATA),
        ([["", "1", "2", "3", "4", "5", "6", "7"]], DATA),
    ],
)
def test_the_columns_numbers_stand_in_the_two_rows_below_the_header(yixing, below, kind):
    assert kinds(yixing, SAMPLES, *below)[-1] == kind
