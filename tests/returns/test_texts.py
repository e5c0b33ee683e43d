"""Columns of text in which the same text stands many times."""

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
