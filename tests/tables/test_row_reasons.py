"""Reasons of rows are written in the order in which they were added, whatever the index."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason, parsed

ROWS = pd.Index([7, 3, 11, 5])
ADDED = st.lists(st.tuples(st.sets(st.sampled_from([*ROWS])), st.text("ab;|", max_size=2)))


@given(ADDED)
def test_each_row_has_the_reasons_that_it_was_given(added):
    reasons, expected = Reasons(ROWS), {row: [] for row in ROWS}
    for rows, argument in added:
        reasons.add(pd.Index(sorted(rows), dtype="int64"), Reason.of("late_row", argument))
        for row in rows:
            expected[row].append(Reason.of("late_row", argument))
    column = reasons.column()
    assert {row: [*parsed(column[row])] for row in ROWS} == expected
    assert column.index.equals(ROWS) and column.dtype == "str"
    assert [*reasons.rows] == [row for row in ROWS if expected[row]]


def test_a_column_of_reasons_and_one_of_written_ones():
    reasons = Reasons(ROWS)
    reasons.add(pd.Index([5, 7]), pd.Series({5: Reason("total"), 7: Reason.of("shared", "a")}))
    reasons.add(pd.Index([7]), pd.Series({7: "late_row;overdue|3", 3: "not asked for"}))
    assert reasons.column().tolist() == ["shared|a;late_row;overdue|3", "", "", "total"]
    assert reasons.some.tolist() == [True, False, False, True]


def test_a_reason_about_the_values_of_columns():
    reasons, counts = Reasons(ROWS), pd.Series([1, 2, 3, 4], ROWS)
    reasons.add_where(counts > 2, "overdue", counts, counts * 10)
    reasons.add_where(counts == 4, "late_row")
    assert reasons.column().tolist() == ["", "", "overdue|3|30", "overdue|4|40;late_row"]
