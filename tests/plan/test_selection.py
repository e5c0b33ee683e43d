"""Which rows a measure asks for, and which of them lack what it needs."""

import pandas as pd

from yxq.plan.measure import Measure
from yxq.plan.selection import about, blank, uncounted

ROWS = pd.DataFrame(
    {
        "firm": ["a", "a", None, None],
        "product": ["x", None, "x", None],
        "tonnes": [1.0, None, None, 2.0],
        "kind": ["p", "p", "q", "p"],
    }
)


def test_of_columns_that_tell_things_apart_one_is_enough():
    measure = Measure(form="f", distinct=("firm", "product"))
    assert blank(measure, ROWS)[0].tolist() == [False, False, False, True]


def test_of_columns_that_add_up_each_is_needed():
    measure = Measure(form="f", sum="tonnes - tonnes", where={"kind": "p"})
    assert about(measure, ROWS).tolist() == [True, True, False, True]
    assert blank(measure, ROWS).all(axis=1).tolist() == [False, True, True, False]


def test_a_row_that_speaks_of_something_else_lacks_nothing():
    """The first says firm and tonnes, the second only the firm, the last only the tonnes."""
    measures = [Measure(form="f", distinct=("firm",)), Measure(form="f", sum="tonnes")]
    lacking = uncounted(measures, ROWS)
    assert {name: rows.tolist() for name, rows in lacking.items()} == {
        ("firm",): [False, False, True, False],
        ("tonnes",): [False, False, True, False],
    }


def test_a_row_without_all_of_its_period_is_of_none():
    """What a row is about is not known where a column of its period is empty, and nothing lacks."""
    rows = ROWS.assign(year=[2013, 2013, 2013, None], month=[3, None, 3, 3])
    measure = Measure(form="f", sum="tonnes", when=("year", "month"))
    assert {name: lacks.tolist() for name, lacks in uncounted([measure], rows).items()} == {
        ("tonnes",): [False, False, True, False]
    }
