"""Numbers in Chinese numerals."""

import pytest

from yxq.words.numerals import chinese_number


@pytest.mark.parametrize(
    ("text", "number"),
    {
        "零": 0,
        "一": 1,
        "九": 9,
        "十": 10,
        "十一": 11,
        "十九": 19,
        "二十": 20,
        "二十三": 23,
        "三十": 30,
        "九十九": 99,
        "两百": 200,
        "一百零五": 105,
        "三千零二十": 3020,
        "十二万": 120_000,
        "一亿零三": 100_000_003,
        "二○一三": 2013,
        "二〇一零": 2010,
    }.items(),
)
def test_chinese_numerals(text, number):
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "十二五", "十二十", "万", "亿万", "百", "二三十", "x"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        chinese_number(text)
