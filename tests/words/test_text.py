"""A wording in two languages, or in one that stands in both."""

import pytest
from pydantic import ValidationError

from yxq.words.text import Text
from yxq.words.wording import Words


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ("wheat", "wheat", "wheat"),
        ({"en": "wheat"}, "wheat", "wheat"),
        ({"zh": "小麦"}, "小麦", "小麦"),
        ({"zh": "小麦", "en": "wheat"}, "小麦", "wheat"),
        ("", "", ""),
    ],
)
def test_one_wording_stands_in_both(given, zh, en):
    text = Text.model_validate(given)
    assert (text.zh, text.en) == (zh, en)
    assert Text.model_validate(text) is text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "write the wording, or one by language"),
        ({"fr": "blé"}, "write the wording, or one by language"),
        ({"en": "wheat", "fr": "blé"}, "Extra inputs are not permitted"),
        ({"en": None}, "valid string"),
        (5, "valid dictionary"),
    ],
)
def test_what_is_no_wording(given, says):
    with pytest.raises(ValidationError, match=says):
        Text.model_validate(given)


def test_an_editor_takes_a_plain_one_and_one_by_language():
    plain, by_language = Text.model_json_schema()["anyOf"]
    assert plain == {"type": "string"}
    assert by_language["type"] == "object" and by_language["minProperties"] == 1
    assert {*by_language["properties"]} == {"zh", "en"} and "required" not in by_language
    assert by_language["additionalProperties"] is False


RATES = [  # printed as they are written, be it one of them or several
    *("t/ha", "km/h", "kg/ha", "m/s", "mg/m3", "m/min", "mi/min", "km/km2", "kWh/t", "m/ms"),
    *("items/10,000 people", "cases/capita", "people/person", "tonnes/town", "hectare/head"),
    *(
        "visits/visitor",
        "bed/bed-day",
        "tonne/tonne of steel",
        "patients/patrol",
        "patient/patrol",
        "yuan/person",
    ),
    *("fly/fl", "day/dam"),
]
PLURALS = [("firm", "firms"), ("batch", "batches"), ("city", "cities"), ("kg", "kgs")]
PLURALS += [("person", "people"), ("man", "men"), ("child", "children"), ("bus", "buses")]
PLURALS += [
    ("firm of scale", "firms of scale"),
    ("day late", "days late"),
    ("criterion", "criteria"),
]
PLURALS += [("young person", "young people"), ("day", "days"), ("half", "halves")]
COUNTED = [  # unit, how many, in Chinese and in English
    ({"zh": "家", "en": "firm/firms"}, 1, "家", "firm"),
    ({"zh": "家", "en": "firm/firms"}, 2, "家", "firms"),
    ("firm/firms", 1, "firm", "firm"),
    ("firm/firms", -1, "firm", "firm"),
    ("firm/firms", 2, "firms", "firms"),
    ("firm/firms", None, "firms", "firms"),
    ("件/万人", 2, "件/万人", "件/万人"),  # a ratio, and not one and several
    *(("吨标准煤/吨标准油", n, "吨标准煤/吨标准油", "吨标准煤/吨标准油") for n in (1, 2)),
    ({"zh": "件/万人", "en": "for each 10,000"}, 2, "件/万人", "for each 10,000"),
    ({"zh": "平方米", "en": "m² built/m² built"}, 1, "平方米", "m² built"),
    ("share", 2, "share", "share"),
    *((rate, n, rate, rate) for rate in RATES for n in (1, 2, None)),
    *(({"zh": "件/万人", "en": rate}, n, "件/万人", rate) for rate in RATES for n in (1, 2)),
    *((f"{one}/{many}", 1, one, one) for one, many in PLURALS),
    *((f"{one}/{many}", 2, many, many) for one, many in PLURALS),
]


@pytest.mark.parametrize(("unit", "n", "zh", "en"), COUNTED)
def test_what_is_counted(unit, n, zh, en):
    text = Text.model_validate(unit)
    assert (Words("zh").counted(text, n), Words("en").counted(text, n)) == (zh, en)
