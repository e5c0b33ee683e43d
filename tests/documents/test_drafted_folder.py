"""A drafted folder can be loaded, and every number of the document has a fate."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import document

from yxq.documents.drafted_folder import write
from yxq.documents.fates import number_fates, sentence_fates, targets
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError

TEXTS = (
    "1、抽查合格率达95%以上;全年至少培养15名技师。",
    "2、在2024年9月底前建成检验中心。",
    "3、标准覆盖率持续提高,检验合格率居全省前列。",
    "4、加强质量管理,建立质量档案。",
)


def test_what_was_drafted_stands_in_the_plan(tmp_path):
    found = document(*TEXTS)
    made = write(found, targets(found), tmp_path / "plan")
    plan = load(tmp_path / "plan").plan(2024)
    assert made.years == "2024" and plan.period.draft
    assert [str(t.require or "") for t in plan.period.targets] == [
        ">= 95%",
        ">= 15",
        "done",
        "> last_year",
        "rank <= 1/3",
        "",
    ]
    assert [t.clause for t in plan.period.targets] == [
        "一、1",
        "一、1",
        "一、2",
        "一、3",
        "一、3",
        "一、4",
    ]
    assert [t.kind for t in plan.period.targets] == [
        "share",
        "count",
        "task",
        "level",
        "rank",
        "reported",
    ]
    assert str(plan.period.targets[2].by) == "2024-09-30"
    assert plan.period.targets[5].says.zh == "加强质量管理,建立质量档案。"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    found = document(*TEXTS)
    with pytest.raises(PlanError, match="something in it"):
        write(found, targets(found), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_document_without_a_commitment_is_refused(tmp_path):
    found = document("散文一篇。", head=("题目",))
    with pytest.raises(PlanError, match="no commitment"):
        write(found, targets(found), tmp_path / "plan")


def test_each_sentence_has_one_fate():
    found = document(*TEXTS)
    fates = sentence_fates(found, targets(found)).set_index("text")["fate"]
    assert fates["1、抽查合格率达95%以上;"] == "target"
    assert fates["3、标准覆盖率持续提高,检验合格率居全省前列。"] == "look"
    assert fates["4、加强质量管理,建立质量档案。"] == "reported"
    assert fates["样市2024年质量工作要点"] == "context"


PIECES = [
    "达95%以上",
    "第3条",
    "2024年6月",
    "12315",
    "3C认证",
    "共8家",
    "1至2个",
    "〔2013〕43号",
    "百分之五",
    "x",
    ",",
    "。",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9))
def test_no_digit_of_a_document_is_without_a_fate(pieces):
    text = "1、" + "甲".join(pieces)
    found = document(text)
    fates = number_fates(found, targets(found))
    sentences = sentence_fates(found, targets(found)).set_index("no")["text"]
    for no, words in sentences.items():
        covered = set()
        for row in fates[fates["no"] == no].itertuples():
            covered |= set(range(row.start, row.end))
        digits = {m.start() for m in re.finditer("[0-9]", words)}
        assert digits <= covered, (words, sorted(digits - covered))
    assert len(fates) > 0
