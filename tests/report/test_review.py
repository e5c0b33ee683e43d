"""The review page: every cell against the frames, every number marked once, nothing that acts."""

import base64
import datetime as dt
import io
import re
from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from yxq.documents import fates
from yxq.documents.drafts import drafted
from yxq.documents.read import Document, Paragraph
from yxq.report import fonts
from yxq.report.blocks import TEMPLATES, css_class
from yxq.report.pages.review import ReviewPage, review
from yxq.report.review_data import GRAVEST_FIRST, doubtful, targets_drafted, within
from yxq.report.sections import review as sections
from yxq.report.sections import review_document
from yxq.report.sections.review_words import (
    NUMBER_FATES,
    SENTENCE_FATES,
    marked,
    marked_cells,
    place_as_text,
)
from yxq.words.catalogue import catalogue
from yxq.words.errors import PlanError
from yxq.words.text import Text
from yxq.words.wording import Words

NOTE = Text(zh="略去页眉页脚2处", en="Left out: headers and footers (2)")
CHINESE = (
    "某市質(zhì)量強市2013年行动计划",
    "某政发〔2013〕43号",
    "一、主要目标",
    "1、产品质量：监督抽查合格率達(dá)９５％以上；生产许可证、强制认证覆盖率达到100%。",
    "2、主要目标：进出口商品法检合格率居全国同等城市前列；提升全市质量专业技术人员数量。",
    "3、加快筹建步伐，力争在2014年年底前把检测中心建成服务平台。要有320吨。",
    "4、加强宣传，营造氛围。",
)
ENGLISH = (
    "Clean Harbour Plan 2024-2030",
    "1. Commitments",
    "1.1 We will raise recycling to at least 60% by 2030. Waste will fall by half by 2028.",
    "1.2 The council will plant about 5,000 trees. We will work with schools.",
)
ROWS = (("指标", "2012年", "2013年目标", "责任单位"), ("一次检验合格率", "91%", "98%", "住建局"))


def document(texts=CHINESE, rows=ROWS, notes=(NOTE,), name="plan.txt") -> Document:
    lines = [Paragraph(text, f"line {n}") for n, text in enumerate(texts, start=1)]
    cells = [
        Paragraph(" | ".join(row), f"table 1, row {n}", cells=row, table=1)
        for n, row in enumerate(rows, start=1)
    ]
    return Document(name, "txt", "utf-8", (*lines, *cells), notes)


@pytest.fixture(scope="module")
def found():
    return drafted(document())


@pytest.fixture(params=["zh", "en"])
def page(request, found):
    return ReviewPage(found, Words(request.param), fates.targets(found))


def soup(block) -> BeautifulSoup:
    return BeautifulSoup(block.html, "html.parser")


def cells(block, table: int = 0) -> list[list[str]]:
    """The text of each cell of a table's body."""
    body = soup(block).find_all("table")[table].tbody
    return [[cell.get_text() for cell in row.find_all(["td", "th"])] for row in body.find_all("tr")]


def said(section: str, key: str, language: str) -> str:
    return catalogue()[section][key.replace(" ", "_")][language]


ZH_PLACES = {"line": "第{}行", "table": "表{}", "row": "第{}行"}


def place(text: str, language: str) -> str:
    if language == "en":
        return text
    return "".join(ZH_PLACES[kind].format(n) for kind, n in re.findall("([a-z]+) ([0-9]+)", text))


def clause(text: str) -> str:
    return text.replace("(", "（").replace(")", "）")


def more(row, language: str) -> str:
    """Unit, day and owner of a target, as they stand beside it."""
    day = row.by and (f"{row.by.year}年{row.by.month}月{row.by.day}日", row.by.isoformat())
    parts = {
        "zh": (("计量单位：", row.unit), ("期限：", day and day[0]), ("责任单位：", row.owner)),
        "en": (("unit: ", row.unit), ("by ", day and day[1]), ("owner: ", row.owner)),
    }[language]
    texts = [name + value for name, value in parts if value]
    texts += [said("text", "draft_open", language)] if row.open else []
    return ("；" if language == "zh" else "; ").join(texts)


