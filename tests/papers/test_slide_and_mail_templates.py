"""Templates of slides and mails: what they may ask for, what is refused; text is inert."""

import io
import time
import zipfile
from codecs import BOM_UTF8

import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slide_files import deck, lines, slides, tables
from word_files import made, part, with_parts

from yxq.papers import shelf
from yxq.papers.deck import Deck
from yxq.papers.mail import Mail
from yxq.papers.names import inert
from yxq.papers.safe import LARGEST, MOST_TEXT, PaperError
from yxq.papers.sandbox import cut
from yxq.papers.template import Picture
from yxq.words.wording import Words

SHORT = [{"n": 1, "title": "一"}, {"n": 2, "title": "二"}]
CITY = {"name": "宜兴市", "score": "86.8", "short": SHORT, "behind": 2}
NAMES = {"city": CITY, "over": False, "owing": [], "figure": Picture(b"", 1, "x")}
SLIDE = "ppt/slides/slide1.xml"


def shown(place, *paragraphs, rows=None, **names):
    (slide,) = slides(Deck(deck(place, *paragraphs, rows=rows)).filled(NAMES | names))
    return slide


def filled(place, *paragraphs, **names) -> list[str]:
    return lines(shown(place, *paragraphs, **names))


def mail(place, text, **names) -> str:
    file = place / "样.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    data = Mail(file).filled(NAMES | names)
    assert data.startswith(BOM_UTF8) and not data.startswith(BOM_UTF8 * 2)
    said = data.removeprefix(BOM_UTF8).decode("utf-8")
    assert said.count("\n") == said.count("\r\n") == said.count("\r")
    return said.replace("\r\n", "\n")


def refused(make, place, *texts, **names) -> PaperError:
    with pytest.raises(PaperError) as error:
        make(place, *texts, **names)
    assert "\n" not in str(error.value) and "样." in str(error.value)
    assert "\n" not in error.value.chinese
    return error.value


def test_names_choices_and_repeats_on_a_slide(tmp_path):
    said = filled(
        tmp_path,
        "{{ city.name }}得{{ city.score }}分",
        "{%p for t in city.short %}",
        "{{ t.n }}．{{ t.title }}",
        "{%p endfor %}",
        "{% if over %}终{% else %}暂{% endif %}，{{ 2 if city.behind > 1 else 1 }}",
        "{%p if over %}",
        "不在",
        "{%p endif %}",
        "{# 说明 #}末",
    )
    assert said == ["宜兴市得86.8分", "1．一", "2．二", "暂，2", "末"]


def test_rows_of_a_table(tmp_path):
    rows = [["项", "数"], ["{%tr for t in city.short %}", ""]]
    rows += [["{{ t.title }}", "{{ t.n }}"], ["{%tr endfor %}", ""]]
    slide = shown(tmp_path, "x{{ city.name }}", rows=rows)
    assert tables(slide) == [[["项", "数"], ["一", "1"], ["二", "2"]]]
    (frame,) = [shape for shape in slide.shapes if shape.has_table]
    assert frame.height == sum(row.height for row in frame.table.rows) > 0
    slide = shown(tmp_path, "x{{ city.name }}", rows=rows, city=CITY | {"short": []})
    assert tables(slide) == [] and lines(slide) == ["x宜兴市"]


def test_a_table_that_is_not_filled_stays_as_it_is(tmp_path):
    slide = shown(tmp_path, "{{ city.name }}", rows=[["只有{{ city.name }}一行"]])
    assert tables(slide) == [[["只有宜兴市一行"]]]


def test_rows_that_are_repeated_share_no_identity(tmp_path):
    rows = [["项"], ["{%tr for t in city.short %}"], ["{{ t.title }}"], ["{%tr endfor %}"]]
    file = deck(tmp_path, rows=rows)
    xml = part(file, SLIDE).decode()
    identity = '<a:extLst><a:ext uri="{0D108BD9-81ED-4DB2-BD59-A6C34878D82A}"/></a:extLst></a:tr>'
    with_parts(file, {SLIDE: xml.replace("</a:tr>", identity).encode()})
    data = Deck(file).filled(NAMES)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert b"0D108BD9" not in packed.read(SLIDE) and b"filled" not in packed.read(SLIDE)
    assert tables(slides(data)[0]) == [[["项"], ["一"], ["二"]]]


def test_marks_torn_apart_and_quotes_that_powerpoint_types(tmp_path):
    made = pptx.Presentation()
    box = made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(0, 0, 9999, 9999)
    paragraph = box.text_frame.paragraphs[0]
    for piece in ("得{", "{ ci", "ty.short|map(attribute=‘title’)|join(“、”", ") }", "}分“末”"):
        paragraph.add_run().text = piece
    made.save(str(tmp_path / "样.pptx"))
    (slide,) = slides(Deck(tmp_path / "样.pptx").filled(NAMES))
    assert lines(slide) == ["得一、二分“末”"]


