"""The next plan from its document: what goes on keeps its id, and the comparison tells the rest."""

import re
import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import HEAD, document

from yxq.documents.drafted_folder import write
from yxq.documents.fates import Target, targets
from yxq.documents.matching import alike_titles, matched
from yxq.documents.next_plan import kept_ids, write_next
from yxq.documents.phrases import DOUBTS
from yxq.plan_folders.diff import differences
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError
from yxq.words.wording import LANGUAGES, Words

BEFORE = (
    "1、抽查合格率达95%以上;全年至少培养15名技师。",
    "2、在2024年9月底前建成检验中心。",
    "3、标准覆盖率持续提高,检验合格率居全省前列。",
    "4、加强质量管理,建立质量档案。",
    "5、群众投诉办结率达90%以上。",
)
AFTER = (  # 2024 is moved to 2025 below
    "1、群众投诉办结率达90%以上。",
    "2、抽查合格率达96%以上;全年至少培养12名技师。",
    "3、在2024年6月底前建成检验中心。",
    "4、检验合格率居全省前列。",
    "5、加强质量管理,全面建立质量档案。",
    "6、全年新建公园4个。",
)


def of_next_year(texts):
    return document(
        *(text.replace("2024", "2025") for text in texts),
        head=tuple(text.replace("2024", "2025") for text in HEAD),
    )


@pytest.fixture
def folder(tmp_path):
    found = document(*BEFORE)
    write(found, targets(found), tmp_path / "plan")
    return load(tmp_path / "plan")


def next_of(folder, texts, out, year=0):
    found = of_next_year(texts)
    drafted = targets(found)
    alike = matched(drafted, folder.plan().targets)
    named = kept_ids(drafted, alike, folder)
    pairs = zip(drafted, named, strict=True)
    matches = {new.id: alike[old.id] for old, new in pairs if old.id in alike}
    return write_next(found, named, matches, folder, out, year)


def asked(plan):
    return {t.id: (t.clause, str(t.require or ""), str(t.by or "")) for t in plan.targets}


def test_what_goes_on_keeps_its_id_and_the_document_says_the_rest(folder, tmp_path):
    assert asked(folder.plan())["T01"] == ("一、1", ">= 95%", "")
    made = next_of(folder, AFTER, tmp_path / "next")
    new = load(tmp_path / "next").plan(2025)
    assert (made.years, made.plan.name) == ("2025", "2025.yml")
    assert asked(new) == {  # in the new document's order
        "T07": ("一、1", ">= 90%", ""),
        "T01": ("一、2", ">= 96%", ""),
        "T02": ("一、2", ">= 12", ""),
        "T03": ("一、3", "done", "2025-06-30"),
        "T05": ("一、4", "rank <= 1/3", ""),
        "T06": ("一、5", "", ""),
        "N01": ("一、6", ">= 4", ""),
    }
    assert [*asked(new)] == ["T07", "T01", "T02", "T03", "T05", "T06", "N01"]


def test_the_comparison_tells_what_was_added_raised_lowered_dropped_and_reworded(folder, tmp_path):
    next_of(folder, AFTER, tmp_path / "next")
    both = load(tmp_path / "next")
    rows = differences(both.plan(2024), both.plan(2025))
    changes = {(row.target, row.change, row.what) for row in rows.itertuples()}
    assert {
        ("T01", "raised", "require"),
        ("T02", "lowered", "require"),
        ("T03", "raised", "by"),
        ("T06", "changed", "says"),
        ("T07", "changed", "clause"),
        ("N01", "added", "target"),
        ("T04", "dropped", "target"),
    } <= changes
    assert {id for id, change, _ in changes if change in ("added", "dropped")} == {"N01", "T04"}


def test_a_target_that_is_gone_stands_in_comments_as_it_was(folder, tmp_path):
    made = next_of(folder, AFTER, tmp_path / "next")
    text = made.plan.read_text(encoding="utf-8")
    gone = text[text.index("没有找到") :]
    assert "  #   - id: T04\n" in gone and '  #     title: "标准覆盖率"\n' in gone
    restored = "\n".join(
        line[4:] if line.startswith("  #   ") else line for line in text.splitlines()
    )
    made.plan.write_text(restored + "\n", encoding="utf-8")
    assert "T04" in asked(load(tmp_path / "next").plan(2025))


