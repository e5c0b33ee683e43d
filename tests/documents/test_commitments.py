"""What sentences of our own are understood to ask."""

import pytest
from made import asked, document, english

from yxq.plan.requirement import parse


@pytest.mark.parametrize(
    ("text", "require"),
    [
        ("1、抽查合格率达95%以上。", ">= 95%"),
        ("1、复审率不低于98%。", ">= 98%"),
        ("1、投诉率控制在3‰以内。", "<= 3‰"),
        ("1、事故起数不超过5起。", "<= 5"),
        ("1、优良率高于90%。", "> 90%"),
        ("1、损失率低于2.5%。", "< 2.5%"),
        ("1、全年至少培养15名技师。", ">= 15"),
        ("1、选择1至2家企业作为基地。", "1..2"),
        ("1、完成三分之一以上企业的审查。", ">= 1/3"),
        ("1、确保不出现系统性质量事件。", "<= 0"),
        ("1、在用计量器具全部检定到位。", ">= 100%"),
        ("1、满意度指数高于全省平均水平。", "> peers"),
        ("1、检验合格率居全省前列。", "rank <= 1/3"),
        ("1、综合得分进入全省前3名。", "rank <= 3"),
        ("1、标准覆盖率持续提高。", "> last_year"),
        ("1、专利授权量比上年增长10%。", ">= last_year * 110%"),
        ("1、合格率比上年提高2个百分点。", ">= last_year + 2pp"),
        ("1、能耗较2020年下降18%。", "<= y2020 * 82%"),
        ("1、产值年均增长超过7%。", "> last_year * 107%"),
    ],
)
def test_chinese(text, require):
    assert asked(document(text)) == [(require, "")]
    assert str(parse(require)) == require


@pytest.mark.parametrize(
    ("text", "require", "by"),
    [
        ("At least 90% of samples will pass.", ">= 90%", ""),
        ("No more than 12 complaints will be upheld.", "<= 12", ""),
        ("Increase the recycling rate to 60% by 2023.", ">= 60%", "2023-12-31"),
        ("Cut emissions by 30% from 2010 levels.", "<= y2010 * 70%", ""),
        ("Increase membership by 5 percentage points compared with 2019.", ">= y2019 + 5pp", ""),
        ("Plant 10,000 trees by March 2024.", ">= 10000", "2024-03-31"),
        ("Reduce waiting times to 20 days by the end of 2022.", "<= 20", "2022-12-31"),
        ("The school will rank among the top 10 of its kind.", "rank <= 10", ""),
        ("There will be no deaths on our roads.", "<= 0", ""),
        ("Raise the share from 12% to 20%.", ">= 20%", ""),
        ("At least thirty samples will be taken.", ">= 30", ""),
        ("At least forty samples will be taken.", ">= 40", ""),
        ("At least fifty samples will be taken.", ">= 50", ""),
        ("At least sixty samples will be taken.", ">= 60", ""),
    ],
)
def test_english(text, require, by):
    assert asked(english(text)) == [(require, by)]


def test_several_numbers_of_a_sentence_are_a_target_each():
    found = document("1、争创省名牌产品8只以上、著名商标7只以上、优质工程4只以上。")
    assert [(d.require, d.title, d.unit) for d in found.drafts] == [
        (">= 8", "争创省名牌产品", "只"),
        (">= 7", "著名商标", "只"),
        (">= 4", "优质工程", "只"),
    ]


def test_a_count_is_called_by_what_is_counted_though_a_rate_stands_before():
    (draft,) = document("1、围绕合格率达到4个基地。").drafts
    assert (draft.title, draft.require) == ("基地", ">= 4")


def test_two_rates_that_share_a_bound_are_two_targets():
    titles = [d.title for d in document("1、甲证、乙证覆盖率达100%。").drafts]
    assert titles == ["甲证覆盖率", "乙证覆盖率"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1、在2024年9月底前建成检验中心。", "2024-09-30"),
        ("1、在2025年年底前建成检验中心。", "2025-12-31"),
        ("1、上半年制定实施方案。", "2024-06-30"),
    ],
)
def test_a_task_with_a_day(text, day):
    assert asked(document(text)) == [("done", day)]


@pytest.mark.parametrize(
    "text",
    [
        "1、去年抽查合格率达到96%。",
        "1、截至2023年底,已建成检验中心12个。",
        "1、组织好四个专项行动。",
        "1、年销售收入2000万元以上的企业要建立档案。",
        "1、加强质量管理。",
    ],
)
def test_what_is_past_a_condition_or_only_words_asks_nothing(text):
    assert asked(document(text)) == []


def test_pinyin_traditional_characters_and_full_width_digits_are_noise():
    assert asked(document("1、產(chǎn)品抽查合格率達(dá)９５％以上。")) == [(">= 95%", "")]


def test_an_owner_in_brackets_answers_for_the_sentence():
    (draft,) = document("1、抽查合格率达95%以上。(责任单位：市质监局、农林局)").drafts
    assert draft.owner == "市质监局、农林局"


@pytest.mark.parametrize(
    ("lines", "require"),
    [
        (("2    甲类占比（%）    预期性    24",), ">= 24%"),
        (("公众满意度（%） 90 95 预期性",), ">= 95%"),
        (("全市展览数量（个）", "≥8 约束性"), ">= 8"),
        (("事故起数下降（%）    约束性    〔20〕",), "<= y2023 * 80%"),
    ],
)
def test_a_row_of_indicators_that_lost_its_columns(lines, require):
    assert asked(document(*lines)) == [(require, "")]


def test_what_stands_below_a_heading_of_achievements_is_past():
    found = document(
        "二、发展成就", "1、全市抽查合格率达到96%。", "三、目标", "1、抽查合格率达到97%。"
    )
    assert asked(found) == [(">= 97%", "")]


def test_a_task_with_a_quarter_in_brackets():
    assert asked(english("1.2 Sign the contract (Q2 2022).")) == [("done", "2022-06-30")]


def test_a_heading_that_will_better_the_environment_is_not_of_the_past():
    found = document("（二）优化发展环境", "1、全年至少培养15名技师。")
    assert asked(found) == [(">= 15", "")]
