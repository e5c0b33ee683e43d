"""What a cell says in numbers, at the edges of every form that a department may write it in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yxq.plan.written import Written
from yxq.returns import cell_values


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "0": 0.0,
        "+3": 3.0,
        "-0.5": -0.5,
        ".5": 0.5,
        "1e-3": 0.001,
        "999,999": 999999.0,
        "1,000,000": 1000000.0,
        "1 215": 1215.0,
        "１，２１５．５": 1215.5,
        "0%": 0.0,
        "100%": 1.0,
        "100.00%": 1.0,
        "-3%": -0.03,
        "0.96200": 0.962,
    }.items(),
)
def test_a_number_at_the_edges_of_its_forms(text, said):
    assert cell_values.number(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "5.",
        "%",
        "-",
        "1e3",
        "1,2",
        "1234,567",
        "1,2345",
        "50①",
        "48²",
        "5%%",
        "1.2.3",
        "0x1",
        "inf",
        "十",
    ],
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        cell_values.number(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "95.0%": "95.0%",
        "９５．０％": "95.0%",
        " 95.00 ": "95.00",
        "0.950": "0.950",
        "1,000%": "1,000%",
    }.items(),
)
def test_a_rate_is_kept_as_it_is_printed_with_its_trailing_zeros(text, said):
    assert cell_values.rate(text) == said


@pytest.mark.parametrize("text", ["优", "", "95..0%"])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError):
        cell_values.rate(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "0": 0,
        "0.0": 0,
        "3.0": 3,
        "10": 10,
        "１,２１５": 1215,
        "9007199254740991": 2**53 - 1,
        "9007199254740992": 2**53,
    }.items(),
)
def test_a_count(text, said):
    found = cell_values.count(text)
    assert found == said
    assert type(found) is int


@pytest.mark.parametrize(
    "text",
    ["-1", "0.5", "3.5", "007", "00", "100%", "0%", "9007199254740994", "1e999", "三", "10①"],
)
def test_what_is_no_count(text):
    with pytest.raises(ValueError):
        cell_values.count(text)


def test_the_first_count_that_a_float_cannot_hold_is_no_count():
    with pytest.raises(ValueError):
        cell_values.count("9007199254740993")


COMMA, SWISS = Written(decimal=","), Written(thousands="'")


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        ("1.215,5", COMMA, 1215.5),
        ("1.215", COMMA, 1215.0),
        ("0,5", COMMA, 0.5),
        ("96,2%", COMMA, 0.962),
        ("1 215,5", COMMA, 1215.5),
        ("1'215.5", SWISS, 1215.5),
        ("1’215.5", SWISS, 1215.5),
        ("1'215,5", Written(decimal=",", thousands="'"), 1215.5),
    ],
)
def test_a_number_with_declared_marks(text, written, said):
    assert cell_values.number(text, written) == said


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1,215.5", COMMA),
        ("1.5", COMMA),
        ("1,215", SWISS),
        ("1.215,5", Written()),
        ("1,5", Written()),
    ],
)
def test_a_number_with_other_marks_than_the_declared(text, written):
    with pytest.raises(ValueError):
        cell_values.number(text, written)


def test_where_cells_may_have_held_numbers_a_point_is_one_of_theirs_or_nothing():
    assert cell_values.number("1.5", COMMA, typed=True) == 1.5
    assert cell_values.number("1.215,5", COMMA, typed=True) == 1215.5
    assert cell_values.number("1.5", SWISS, typed=True) == 1.5
    with pytest.raises(ValueError):  # 1.215, or 1215
        cell_values.number("1.215", COMMA, typed=True)


def test_a_rate_is_kept_with_a_point():
    assert cell_values.rate("96,20%", COMMA) == "96.20%"
    assert cell_values.rate("1.096,2%", COMMA) == "1096.2%"
    assert cell_values.count("1.215", COMMA) == 1215


@given(st.decimals(-(10**9), 10**9, places=3, allow_nan=False))
def test_a_number_printed_with_declared_marks_is_that_number(value):
    english = f"{value:,}"
    assert cell_values.number(english) == float(value)
    german = english.translate(str.maketrans(",.", ".,"))
    assert cell_values.number(german, COMMA) == float(value)
    assert cell_values.number(english.replace(",", "'"), SWISS) == float(value)


COMMA = Written(decimal=",")


@pytest.mark.parametrize(
    ("text", "typed", "said"),
    [
        ("1.125", True, 1.125),  # a number cell
        ("1234.567", False, 1234.567),
        ("1,5", False, 1.5),
        ("1,5", True, 1.5),
        ("1.5", False, 1.5),
        ("1.125", False, None),  # saved as text it may be one or the other
        ("1,125", False, None),
        ("12", False, 12.0),
        ("a", False, None),
    ],
)
def test_a_cell_of_a_form_that_yxq_has_made_is_a_number_whatever_a_publisher_writes(
    text, typed, said
):
    if said is None:
        with pytest.raises(ValueError):
            cell_values.number(text, COMMA, typed, made=True)
    else:
        assert cell_values.number(text, COMMA, typed, made=True) == said
    with pytest.raises(ValueError):  # of any other sheet it is as before
        cell_values.number("1.125", COMMA, True)


@pytest.mark.parametrize("text", ["1.000", "12.000", "999.000"])
def test_a_count_that_may_be_thousands_is_none(text):
    with pytest.raises(ValueError):
        cell_values.count(text)
    assert cell_values.count(text, COMMA) == 1000 * int(text[:-4])
    assert cell_values.count(text[:-1]) == cell_values.count(text + "0") == int(text[:-4])