def test_units_plans_and_forms_of_the_folder_go_on(folder, tmp_path):
    units = folder.path / "units.csv"
    units.write_text(
        units.read_text(encoding="utf-8") + "1,own,甲镇,town,jia,,,,,\n", encoding="utf-8"
    )
    next_of(load(folder.path), AFTER, tmp_path / "next")
    both = load(tmp_path / "next")
    assert sorted(both.periods) == [2024, 2025]
    assert [unit.name for unit in both.plan(2025).units if unit.kind == "town"] == ["甲镇"]
    assert sorted(both.forms) == ["items", "peers", "shares", "tasks", "values"]
    assert both.forms["items"].columns["indicator"].words["N01"] == ("新建公园",)
    assert both.plan(2025).target("N01").measure.form == "items"
    assert both.plan(2025).target("T02").measure.form == "items"


def test_in_the_folder_itself_nothing_changes_where_it_cannot_be(folder):
    before = {p: p.read_bytes() for p in folder.path.rglob("*") if p.is_file()}
    plan = folder.path / folder.files[2024]
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("form: shares, where", "form: sharez, where"),
        encoding="utf-8",
    )
    before[plan] = plan.read_bytes()
    with pytest.raises(PlanError, match="sharez"):
        next_of(folder, AFTER, folder.path)
    assert {p: p.read_bytes() for p in folder.path.rglob("*") if p.is_file()} == before


def test_in_the_folder_itself(folder):
    next_of(folder, AFTER, folder.path)
    assert sorted(load(folder.path).periods) == [2024, 2025]


@pytest.mark.parametrize("year", [2024, 2020])
def test_a_year_that_does_not_follow_is_refused(folder, tmp_path, year):
    with pytest.raises(PlanError, match="does not follow its plans"):
        next_of(folder, AFTER, tmp_path / "next", year)
    assert not (tmp_path / "next").exists()


def test_a_year_that_has_a_plan_is_refused(folder):
    next_of(folder, AFTER, folder.path)
    both = load(folder.path)
    with pytest.raises(PlanError, match=r"2025 does not follow its plans \(2024, 2025\)"):
        next_of(both, AFTER, folder.path)


def test_a_form_with_other_columns_is_left_alone_and_one_is_added(folder, tmp_path):
    forms = folder.path / "forms.yml"
    text = forms.read_text(encoding="utf-8")
    item = "      item: {type: text, required: true"
    assert text.count(item) == 1
    forms.write_text(text.replace(item, f"      firm: {{type: text}}\n{item}"), encoding="utf-8")
    next_of(load(folder.path), AFTER, tmp_path / "next")
    both = load(tmp_path / "next")
    assert "N01" not in both.forms["items"].columns["indicator"].words
    assert both.plan(2025).target("N01").measure.form == "drafted_items"
    assert both.plan(2025).target("T02").measure.form == "items"


def test_a_day_that_is_no_longer_said_is_gone(tmp_path):
    found = document("1、在2024年9月底前培训技师15名。")
    write(found, targets(found), tmp_path / "plan")
    plan = tmp_path / "plan" / "2024.yml"
    target = load(tmp_path / "plan").plan().target("T01")
    assert (target.by, Words("zh").entry("drafting", "day") in plan.read_text("utf-8")) == (
        None,
        True,
    )
    text = plan.read_text(encoding="utf-8").replace('">= 15"', '">= 15"\n    by: 2026-09-30', 1)
    plan.write_text(text, encoding="utf-8")
    next_of(load(tmp_path / "plan"), ("1、全年培训技师15名。",), tmp_path / "next")
    assert load(tmp_path / "next").plan(2025).target("T01").by is None