def test_the_sample_has_every_kind(found):
    page = ReviewPage(found, Words("zh"), fates.targets(found))
    assert {*page.sentences["fate"]} == {*SENTENCE_FATES}
    assert {"look", "target", "date", "outline", "document number", "context"} <= {
        *page.numbers["fate"]
    }
    assert {"unread_number", "direction", "front", "task", "several"} <= {
        key for keys in page.doubts["doubts"] for key in keys
    }


# The frames.


def test_a_target_knows_its_words_in_the_sentence_as_it_stands(found):
    page = ReviewPage(found, Words("zh"), fates.targets(found))
    rows = page.targets.merge(page.sentences[["no", "text"]], on="no")
    words = {r.title: r.text[r.start : r.end] for r in rows.itertuples()}
    assert words["监督抽查合格率"] == "监督抽查合格率達(dá)９５％以上"
    assert words["生产许可证覆盖率"] == "生产许可证、强制认证覆盖率达到100%"
    assert words["一次检验合格率"] == "98%"
    kept = rows[rows["require"] == ""]
    assert [*kept["title"]] == ["加强宣传,营造氛围。"] and [*kept["doubts"]] == [()]
    assert [*rows["id"]] == sorted(rows["id"]) and len({*rows["id"]}) == len(rows)


def test_a_guess_is_doubted_once(found):
    page = ReviewPage(found, Words("zh"), fates.targets(found))
    first = next(t for t in page.drafted if t.draft.require and not t.draft.doubts)
    guessed = replace(first, draft=replace(first.draft, sure="guess"))
    unnamed = replace(first, draft=replace(first.draft, sure="guess", doubts=("subject",)))
    kept = replace(first, draft=replace(first.draft, sure="guess", require=""))
    rows = targets_drafted(found, [first, guessed, unnamed, kept])
    assert [*rows["doubts"]] == [(), ("guess",), ("subject",), ()]


def test_doubts_are_told_once_and_the_gravest_first(found):
    page = ReviewPage(found, Words("zh"), fates.targets(found))
    doubts = page.doubts
    asked = page.targets[page.targets["doubts"].map(len) > 0]
    assert sorted(doubts["id"]) == sorted(["", *asked["id"]])
    ranks = [min(map(GRAVEST_FIRST.index, keys)) for keys in doubts["doubts"]]
    assert ranks == sorted(ranks) and ranks[0] == 0
    lost = doubts.iloc[0]
    assert [lost["text"][start:end] for start, end in lost["marks"]] == ["320吨"]
    assert lost["doubts"] == ("unread_number",) and lost["require"] == "" and lost["by"] is None


def test_without_doubts_the_frame_is_empty(found):
    page = ReviewPage(found, Words("zh"), fates.targets(found))
    none = doubtful(page.sentences, page.numbers.iloc[:0], page.targets.iloc[:0])
    assert none.empty and [*none] == [*page.doubts]
    html = sections.review_doubts(none, page.words).html
    assert "没有要核对的。" in html and "<table" not in html


def test_of_a_long_document_what_is_first_is_kept_and_the_order_stays():
    rows = pd.DataFrame({"n": [1, 2, 3, 4, 5]})
    sizes, first = pd.Series([40, 40, 40, 40, 40]), rows["n"] == 4
    assert [*within(rows, sizes, 200, first)["n"]] == [1, 2, 3, 4, 5]
    assert [*within(rows, sizes, 199, first)["n"]] == [1, 2, 3, 4]
    assert [*within(rows, sizes, 80, first)["n"]] == [1, 4]
    assert [*within(rows, sizes, 40, first)["n"]] == [4]
    assert within(rows, sizes, 39, first).empty


# The sections.


def test_the_headline_counts_and_says_what_to_do(page):
    language, html = page.words.language, soup(page.headline())
    n = len(page.doubts)
    asking = int((page.targets["require"] != "").sum())
    tiles = [dd.get_text().split()[0] for dd in html.find_all("dd")]
    assert tiles == [str(x) for x in (n, asking, len(page.sentences), len(page.numbers))]
    assert str(n) in html.find(class_="verdict").get_text()
    text = html.get_text()
    for column, order in (
        (page.sentences["fate"], SENTENCE_FATES),
        (page.numbers["fate"], NUMBER_FATES),
    ):
        counts = [(said("drafting_fates", f, language), (column == f).sum()) for f in order]
        form = "{}{}" if language == "zh" else "{1} {0}"
        line = ("、" if language == "zh" else ", ").join(form.format(*c) for c in counts if c[1])
        assert line in text
    rows = [row[1] for row in cells(page.headline())]
    assert (
        rows[0]
        == "某市质量强市2013年行动计划"
        == html.h1.get_text().split("：")[-1].split(": ")[-1]
    )
    assert rows[1] == "某政发〔2013〕43号"
    assert rows[2:5] == ["没有读出" if language == "zh" else "not found"] * 3
    assert rows[5] == ("2013年" if language == "zh" else "2013")
    assert rows[6].startswith("plan.txt")


