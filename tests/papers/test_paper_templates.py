"""Templates of papers: what they may ask for, what is refused in a line, that text is inert."""

import io
import time
import zipfile

import docx
import pytest
from docx.shared import Mm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from project import examples
from word_files import made, opened, part, texts, with_parts

from yxq.cli import app
from yxq.papers.names import inert
from yxq.papers.safe import LARGEST, PaperError, checked
from yxq.papers.shelf import TEMPLATES, file_name, take_over
from yxq.papers.template import Picture, Template
from yxq.plan_folders.draft import scaffold
from yxq.plan_folders.load import load
from yxq.words.wording import LANGUAGES, Words

CITY = {"name": "宜兴市", "score": "86.8", "short": [{"title": "一"}, {"title": "二"}], "behind": 2}
NAMES = {"city": CITY, "over": False, "owing": []}


def filled(place, *paragraphs, **names):
    return texts(opened(Template(made(place, *paragraphs)).filled(NAMES | names)))


def refused(place, *paragraphs, **names) -> PaperError:
    with pytest.raises(PaperError) as error:
        filled(place, *paragraphs, **names)
    assert "\n" not in str(error.value) and "样.docx" in str(error.value)
    return error.value


def test_names_choices_and_repeats(tmp_path):
    lines = [
        "{{ city.name }}得{{ city.score }}分",
        "{%p for t in city.short %}",
        "{{ loop.index }}．{{ t.title }}",
        "{%p endfor %}",
        "{% if over %}终{% else %}暂{% endif %}",
        "{{ city.short|map(attribute='title')|join('、') }}共{{ city.short|length * 2 }}",
    ]
    assert filled(tmp_path, *lines) == ["宜兴市得86.8分", "1．一", "2．二", "暂", "一、二共4"]


