"""PDFs with text, without it, locked and damaged."""

import io

import pytest
from pdf_bytes import pdf
from pypdf import PdfReader, PdfWriter

from yxq.documents.read import read
from yxq.words.errors import PlanError

PAGES = [
    [
        "质量强市计划",
        "目标",
        "积极开展质量强市活动产品质量监督抽查合格率达到九",
        "十五以上重大质量安全事故为零顾客满意度不低于全省",
        "平均水平新增名牌产品八只商标七只并于年底以前完成",
        "- 1 -",
    ],
    [
        "质量强市计划",
        "通报。",
        "⾏动与⻝品的 ﬁrst well-known commit-",
        "ment and a well-",
        "known one.",
        "95",
        "- 2 -",
    ],
    ["质量强市计划", "尾", "- 3 -"],
]


@pytest.fixture
def document(tmp_path):
    def made(content: bytes):
        path = tmp_path / "plan.docx"  # whose name says another thing than its bytes
        path.write_bytes(content)
        return read(path)

    return made


def test_pages_are_paragraphs_without_running_heads(document):
    found = document(pdf(PAGES))
    assert [(p.text, p.place) for p in found.paragraphs if p.kind == "text"] == [
        ("目标", "page 1"),
        (
            "积极开展质量强市活动产品质量监督抽查合格率达到九十五以上重大质量安全事故为零顾客满意度不"
            "低于全省平均水平新增名牌产品八只商标七只并于年底以前完成通报。",
            "page 1",
        ),
        ("行动与食品的 first well-known commitment and a well-known one.", "page 2"),
        ("95", "page 2"),
        ("尾", "page 3"),
    ]
    heads = [p.text for p in found.paragraphs if p.kind == "header"]
    assert heads == [s for n in (1, 2, 3) for s in ("质量强市计划", f"- {n} -")]
    assert found.format == "pdf" and found.notes == ()


def test_numbers_of_pages_go_with_their_pages_and_other_numbers_stay(document):
    found = document(pdf([[str(7 * n), "甲乙丙"[n - 1] + "。", str(n + 4)] for n in (1, 2, 3)]))
    assert [p.text for p in found.paragraphs if p.kind == "header"] == ["5", "6", "7"]
    said = [p.text for p in found.paragraphs if p.kind == "text"]
    assert said == ["7", "甲。", "14", "乙。", "21", "丙。"]


def test_two_pages_are_enough_for_their_numbers(document):
    found = document(pdf([["甲说明。", "5"], ["乙说明。", "6"]]))
    assert [p.text for p in found.paragraphs if p.kind == "header"] == ["5", "6"]


def test_a_page_without_text_is_noted_and_a_scan_is_refused(document):
    found = document(pdf([["有文字。"], [], []]))
    assert [note.en for note in found.notes] == ["Pages without text (pictures?): 2, 3"]
    with pytest.raises(PlanError, match=r"scanned.*OCR"):
        document(pdf([[], []]))


def test_a_font_without_characters_is_refused(document):
    with pytest.raises(PlanError, match="do not say which characters"):
        document(pdf([["\ue001\ue002\ue003\ue004 ab"]]))


def test_a_locked_pdf_says_so_and_one_without_a_password_is_read(document):
    for password, readable in (("secret", False), ("", True)):
        writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(PAGES)))), io.BytesIO()
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(out)
        if readable:
            assert len(document(out.getvalue()).paragraphs) == 11
        else:
            with pytest.raises(PlanError, match="password"):
                document(out.getvalue())


def test_a_damaged_pdf_is_refused_in_one_line(document):
    whole = pdf(PAGES)
    for content in (b"%PDF-1.7\n" + b"\xff" * 100, b"%PDF-1.4", whole[:300]):
        with pytest.raises(PlanError) as error:
            document(content)
        assert str(error.value).startswith("plan.docx: ") and "\n" not in str(error.value)
