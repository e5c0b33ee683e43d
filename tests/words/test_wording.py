"""Sentences with their numbers: reasons and what they are about, what is counted, days."""

import datetime as dt

import pandas as pd
import pytest

from yxq.words.errors import PlanError, refusal
from yxq.words.reasons import Reason
from yxq.words.text import Text, fold, visible
from yxq.words.wording import Words

NAMES = {"丁蜀镇": "Dingshu Town", "和桥镇": "Heqiao Town", "质监局": "Quality Bureau"}
ZH, EN = Words("zh", names=NAMES), Words("en", names=NAMES)
FIRMS = Text(zh="家", en="firm/firms")
ONE_WORD = Text(zh="万元", en="× 10,000 yuan")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("overdue", 3, dt.date(2013, 6, 30)), "overdue|3|2013-06-30"),
        (("incident",), "incident"),
        (("peer_mean", "78.5", 6), "peer_mean|78.5|6"),
        (("beside", "a|b;c\nd\re"), "beside|a｜b；c d e"),  # what parts arguments stays out of them
    ],
)
def test_a_reason_is_its_code_and_what_it_is_about(arguments, code):
    assert str(Reason.of(*arguments)) == code


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        (
            "overdue|3|2013-06-30",
            "到期未完成，已逾3天（期限2013年6月30日）",
            "not done by its date, 3 days over (due 2013-06-30)",
        ),
        (
            "done_late|12|2013-06-30;incident",
            "逾期12天完成（期限2013年6月30日）；发生即一票否决",
            "done 12 days late (due 2013-06-30); one incident is the veto",
        ),
        (
            "done_on|2013-03-05|2013-12-31",
            "2013年3月5日完成（期限2013年12月31日）",
            "done on 2013-03-05 (due 2013-12-31)",
        ),
        ("due_on|2014-01-02", "期限2014年1月2日", "due on 2014-01-02"),
        ("none_so_far", "至今没有可计的", "none to be counted so far"),
        ("quota_computed", "分解数为试算", "provisional share"),
        (
            "due_on|2014-01-02;city_by_itself|3|20",
            "期限2014年1月2日；市本级所报；各单位已完成3／20",
            "due on 2014-01-02; the city by its own row; 3 of 20 units have done theirs",
        ),
        ("incomplete|1|4", "应报4期，缺1期", "1 of 4 returns due are missing"),
        ("peer_mean|78.5|6", "6个同类城市平均为78.5", "the mean of 6 peers is 78.5"),
        ("front|3|9", "9个城市中居前3名为达成", "the first 3 of 9 cities attain it"),
        (
            "rejected_rows|2;incident",
            "有2行退回，不能断定没有；发生即一票否决",
            "2 rows were rejected, so none cannot be claimed; one incident is the veto",
        ),
        ("duplicate_of|甲.csv|17", "与 甲.csv 第17行相同", "the same as row 17 of 甲.csv"),
        (
            "resubmitted|二.csv;incident",
            "整份报表已由后报的 二.csv 代替；发生即一票否决",
            "the whole return is replaced by the later 二.csv; one incident is the veto",
        ),
        (
            "shared|丁蜀镇、和桥镇",
            "由丁蜀镇、和桥镇分别报送：各计一次，全市计一次",
            "reported by Dingshu Town, Heqiao Town: each is credited, the city counts it once",
        ),
        (
            "shared|丁蜀镇、某镇",
            "由丁蜀镇、某镇分别报送：各计一次，全市计一次",
            "reported by 丁蜀镇、某镇: each is credited, the city counts it once",
        ),
        (
            "incident;incomplete|1|4",
            "发生即一票否决；应报4期，缺1期",
            "one incident is the veto; 1 of 4 returns due are missing",
        ),
        (
            "lot_exceeded",
            "抽样数多于总体数，请核对总体数；按总体未知计算，请核对",
            "more samples than the lot holds; the lot is taken as unknown: check the lot",
        ),
        ("", "", ""),
        (";", "", ""),
    ],
)
def test_a_reason_becomes_a_sentence_with_its_numbers(code, zh, en):
    assert ZH.reason(code) == zh
    assert EN.reason(code) == en


def test_what_is_told_of_a_cell_names_the_column_and_what_stands_there():
    differs = "合计行“总数”为310，各行相加为300"
    code = "printed_rate|合格率|97.0%|95|100;missing_value|日期;total_differs|总数|310|300;incident"
    assert ZH.explained(code) == [
        {
            "column": "合格率",
            "content": "97.0%",
            "mend": "请核对个数",
            "wrong": "“合格率”写作97.0%，与 95／100 算出的率不符，以个数为准",
        },
        {"column": "日期", "content": "", "wrong": "“日期”为空", "mend": "请补填"},
        {"column": "总数", "content": "310", "mend": "请核对各行和合计", "wrong": differs},
        {"column": "", "content": "", "wrong": "发生即一票否决", "mend": ""},
    ]
    assert EN.explained(code) == [
        {
            "column": "合格率",
            "content": "97.0%",
            "mend": "check the counts",
            "wrong": '"合格率" says 97.0%, which is not 95 / 100; the counts are used',
        },
        {"column": "日期", "content": "", "wrong": '"日期" is empty', "mend": "fill it in"},
        {
            "column": "总数",
            "content": "310",
            "mend": "check the rows and the total",
            "wrong": 'the totals row says 310 for "总数"; its rows add up to 300',
        },
        {"column": "", "content": "", "wrong": "one incident is the veto", "mend": ""},
    ]
    assert ZH.explained("") == []


