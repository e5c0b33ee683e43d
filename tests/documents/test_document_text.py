"""Plain text, Markdown and web pages: encodings, broken lines, tables, contents."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yxq.documents.read import Document, read
from yxq.documents.read.lines import Line, paragraphs
from yxq.words.errors import PlanError

LINE = "1、产品质量目标：监督抽查合格率达到95%以上。"


@pytest.fixture
def document(tmp_path):
    def made(content: str | bytes, encoding: str = "utf-8") -> Document:
        path = tmp_path / "plan.any"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read(path)

    return made


def texts(document: Document, kind: str = "text") -> list[str]:
    return [p.text for p in document.paragraphs if p.kind == kind]


@pytest.mark.parametrize(
    ("encoding", "read_as", "notes"),
    [
        ("utf-8", "utf-8", 0),
        ("utf-8-sig", "utf-8-sig", 0),
        ("utf-16", "utf-16", 0),
        ("gb18030", "gb18030", 1),
        ("gbk", "gb18030", 1),
    ],
)
def test_a_text_is_read_in_its_encoding(document, encoding, read_as, notes):
    found = document(f"质量计划\n{LINE}\n", encoding)
    assert (texts(found), found.format) == (["质量计划", LINE], "txt")
    assert (found.encoding, len(found.notes)) == (read_as, notes)
    assert [p.place for p in found.paragraphs] == ["line 1", "line 2"]


def test_big5_that_is_valid_gb18030_is_told_by_its_common_words(document):
    text = "本市的食品，合格率達到百分之九十五，由市政府和各鎮負責。"
    text.encode("big5").decode("gb18030")  # which does not fail, and is nonsense
    found = document(text, "big5")
    assert (texts(found), found.encoding) == ([text], "big5hkscs")
    assert "Big5" in found.notes[0].en or "big5" in found.notes[0].en


def test_western_quotes_are_no_chinese(document):
    found = document("The “best” café of 95% — at least.", "cp1252")
    assert (texts(found), found.encoding) == (["The “best” café of 95% — at least."], "cp1252")


@pytest.mark.parametrize(
    ("declared", "encoding", "read_as", "notes"),
    [
        ("gb2312", "gb18030", "gb18030", 0),
        ("big5", "big5", "big5hkscs", 0),
        ("gb2312", "utf-8", "utf-8", 1),
        ("iso-8859-1", "utf-8", "utf-8", 1),
        ("windows-1252", "cp1252", "cp1252", 0),
    ],
)
def test_a_page_is_read_as_it_declares_where_it_can_be(
    document, declared, encoding, read_as, notes
):
    said = "café" if encoding == "cp1252" else "質量的，和年"
    if declared == "gb2312" and encoding == "utf-8":
        said = "质量计"  # nine bytes, which are no whole number of GB characters
    page = f"<html><head><meta charset='{declared}'></head><body><p>{said}</p></body></html>"
    found = document(page, encoding)
    assert (texts(found), found.encoding, len(found.notes)) == ([said], read_as, notes)


BROKEN = """一、主要目标
    积极开展质量强市活动，产品质量监督抽查合格率达到九
十五以上，重大质量安全事故为零，顾客满意度不低于全省平
均水平，新增名牌产品八只、商标七只。
    各镇要加强领导，落实责任，把质量工作纳入年度考核，由
