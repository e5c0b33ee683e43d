"""How a text's cells are told apart."""

import pytest

from yxq.returns.read.text import delimiter


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (["a,b,c", "1,2,3"], ","),
        (["a;b;c", "1,5;2;3", "1;2;3"], ";"),
        (["a\tb", "1\t2"], "\t"),
        (["title, long", "a|b|c", "1|2|3"], "|"),
    ],
)
def test_the_separator_is_what_most_lines_hold_equally_often(lines, mark):
    assert delimiter(lines) == mark
