"""Columns of text in which the same text stands many times."""

import numpy as np
import pandas as pd
import pytest

from yxq.returns import texts


def test_each_distinct_text_is_looked_at_once_and_a_missing_one_is_empty():
    seen = []

    def length(text):
        seen.append(text)
        return len(text)

    found = texts.each(pd.Series(["甲", None, "乙丙", "甲"], [5, 6, 7, 9]), length, "int64")
    assert found.to_dict() == {5: 1, 6: 0, 7: 2, 9: 1}
    assert sorted(seen) == ["", "乙丙", "甲"]


def test_each_as_categories_makes_texts_that_become_the_same_one_kind():
    found = texts.each(pd.Series(["a", "A", "b"], [1, 2, 3]), str.upper)
    assert found.to_dict() == {1: "A", 2: "A", 3: "B"}
    assert found.cat.categories.tolist() == ["A", "B"]


def test_columns_of_plain_text_are_left_alone_and_others_are_stripped():
    cells = pd.DataFrame(
        {
            0: pd.Series(["C1", "C2", "C3"], dtype="str"),
            1: pd.Series(["甲 ", " 甲", "乙"], dtype="str"),
            2: pd.Series(pd.Categorical(["x ", None, "x"])),
            3: pd.Series(pd.Categorical(["x", "y", "x"])),
            4: pd.Series(pd.Categorical(["x", None, "x"])),
        }
    )
    tidied = texts.tidy(cells)
    assert [texts.is_plain(tidied[place]) for place in tidied] == [True, False, False, False, False]
    assert tidied.astype("str").to_numpy().tolist() == [
        ["C1", "甲", "x", "x", "x"],
        ["C2", "甲", "", "y", ""],
        ["C3", "乙", "x", "x", "x"],
    ]


@pytest.mark.parametrize(
    ("rows", "count"),
    [([], 0), ([["", ""]], 0), ([["", ""], ["", "甲"], ["乙", ""], ["丙", "丁"]], 3)],
)
def test_rows_that_hold_anything_at_all(rows, count):
    assert texts.filled(pd.DataFrame(rows, columns=[0, 1], dtype="str")) == count


@pytest.mark.parametrize(
    ("given", "holds"),
    [([], True), (["", "C1"], True), (["C1", "c 1"], False), (["C1", "\x7f"], False)],
)
def test_whether_texts_are_made_of_some_characters_only(given, holds):
    column = pd.Series(given, dtype="str")
    assert texts.only(column, texts.VISIBLE) is holds
    assert texts.only(column[column != "c 1"], texts.VISIBLE) is ("\x7f" not in given)


def test_only_the_rows_of_a_part_of_a_column_are_looked_at():
    column = pd.Series(["甲", "C1", "C2", "乙"], dtype="str")
    assert not texts.only(column, texts.VISIBLE)
    assert texts.only(column.iloc[1:3], texts.VISIBLE)
    assert texts.numbered(column.iloc[1:3]).tolist() == texts.numbered(column).tolist()[1:3]


def test_the_same_text_has_the_same_number_and_another_text_another():
    distinct = [
        "",
        "\0",
        "\0\0",
        "a",
        "b",
        "a\0",
        "甲乙丙",
        "甲乙丁",
        "12345678",
        "1234567",
        "123456789",
    ]
    distinct += [f"{'x' * n}{end}" for n in (15, 16, 17, 40) for end in "pq"]
    numbers = texts.numbered(pd.Series(distinct * 2, dtype="str"))
    assert numbers.dtype == np.uint64 and len(numbers) == 2 * len(distinct)
    assert numbers[: len(distinct)].tolist() == numbers[len(distinct) :].tolist()
    assert len({*numbers.tolist()}) == len(distinct)
    assert texts.numbered(pd.Series(["甲乙丁"], dtype="str"))[0] == numbers[7]


def test_of_a_hundred_thousand_numbered_samples_no_two_have_one_number():
    samples = pd.Series([f"C2013{n:06d}" for n in range(100_000)], dtype="str")
    assert len(np.unique(texts.numbered(samples))) == 100_000


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_which_rows_hold_such_a_text(dtype):
    asked = []

    def is_short(text):
        asked.append(text)
        return len(text) < 2

    column = pd.Series(["ab", "c", None, "ab"], [3, 4, 5, 6], dtype=dtype)
    assert texts.which(column, is_short).tolist() == [False, True, True, False]
    assert sorted(asked) == ["", "ab", "c"]
    assert texts.which(column, lambda text: text == "d").tolist() == [False] * 4
    assert texts.which(column[:0], is_short).tolist() == []


@pytest.mark.parametrize(
    ("given", "is_plain"),
    [
        (["C1", "C2", "C3"], True),
        (["C1", "C2", "C2", "C2"], True),
        (["C1"] * 3, False),
        (["甲", "C2"], False),
    ],
)
def test_a_column_of_which_nearly_all_texts_differ_is_kept_text_by_text(given, is_plain):
    column = pd.Series(["heading", *given], dtype="str").astype("category")[1:]
    column = column.cat.remove_unused_categories()
    kept = texts.apart(column)
    assert texts.is_plain(kept) is is_plain and kept.astype("str").tolist() == given


def test_rows_joined_and_the_texts_of_one():
    cells = pd.DataFrame({0: ["C1", ""], 1: pd.Categorical(["甲", "乙"]), 2: ["", ""]})
    assert texts.joined(cells) == ["C1 | 甲", " | 乙"]
    assert texts.joined(cells[[]]) == ["", ""] and texts.joined(cells[:0]) == []
    assert texts.of_row(cells, 1) == ["", "乙", ""]