市质监局负责，每半年通报一次，并于年底前报送总结，不得拖
延。
二、重点工作
"""


def test_lines_broken_to_a_width_are_one_paragraph(document):
    assert texts(document(BROKEN)) == [
        "一、主要目标",
        "积极开展质量强市活动，产品质量监督抽查合格率达到九十五以上，重大质量安全事故为零，"
        "顾客满意度不低于全省平均水平，新增名牌产品八只、商标七只。",
        "各镇要加强领导，落实责任，把质量工作纳入年度考核，由市质监局负责，每半年通报一次，"
        "并于年底前报送总结，不得拖延。",
        "二、重点工作",
    ]
    assert [p.place for p in document(BROKEN).paragraphs] == [
        "line 1",
        "line 2",
        "line 5",
        "line 8",
    ]


def test_a_full_line_that_ends_a_sentence_ends_its_paragraph():
    full = "积极开展质量强市活动产品质量监督抽查合格率达到九十五"
    lines = [Line(text, "line") for text in [full, full, full, full[:-1] + "。", full, full]]
    assert [p.text for p in paragraphs(lines, 0.08)] == [full * 3 + full[:-1] + "。", full * 2]


def test_english_lines_are_joined_with_a_blank_and_items_begin_anew(document):
    found = document(
        "By 2030 the share of food businesses that are rated good or better\n"
        "shall be at least 95 per cent in every one of the five districts, as\n"
        "measured by the yearly survey of the council.\n"
        "Target 3 Complaints about food that are answered within ten working\n"
        "days shall reach 90 per cent of all, and those of the markets shall\n"
        "be halved.\n"
        "- a list\n"
        "- of items\n"
    )
    assert texts(found) == [
        "By 2030 the share of food businesses that are rated good or better shall be at least 95 "
        "per cent in every one of the five districts, as measured by the yearly survey of the "
        "council.",
        "Target 3 Complaints about food that are answered within ten working days shall reach 90 "
        "per cent of all, and those of the markets shall be halved.",
        "- a list",
        "- of items",
    ]


def test_one_paragraph_a_line_stays_so(document):
    lines = ["质量强市计划", "各镇人民政府", "合格率达到95%以上，" * 12 + "为零。", LINE, "附则"]
    assert texts(document("\n".join(lines))) == lines


def test_a_line_that_cannot_begin_with_its_mark_goes_on(document):
    assert texts(document("合格率达到95%\n，重大事故为零。\n各镇、\n各部门\n")) == [
        "合格率达到95%，重大事故为零。",
        "各镇、各部门",
    ]


@pytest.mark.parametrize(
    "label",
    [
        "一、",
        "（一）",
        "1、",
        "1. ",
        "(1)",
        "第一条 ",
        "Target 3 ",
        "Chapter 2 ",
        "- ",
        "•",
        "①",
        "附件1",
        "3.2 ",
    ],
)
def test_an_outline_label_begins_a_paragraph(document, label):
    full = "积极开展质量强市活动产品质量监督抽查合格率达到九十五"
    lines = [full, full, full, full, f"{label}合格率"]
    assert texts(document("\n".join(lines))) == [full * 4, f"{label}合格率"]


def test_cells_between_tabs_are_rows(document):
    found = document("说明\n指标\t目标值\t单位\n合格率\t95%\t质监局\n投诉\t\t市场局\n完\n")
    assert texts(found) == [
        "说明",
        "指标 | 目标值 | 单位",
        "合格率 | 95% | 质监局",
        "投诉 |  | 市场局",
        "完",
    ]
    last = found.paragraphs[3]
    assert (last.cells, last.table, last.place) == (("投诉", "", "市场局"), 1, "table 1, row 3")


def test_the_table_of_contents_is_marked(document):
    body = "一、目标\n合格率达到95%以上。\n二、任务\n开展检查。\n三、保障\n加强领导。\n"
    with_leaders = "目录\n一、目标......1\n二、任务……2\n三、保障\t3\n"
    for contents in (
        with_leaders,
        "目  录\n一、目标\n二、任务\n三、保障\n",
        "一、目标\n二、任务\n三、保障\n",
    ):
        found = document(contents + body)
        assert "\n".join(texts(found, "contents")) + "\n" == contents
        assert "\n".join(texts(found)) + "\n" == body


def test_headings_are_no_contents_where_nothing_comes_again(document):
    found = document("一、目标\n二、任务\n三、保障\n合格率达到95%以上。\n合格率………达到95%以上。\n")
    assert texts(found, "contents") == []


PAGE = """<!DOCTYPE html><html><head><title>站名</title><style>p{}</style></head><body>
<nav><a>首页</a></nav><script>var x = 1</script>
<h2>质量 计划</h2><div>一、主要
目标<br>1、合格率<b>95%</b>以上。</div>
<ol start="3"><li>甲<p>乙</p></li><li>丙</li></ol><ul><li>x y</li></ul>
<table><tr><td><p>框内</p><table>
<tr><th rowspan="2">指标</th><th colspan="2">目标<br>值</th></tr>
<tr><td>2013</td><td>2014</td></tr><tr><td>a</td><td>1</td><td>2</td></tr></table></td></tr></table>
<pre>第一行
第二行</pre>尾</body></html>"""


def test_a_web_page_is_its_blocks_and_tables(document):
    found = document(PAGE)
    assert texts(found) == [
        "质量 计划",
        "一、主要目标",
        "1、合格率95%以上。",
        "3. 甲",
        "乙",
        "4. 丙",
        "• x y",
        "框内",
        "指标 | 目标 值",
        "指标 | 2013 | 2014",
        "a | 1 | 2",
        "第一行",
        "第二行",
        "尾",
    ]
    head = next(p for p in found.paragraphs if p.table)
    assert (head.cells, head.place) == (("指标", "目标 值", "目标 值"), "table 1, row 1")
    assert [p.level for p in found.paragraphs][:2] == [2, 0]
    assert [note.en for note in found.notes] == ["Left out: menus (1)"]
    assert found.format == "html"


def test_deep_nesting_and_wide_spans_of_a_page_are_bounded(document):
    assert texts(document("<div>" * 3000 + "合格率")) == ["合格率"]
    rows = "<tr>" + "<td colspan='1000' rowspan='9999'>" + "字" * 100 + "</td><td>x</td></tr>"
    with pytest.raises(PlanError, match="more than 5,000,000 characters"):
        document("<table>" + rows * 999 + "</table>")


def test_markdown_has_levels_labels_and_tables(document):
    found = document(
        "# 计划\n\n## 一、目标\n合格率**95%**以上，\n不低于[上年](http://x)。\n\n3. 甲\n4. 乙\n"
        "\n- x\n\n| 指标 | 目标值 |\n|---|---:|\n| 合格率 | 95%<br>以上 |\n"
        "\n```\n代码\n行\n```\n　　　　缩进\n"
    )
    assert [(p.text, p.place, p.level) for p in found.paragraphs] == [
        ("计划", "line 1", 1),
        ("一、目标", "line 3", 2),
        ("合格率95%以上，不低于上年。", "line 4", 0),
        ("3. 甲", "line 7", 0),
        ("4. 乙", "line 8", 0),
        ("• x", "line 10", 0),
        ("指标 | 目标值", "table 1, row 1", 0),
        ("合格率 | 95% 以上", "table 1, row 2", 0),
        ("代码", "line 17", 0),
        ("行", "line 18", 0),
        ("缩进", "line 20", 0),
    ]
    assert found.paragraphs[7].cells == ("合格率", "95% 以上")


PIECES = st.lists(
    st.text(st.sampled_from("一、（）1.2%目标abc A-，。 \t　·"), max_size=60),
    min_size=1,
    max_size=12,
)


def unblanked(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


@settings(deadline=None)
@given(PIECES)
def test_no_character_of_a_text_is_lost(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "lost.txt"
    text = "首\n" + "\n".join(lines)
    path.write_bytes(text.encode())
    said = "".join(p.text for p in read(path).paragraphs)
    assert unblanked(said) == unblanked(text)


@settings(deadline=None)
@given(PIECES)
def test_no_character_of_a_page_is_lost(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "lost.html"
    inner = "".join(f"<p>{line}</p>" if n % 2 else f"{line}<br>" for n, line in enumerate(lines))
    path.write_bytes(f"<html><body>首{inner}".encode())
    said = "".join(p.text for p in read(path).paragraphs)
    assert unblanked(said) == unblanked("首" + "".join(lines))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no text in it"),
        (b" \n\t\r\n", "no text in it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 doc", r"Word 97-2003 \(.doc\): save it as Word"),
        (b"\x89PNG\r\n\x1a\n", "is PNG: save it as"),
        (b"{\\rtf1 x}", "is RTF"),
        (b"plan\0\0text", "no text, or in an unknown encoding"),
        (b"\xff\xfe\0", "no text, or in an unknown encoding"),
        (b"\x81\xff\xfe\x80" * 9, "no text, or in an unknown encoding"),
        (b"x" * 5_000_001, "more than 5,000,000 characters"),
        (b"<?xml version='1.0'?><w:wordDocument>", "is Word 2003 XML"),
        (b"<html><body><script>x</script>", "no text in it"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(document, content, said):
    with pytest.raises(PlanError, match=said) as error:
        document(content)
    assert str(error.value).startswith("plan.any") and "\n" not in str(error.value)
    assert "\n" not in error.value.chinese and error.value.chinese.startswith("plan.any")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanError, match=r"gone\.docx: cannot be opened"):
        read(tmp_path / "gone.docx")
    with pytest.raises(PlanError, match="cannot be opened"):
        read(tmp_path)
