"""Units: when they are there, and what a name may have meant."""

import pytest

from yxq.plan.units import Unit, initials, nearest

NAMED = {name: name for name in ("aaaa", "aaab", "aabb", "abbb", "zzzz")}


def unit(**more: object) -> Unit:
    given = {"code": "1", "code_system": "own", "name": "甲镇", "kind": "镇", "slug": "jia"}
    return Unit.model_validate(given | more)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "wrong"),
    [
        ("", "", False),
        ("2013-07-01", "", False),
        ("", "2013-07-01", False),
        ("2013-07-01", "2013-07-01", False),
        ("2013-07-01", "2013-07-02", False),
        ("2013-07-02", "2013-07-01", True),
    ],
)
def test_a_unit_is_not_gone_before_it_came(valid_from, valid_to, wrong):
    if wrong:
        with pytest.raises(ValueError, match="valid_to: before valid_from, 2013-07-02; change one"):
            unit(valid_from=valid_from, valid_to=valid_to)
    else:
        assert unit(valid_from=valid_from, valid_to=valid_to).name == "甲镇"


def test_a_unit_without_an_english_name_is_called_by_its_own():
    assert [unit(name_en=name).name_en for name in ("", "Jia Town")] == ["甲镇", "Jia Town"]


def test_up_to_three_things_are_near_the_nearest_first_each_once():
    assert nearest("AAAB", NAMED, str) == ["aaab", "aabb", "aaaa"]  # of four
    assert nearest("aaab", NAMED | {"aaac": "aaab"}, str) == ["aaab", "aabb", "aaaa"]
    assert nearest("qqqq", NAMED, str) == []


@pytest.mark.parametrize(
    ("name", "pinyin", "letters"),
    [
        ("官林镇", "guanlin-zhen", "glz"),
        ("阳羡旅游度假区", "yangxian-lvyou-dujiaqu", "yxlydjq"),
        ("西安", "xian", "xa"),
        ("先", "xian", "x"),
        ("反感", "fangan", "fg"),  # 方案 would be written fang'an
        ("二环", "erhuan", "eh"),
        ("女山", "nvshan", "ns"),
        ("湖㳇镇", "hufu-zhen", "hfz"),
        ("官林", "guanlin-zhen", ""),  # one syllable too many
        ("官林镇区街市", "guanlin-zhen", ""),
        ("北镇", "bxz-zhen", ""),
        ("Ward 1", "ward1", ""),
        ("", "guan", ""),
    ],
)
def test_initials_are_those_of_the_pinyin_where_it_has_the_names_length(name, pinyin, letters):
    assert initials(name, pinyin) == letters


def test_initials_of_the_file_come_first():
    assert unit(name="官林镇", slug="guanlin-zhen").found_by == "glz"
    assert unit(name="官林镇", slug="guanlin-zhen", initials="glx").found_by == "glx"


@pytest.mark.parametrize("given", [{"row": "2"}, {"column": "3"}, {"row": "", "column": "3"}])
def test_a_place_on_the_map_has_a_row_and_a_column(given):
    with pytest.raises(ValueError, match="row, column: one of them is empty"):
        unit(**given)


@pytest.mark.parametrize("wrong", ["0", "101", "1.5", "北"])
def test_a_place_is_a_whole_number(wrong):
    assert (unit(row="1", column="100").row, unit(row="", column="").column) == (1, None)
    with pytest.raises(ValueError, match="row"):
        unit(row=wrong, column="1")
