"""The pages as a browser shows them: real headless Chromium, in both languages, with what a hostile
return may hold.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
import pytest
from plain_packs import notebooks_here, plain_papers
from project import ALL, ROOT, absent, fewer, reseal

from yxq.plan_folders.load import SHIPPED, load
from yxq.publish import pack, pdf
from yxq.report import html

AXE = ROOT / "tests" / "system" / "web" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
TOWNS = ("丁蜀镇", "湖㳇镇")
KINDS = ("index", "city", "returns", "320282112-dingshu-zhen", "department-质监局", "target-T12")
NASTY = {
    "script": "<script>window.planted=1</script>",
    "image": '"><img src=x onerror="window.planted=1">',
    "style": "</style></title><script>planted=1</script>",
    "formula": '=HYPERLINK("http://example.org","x")',
    "command": "+cmd|' /C calc'!A0",
    "template": "{{7*7}}{0}%s$x^2$",
    "turned": "甲‮乙​丙",
    "long": "宜兴特别长的名称" * 40 + "W" * 200,
}
TEXTS = """() => { const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const holder = walk.currentNode.parentElement;
    if (walk.currentNode.data.trim() && !holder.closest('script, style')) found.push([walk.currentNode.data, getComputedStyle(holder).fontFamily]); }
  return found; }"""
WIDE = """() => [document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('.scroll, table, figure, p, h1, dd')]
  .filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest('.unseen') && e.clientWidth > 1).map(e => e.tagName + ' ' + e.textContent.slice(0, 40))]"""


@pytest.fixture(scope="module")
def english(demo_processed, tmp_path_factory) -> Path:
    """A pack of two units in English."""
    home = tmp_path_factory.mktemp("english")
    plan = load(fewer(SHIPPED / "yixing", home, *TOWNS)).plan(2013)
    place, outcomes = pack.build(
        plan, home / "reports", demo_processed, language="en", targets=["T12"]
    )
    assert not any(outcome.error for outcome in outcomes)
    return place


@pytest.fixture(scope="module")
def hostile(demo_tables, chromium, tmp_path_factory) -> Path:
    """A pack, printed, of a plan and returns whose names, products, files and notes are out to do
    harm.
    """
    home = tmp_path_factory.mktemp("hostile")
    folder, tables = fewer(SHIPPED / "yixing", home, *TOWNS), home / "processed"
    named = f"丁蜀镇{NASTY['script']}{NASTY['turned']}{NASTY['long'][:80]}"
    units = pd.read_csv(folder / "units.csv", dtype="str", keep_default_na=False)
    units["name"] = units["name"].replace("丁蜀镇", named)
    units.to_csv(folder / "units.csv", index=False)
    text = (folder / "2013.yml").read_text(encoding="utf-8")
    title = json.dumps(
        NASTY["style"] + NASTY["formula"] + NASTY["template"].replace("{", "{{").replace("}", "}}")
    )
    text = text.replace("title: {zh: 产品质量监督抽查合格率, en:", f"title: {{zh: {title}, en:")
    text = text.replace("{zh: 本项目约定。, en:", f"{{zh: {json.dumps(NASTY['image'])}, en:")
    (folder / "2013.yml").write_text(text, encoding="utf-8")
    shutil.copytree(demo_tables.place, tables, ignore=shutil.ignore_patterns(".results", ".parts"))
    for file in [*tables.glob("*.parquet"), *(tables / "records").glob("*.parquet")]:
        table = pd.read_parquet(file)
        if "unit" in table:
            table["unit"] = table["unit"].replace("丁蜀镇", named)
        for column, text in (
            ("firm", NASTY["image"]),
            ("product", NASTY["long"]),
            ("failing_item", NASTY["formula"] + NASTY["turned"]),
            ("project", NASTY["command"]),
            ("sheet", NASTY["template"]),
        ):
            if column in table and len(table):
                table[column] = table[column].where(
                    table[column].isna() | (table[column] == ""), text
                )
        if "file" in table:
            table["file"] = table["file"].astype("str") + NASTY["script"]
        if "reason" in table:
            table["reason"] = table["reason"].astype("str").str.replace("与", NASTY["script"])
        table.to_parquet(file)
    reseal(tables)
    plan, program = load(folder).plan(2013), Path(chromium)
    with notebooks_here(), plain_papers():
        place, outcomes = pack.build(
            plan, home / "reports", tables, browser=program, targets=["T12"]
        )
    assert not any(outcome.error for outcome in outcomes)
    return place


@pytest.fixture(scope="module")
def launch(chromium):
    """Starts browsers, with further arguments."""
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as started:
        yield lambda *more: started.chromium.launch(executable_path=chromium, args=[*QUIET, *more])


@pytest.fixture(scope="module")
def browse(launch):
    browser = launch()
    yield browser
    browser.close()


def opened(browse, file: Path, width: int = 1280):
    """A page of a browser in which a file is shown, and what it said meanwhile: errors, dialogs."""
    page, said = browse.new_page(viewport={"width": width, "height": 900}), []
    page.on(
        "console",
        lambda message: said.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(f"{error}"))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    page.evaluate("() => document.fonts.ready.then(() => 1)")
    return page, said


@pytest.fixture
def packs(demo_pack, english, hostile) -> dict[str, Path]:
    return {"zh": demo_pack, "en": english, "hostile": hostile}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", ["zh", "en", "hostile"])
def test_a_page_is_whole_at_1280_and_at_800_pixels(browse, packs, which, kind):
    """Nothing reaches over the edge, every character has a glyph of the page's own font, nothing is
    complained of or planted.
    """
    page, said = opened(browse, packs[which] / f"{kind}.html")
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        over, *cut = page.evaluate(WIDE)
        assert over <= 0 and not cut, (width, over, cut[:5])
    texts = page.evaluate(TEXTS)
    assert {family.split(",")[0].strip("\"'") for _, family in texts} == {"Noto Sans SC"}
    shown = "".join(
        sorted({character for text, _ in texts for character in text if not character.isspace()})
    )
    fonts = fonts_of(page, shown)
    assert [(font["familyName"], font["isCustomFont"], font["glyphCount"]) for font in fonts] == [
        ("Noto Sans SC", True, len(shown))
    ], fonts
    assert page.evaluate("window.planted") is None and not said, said
    assert page.evaluate("document.documentElement.lang") == ("en" if which == "en" else "zh-Hans")
    page.close()


DRAWN = """text => new Promise(drawn => { const p = document.createElement('p'); p.id = 'measured'; p.textContent = text; document.body.append(p);
  p.scrollIntoView(); requestAnimationFrame(() => requestAnimationFrame(() => drawn(p.offsetHeight))); })"""


def fonts_of(page, text: str) -> list[dict]:
    """The fonts that the browser really used for a text, with the number of glyphs of each."""
    assert page.evaluate(DRAWN, text) > 0
    tools = page.context.new_cdp_session(page)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    node = tools.send("DOM.querySelector", {"nodeId": root, "selector": "#measured"})["nodeId"]
    for _ in range(40):  # it answers with nothing while the text is not laid out yet
        if found := tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            return found
        page.wait_for_timeout(50)
    return []


@pytest.mark.parametrize(("which", "kind"), [*(("zh", kind) for kind in KINDS), ("en", "index")])
def test_headings_landmarks_and_axe(browse, packs, which, kind):
    if not AXE.exists():
        absent(
            "axe-core is not here, so that accessibility was not checked: `make browser` brings it by npm"
        )
    page, _ = opened(browse, packs[which] / f"{kind}.html")
    levels = [
        int(tag[1])
        for tag in page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map(h => h.tagName)"
        )
    ]
    assert (
        levels[0] == 1
        and levels.count(1) == 1
        and all(b - a <= 1 for a, b in itertools.pairwise(levels))
    )
    assert page.locator("main").count() == 1 and page.locator("footer").count() == 1
    assert not page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => !t.caption || !t.querySelector('th[scope=col]')).length"
    )
    assert not page.evaluate(
        "[...document.querySelectorAll('figure [role=img], .bar')].filter(f => f.getAttribute('aria-label').length < 8).length"
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    contrast = {
        "color-contrast": {"enabled": kind != "city"}
    }  # thousands of cells in the colours of all other pages
    asked = {"runOnly": tags, "rules": contrast, "resultTypes": ["violations"]}
    found = page.evaluate("asked => axe.run(document, asked)", asked)
    assert (
        not [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:200]) for v in found["violations"]]
        and len(found["passes"]) > 20
    )
    page.close()


def test_the_index_finds_and_sorts_by_keyboard_and_shows_all_without_its_script(browse, demo_pack):
    page, said = opened(browse, demo_pack / "index.html")
    rows = page.locator("tr[data-find]:visible")
    everything = [row.split("\t")[0] for row in rows.all_inner_texts()]
    assert len(everything) == 20
    for asked, names in (
        ("dingshu", ["丁蜀镇"]),
        ("dsz", ["丁蜀镇"]),
        ("湖父", ["湖㳇镇"]),
        ("320282401", ["宜兴经济开发区"]),
        ("nowhere", []),
    ):
        page.fill("input[type=search]", asked)
        assert page.locator("tr[data-find]:visible th").all_inner_texts() == names
        assert page.locator("output").inner_text().startswith(f"{len(names)}／20")
    page.fill("input[type=search]", "")
    score = page.get_by_role("button", name="得分", exact=True)
    score.focus()
    page.keyboard.press("Enter")
    column = [
        float(cell) for cell in page.locator("tr[data-find] td:nth-child(5)").all_inner_texts()
    ]
    assert column == sorted(column) and page.locator("th[aria-sort=ascending]").count() == 1
    page.keyboard.press("Enter")
    assert [
        float(cell) for cell in page.locator("tr[data-find] td:nth-child(5)").all_inner_texts()
    ] == sorted(column, reverse=True)
    page.locator("tr[data-find] a", has_text="丁蜀镇").click()
    assert page.locator("h1").inner_text() == "丁蜀镇" and not said
    page.close()
    bare = browse.new_context(java_script_enabled=False).new_page()
    bare.goto((demo_pack / "index.html").as_uri())
    assert (
        bare.locator("tr[data-find]").count() == 20
        and bare.locator("thead [role=button], .filter:visible").count() == 0
    )
    bare.context.close()


def test_the_first_screen_of_a_town_holds_the_verdict_and_what_to_do(browse, demo_pack):
    page, _ = opened(browse, demo_pack / "320282112-dingshu-zhen.html")
    ends = page.evaluate(
        "[...document.querySelectorAll('.verdict, .facts, header.headline > p:not([class])')].map(e => e.getBoundingClientRect().bottom)"
    )
    assert len(ends) >= 5 and max(ends) < 720
    page.close()


def test_a_script_that_slipped_in_would_not_run(browse, demo_pack, tmp_path):
    """The policy by itself, should escaping ever fail: in a page with a script of ours too."""
    for kind in ("index", "320282112-dingshu-zhen"):
        planted = "<script>window.planted=1</script><img src=x onerror='window.planted=1'><script src='https://example.org/x.js'></script>"
        text = (
            (demo_pack / f"{kind}.html")
            .read_text(encoding="utf-8")
            .replace("</main>", planted + "</main>")
        )
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        page, said = opened(browse, tmp_path / "page.html")
        assert page.evaluate("window.planted") is None and any(
            "Content Security Policy" in line for line in said
        )
        page.close()


def test_hostile_text_is_there_as_text(browse, hostile):
    page, _ = opened(browse, hostile / "320282112-dingshu-zhen.html")
    text = page.inner_text("body")
    for told in (
        NASTY["script"],
        NASTY["image"],
        NASTY["formula"],
        "{{7*7}}",
        "甲‹U+202E›乙‹U+200B›丙",
        "W" * 200,
    ):
        assert told in text, told
    assert page.locator("h1").inner_text().startswith("丁蜀镇<script>")
    for file in hostile.glob("*.html"):
        assert not re.search("[\u202e\u200b]", file.read_text(encoding="utf-8")), file.name
    page.close()
    printed = "".join(
        page.extract_text()
        for page in pypdf.PdfReader(hostile / "pdf" / "320282112-dingshu-zhen.pdf").pages
    )
    assert "<script>window.planted=1</script>" in "".join(printed.split()) and "‹U+202E›" in printed


def test_hostile_text_in_the_workbook_is_text(hostile):
    cells = [
        cell
        for sheet in openpyxl.load_workbook(hostile / "attainment.xlsx")
        for row in sheet.iter_rows()
        for cell in row
    ]
    formulas = [cell.value for cell in cells if cell.data_type == "f"]
    own = r"=((MAX\(0,100\*\(?|IF\()?SUMIFS\('|1\+SUMPRODUCT\(--\(\$|ROUND\(\$)"
    assert formulas and all(re.match(own, text) for text in formulas)
    assert not [cell.coordinate for cell in cells if cell.hyperlink]
    said = {cell.value for cell in cells}
    assert {NASTY["formula"] + "甲‹U+202E›乙‹U+200B›丙", NASTY["image"], NASTY["template"]} <= said


def test_pdfs_hold_nothing_of_this_machine(hostile):
    for file in (hostile / "pdf").glob("*.pdf"):
        assert not re.search(rb"file:|/tmp|/root|/home", file.read_bytes()), file.name


def test_nothing_is_asked_of_the_net(launch, packs, tmp_path):
    """The net-log of all pages names nothing that the one of a blank page does not."""

    def asked(name: str, pages: list[str]) -> set[str]:
        log = tmp_path / f"{name}.json"
        browser = launch(f"--log-net-log={log}")
        page = browser.new_page()
        for url in pages:
            page.goto(url)
        page.wait_for_timeout(500)
        browser.close()
        events = json.loads(log.read_text(encoding="utf-8"))["events"]
        told = [event["params"] for event in events if "params" in event]
        named = {
            about["url"]
            for about in told
            if about.get("initiator", "not an origin") != "not an origin"
        }
        named |= {about[what] for about in told for what in ("host", "hostname") if what in about}
        return {
            name
            for name in named
            if not name.startswith(("data:", "file:"))
            and not re.search(r"\.(google|googleapis|gvt1)\.com", name)
        }

    planted = tmp_path / "planted.html"
    planted.write_text("<img src='http://asked.example/x.png'>", encoding="utf-8")
    assert any(
        "asked.example" in url for url in asked("planted", [planted.as_uri()])
    )  # the log would show it
    pages = [place / f"{kind}.html" for place in packs.values() for kind in KINDS]
    shown = [page.as_uri() for page in pages if packs["hostile"] in page.parents]
    assert len(shown) == len(KINDS)  # the same sections as in the others
    assert asked("pages", shown) <= asked("blank", ["about:blank"])
    assert not any("google" in page.read_text(encoding="utf-8") for page in pages)  # the browser's


def test_every_printed_page_says_whose_when_and_which(hostile):
    """A4, but for the heat map, which is A3 across; headings of tables are repeated. Of a town and
    the city it is what a meeting needs.
    """
    for name, least, across in (("320282113-hufu-zhen", 2, 0), ("index", 1, 0), ("city", 4, 1)):
        pages = pypdf.PdfReader(hostile / "pdf" / f"{name}.pdf").pages
        sizes = [
            (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
            for page in pages
        ]
        assert (
            len(pages) >= least
            and sizes.count((1191, 842)) == across
            and sizes.count((595, 842)) == len(pages) - across
        )
        texts = ["".join(page.extract_text().split()) for page in pages] if name != "city" else []
        for number, text in enumerate(texts, start=1):
            assert (
                f"{number}/{len(texts)}" in text
                and "统计截止日2014年1月31日" in text
                and "演示数据（合成）" in text
            )
            assert name != "320282113-hufu-zhen" or text.startswith("湖㳇镇·质量强市目标考核")
        assert name == "city" or sum("目标" in text for text in texts) >= least
        if name == "320282113-hufu-zhen":
            assert sum("目标要求合格（完成）数／总数" in text for text in texts) > 1
            assert len(texts) <= 3


BUILD = """
import sys; from pathlib import Path; from yxq.publish import pack
from yxq.plan_folders.load import load; from yxq.publish.job import RunOptions
plan, processed, out = map(Path, sys.argv[1:])
options = RunOptions(workers=1)
found, outcomes = pack.build(load(plan).plan(2013), out, processed, None, "en", options, targets=["T12"])
sys.exit(any(outcome.error for outcome in outcomes))
"""


def test_two_packs_are_the_same_bytes_whatever_clock_locale_and_jobs(
    english, demo_processed, tmp_path
):
    surroundings = os.environ | {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    folder = english.parents[1] / "yixing"
    subprocess.run(
        [sys.executable, "-c", BUILD, folder, demo_processed, tmp_path],
        env=surroundings,
        check=True,
        timeout=200,
    )
    packs = [
        {
            file.relative_to(place).as_posix(): file.read_bytes()
            for file in place.rglob("*")
            if file.is_file()
        }
        for place in (english, tmp_path / "2013")
    ]
    assert packs[0].keys() == packs[1].keys()
    assert {"city.html", "attainment.xlsx", "manifest.json", "notebooks/city.ipynb"} <= packs[
        0
    ].keys()
    assert [name for name in packs[0] if packs[0][name] != packs[1][name]] == []


def shown_by(page: Path) -> str:
    """What a page says, without its figures, look and font."""
    text = page.read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", "", re.sub(r"<(style|svg)\b.*?</\1>", "", text, flags=re.S))


def test_a_town_prints_on_two_pages_the_second_with_all_its_targets(browse, demo_pack, tmp_path):
    """Of the longest and the shortest what `pdf.write` prints, by a browser that is started once."""
    pages = sorted(demo_pack.glob("3*.html"), key=lambda page: len(shown_by(page)))
    assert len(pages) == 20
    for town in pages if ALL else [*pages[:1], *pages[-3:]]:
        text = html.without_targets(town.read_text(encoding="utf-8"))
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        page, _ = opened(browse, tmp_path / "page.html")
        printed = page.pdf(prefer_css_page_size=True)
        page.close()
        first, second = pypdf.PdfReader(io.BytesIO(printed)).pages
        assert "各项目标达成情况" not in first.extract_text()
        assert "各项目标达成情况" in second.extract_text()
        assert all(id in second.extract_text() for id in ("T01", "T75", "此处只印主要部分"))


def test_two_prints_are_the_same_bytes_whatever_clock_and_number(
    hostile, chromium, monkeypatch, tmp_path
):
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    page = hostile / "320282113-hufu-zhen.html"
    targets = [tmp_path / f"{number}.pdf" for number in range(2)]
    for target in targets:
        assert pdf.write({page: target}, Path(chromium)) == {}
    assert {target.read_bytes() for target in targets} == {
        (hostile / "pdf" / "320282113-hufu-zhen.pdf").read_bytes()
    }


def test_a_browser_that_is_not_there_is_said_before_anything_is_made(monkeypatch, tmp_path):
    monkeypatch.setenv("YXQ_BROWSER", "nowhere")
    with pytest.raises(ValueError, match="YXQ_BROWSER is 'nowhere', which is no program here"):
        pdf.browser()
    monkeypatch.delenv("YXQ_BROWSER")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ValueError, match="--pdf needs Edge, Chrome or Chromium"):
        pdf.browser()
    program = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setenv("ProgramFiles", str(tmp_path))
    assert pdf.browser() == program


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins for a browser are shell scripts")
@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("echo no display >&2; exit 3", "stand-in did not print it: no display"),
        (":", "stand-in did not print it"),
        ('echo "<html>" > "$file"', "stand-in did not print it"),
        ('printf "%%PDF-1.4 half" > "$file"', "stand-in did not print it"),
        ('printf "%%PDF-1.4 %%%%EOF" > "$file"; exit 1', "stand-in did not print it"),
        ("sleep 60", "stand-in did not print it within 1 seconds"),
    ],
)
def test_what_is_no_print_is_told_and_not_published(monkeypatch, tmp_path, does, told):
    program = tmp_path / "stand-in"
    program.write_text(
        f'#!/bin/sh\nfor one in "$@"; do case $one in --print-to-pdf=*) file="${{one#*=}}";; esac; done\n{does}\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "SECONDS", 1)
    pages = [tmp_path / f"{number}.html" for number in range(6)]
    for page in pages:
        page.write_text("<p>1</p>")
    errors = pdf.write({page: tmp_path / "pdf" / f"{page.stem}.pdf" for page in pages}, program)
    assert (
        list(errors) == pages
        and not list((tmp_path / "pdf").iterdir())
        and errors[pages[0]] == told
    )
    assert ("sleep" in does) == (errors[pages[-1]] == "not printed, because stand-in hangs")


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins for a browser are shell scripts")
@pytest.mark.parametrize(
    "does", ["#!/bin/sh\nexit 1", "#!/bin/sh\nsleep 60", "#!/nowhere\n", "no program"]
)
def test_what_is_no_browser_is_refused_before_anything_is_made(monkeypatch, tmp_path, does):
    program = tmp_path / "stand-in"
    program.write_text(does)
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "SECONDS_TO_SAY", 1)
    with pytest.raises(ValueError, match="does not say its version, as a browser does"):
        pdf.version(program)


def test_states_are_told_apart_in_grey():
    from yxq.words import colours
    from yxq.words.states import State

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    met, missed = light(State.ATTAINED.colour), light(State.NOT_ATTAINED.colour)
    assert (met + 0.05) / (missed + 0.05) > 1.5
    assert all((light(state.colour) + 0.05) / (light(colours.INK) + 0.05) > 4.5 for state in State)
    assert re.fullmatch("#[0-9a-f]{6}", colours.INK)
