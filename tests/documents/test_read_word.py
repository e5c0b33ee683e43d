"""Word documents: lists as printed, tables in their place, tracked changes, notes, boxes."""

import io
import re
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from project import examples

from yxq.documents.read import read
from yxq.documents.read.list_labels import numeral
from yxq.words.errors import PlanError

SPACE = nsdecls("w", "wp", "a") + (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*inner: str, props: str = "") -> str:
    return f"<w:p><w:pPr>{props}</w:pPr>{''.join(inner)}</w:p>"


def item(text: str, number: int, depth: int = 0) -> str:
    listed = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return par(run(text), props=listed)


@pytest.fixture
def document(tmp_path):
    """Reads the blocks of a body as a Word document, with lists and footnotes where given."""

    def made(*blocks: str, lists: str = "", footnotes: str = "", change=None):
        word = docx.Document()
        body = word.element.body
        for n, block in enumerate(parse_xml(f"<w:body {SPACE}>{''.join(blocks)}</w:body>")):
            body.insert(n, block)
        if lists:
            root = word.part.part_related_by(RELATION.NUMBERING).element
            for child in list(root):
                root.remove(child)
            root.extend(parse_xml(f"<w:numbering {SPACE}>{lists}</w:numbering>"))
        if footnotes:
            xml = f"<w:footnotes {SPACE}>{footnotes}</w:footnotes>".encode()
            part = Part(PackURI("/word/footnotes.xml"), "application/xml", xml, word.part.package)
            word.part.relate_to(part, RELATION.FOOTNOTES)
        if change:
            change(word)
        path = tmp_path / "plan.pdf"  # whose name says another thing than its bytes
        word.save(path)
        return read(path)

    return made


def said(document) -> list[str]:
    return [p.text for p in document.paragraphs]


def level(depth: int, kind: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


OUTLINE = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>')
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "lowerRoman", "%3.%4")
    + "</w:abstractNum>"
)
NUMBERS = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
AGAIN = (
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def test_automatic_lists_have_the_labels_that_word_prints(document):
    found = document(
        item("目标", 1),
        item("产品", 1, 1),
        item("甲", 1, 2),
        item("乙", 1, 2),
        item("细", 1, 3),
        item("服务", 1, 1),
        item("丙", 1, 2),
        item("任务", 1),
        item("检查", 1, 1),
        item("另起", 2),
        item("无号", 0),
        lists=OUTLINE + NUMBERS + AGAIN,
    )
    assert said(found) == [
        "一、目标",
        "（一）产品",
        "1. 甲",
        "2. 乙",
        "2.i 细",
        "（二）服务",
        "1. 丙",
        "二、任务",
        "（一）检查",
        "五、另起",
        "无号",
    ]


def test_a_list_of_a_style_and_one_that_is_linked(document):
    def styled(word):
        style = word.styles.add_style("条款", 1)
        style.element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {SPACE}><w:numId w:val="1"/></w:numPr>')
        )
        word.paragraphs[0].style = word.paragraphs[1].style = style

    found = document(par(run("总则")), par(run("附则")), lists=OUTLINE + NUMBERS, change=styled)
    assert said(found) == ["一、总则", "二、附则"]


@pytest.mark.parametrize(
    ("number", "kind", "printed"),
    [
        (4, "decimal", "4"),
        (4, "decimalZero", "04"),
        (14, "decimalFullWidth", "１４"),
        (49, "lowerRoman", "xlix"),
        (1994, "upperRoman", "MCMXCIV"),
        (28, "lowerLetter", "bb"),
        (3, "upperLetter", "C"),
        (11, "decimalEnclosedCircle", "⑪"),
        (21, "decimalEnclosedCircle", "21"),
        (1, "ideographTraditional", "甲"),
        (12, "ideographZodiac", "亥"),
        (20, "ideographDigital", "二〇"),
        (10, "chineseCounting", "十"),
        (19, "chineseCounting", "十九"),
        (30, "chineseCountingThousand", "三十"),
        (110, "chineseCounting", "一百一十"),
        (1005, "taiwaneseCounting", "一千零五"),
        (2010, "chineseCounting", "二千零一十"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "decimalEnclosedFullstop", "⒊"),
        (0, "chineseCounting", "0"),
        (7, "unheard of", "7"),
        (7, "none", ""),
    ],
)
def test_numerals(number, kind, printed):
    assert numeral(number, kind) == printed