def test_a_layout_is_filled_too(tmp_path):
    made = pptx.Presentation()
    layout = made.slide_layouts[6]
    made.slides.add_slide(layout).shapes.add_textbox(0, 0, 99, 99).text_frame.text = "x"
    next(iter(layout.placeholders)).text_frame.text = "{{ city.name }}"
    made.save(str(tmp_path / "样.pptx"))
    (slide,) = slides(Deck(tmp_path / "样.pptx").filled(NAMES))
    assert "宜兴市" in [shape.text_frame.text for shape in slide.slide_layout.placeholders]


def test_what_is_left_of_a_text_box_is_whole(tmp_path):
    slide = shown(tmp_path, "{%p if over %}", "{{ city.name }}", "{%p endif %}")
    assert lines(slide) == [""]  # PowerPoint wants a paragraph


@pytest.mark.parametrize(
    ("line", "name", "near"),
    [
        ("{{ citi.name }}", "citi", "city"),
        ("全市{{ city.scroe }}分", "scroe", "score"),
        ("{% if city.behindd %}有{% endif %}", "behindd", "behind"),
        ("{{ city.short[0].titel }}", "titel", "title"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_place_and_nearest(tmp_path, line, name, near):
    for make, texts in ((filled, ["第一段", line]), (mail, [f"第一行\n{line}\n"])):
        error = refused(make, tmp_path, *texts)
        assert f"“{line}”：没有“{name}”这个名字；是不是：{near}" in error.chinese
        assert f"at {line!r}: there is no {name!r}; did you mean {near}" in str(error)


def test_in_a_cell_and_in_the_foot_of_all_slides_too(tmp_path):
    assert "'nowhere'" in str(refused(shown, tmp_path, rows=[["{{ nowhere }}"]]))


def test_pictures_are_of_word_files(tmp_path):
    for make in (filled, mail):
        assert "'figure'" in str(refused(make, tmp_path, "{{ figure }}"))


HARMFUL = [
    "{{ city.items }}",
    "{{ city.name.__class__ }}",
    "{{ self }}",
    "{{ city|attr('keys') }}",
    "{{ city.name.upper() }}",
    "{{ 'a' * 9999999999 }}",
    "{{ '%99999999d' % 1 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{% include 'x' %}",
    "{% macro m() %}{% endmacro %}",
    "{{ city.name|safe }}",
    "{{ city.name|center(9999) }}",
    "{{ 1/0 }}",
    "{{ city.name }",
    "{% if over %}",
    "{% endif %}",
    "{{ city.name|cut('x') }}",
    "{{ '\\ud800' }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
]


@pytest.mark.parametrize("line", HARMFUL, ids=range(len(HARMFUL)))
def test_a_template_calls_nothing_fetches_nothing_and_does_not_grow(tmp_path, line):
    began = time.monotonic()
    refused(filled, tmp_path, "第一段", line)
    refused(mail, tmp_path, line)
    assert time.monotonic() - began < 5


def test_a_control_makes_no_slide(tmp_path):
    assert SLIDE in str(refused(filled, tmp_path, "{{ '\\x07' }}"))


HOSTILE = ["{{ city.score }}", "{% if x %}", "{%p if x %}", "{# #}", "<a:p/>", "&amp;<b>", "]]>"]
HOSTILE += ["'\"", "a\tb\nc\x07d\x0ce", "\x00\x08\x1b", "\u202etxt", "\ufffe\uffff", "\ud800"]
HOSTILE += ["\u2028", "\ue0000\ue001", "\r\nBcc: x"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_returns_is_inert(tmp_path, text):
    city = inert(CITY | {"name": text})
    said = filled(tmp_path, "名：{{ city.name }}。", "末", city=city)
    assert len(said) == 2 and said[0].startswith("名：") and said[0].endswith("。")
    sent = mail(tmp_path, "名：{{ city.name }}。\n末\n", city=city)
    assert sent.count("\n") == 2 and sent.endswith("。\n末\n")
    if text.isprintable():
        assert said[0] == f"名：{text}。" and sent == f"名：{text}。\n末\n"


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=30))
def test_any_text_makes_one_paragraph_and_one_line(tmp_path, text):
    city = inert(CITY | {"name": text})
    assert len(filled(tmp_path, "名：{{ city.name }}。", city=city)) == 1
    assert mail(tmp_path, "{{ city.name }}\n", city=city) == f"{city['name']}\n"


@pytest.mark.parametrize(
    ("text", "most", "said"),
    [
        ("丁蜀镇", 3, "丁蜀镇"),
        ("丁蜀镇镇", 3, "丁蜀…"),
        ("abcdef", 3, "abcdef"),
        ("abcdefg", 3, "abcd…"),
        ("丁a蜀b镇", 4, "丁a蜀b镇"),
        ("丁a蜀b镇", 3, "丁a…"),
        ("ab cd", 2, "ab…"),
        ("≥96%以上", 4, "≥96%…"),  # a sign as wide as a Chinese one
        ("≥96%以", 4, "≥96%以"),
        ("", 3, ""),
    ],
)
def test_a_text_is_cut_by_its_width(tmp_path, text, most, said):
    assert cut(text, most) == said
    assert filled(tmp_path, f"{{{{ city.name|cut({most}) }}}}", city={"name": text}) == [said]


def test_signs_that_stand_for_marks_while_a_part_is_read_are_none_of_a_text(tmp_path):
    assert filled(tmp_path, "{{ city.name }}", "x\ue0000\ue001y") == ["宜兴市", "x0y"]


def test_what_is_cut_is_text_still(tmp_path):
    line = (
        "{{ ['<b>', city.name]|join|cut(40) }}{% set x %}&{{ city.name }}{% endset %}{{ x|cut(9) }}"
    )
    assert filled(tmp_path, line, city={"name": "<&>"}) == ["<b><&>&<&>"]


# Mails.


def test_lines_of_nothing_but_marks_go_and_no_others(tmp_path):
    text = "甲{% if over %}x{% endif %}\n  {% if not over %}\n乙\n{% endif %}{# x #}\n"
    text += "{% for t in city.short %}\n{{ t.title }}<&\n{% endfor %}\n\n丙"
    assert mail(tmp_path, text) == "甲\n乙\n一<&\n二<&\n\n丙\n"


@pytest.mark.parametrize(
    "data", ["宜兴{{ city.score }}\n".encode(c) for c in ("utf-8", "utf-8-sig", "gb18030")]
)
def test_a_mail_as_editors_save_it(tmp_path, data):
    assert mail(tmp_path, data) == "宜兴86.8\n"
    assert mail(tmp_path, data.replace(b"\n", b"\r\n")) == "宜兴86.8\n"


def test_what_is_no_text_is_refused(tmp_path):
    for data in (b"\xff\xfe\x00x", "x".encode("utf-16"), b"PK\x03\x04\x00", b"\x80\x81\xff\xff"):
        assert "damaged" in str(refused(mail, tmp_path, data))
    assert "more than 2 MB" in str(refused(mail, tmp_path, b"x" * (MOST_TEXT + 1)))
    with pytest.raises(PaperError, match="damaged"):
        Mail(tmp_path / "不在.txt")


# What is no template of slides.


def refusal_of(file) -> str:
    with pytest.raises(PaperError) as error:
        Deck(file)
    assert "\n" not in str(error.value) and file.name in str(error.value)
    return str(error.value)


def broken(place, parts: dict[str, bytes]) -> str:
    return refusal_of(with_parts(deck(place, "{{ city.name }}"), parts))


def test_what_is_no_powerpoint_file(tmp_path):
    file = tmp_path / "样.pptx"
    for data in (b"", b"hello", b"PK\x03\x04" + bytes(50), b"\xd0\xcf\x11\xe0" + bytes(600)):
        file.write_bytes(data)
        assert "damaged" in refusal_of(file)
    assert "damaged" in refusal_of(tmp_path / "不在.pptx")
    file.write_bytes(made(tmp_path, "x").read_bytes())
    assert "no PowerPoint presentation" in refusal_of(file)
    whole = deck(tmp_path, "{{ city.name }}" * 50).read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal_of(file)
    pptx.Presentation().save(str(file))
    assert "ppt/slides" in refusal_of(file)  # none
    assert "damaged" in broken(tmp_path, {SLIDE: b"<p:sld>"})
    assert "damaged" in broken(tmp_path, {"ppt/_rels/presentation.xml.rels": b"<x/>"})
    assert "damaged" in broken(tmp_path, {SLIDE: b"<?mark 7?>" + part(file_of(tmp_path), SLIDE)})


def file_of(place):
    return deck(place, "x")


def test_a_bomb_is_not_unpacked_and_entities_are_not_unfolded(tmp_path):
    assert "more than 20 MB" in broken(tmp_path, {"ppt/media/x.bin": bytes(LARGEST + 1)})
    assert "more than 20 MB" in broken(tmp_path, {"ppt/slides/slide9.xml": bytes(MOST_TEXT + 1)})
    body = part(deck(tmp_path, "x"), SLIDE).decode().split("?>", 1)
    bomb = '?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert "damaged" in broken(tmp_path, {SLIDE: bomb.join(body).encode()})


def test_macros_and_what_is_embedded_are_refused(tmp_path):
    assert "vbaProject" in broken(tmp_path, {"ppt/vbaProject.bin": b"x"})
    assert "embeddings" in broken(tmp_path, {"ppt/embeddings/book.xlsx": b"x"})
    types = part(deck(tmp_path, "x"), "[Content_Types].xml").decode()
    macro = types.replace(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    )
    assert "no PowerPoint" in broken(tmp_path, {"[Content_Types].xml": macro.encode()})


@pytest.mark.parametrize(
    ("kind", "mode", "is_refused"),
    [
        ("video", 'TargetMode="External"', True),
        ("image", "TargetMode = 'External'", True),
        ("oleObject", "", True),
        ("hyperlink", 'TargetMode="External"', False),
    ],
)
def test_nothing_from_outside_but_links(tmp_path, kind, mode, is_refused):
    file, name = deck(tmp_path, "{{ city.name }}"), "ppt/slides/_rels/slide1.xml.rels"
    about = f'Type="http://x/relationships/{kind}" Target="http://evil/"'
    one = f'<Relationship Id="rId99" {about} {mode}/></Relationships>'
    rels = part(file, name).decode().replace("</Relationships>", one)
    with_parts(file, {name: rels.encode()})
    if is_refused:
        assert "http://evil/" in refusal_of(file)
    else:
        assert lines(slides(Deck(file).filled(NAMES))[0]) == ["宜兴市"]


@pytest.mark.parametrize(
    ("action", "acting"),
    [
        ('<a:hlinkClick xmlns:r="r" r:id="" action="ppaction://program"/>', "ppaction://program"),
        ("<a:hlinkClick action='ppaction://macro?name=x'/>", "ppaction://macro"),
        ('<a:hlinkClick action="ppaction://hlinkfile"/>', "ppaction://hlinkfile"),
        ('<a:hlinkMouseOver action="ppaction://hlinksldjump"/>', "hlinkMouseOver"),
        ('<a:hlinkClick action="ppaction://hlinkshowjump?jump=nextslide"/>', ""),
        ('<a:hlinkClick action="ppaction://hlinksldjump"/>', ""),
        ('<a:hlinkClick action=""/>', ""),
    ],
)
def test_actions_but_going_to_a_slide_are_refused(tmp_path, action, acting):
    file = deck(tmp_path, "{{ city.name }}")
    xml = part(file, SLIDE).decode()
    run = f"<a:r><a:rPr>{action}</a:rPr>"
    assert "<a:r>" in xml
    with_parts(file, {SLIDE: xml.replace("<a:r>", run, 1).encode()})
    if acting:
        assert acting in refusal_of(file)
    else:
        assert lines(slides(Deck(file).filled(NAMES))[0]) == ["宜兴市"]


def test_what_is_the_plan_folders_own_is_known_by_kind_and_digest(tmp_path):
    digests, place = [shelf.digest(tmp_path)], tmp_path / "papers"
    place.mkdir()
    for name in ("邮件.txt", "汇报幻灯片.pptx", "反馈函.docx"):
        (place / name).write_bytes(b"x")
        digests.append(shelf.digest(tmp_path))
    for name in ("~$汇报幻灯片.pptx", ".邮件.txt", "说明.md"):
        (place / name).write_bytes(b"x")
        assert shelf.digest(tmp_path) == digests[-1]
    assert len(set(digests)) == 4
    (place / "邮件.txt").write_bytes(b"y")
    assert shelf.digest(tmp_path) not in digests
    assert shelf.Shelf(tmp_path, Words("zh")).unknown() == {}
    (place / "幻灯片.pptx").write_bytes(b"x")
    (why,) = shelf.Shelf(tmp_path, Words("zh")).unknown().values()
    assert "幻灯片.pptx：没有用这个模板的公文；是不是：汇报幻灯片.pptx" in why


def test_the_same_bytes_and_no_clock(tmp_path, monkeypatch):
    file = deck(tmp_path, "{{ city.name }}", "{{ city.score }}")
    first = Deck(file).filled(NAMES)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(
        time, "localtime", lambda *_: time.struct_time((2033, 5, 18, 3, 33, 20, 2, 138, 0))
    )
    again = Deck(file)
    assert again.filled(NAMES) == again.filled(NAMES) == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        with zipfile.ZipFile(file) as template:
            assert packed.namelist() == template.namelist()
