"""Reasons as values: what is written is read back, whatever stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from yxq.words.reasons import Reason, parsed, written

CODES = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
TEXTS = st.lists(st.text(max_size=8), max_size=3)


@given(st.lists(st.tuples(CODES, TEXTS), max_size=4))
def test_reasons_are_read_back_as_they_were_written(given_reasons):
    reasons = tuple(Reason.of(code, *arguments) for code, arguments in given_reasons)
    assert parsed(written(reasons)) == reasons


def test_what_parts_reasons_and_arguments_stays_out_of_the_arguments():
    assert str(Reason.of("bad_number", "甲;乙", "3|4", "a\nb")) == "bad_number|甲；乙|3｜4|a b"


def test_no_reason_is_an_empty_text():
    assert written([]) == "" and parsed("") == ()


def test_arguments_are_texts():
    assert Reason.of("overdue", 3).arguments == ("3",)