def test_marks_that_word_has_torn_apart_are_whole(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("得")
    for piece in ("{", "{ ci", "ty.sco", "re }", "}分"):
        paragraph.add_run(piece).bold = piece == "ty.sco"
    document.save(str(tmp_path / "样.docx"))
    assert texts(opened(Template(tmp_path / "样.docx").filled(NAMES))) == ["得86.8分"]


@pytest.mark.parametrize(
    ("line", "name", "near"),
    [
        ("{{ citi.name }}", "citi", "city"),
        ("全市{{ city.scroe }}分", "scroe", "score"),
        ("{% if city.behindd %}有{% endif %}", "behindd", "behind"),
        ("{%p for t in city.shorts %}", "shorts", "short"),
        ("{{ city.short[0].titel }}", "titel", "title"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_place_and_nearest(tmp_path, line, name, near):
    more = ["{%p endfor %}"] if "for" in line else []
    error = refused(tmp_path, "第一段", line, *more)
    said = line.replace("{%p for", "{% for")  # of marks that stand alone the rest goes
    place = f"{said!r}" if not more else f"{said}{{% endfor %"
    assert place in str(error) and said in error.chinese
    assert f": there is no {name!r}; did you mean {near}" in str(error)
    assert f"：没有“{name}”这个名字；是不是：{near}" in error.chinese


def test_of_a_long_paragraph_the_place_is_quoted(tmp_path):
    error = refused(tmp_path, "甲" * 80 + "{{ city.scroe }}" + "乙" * 80)
    assert "scroe" in error.chinese and len(error.chinese) < 100 and "…" in error.chinese


def test_a_name_in_the_foot_of_a_page_is_refused_too(tmp_path):
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "{{ nowhere }}"
    document.save(str(tmp_path / "样.docx"))
    with pytest.raises(PaperError, match="'nowhere'"):
        Template(tmp_path / "样.docx").filled(NAMES)


@pytest.mark.parametrize(
    "line",
    [
        "{{ city.items }}",
        "{{ city.keys }}",
        "{{ city.name.upper }}",
        "{{ city.short.append }}",
        "{{ city.__class__ }}",
        "{{ city.name.__class__.__mro__ }}",
        "{{ range }}",
        "{{ self }}",
        "{{ city['__class__'] }}",
        "{{ city.short|attr('append') }}",
        "{{ city|attr('keys') }}",
    ],
)
def test_what_python_has_under_a_name_is_out_of_reach(tmp_path, line):
    refused(tmp_path, line)


@pytest.mark.parametrize(
    "line",
    [
        "{{ city.name.upper() }}",
        "{{ ''.join(city.short) }}",
        "{{ 'a' * 9999999999 }}",
        "{{ '%99999999d' % 1 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{{ lipsum(9) }}",
        "{{ city.name|center(9999) }}",
        "{{ city.name|safe }}",
        "{{ nothing|default('x') }}",
        "{% extends 'x' %}",
        "{% for a in city.short %}{% for b in city.short %}{% for c in city.short %}"
        "{% for d in city.short %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_calls_nothing_fetches_nothing_and_does_not_grow(tmp_path, line):
    began = time.monotonic()
    refused(tmp_path, line)
    assert time.monotonic() - began < 5


def test_a_paper_without_end_is_stopped(tmp_path):
    long = [{"title": "长" * 1000}] * 300
    nested = (
        "{% for a in city.short %}{% for b in city.short %}{{ b.title }}{% endfor %}{% endfor %}"
    )
    assert "(too long)" in str(refused(tmp_path, nested, city=CITY | {"short": long}))


@pytest.mark.parametrize(
    "lines",
    [
        ["{% if over %}"],
        ["{%p for t in city.short %}", "{{ t.title }}"],
        ["{{ city.name }"],
        ["{{ 1/0 }}"],
        ["{% endif %}"],
        ["{% if city.behind > city.name %}x{% endif %}"],
    ],
)
def test_a_template_written_wrongly_is_refused(tmp_path, lines):
    refused(tmp_path, *lines)


def test_a_template_that_leaves_no_document_is_refused(tmp_path):
    body = part(made(tmp_path, "x{{ city.name }}"), "word/document.xml").decode()
    broken = body.replace("x{{ city.name }}", "{% if over %}</w:t></w:r></w:p>{% endif %}")
    file = with_parts(tmp_path / "样.docx", {"word/document.xml": broken.encode()})
    with pytest.raises(PaperError, match="样"):
        Template(file).filled(NAMES)


HOSTILE = [
    "{{ city.score }}",
    "{% if x %}",
    "{# #}",
    "<w:p/>",
    "&amp;<b>",
    "]]>",
    "'\"",
    "{_{ x }_}",
]
HOSTILE += ["a\tb\nc\x07d\x0ce", "\x00\x08\x1b", "\u202etxt", "\ufffe\uffff", "\ud800", "\u2028"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_returns_is_inert(tmp_path, text):
    before = len(filled(tmp_path, "名：{{ city.name }}。", "末"))
    lines = filled(tmp_path, "名：{{ city.name }}。", "末", city=inert(CITY | {"name": text}))
    assert len(lines) == before and lines[0].startswith("名：") and lines[0].endswith("。")
    if text.isprintable() and "{_" not in text:
        assert lines[0] == f"名：{text}。"


@settings(
    max_examples=examples(12, 40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(max_size=30))
def test_any_text_makes_one_paragraph(tmp_path, text):
    lines = filled(tmp_path, "名：{{ city.name }}。", city=inert(CITY | {"name": text}))
    assert len(lines) == 1 and "86.8" not in lines[0].replace(text, "")


def test_inert_reaches_into_lists_and_entries():
    given = {"a": ["x\ny", {"b": "\u200b"}], "n": 3, "t": True, "s": "  a  b "}
    assert inert(given) == {"a": ["x y", {"b": "‹U+200B›"}], "n": 3, "t": True, "s": "a b"}


# What is no template.


def broken(place, **changed) -> str:
    file = made(place, "{{ city.name }}")
    with_parts(
        file, {name.replace("__", "/").replace("_dot_", "."): d for name, d in changed.items()}
    )
    return refusal_of(file)


def refusal_of(file) -> str:
    with pytest.raises(PaperError) as error:
        Template(file)
    assert "\n" not in str(error.value) and file.name in str(error.value)
    return str(error.value)


def test_what_is_no_word_file(tmp_path):
    file = tmp_path / "样.docx"
    for data in (b"", b"hello", b"PK\x03\x04" + bytes(50), b"\xd0\xcf\x11\xe0" + bytes(600)):
        file.write_bytes(data)
        assert "damaged" in refusal_of(file)
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert "no Word document" in refusal_of(file)
    assert "damaged" in refusal_of(tmp_path / "不在.docx")
    whole = made(tmp_path, "{{ city.name }}" * 50).read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refusal_of(file)
    spoilt = bytearray(whole)
    spoilt[2000:2400] = bytes(400)
    file.write_bytes(spoilt)
    assert "damaged" in refusal_of(file)


def test_a_bomb_is_not_unpacked(tmp_path):
    file = made(tmp_path, "x")
    with_parts(file, {"word/media/bomb.bin": bytes(LARGEST + 1)})
    assert file.stat().st_size < 2_000_000 and "more than 20 MB" in refusal_of(file)
    file = made(tmp_path, "x")
    with_parts(file, {f"word/{n}.xml": b"" for n in range(600)})
    assert "too many parts" in refusal_of(file)


def test_entities_are_not_unfolded(tmp_path):
    body = part(made(tmp_path, "x"), "word/document.xml").decode()
    head, tail = body.split("?>", 1)
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    assert "damaged" in broken(tmp_path, word__document_dot_xml=f"{head}?>{bomb}{tail}".encode())


def test_macros_and_what_is_embedded_are_refused(tmp_path):
    assert "vbaProject" in broken(tmp_path, word__vbaProject_dot_bin=b"x")
    assert "embeddings" in broken(tmp_path, word__embeddings__a_dot_bin=b"x")
    assert "activeX" in broken(tmp_path, word__activeX__activeX1_dot_xml=b"<x/>")
    file = made(tmp_path, "x")
    types = part(file, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    with_parts(file, {"[Content_Types].xml": types})
    assert "no Word document" in refusal_of(file)


@pytest.mark.parametrize(
    ("kind", "mode", "is_refused"),
    [
        ("attachedTemplate", 'TargetMode="External"', True),
        ("image", "TargetMode = 'External'", True),
        ("oleObject", "", True),
        ("aFChunk", "", True),
        ("hyperlink", 'TargetMode="External"', False),
        ("image", "", False),
    ],
)
def test_nothing_from_outside_but_links(tmp_path, kind, mode, is_refused):
    file = made(tmp_path, "{{ city.name }}")
    rels = part(file, "word/_rels/document.xml.rels").decode()
    about = f'Type="http://x/relationships/{kind}" Target="http://evil/"'
    one = f'<Relationship Id="rId99" {about} {mode}/>'
    changed = rels.replace("</Relationships>", f"{one}</Relationships>").encode()
    data = with_parts(file, {"word/_rels/document.xml.rels": changed}).read_bytes()
    if is_refused:
        assert "http://evil/" in refusal_of(file)
    else:
        assert checked(data, "x") == data


@pytest.mark.parametrize("field", ["DDEAUTO c:\\x", ' includetext "http://x" ', "INCLUDEPICTURE x"])
def test_fields_that_fetch_are_refused(tmp_path, field):
    body = part(made(tmp_path, "x"), "word/document.xml").decode()
    text = field.replace('"', "&quot;")
    run = f"<w:r><w:instrText>{text}</w:instrText></w:r></w:p>"
    changed = body.replace("</w:p>", run, 1).encode()
    assert "take it out" in broken(tmp_path, word__document_dot_xml=changed)


# The same bytes.


def test_the_same_bytes_and_no_clock(tmp_path, monkeypatch):
    file = made(tmp_path, "{{ city.name }}", "{{ figure }}")
    png = io.BytesIO()
    Image.new("RGB", (40, 20), "blue").save(png, "png")
    picture = {"figure": Picture(png.getvalue(), 60, '高"<低>')}
    first = Template(file).filled(NAMES | picture)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(
        time, "localtime", lambda *_: time.struct_time((2033, 5, 18, 3, 33, 20, 2, 138, 0))
    )
    again = Template(file)
    assert again.filled(NAMES | picture) == again.filled(NAMES | picture) == first
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    (shape,) = opened(first).inline_shapes
    assert shape.width == Mm(60) and shape.height == Mm(30)
    assert shape._inline.docPr.get("descr") == '高"<低>'


# Taken over into a plan folder.


def test_shipped_templates_are_taken_over_once_and_go_on_to_the_next_plan(tmp_path, capsys):
    out = tmp_path / "yixing"
    app.main(["new-plan", "--out", str(out), "--papers"], standalone_mode=False)
    assert "16 templates of papers" in capsys.readouterr().err
    there = sorted(file.name for file in (out / "papers").iterdir())
    assert there == sorted(file_name(key, Words(lang)) for lang in LANGUAGES for key in TEMPLATES)
    own = made(out / "papers", "{{ city.name }}", name="反馈函.docx")
    ours = own.read_bytes()
    made(out / "papers", "x", name="~$反馈函.docx")
    assert take_over(out) == [] and own.read_bytes() == ours
    scaffold(load(out), 2015, tmp_path / "next" / "yixing")
    following = tmp_path / "next" / "yixing" / "papers"
    assert sorted(file.name for file in following.iterdir()) == there
    assert (following / "反馈函.docx").read_bytes() == ours
    made(following, "changed there", name="反馈函.docx")
    kept = (following / "反馈函.docx").read_bytes()
    scaffold(load(following.parent), 2016, following.parent)
    assert (following / "反馈函.docx").read_bytes() == kept