def test_signed_and_period_as_read(found):
    facts = replace(
        found.facts, signed=dt.date(2013, 4, 1), issuer="某市政府", start=2011, end=2015
    )
    rows = {
        language: sections.facts_as_text(replace(found, facts=facts), Words(language))
        for language in ("zh", "en")
    }
    assert [*rows["zh"]["review_read"][2:4]] == ["2013年4月1日", "某市政府"]
    assert rows["zh"]["review_read"][5] == "2011年至2015年"
    assert rows["en"]["review_read"][2] == "2013-04-01"
    unknown = replace(facts, start=0, end=0)
    assert sections.facts_as_text(replace(found, facts=unknown), Words())["review_read"][5] == (
        "没有读出"
    )


def test_every_cell_of_the_doubts_is_of_the_frame(page):
    language, rows = page.words.language, soup(page.to_look_at()).tbody.find_all("tr")
    assert len(rows) == len(page.doubts) > 4
    for shown, doubt in zip(rows, page.doubts.itertuples(), strict=True):
        where, text, drafted, why = shown.find_all("td")
        assert where.get_text() == f"{place(doubt.place, language)} {clause(doubt.clause)}"
        assert where.a["href"] == f"#d{doubt.no}"
        assert text.get_text() == doubt.text
        marks = [mark.get_text() for mark in text.find_all("mark")]
        assert marks == [doubt.text[start:end] for start, end in doubt.marks]
        assert text.get("lang") == (None if language == "zh" else "zh-Hans")
        assert [li.get_text() for li in why.find_all("li")] == [
            said("drafting", key, language) for key in doubt.doubts
        ]
        if not doubt.id:
            assert drafted.get_text() == said("text", "drafted_nothing", language)
            continue
        parts = [p.get_text() for p in drafted.find_all("p")]
        asked = [f"{doubt.id} {doubt.require}", doubt.title, more(doubt, language)]
        assert parts == [part for part in asked if part]
        assert drafted.code.get_text() == doubt.require


def test_every_row_of_the_document_is_of_the_frames(page):
    language, rows = page.words.language, soup(page.whole_document()).tbody.find_all("tr")
    assert len(rows) == len(page.sentences) > 10
    for shown, sentence in zip(rows, page.sentences.itertuples(), strict=True):
        where, text, right = shown.find_all("td")
        assert shown["id"] == f"d{sentence.no}" and shown["class"] == [sentence.fate]
        assert where.get_text() == f"{place(sentence.place, language)} {clause(sentence.clause)}"
        in_cells = [span.get_text() for span in text.select(".cells > span")]
        assert (" | ".join(in_cells) if in_cells else text.get_text()) == sentence.text
        assert bool(text.h3) == (sentence.look == "heading")
        assert bool(in_cells) == (sentence.look == "cells")
        own = page.targets[page.targets["no"] == sentence.no]
        asked = []
        for target in own[own["require"] != ""].itertuples():
            asked += [f"{target.id} {target.require}", target.title, more(target, language)]
        kept = " ".join(own.loc[own["require"] == "", "id"])
        colon = "：" if language == "zh" else ": "
        fate = said("drafting_fates", sentence.fate, language)
        why = f"{fate}{colon}{said('drafting', sentence.reason, language)}"
        parts = [p.get_text() for p in right.find_all("p")]
        assert parts == [*filter(None, asked), f"{kept} {why}".strip()]
    assert [span.get_text() for span in rows[-1].select(".cells > span")] == [*ROWS[1]]