def test_headings_keep_their_wording_where_they_are_the_same(folder, tmp_path):
    plan = folder.path / folder.files[2024]
    text = plan.read_text(encoding="utf-8")
    own = '{clause: "一、", title: {zh: 主要目标, en: Main goals}}'
    plan.write_text(re.sub(r'\{clause: "一、", title: [^}]*\}', own, text), encoding="utf-8")
    next_of(load(folder.path), AFTER, tmp_path / "same")
    assert load(tmp_path / "same").plan(2025).period.sections[0].title.en == "Main goals"
    found = document(*AFTER, head=("样市2025年质量工作要点", "一、保障措施"))
    drafted = targets(found)
    alike = matched(drafted, folder.plan().targets)
    named = kept_ids(drafted, alike, folder)
    matches = {n.id: alike[d.id] for d, n in zip(drafted, named, strict=True) if d.id in alike}
    write_next(found, named, matches, load(folder.path), tmp_path / "other")
    assert load(tmp_path / "other").plan(2025).period.sections[0].title.zh == "保障措施"


def test_a_plan_of_more_years_than_the_last(folder, tmp_path):
    head = ("样市2025-2027年质量工作规划", HEAD[1])
    found = document("1、群众投诉办结率达95%以上。", head=head)
    drafted = targets(found)
    alike = matched(drafted, folder.plan().targets)
    named = kept_ids(drafted, alike, folder)
    made = write_next(found, named, {named[0].id: alike["T01"]}, folder, tmp_path / "next")
    assert made.plan.name == "2025-2027.yml"
    both = load(tmp_path / "next")
    assert sorted(both.periods) == [2024, 2025, 2026, 2027]
    assert (named[0].id, str(both.plan(2027).target("T07").require)) == ("T07", ">= 95%")


def test_what_is_scored_of_a_target_that_is_gone_goes_with_it(folder, tmp_path):
    plan = folder.path / folder.files[2024]
    scoring = (
        "scoring:\n  partial: [{reached: 95%, credit: 1/2}]\n"
        "  deductions: [{targets: [T03, T04], points: 2}, {targets: [T06], points: 1}]\n"
        "  veto: {targets: [T04], grade: D}\n"
        "  bands: [{grade: A, least: 60}, {grade: D, least: 0}]\n"
        "  missing_at_most: 20%\n  vary: 25%\n  draws: 2000\n  seed: 1\n"
    )
    text = plan.read_text(encoding="utf-8").replace("\nreturns:\n", f"\n{scoring}returns:\n", 1)
    plan.write_text(text, encoding="utf-8")
    made = next_of(load(folder.path), AFTER, tmp_path / "next")
    scored = load(tmp_path / "next").plan(2025).period.scoring
    assert [(d.targets, d.points) for d in scored.deductions] == [(("T03",), 2), (("T06",), 1)]
    assert scored.veto is None
    assert "# veto: {targets: [T04], grade: D}" in made.plan.read_text(encoding="utf-8")


def test_a_number_that_is_no_longer_said_is_a_doubt_and_stays(folder, tmp_path):
    found = of_next_year(("2、继续建成检验中心。",))
    drafted = targets(found)
    named = kept_ids(drafted, matched(drafted, folder.plan().targets), folder)
    assert [(t.id, t.draft.require, t.draft.doubts) for t in named] == [
        ("T03", "done", ("asked_before",))
    ]


def test_another_sort_of_requirement_is_computed_anew_under_the_same_id(folder, tmp_path):
    texts = (*AFTER[:1], "2、抽查合格率居全省前列;全年至少培养12名技师。", *AFTER[2:])
    made = next_of(folder, texts, tmp_path / "next")
    target = load(tmp_path / "next").plan(2025).target("T01")
    assert (str(target.require), target.measure.form) == ("rank <= 1/3", "peers")
    comments = made.plan.read_text(encoding="utf-8").split("- id: T01\n")[0].splitlines()[-3:]
    assert any(Words("zh").entry("drafting", "asked_otherwise") in line for line in comments)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(BEFORE))))