def test_headings_by_style_and_by_outline(document):
    def styled(word):
        for n, name in enumerate(("Title", "Heading 2", "TOC Heading")):
            if name not in word.styles:
                word.styles.add_style(name, 1)
            word.paragraphs[n].style = name

    found = document(
        par(run("计划")),
        par(run("二级")),
        par(run("目录")),
        par(run("三级"), props='<w:outlineLvl w:val="2"/>'),
        par(run("正文")),
        change=styled,
    )
    assert [(p.level, p.kind) for p in found.paragraphs] == [
        (1, "text"),
        (2, "text"),
        (0, "contents"),
        (3, "text"),
        (0, "text"),
    ]


def cell(text: str, props: str = "") -> str:
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{text}</w:tc>"


def test_tables_stand_in_their_place_with_merged_cells_repeated(document):
    go_on, begin = "<w:vMerge/>", '<w:vMerge w:val="restart"/>'
    table = (
        "<w:tbl><w:tr>"
        + cell(par(run("附表")), '<w:gridSpan w:val="3"/>')
        + "</w:tr><w:tr>"
        + cell(par(run("合格率")))
        + cell(par(run("95%")) + par(run("以上")))
        + cell(par(run("甲局")), begin)
        + "</w:tr><w:tr>"
        + cell(par(run("投诉")))
        + cell(par())
        + cell(par(), go_on)
        + "</w:tr></w:tbl>"
    )
    frame = f"<w:tbl><w:tr>{cell(par(run('框内')) + table + par())}</w:tr></w:tbl>"
    found = document(par(run("前")), table, par(), frame, par(run("后")))
    rows = ["附表", "合格率 | 95% 以上 | 甲局", "投诉 |  | 甲局"]
    assert said(found) == ["前", *rows, "框内", *rows, "后"]
    places = [p.place for p in found.paragraphs]
    assert places[:5] == [
        "paragraph 1",
        "table 1, row 1",
        "table 1, row 2",
        "table 1, row 3",
        "paragraph 2",
    ]
    assert found.paragraphs[1].cells == ("附表",) * 3
    assert [p.table for p in found.paragraphs] == [0, 1, 1, 1, 0, 2, 2, 2, 0]


def test_a_column_of_automatic_numbers_is_read(document):
    rows = "".join(
        f"<w:tr>{cell(item('', 1, 2))}{cell(par(run(text)))}</w:tr>" for text in ("甲", "乙")
    )
    found = document(f"<w:tbl>{rows}</w:tbl>", lists=OUTLINE + NUMBERS)
    assert said(found) == ["1. | 甲", "2. | 乙"]


def test_tracked_changes_are_read_as_accepted_and_noted(document):
    gone, come = 'w:id="1" w:author="a"', 'w:id="2" w:author="b"'
    deleted = f"<w:del {gone}><w:r><w:delText>90%</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom {gone}>{run('旧处')}</w:moveFrom>"
    mark = f"<w:rPr><w:del {gone}/></w:rPr>"
    row = f"<w:tr><w:trPr><w:del {gone}/></w:trPr>{cell(par(run('删')))}{cell(par())}</w:tr>"
    kept = f"<w:tr>{cell(par(run('留')))}{cell(par(run('x')))}</w:tr>"
    found = document(
        par(run("达到"), deleted, f"<w:ins {come}>{run('95%')}</w:ins>", run("以上。"), moved),
        par(run("前半"), props=mark),
        par(run("后半")),
        f"<w:tbl>{row}{kept}</w:tbl>",
    )
    assert said(found) == ["达到95%以上。", "前半后半", "留 | x"]
    assert [note.en for note in found.notes] == [
        "Tracked changes: 5, read as accepted (inserted 1, deleted 4)"
    ]


