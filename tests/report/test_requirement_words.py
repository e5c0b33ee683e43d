"""What is asked, in words, in both languages."""

import pytest

from yxq.plan.requirement import parse
from yxq.report.display import required
from yxq.words.wording import Words

WORDS = [  # of which target of the plan (T01 a share, T20 persons, T27 a level, T06 peers)
    ("T01", ">= 95%", "≥95%", "≥ 95%"),
    ("T01", "> 95%", "＞95%", "> 95%"),
    ("T01", "<= 3‰", "≤3‰", "≤ 3‰"),
    ("T01", "< 5%", "＜5%", "< 5%"),
    ("T01", ">= 100%", "100%", "100%"),
    ("T01", "90%..96%", "90%～96%", "90%–96%"),
    ("T01", "> last_year", "高于上年", "above the year before"),
    ("T01", ">= last_year + 1pp", "≥上年＋1个百分点", "≥ the year before + 1 pp"),
    ("T01", ">= last - 0.5pp", "≥上次－0.5个百分点", "≥ the value before − 0.5 pp"),
    ("T01", "<= y2010 * 60%", "≤2010年的60%", "≤ 60% of 2010"),
    ("T20", ">= 15", "≥15人", "≥ 15 persons"),
    ("T20", ">= 1", "≥1人", "≥ 1 person"),
    ("T20", ">= 5,000", "≥5,000人", "≥ 5,000 persons"),
    ("T20", "1..2", "1～2人", "1–2 persons"),
    ("T20", "<= 0", "不发生", "none"),
    ("T20", "< 5", "＜5人", "< 5 persons"),
    ("T27", ">= last_year * 110%", "≥上年的110%", "≥ 110% of the year before"),
    ("T27", ">= 3万", "≥3万人", "≥ 3万 persons"),
    ("T27", ">= 2.50", "≥2.50人", "≥ 2.50 persons"),
    ("T06", "rank <= 3", "居前3名", "among the first 3"),
    ("T06", "rank <= 1/3", "居前1/3", "in the front 1/3"),
    ("T06", "rank <= 30%", "居前30%", "in the front 30%"),
    ("T06", "> peers", "高于同类城市平均", "above the peers' mean"),
    ("T06", ">= peers * 110%", "≥同类城市平均的110%", "≥ 110% of the peers' mean"),
    ("T06", "< 全国", "＜全国", "< 全国"),
    ("T01", "units >= 80% of >= 90%", "≥80%的单位≥90%", "≥ 80% of units at ≥ 90%"),
    ("T01", "gap <= 5pp", "最好与最差相差≤5个百分点", "best and worst differ by 5 pp at most"),
]


@pytest.mark.parametrize(("id", "text", "zh", "en"), WORDS)
def test_a_requirement_in_words(plan2013, id, text, zh, en):
    target = plan2013.target(id).model_copy(update={"require": parse(text)})
    unit = plan2013.folder.unit_word
    told = [required(target, Words(language, unit, plan2013.english)) for language in ("zh", "en")]
    assert told == [zh, en]


@pytest.mark.parametrize(
    ("span", "asked", "zh", "en"),
    [
        ("since 2011", ">= 95%", "≥95%（2011年起累计）", "≥ 95% (since 2011)"),
        ("mean 5", "<= 3‰", "≤3‰（5年平均）", "≤ 3‰ (mean of 5 years)"),
        ("mean 5", None, "未定数值（5年平均）", "no number set (mean of 5 years)"),
    ],
)
def test_of_how_many_years(plan2013, span, asked, zh, en):
    target = plan2013.target("T01")
    target = target.model_copy(
        update={
            "require": parse(asked) if asked else None,
            "measure": target.measure.model_copy(update={"span": span}),
        }
    )
    told = [required(target, Words(language)) for language in ("zh", "en")]
    assert told == [zh, en]