def test_a_plan_is_matched_to_itself_in_any_order(order):
    drafted = targets(document(*BEFORE))
    found = document(*BEFORE)
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as there:
        write(found, targets(found), Path(there) / "plan")
        old = load(Path(there) / "plan").plan().targets
    shuffled = [old[i] for i in order] + [*old[len(order) :]]
    alike = matched(drafted, shuffled)
    assert {id: match.target.id for id, match in alike.items()} == {t.id: t.id for t in drafted}
    assert all(match.is_sure for match in alike.values())


def changed(folder, *edits):
    """The folder after somebody changed its plan by hand."""
    plan = folder.path / folder.files[2024]
    text = plan.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    plan.write_text(text, encoding="utf-8")
    return load(folder.path)


def test_what_was_changed_by_hand_stays(folder, tmp_path):
    own = changed(
        folder,
        ('title: "抽查合格率"', 'title: "产品监督抽查合格率"'),
        ('require: ">= 90%"\n', 'says: "群众投诉办结率达90%以上"\n'),
    )
    next_of(own, AFTER, tmp_path / "next")
    new = load(tmp_path / "next").plan(2025)
    assert (new.target("T01").title.zh, str(new.target("T01").require)) == (
        "产品监督抽查合格率",
        ">= 96%",
    )
    kept = new.target("T07")
    assert (kept.require, kept.says.zh) == (None, "群众投诉办结率达90%以上")


def test_a_title_that_the_returns_know_has_its_id_again(folder, tmp_path):
    plan = folder.path / folder.files[2024]
    text = plan.read_text(encoding="utf-8")
    start = text.index("  - id: T02\n")
    plan.write_text(text[:start] + text[text.index("  - id: T03\n") :], encoding="utf-8")
    own = load(folder.path)
    assert "T02" not in asked(own.plan()) and "T02" in own.forms["items"].columns["indicator"].words
    next_of(own, AFTER, tmp_path / "next")
    assert asked(load(tmp_path / "next").plan(2025))["T02"] == ("一、2", ">= 12", "")


def test_a_target_without_a_title_is_called_by_its_id(tmp_path):
    found = document(*BEFORE)
    drafted = targets(found)
    bare = [Target(t.id, replace(t.draft, title="")) for t in drafted]
    write(found, bare, tmp_path / "plan")
    titles = [t.title.zh for t in load(tmp_path / "plan").plan().targets]
    assert titles[:2] == ["T01", "T02"] and len({*titles}) == len(titles)


def test_nothing_is_matched_to_what_says_something_else(folder):
    found = of_next_year(("1、全年新建公园4个。", "2、森林覆盖率达30%以上。"))
    assert matched(targets(found), folder.plan().targets) == {}
    assert matched([], folder.plan().targets) == {} == matched(targets(found), [])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("主要目标", "主要目标", True),
        ("主要目标", "主要任务", False),
        ("总体目标任务", "总体目标", True),
        ("", "主要目标", False),
    ],
)
def test_titles_are_alike_that_share_half_of_the_shorter(one, other, alike):
    assert alike_titles(one, other) is alike


def test_only_a_day_within_the_only_year_is_a_doubt():
    found = document(
        "1、在2024年9月底前培训技师15名。",
        "2、到2026年培训工人40名。",
        "3、2024年6月底前建成中心。",
    )
    assert [("day" in d.doubts, str(d.by)) for d in found.drafts] == [
        (True, "2024-09-30"),
        (False, "2026-12-31"),
        (False, "2024-06-30"),
    ]


def test_every_doubt_is_worded_in_both_languages():
    for language in LANGUAGES:
        assert len({Words(language).entry("drafting", doubt) for doubt in DOUBTS}) == len(DOUBTS)


def test_the_folder_that_was_read_is_not_changed(folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder.path, copy)
    next_of(folder, AFTER, tmp_path / "next")
    assert {p.name: p.read_bytes() for p in copy.iterdir() if p.is_file()} == {
        p.name: p.read_bytes() for p in folder.path.iterdir() if p.is_file()
    }
