"""Requirements: every form that design 4 shows, what is refused, and the laws of bounds."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yxq.plan.requirement import Bound, Quantity, Requirement, parse

FORMS = [  # as written, which number, least and most where the reference is 40, strict, better
    (">= 95%", "number", Fraction(19, 20), None, False, "more"),
    ("<= 3‰", "number", None, Fraction(3, 1000), False, "less"),
    ("> 30%", "number", Fraction(3, 10), None, True, "more"),
    ("< 5", "number", None, 5, True, "less"),
    (">= 1/3", "number", Fraction(1, 3), None, False, "more"),
    (">= 5000", "number", 5000, None, False, "more"),
    ("<= 0", "number", None, 0, False, "less"),
    (">= 2.5万", "number", 25_000, None, False, "more"),
    ("<= 1.2亿", "number", None, 120_000_000, False, "less"),
    ("7..8", "number", 7, 8, False, "within"),
    ("-2..-1", "number", -2, -1, False, "within"),
    ("99%..101% of y2014", "number", Fraction("39.6"), Fraction("40.4"), False, "within"),
    ("> last_year", "number", 40, None, True, "more"),
    (">= last_year + 1pp", "number", Fraction("40.01"), None, False, "more"),
    (">= last_year - 0.5", "number", Fraction("39.5"), None, False, "more"),
    (">= last_year * 110%", "number", 44, None, False, "more"),
    ("<= y2010 * 60%", "number", None, 24, False, "less"),
    (">= last * 2 + 1", "number", 81, None, False, "more"),
    ("> peers", "number", 40, None, True, "more"),
    ("< 全国", "number", None, 40, True, "less"),
    (">= gdp_growth", "number", 40, None, False, "more"),
    ("rank <= 3", "rank", None, 3, False, "less"),
    ("rank <= 1/3", "rank", None, Fraction(1, 3), False, "less"),
    ("gap <= 5%", "gap", None, Fraction(1, 20), False, "less"),
    ("units >= 80% of >= 90%", "units", Fraction(4, 5), None, False, "more"),
]


def ends(requirement: Requirement, reference: Fraction | None) -> list:
    return [bound and bound.of(reference) for bound in (requirement.low, requirement.high)]


@pytest.mark.parametrize(("text", "of", "low", "high", "strict", "better"), FORMS)
def test_a_form(text, of, low, high, strict, better):
    found = parse(text)
    assert (found.of, found.strict, found.better) == (of, strict, better)
    assert ends(found, Fraction(40)) == [low, high]
    assert str(found) == text and parse(str(found)) == found
    assert parse(f"  {text.replace(' ', '  ')} ") == found  # more room changes nothing


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (">=5,000", ">= 5000"),
        ("rank<=3", "rank <= 3"),
        (">= last_year*110%+1pp", ">= last_year * 110% + 1pp"),
        ("units>=80% of>90%", "units >= 80% of > 90%"),
    ],
)
def test_room_and_separators_are_put_as_usual(text, written):
    assert str(parse(text)) == written


def test_nought_taken_away_is_nought():
    assert str(parse(">= last_year - 0%")) == ">= last_year + 0%"
    assert parse(">= last_year - 0") == parse(">= last_year")
    assert str(parse(">= last_year - 1pp")) == ">= last_year - 1pp"


@pytest.mark.parametrize(
    ("text", "relative"),
    [("gap <= 5%", True), ("gap <= 5pp", False), ("gap <= 5", False), ("<= 5%", False)],
)
def test_a_gap_in_percent_is_of_the_best(text, relative):
    assert parse(text).is_relative is relative


def test_what_the_share_of_units_is_of():
    assert str(parse("units >= 80% of > last_year").each) == "> last_year"
    assert parse("units >= 80% of > last_year").references == ("last_year",)
    assert parse(">= 95%").references == () and parse("< 全国").references == ("全国",)


@pytest.mark.parametrize(
    "text",
    [
        *("", "95%", "15", ">=", "> = 5", "=> 5", "== 5", ">= 5x", ">= 1/0", ">= 5,00", ">= .5"),
        *("5..3", "5..", "..5", "1..2 of", ">= 95% or more", ">= last_year +", ">= last_year * "),
        *("y2010", "rank", "rank <= peers", "rank 3", "gap 5%", "gap <= last_year"),
        *(
            "units >= 80%",
            "units >= 80% of",
            "units >= 80% of 90%",
            "units >= 80% of rank <= 3",
            "rank 1..2",
        ),
        *(">= 0.1234567890123456789", "≥ 95%", ">= 95％", ">= -", "> last_year > 5"),
    ],
)
def test_what_is_no_requirement(text):
    with pytest.raises(ValueError, match=r"no requirement|no range|not a range|18 digits"):
        parse(text)


def test_a_mistake_says_where_it_begins_and_what_could_be_written():
    with pytest.raises(
        ValueError, match=r"'>= 95% or so' .* from 'or so' on; write such as >= 95%"
    ):
        parse(">= 95% or so")


# Laws

NUMBERS = st.fractions(-1000, 1000)
UNITS = st.sampled_from(["", "%", "‰", "pp", "万", "亿"])


@st.composite
def quantities(draw) -> str:
    whole, digits = draw(st.integers(0, 99_999)), draw(st.integers(0, 999))
    decimals = f".{digits}" if draw(st.booleans()) else ""
    divided = f"/{draw(st.integers(1, 99))}"
    return f"{whole}{divided}" if draw(st.booleans()) else f"{whole}{decimals}{draw(UNITS)}"


@st.composite
def bounds(draw) -> str:
    reference = draw(st.sampled_from(["", "last_year", "last", "y2010", "peers", "全国", "T-07"]))
    if not reference:
        return draw(quantities())
    factor = f" * {draw(quantities())}" if draw(st.booleans()) else ""
    more = f" {draw(st.sampled_from('+-'))} {draw(quantities())}" if draw(st.booleans()) else ""
    return reference + factor + more


@st.composite
def texts(draw) -> str:
    operator = draw(st.sampled_from([">=", "<=", ">", "<"]))
    return draw(
        st.sampled_from(
            [
                f"{operator} {draw(bounds())}",
                f"{draw(st.sampled_from(['rank', 'gap']))} {operator} {draw(quantities())}",
                f"units {operator} {draw(quantities())} of {operator} {draw(bounds())}",
            ]
        )
    )


@given(texts())
def test_a_requirement_parses_back_to_itself(text):
    found = parse(text)
    assert parse(str(found)) == found and str(parse(str(found))) == str(found)


@given(NUMBERS, NUMBERS)
def test_strict_and_not_differ_at_the_bound_alone(number, bound):
    least = [Requirement("number", _constant(bound), None, strict) for strict in (False, True)]
    most = [Requirement("number", None, _constant(bound), strict) for strict in (False, True)]
    assert [one.met(number, bound, None) for one in least] == [number >= bound, number > bound]
    assert [one.met(number, None, bound) for one in most] == [number <= bound, number < bound]


@given(NUMBERS, NUMBERS, st.fractions("1/1000", 1000), st.booleans())
def test_both_sides_times_the_same_change_nothing(number, bound, factor, strict):
    least = Requirement("number", _constant(bound), None, strict)
    assert least.met(number, bound, None) == least.met(number * factor, bound * factor, None)


@given(st.fractions(0, 1), st.fractions(0, 1), st.booleans())
def test_at_least_a_share_is_at_most_of_the_rest(number, bound, strict):
    least = Requirement("number", _constant(bound), None, strict)
    most = Requirement("number", None, _constant(1 - bound), strict)
    assert least.met(number, bound, None) == most.met(1 - number, None, 1 - bound)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_range_is_its_two_ends(number, low, high):
    assume(low <= high)
    both = Requirement("number", _constant(low), _constant(high))
    assert both.met(number, low, high) == (low <= number <= high)


@given(NUMBERS, st.fractions(0, 10), st.fractions(-10, 10))
def test_a_bound_is_linear_in_its_reference(reference, factor, difference):
    bound = Bound("last_year", Quantity("f", factor), Quantity("d", difference))
    assert bound.of(reference) == reference * factor + difference
    assert bound.of(None) is None and _constant(difference).of(None) == difference


def test_the_same_in_other_words_gives_the_same_verdict():
    pairs = [(">= 95%", ">= 19/20"), (">= 950‰", ">= 0.95"), (">= 3万", ">= 30,000")]
    for one, other in pairs:
        assert parse(one).constant == parse(other).constant is not None
    assert parse("1..2").constant is None and parse("> last_year").constant is None


def _constant(value: Fraction) -> Bound:
    return Bound("", Quantity("1", Fraction(1)), Quantity(f"{value}", value))