def test_every_number_is_marked_exactly_once(page):
    rows = soup(page.whole_document()).tbody.find_all("tr")
    marks = [
        (int(row["id"][1:]), mark.get_text(), mark["class"], mark.get("title", ""))
        for row in rows
        for mark in row.find_all("mark")
    ]
    comma = "、" if page.words.language == "zh" else ", "
    texts = page.sentences.set_index("no")["text"]
    assert marks == [
        (n.no, texts[n.no][n.start : n.end], [css_class(n.fate)], comma.join(n.targets.split()))
        for n in page.numbers.itertuples()
    ]
    assert "９５％" in [words for _, words, _, _ in marks]
    legend = [mark["class"][0] for mark in soup(page.whole_document()).select(".marks mark")]
    assert legend == [css_class(f) for f in NUMBER_FATES if f in {*page.numbers["fate"]}]


def test_every_number_is_in_the_table_and_the_counts_add_up(page):
    language, block = page.words.language, page.each_number()
    counts = cells(block, 0)
    fates = page.numbers["fate"]
    assert counts == [
        [
            said("drafting_fates", fate, language),
            str((fates == fate).sum()),
            said("drafting", "unread_number" if fate == "look" else fate, language),
        ]
        for fate in NUMBER_FATES
        if (fates == fate).any()
    ]
    assert sum(int(row[1]) for row in counts) == len(page.numbers) > 12
    sentences = page.sentences.set_index("no")
    comma = "、" if language == "zh" else ", "
    expected = []
    for fate in NUMBER_FATES:
        for number in page.numbers[fates == fate].itertuples():
            sentence = sentences.loc[number.no]
            where = f"{place(sentence['place'], language)} {clause(sentence['clause'])}".strip()
            expected.append(
                [
                    sentence["text"][number.start : number.end],
                    said("drafting_fates", fate, language),
                    comma.join(number.targets.split()),
                    where,
                ]
            )
    shown = cells(block, 1)
    assert [[words, *rest] for words, _, *rest in shown] == expected
    assert all(words.strip() in around for words, around, *_ in shown)


def test_what_stands_around_a_number():
    text = "0123456789abcdef95%ghijklmnopqrstuv"
    assert sections._around(text, 16, 19) == "…456789abcdef95%ghijklmnopqr…"
    assert sections._around("达95%以上", 1, 4) == "达95%以上"


def test_what_was_left_out_in_reading(page):
    block = soup(page.left_out())
    assert [li.get_text() for li in block.find_all("li")] == [page.words.text(NOTE)]
    none = sections.review_notes([], page.words).html
    assert said("text", "left_out_none", page.words.language) in none


def test_a_document_that_is_too_long_says_so(page, monkeypatch):
    monkeypatch.setattr(review_document, "MOST", 2000)
    monkeypatch.setattr(sections, "NUMBERS_MOST", 1000)
    monkeypatch.setattr(sections, "DOUBTS_MOST", 1200)
    for block, total in (
        (page.whole_document(), len(page.sentences)),
        (page.each_number(), len(page.numbers)),
        (page.to_look_at(), len(page.doubts)),
    ):
        n = len(cells(block, -1))
        assert 0 < n < total
        assert soup(block).find(role="alert").get_text() == page.words("too_long", n=n, total=total)
    fates = [row["class"][0] for row in soup(page.whole_document()).tbody.find_all("tr")]
    assert "context" not in fates


# The words.


def test_everything_that_a_draft_can_say_has_words_and_a_look():
    rules = (TEMPLATES / "review.css").read_text(encoding="utf-8")
    for fate in NUMBER_FATES:
        assert fate.replace(" ", "_") in catalogue()["drafting_fates"]
        assert re.search(rf'mark\.{css_class(fate)}::after {{ content: "(.)"', rules), fate
    signs = re.findall(r'::after { content: "(.)"', rules)
    assert len(signs) == len({*signs}) == len(NUMBER_FATES)
    assert {*GRAVEST_FIRST} <= {*catalogue()["drafting"]}


@pytest.mark.parametrize(
    ("text", "spans", "html"),
    [
        ("a<b", [], "a&lt;b"),
        ("a<95%", [(2, 5, "target", "T1")], 'a&lt;<mark class="target" title="T1">95%</mark>'),
        ("x1y2", [(3, 4, "", ""), (1, 2, "", "")], "x<mark>1</mark>y<mark>2</mark>"),
        ("1234", [(0, 3, "a", ""), (1, 2, "b", "")], '<mark class="a">123</mark>4'),
        (
            "1234",
            [(0, 2, "a", ""), (1, 4, "b", "")],
            '<mark class="a">12</mark><mark class="b">34</mark>',
        ),
        ("<i>", [(0, 3, '"x', '"y')], '<mark class="&#34;x" title="&#34;y">&lt;i&gt;</mark>'),
    ],
)
def test_marks(text, spans, html):
    assert str(marked(text, spans)) == html