def test_footnotes_boxes_breaks_and_fields(document):
    note = f'<w:footnote w:id="2">{par(run("见附表。"))}</w:footnote>'
    line = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    box = f"<w:txbxContent>{par(run('框中'))}</w:txbxContent>"
    drawn = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    field = "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>"
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>'
    found = document(
        par(run("95%"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run("以上"), drawn, field),
        par(
            run("甲"),
            "<w:r><w:br/></w:r>",
            run("乙"),
            "<w:r><w:tab/></w:r>",
            run("丙"),
            hidden,
            shown,
        ),
        "<w:sdt><w:sdtContent>" + par(run("控件")) + "</w:sdtContent></w:sdt>",
        footnotes=line + note,
    )
    assert [(p.text, p.place, p.kind) for p in found.paragraphs] == [
        ("95%以上", "paragraph 1", "text"),
        ("框中", "paragraph 1, text box", "text"),
        ("见附表。", "footnote 2", "footnote"),
        ("甲", "paragraph 2", "text"),
        ("乙\t丙显", "paragraph 2", "text"),
        ("控件", "paragraph 3", "text"),
    ]
    assert [note.en for note in found.notes] == ["Left out: hidden text (1)"]


def test_headers_are_left_out_with_a_note(document):
    def headed(word):
        word.sections[0].header.paragraphs[0].text = "页眉"

    found = document(par(run("正文")), change=headed)
    assert said(found) == ["正文"]
    assert [note.zh for note in found.notes] == ["略去页眉页脚1处"]


TEXTS = st.lists(st.text(st.sampled_from("一、1.2%目标A -，。　·"), max_size=20), max_size=8)


@settings(max_examples=examples(20, 100), deadline=None)
@given(TEXTS)
def test_no_character_of_a_document_is_lost(tmp_path_factory, texts):
    path = tmp_path_factory.getbasetemp() / "lost.docx"
    word = docx.Document()
    word.add_paragraph("首")
    table = word.add_table(len(texts), 2)
    for row, text in zip(table.rows, texts, strict=True):
        row.cells[0].text, row.cells[1].text = text, text[::-1]
    for text in texts:
        word.add_paragraph(text)
    word.save(path)
    found = "".join(p.text for p in read(path).paragraphs)
    told = "首" + "".join(text + text[::-1] for text in texts) + "".join(texts)
    assert re.sub(r"[\s|]", "", found) == re.sub(r"\s", "", told)


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (packed({"xl/workbook.xml": b""}), r"is Excel \(.xlsx\): save it as"),
        (packed({"a.txt": b""}), "is ZIP: save it as"),
        (packed({"word/document.xml": bytes(201 << 20)}), "more than 200 MB once unpacked"),
        (packed({"word/document.xml": b"<w:document"}), "damaged"),
        (packed({f"{n}": b"" for n in range(10_001)}), "more than 200 MB"),
        (b"PK\x03\x04 cut short", "damaged"),
    ],
)
def test_what_is_no_word_document_is_refused_in_one_line(tmp_path, content, why):
    path = tmp_path / "plan.docx"
    path.write_bytes(content)
    with pytest.raises(PlanError, match=why) as error:
        read(path)
    assert str(error.value).startswith("plan.docx") and "\n" not in str(error.value)


def test_a_word_document_without_text_or_with_too_much_is_refused(document):
    with pytest.raises(PlanError, match="no text in it"):
        document(par())
    with pytest.raises(PlanError, match="more than 5,000,000"):
        document(*[par(run("字" * 100_000))] * 51)