def test_what_stands_in_a_cell_is_quoted_as_it_is_and_what_follows_is_translated():
    code = "unknown_unit|单位|和桥镇|丁蜀镇;not_in_vocabulary|结果|2013-01-02|2013-01-02"
    first, second = EN.explained(code)
    assert first["wrong"] == '"单位" says "和桥镇", which is no known unit'
    assert first["mend"] == "nearest: Dingshu Town"
    assert second["wrong"] == '"结果" says "2013-01-02"'
    assert second["mend"] == "write one of: 2013-01-02"
    first, second = ZH.explained(code)
    assert first["mend"] == "是否为：丁蜀镇"
    assert second["wrong"] == "“结果”写作“2013-01-02”"
    assert second["mend"] == "只能填：2013年1月2日"


@pytest.mark.parametrize(
    ("unit", "n", "zh", "en"),
    [
        (FIRMS, 0, "家", "firms"),
        (FIRMS, 1, "家", "firm"),
        (FIRMS, 1.0, "家", "firm"),
        (FIRMS, -1, "家", "firm"),
        (FIRMS, 1.5, "家", "firms"),
        (FIRMS, 2, "家", "firms"),
        (FIRMS, -2, "家", "firms"),
        (FIRMS, 11, "家", "firms"),
        (FIRMS, None, "家", "firms"),
        (ONE_WORD, 1, "万元", "× 10,000 yuan"),
        (ONE_WORD, 2, "万元", "× 10,000 yuan"),
    ],
)
def test_one_is_counted_in_the_singular(unit, n, zh, en):
    assert ZH.counted(unit, n) == zh
    assert EN.counted(unit, n) == en


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (dt.date(2013, 1, 2), "2013年1月2日", "2013-01-02"),
        (dt.date(2012, 11, 30), "2012年11月30日", "2012-11-30"),
        (pd.Timestamp("2013-06-09"), "2013年6月9日", "2013-06-09"),
        (dt.datetime(2013, 6, 9, 12), "2013年6月9日", "2013-06-09"),
        (pd.NaT, "", ""),
        (None, "", ""),
    ],
)
def test_a_day_as_each_language_writes_it(day, zh, en):
    assert ZH.date(day) == zh
    assert EN.date(day) == en


def test_a_state_has_its_sign_before_it():
    signs = {
        "attained": ("✓ 达成", "✓ attained"),
        "not attained": ("× 未达成", "× not attained"),
        "on track": ("↑ 进度正常", "↑ on track"),
        "behind": ("↓ 进度落后", "↓ behind"),
        "pending": ("… 未到期", "… pending"),
        "not applicable": ("— 不适用", "— not applicable"),
        "no data": ("? 无数据", "? no data"),
        "reported": ("· 不作判定", "· not judged"),
    }
    assert {state: (ZH.state(state), EN.state(state)) for state in signs} == signs
    assert [ZH.sign(state) for state in signs] == [zh[0] for zh, _ in signs.values()]


def test_names_clauses_and_headings():
    assert ZH.sender("质监局") == "质监局"
    assert EN.sender("质监局") == "Quality Bureau"
    assert EN.sender("某局") == "某局"
    assert EN.clause("二(一)1") == "二（一）1"
    assert ZH.title("value") == "结果"
    assert EN.title("value") == "Value"
    assert EN.title("T01") == "T01"
    towns = Words("en", Text(zh="镇", en="town"))
    assert towns("unit") == "Town"
    assert towns(
        "target_verdict_units", n=20, judged=8, attained=5, missed=3, met="x", unmet="y"
    ) == ("Of 20 towns, 8 are settled: 5 x, 3 y.")
    counts = {"n": 20, "judged": 8, "attained": 5, "missed": 3}
    named = {"state": "达标", "value": "", "met": "达标", "unmet": "未达标"}
    told = Words("zh", Text(zh="镇", en="town"))("target_verdict", **named, **counts)
    assert told == "全市：达标。20个镇中已有定论8个：达标5个，未达标3个。"


def test_a_language_that_there_is_not_is_refused_and_names_that_are_near_are_told():
    with pytest.raises(PlanError, match="language 'fr': there are zh, en"):
        Words("fr")
    error = refusal("unknown_unit", name="丁属镇", near=["丁蜀镇", "和桥镇"])
    assert str(error) == "unknown unit '丁属镇'; did you mean 丁蜀镇, 和桥镇?"
    assert error.chinese == "没有叫“丁属镇”的单位；是不是：丁蜀镇、和桥镇？"


def test_what_would_act_and_not_show_is_written_out():
    assert visible("a\u200bb\u202ec\x07") == "a‹U+200B›b‹U+202E›c‹U+0007›"
    assert visible("丁蜀镇 95%\n") == "丁蜀镇 95%\n"


@pytest.mark.parametrize(
    ("text", "folded"),
    [("合\n格批次数　（批）", "合格批次数(批)"), (" Ａ１ｂ\t％ ", "a1b%"), ("", ""), ("　", "")],
)
def test_a_text_is_compared_without_white_space_and_full_width_forms(text, folded):
    assert fold(text) == folded


def test_states_are_called_as_those_of_the_kind_of_target():
    told = {kind: Words("zh").of_target(kind) for kind in ("share", "task", "count")}
    assert told["share"].state("attained") == "✓ 达标"
    assert told["share"].entry("states", "not attained") == "未达标"
    assert told["task"].entry("states", "attained") == "完成"
    assert told["task"].state("not attained") == "× 未按期完成"
    assert told["count"].state("attained") == "✓ 达成" == Words("zh").state("attained")
    for words in told.values():  # what says nothing of how far it is has one name
        assert words.entry("states", "no data") == "无数据"
    assert Words("en").of_target("task").entry("states", "attained") == "done"