def test_cells_are_parted_at_bars_outside_of_marks():
    parts = marked_cells("<a> | 1 | 2 |  | 9", [(6, 11, "x", "")])
    assert parts == ["&lt;a&gt;", '<mark class="x">1 | 2</mark>', "", "9"]


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("line 12", "第12行"),
        ("page 3", "第3页"),
        ("paragraph 4", "第4段"),
        ("table 2, row 3", "表2第3行"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_places(text, zh):
    assert place_as_text(text, Words("zh")) == zh
    assert place_as_text(text, Words("en")) == text


# The whole page.

NASTY = (
    "</style></title><script>alert(1)</script> 2013年行动计划",
    "一、<img src=x onerror=alert(1)>",
    '1、合格率达到95%"><svg onload=alert(2)>以上\u202e{{7*7}}\u200b；',
    '2、<a data-page="https://example.org/x">达到30家</a> https://example.org/9 以上。',
)


def test_hostile_text_is_inert():
    rows = (("指标", "2013年目标"), ("<b>率</b> | <script>x</script>", "98%<img src=//x>"))
    text = review(drafted(document(NASTY, rows, name="<script>.txt")))
    page = BeautifulSoup(text, "html.parser")
    assert not page.find_all(["script", "img", "svg", "b", "iframe", "form"])
    assert {*(a["href"][:1] for a in page.find_all("a"))} == {"#"}
    assert not [n for tag in page.find_all(True) for n in tag.attrs if n.startswith("on")]
    assert "‹U+202E›" in text and "‹U+200B›" in text and "\u202e" not in text
    assert "<script>alert(1)</script>" in page.get_text() and "{{7*7}}" in page.get_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_one_file_that_asks_nobody_and_has_its_glyphs(found, language):
    text = review(found, language)
    page = BeautifulSoup(text, "html.parser")
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'") and "script-src" not in policy
    assert not page.find_all(["script", "link", "iframe", "object", "img"])
    assert not page.find_all(src=True)
    assert {*re.findall(r"url\(([a-z]*)", text)} == {"data"} and "@import" not in text
    anchors = {tag["id"] for tag in page.find_all(id=True)}
    assert len(anchors) == len(page.find_all(id=True))
    assert {a["href"][1:] for a in page.find_all("a")} <= anchors
    assert page.html["lang"] == {"zh": "zh-Hans", "en": "en"}[language]
    data = base64.b64decode(re.search(r"font/woff2;base64,([^)]*)\)", text)[1])
    glyphs = TTFont(io.BytesIO(data)).getBestCmap()
    shown = {*page.body.get_text()} | {*"●？◆○△□№◇§▫"} - {"\n"}
    assert {letter for letter in shown if letter.strip() and ord(letter) not in glyphs} == set()
    assert {ord(letter) for letter in "質達９％ìá"} <= {*glyphs}
    assert fonts.bare(text) != text


def test_without_a_language_it_is_in_the_documents_own(found):
    assert '<html lang="zh-Hans">' in review(found)
    english = drafted(document(ENGLISH, ()))
    text = review(english)
    assert '<html lang="en">' in text and "To be looked at" in text
    in_chinese = BeautifulSoup(review(english, "zh"), "html.parser")
    assert in_chinese.select_one("#d2 td.text")["lang"] == "en"
    with pytest.raises(PlanError, match="language 'fr'"):
        review(found, "fr")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_document_without_words_is_told(language):
    page = BeautifulSoup(review(drafted(document((), (), ())), language), "html.parser")
    said_so = page.get_text()
    for key in ("review_no_doubts", "whole_document_none", "each_number_none", "left_out_none"):
        assert said("text", key, language) in said_so


@pytest.mark.parametrize("title", ["某市質(zhì)量強市2013年行动计划", ""])
def test_the_page_is_called_by_the_plan_or_where_it_has_no_title_by_its_file(found, title):
    named = replace(found, facts=replace(found.facts, title=title))
    page = BeautifulSoup(review(named, "en"), "html.parser")
    assert page.title.get_text() == f"Review of the draft: {title or 'plan.txt'}"
