"""Whether a totals row is the sum of rows above it."""

import pytest
from rows_by_hand import COUNTS, OK, Read, count, total


@pytest.mark.parametrize(
    ("n", "x", "why"),
    [
        ("30", "15", "total"),
        ("0", "15", "total_differs|应查数|0|30"),  # a total of zero is a total as any other
        ("30", "0", "total_differs|已达数|0|15"),
        ("29", "15", "total_differs|应查数|29|30"),
        ("31", "15", "total_differs|应查数|31|30"),
        ("30", "14", "total_differs|已达数|14|15"),
        (
            "20",
            "15",
            "total",
        ),  # the sum of the last row alone: of as many rows above it as it likes
        ("10", "15", "total_differs|应查数|10|30"),  # but of the first alone it is not
        ("", "15", "total"),
        ("", "", "total"),
        ("-", "16", "total_differs|已达数|16|15"),
        ("三十", "15", "total"),
    ],
)
def test_a_totals_row_is_the_sum_of_rows_just_above_it(yixing, n, x, why):
    read = Read(
        yixing, COUNTS, count("10", "5", months="4"), count("20", "10", months="5"), total(n, x)
    )
    assert read.told == [(2, *OK), (3, *OK), (4, "excluded", why)]


def test_a_totals_row_of_zero_where_there_was_nothing(yixing):
    assert Read(yixing, COUNTS, count("0", "0"), total("0", "0")).data == [
        OK,
        ("excluded", "total"),
    ]
    assert Read(yixing, COUNTS, count("0", "0"), total("1", "0")).data == [
        OK,
        ("excluded", "total_differs|应查数|1|0"),
    ]


def test_totals_of_parts_and_of_all(yixing):
    rows = [
        count("1", "1", months="4"),
        count("2", "1", months="5"),
        total("3", "2"),
        count("4", "2", town="和桥镇"),
        total("4", "2"),
        total("7", "4"),
    ]
    read = Read(yixing, COUNTS, *rows)
    assert [why for fate, why in read.data if fate == "excluded"] == ["total", "total", "total"]
    read = Read(yixing, COUNTS, *rows[:4], total("7", "5"))
    assert read.told[-1] == (6, "excluded", "total_differs|已达数|5|2")


def test_totals_above_their_rows_are_not_compared(yixing):
    read = Read(yixing, COUNTS, total("99", "98"), count("1", "1"))
    assert read.told == [(2, "excluded", "total"), (3, *OK)]


def test_a_count_that_cannot_be_read_leaves_no_sum_to_compare_with(yixing):
    read = Read(yixing, COUNTS, count("十", "1"), count("2", "1", town="和桥镇"), total("99", "2"))
    assert read.data == [("rejected", "bad_count|应查数|十"), OK, ("excluded", "total")]
    assert Read(yixing, COUNTS, count("十", "1"), total("99", "3")).data[-1] == (
        "excluded",
        "total_differs|已达数|3|1",
    )


def test_sums_go_on_from_block_to_block(yixing):
    rows = [
        COUNTS,
        count("10", "5", months="4"),
        count("20", "10", months="5"),
        total("30", "15"),
        total("29", "15"),
    ]
    for block in (1, 2, 3, 4):
        told = Read(yixing, *rows[:4], block=block).told
        assert told == [(2, *OK), (3, *OK), (4, "excluded", "total")]
        told = Read(yixing, *rows[:3], rows[4], block=block).told
        assert told == [(2, *OK), (3, *OK), (4, "excluded", "total_differs|应查数|29|30")]
