"""The pack: whole, self-contained, marked, legible everywhere, and checked by its manifest."""

import base64
import re
import shutil
import zipfile
from urllib.parse import unquote

import html5lib
import openpyxl
import pytest
from project import reseal

from yxq.attainment import comparison
from yxq.attainment.results import Results
from yxq.report.pages import FrontPage, open_page
from yxq.report.sheets import views

MISSED = {"T10", "T12", "T19", "T21", "T25", "T40", "T46", "T54"}
"""What the demo's city misses at the year's end, as its page says."""


@pytest.fixture(scope="module")
def pages(demo_pack) -> dict[str, str]:
    return {p.stem: p.read_text(encoding="utf-8") for p in demo_pack.glob("*.html")}


def visible(page: str) -> str:
    """The text of a page as a reader sees it."""
    body = page[page.index("<body") :]
    return re.sub(r"<[^>]+>", "", re.sub(r"<style.*?</style>", "", body, flags=re.S))


def test_a_page_a_unit_the_city_the_index_and_what_arrived(demo_pack, plan2013, pages):
    names = {f"{u.code}-{u.slug}" for u in plan2013.towns}
    departments = {f"department-{name}" for name in plan2013.owners}
    targets = {f"target-{id}" for id in MISSED}
    assert set(pages) == names | departments | targets | {"city", "index", "returns"}
    assert (len(names), len(departments)) == (20, 14)
    executed = names | targets | {"city", "returns"}
    assert {p.stem for p in (demo_pack / "notebooks").iterdir()} == executed


def test_what_the_city_misses_has_a_page_and_is_led_to(pages):
    """From the city's tables, the owner's page and the index; nothing leads to a page that is not
    there, and nobody's target is led to where it is no target of theirs.
    """
    for name in ("city", "index"):
        found = set(
            re.findall(r'<a data-target="(\w+)" href="target-\1.html">\1专页</a>', pages[name])
        )
        assert found == MISSED, name
        assert len(re.findall(r'<a data-target="\w+" href', pages[name])) == (
            2 * len(MISSED) if name == "city" else len(MISSED)
        )
    assert 'href="target-T12.html">T12专页</a>' in pages["department-住建局"]
    assert 'data-target="T01"></a>' in pages["city"] and 'href="target-T01' not in pages["city"]
    section = re.search(r'<section id="target_pages".*?</section>', pages["index"], re.S).group()
    assert re.findall(r'<a href="target-(\w+).html">\1 ', section) == sorted(MISSED)
    own = pages["target-T12"]
    assert "<h1>T12 新开工受监工程覆盖率</h1>" in own and 'href="index.html"' in own
    assert own.count('<a href="320282100-zhangzhu-zhen.html">张渚镇</a>') == 1


def test_every_page_is_valid_html(pages):
    for name, text in pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(text)
        # html5lib does not know the writing of SVG attributes that browsers and the standard allow
        errors = [e for e in parser.errors if e[1] not in ("unexpected-cell-end-tag",)]
        assert not errors, (name, errors[:3])
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), name


def test_no_page_asks_for_anything(pages):
    for name, text in pages.items():
        assert (
            text.count("<script") == (name in ("index", "city"))
            and "<link" not in text
            and "@import" not in text
        ), name
        links = set(re.findall(r'(?:src|href)\s*=\s*"([^"#]+)', text)) | set(
            re.findall(r"url\((?!#)([^)]{0,40})", text)
        )
        links = {link.partition("#")[0] for link in links if not link.startswith("data:")}
        assert all(
            unquote(link) in ("attainment.xlsx", "archive/index.html", "整改台账.xlsx")
            or link.endswith(".html")
            or re.fullmatch(r"returned/[^/]+\.xlsx|papers/[^/]+\.(?:docx|pptx|txt)", link)
            for link in links
        ), (name, links)
        assert "default-src 'none'" in text


def test_every_link_leads_somewhere(demo_pack, pages):
    ids = {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in pages.items()}
    for name, text in pages.items():
        assert "<a data-page" not in text, name
        for link in re.findall(r' href="([^"]+)"', text):
            file, _, anchor = link.partition("#")
            assert not file or (demo_pack / unquote(file)).exists(), (name, link)
            assert not anchor or anchor in ids[file.removesuffix(".html") or name], (name, link)


def test_every_number_leads_to_its_clause_and_its_rows(pages, plan2013):
    """From a target in any table to its line among the sources, which has clause, file, sheet and
    rows, and back.
    """
    for name in ("city", "320282105-yangxiang-zhen"):
        text = pages[name]
        sources = re.search(r'<section id="sources".*', text, re.S).group()
        for target in plan2013.targets:
            row = re.search(rf'<tr id="s-{target.id}">.*?</tr>', sources)
            assert (row is None) == (name != "city" and target.whom == "city"), target.id
            if row:
                assert (
                    f'href="#t-{target.id}"' in row.group()
                    and target.clause.translate(str.maketrans("()", "（）")) in row.group()
                )
                assert re.search(
                    rf'<tr id="t-{target.id}"><th [^>]*><a href="#s-{target.id}">', text
                )
    rates = re.search(r'<tr id="s-T01">.*?</tr>', sources).group()
    assert re.search(r"质监局-监督抽查结果-2013年第四季度\.xlsx［报表］：\d+", rates)


def test_no_code_on_any_page(pages):
    for text in pages.values():
        assert not re.search(r"nb\.page|import yxq|In \[|injected-parameters", text)


def test_every_character_has_a_glyph_in_the_pages_own_font(pages, tmp_path):
    from fontTools.ttLib import TTFont

    for name, text in pages.items():
        data = re.search(r"data:font/woff2;base64,([^)]+)\)", text)[1]
        (tmp_path / "f.woff2").write_bytes(base64.b64decode(data))
        with TTFont(tmp_path / "f.woff2") as font:
            have = set(font.getBestCmap())
        lacking = {c for c in visible(text) if not c.isspace() and ord(c) not in have}
        assert not lacking, (name, lacking)
    assert "湖㳇镇" in pages["320282113-hufu-zhen"] and "湖㳇镇" in pages["city"]


def test_synthetic_data_are_marked_on_every_page_and_figure(pages):
    for name, text in pages.items():
        assert "本页数据为演示数据（合成）" in text, name
        figures = text.count("<svg ") - text.count('<svg class="spark"')  # lines of table cells
        assert figures == text.count("演示数据（合成）</text>"), name


def test_a_towns_page_answers_in_order(pages):
    text = pages["320282105-yangxiang-zhen"]
    order = [
        re.search(rf'<section [^>]*id="{id}"', text).start()
        for id in (
            "short",
            "standing",
            "targets",
            "quotas",
            "evidence",
            "change",
            "monthly",
            "failures",
            "missing",
            "sources",
        )
    ]
    assert 'id="forecast"' not in text  # the year is over
    assert order == sorted(order) and text.index('class="verdict"') < order[0]


def test_the_page_says_what_the_table_says(pages, demo_processed):
    page = open_page("town", 2013, processed=str(demo_processed), town="杨巷镇")
    rates = page.results[page.results["kind"] == "share"].dropna(subset=["value"])
    for row in rates.itertuples():
        assert f"{row.numerator} / {row.denominator}" in pages["320282105-yangxiang-zhen"]
    counts = page.states
    met, missed = counts["attained"], counts["not attained"]
    verdict = f"杨巷镇承担52项目标，其中已有定论{met + missed}项："
    verdict += f"达成{met}项，未达成{missed}项。"
    assert verdict in pages["320282105-yangxiang-zhen"]


def test_score_grade_and_rank_stand_on_the_page_and_the_index(pages, demo_processed):
    page = open_page("city", 2013, processed=str(demo_processed))
    own = page.scores.set_index("unit").loc["杨巷镇"]
    places = f"{own['rank_low']}～{own['rank_high']}"
    said = (
        f"<dt>得分</dt><dd>{own['score']:.1f} <small>{own['grade']}级</small>",
        f"<dt>名次</dt><dd>{own['rank']} <small>共20个，约在{places}</small>",
        f"在20个评分单位中列第{own['rank']}名（",
        f"大致在第{places}名之间）。",
    )
    assert all(part in pages["320282105-yangxiang-zhen"] for part in said)
    row = re.search(r'<tr[^>]*><th scope="row"><a href="320282105.*?</tr>', pages["index"]).group()
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    between = f"{own['score_low']:.1f}～{own['score_high']:.1f}"
    bounds = between if own["score_low"] < own["score_high"] else ""
    # beside the others it has the decimals that tell it from them
    known = [str(own["rank"]), places, f"{own['score']:.2f}", bounds, own["grade"]]
    assert cells[1:6] == known, cells
    assert f'<td class="num">{places}</td>' in pages["city"]


def test_units_outside_the_funnel_are_named_with_the_caveat(pages, plan2013, demo_processed):
    page = open_page("city", 2013, processed=str(demo_processed))
    found = comparison.funnel(plan2013, page.attained)
    section = re.search(r'<section [^>]*id="funnel".*?</section>', pages["city"], re.S).group()
    assert (
        f"此处共比较{len(found)}个率" in section
        and f"平均也有{comparison.by_chance(found):.1f}个会偶然" in section
    )
    assert 0 < comparison.by_chance(found) < 0.05 * len(found)
    outside = found[found["beyond"] != ""]
    assert len(outside) and all(unit in section for unit in outside["unit"])


def test_within_the_year_the_chances_are_shown(demo_processed):
    page = open_page("town", 2013, "2013-06-30", processed=str(demo_processed), town="丁蜀镇")
    text = page.forecast().html
    chances = [
        int(one) for one in re.findall(r'<td class="num">(\d+)%</td><td class="state">', text)
    ]
    assert len(chances) > 10 and chances == sorted(chances)


def test_a_plan_without_scoring_has_pages_without_scores(demo_processed):
    page = open_page("city", 2013, processed=str(demo_processed))
    bare = page.plan.period.model_copy(update={"scoring": None})
    page.source = Results(page.plan.model_copy(update={"period": bare}), demo_processed, page.as_of)
    assert (
        "得分" not in page.headline().html
        and "未设评分办法" in page.ranking().html + page.standing().html
    )
    assert "名次" not in page.towns().html.split("<table")[1] and "得分" not in views(page)


def test_numbers_lead_to_files_and_rows(pages, demo_processed):
    page = open_page("town", 2013, processed=str(demo_processed), town="湖㳇镇")
    sample = page.failing.iloc[0]
    assert f"{sample['file']}：{sample['row']}" in pages["320282113-hufu-zhen"]


def test_every_assumption_in_use_is_printed(pages, plan2013):
    for name, assumption in plan2013.period.assumptions.items():
        assert assumption.text.zh in pages["city"], name


def test_the_workbook_opens_elsewhere_and_holds_text_as_text(demo_pack):
    book = openpyxl.load_workbook(demo_pack / "attainment.xlsx")
    assert book.sheetnames == [
        "说明",
        "单位×目标",
        "得分",
        "逐项得分",
        "全部结果",
        "不合格（未达标）明细",
        "任务进展",
        "数据来源",
        "约定事项",
        "催报清单",
    ]
    results = book["全部结果"]
    assert (
        results.max_row == 20 * 52 + 75 + 2
        and results.freeze_panes == "B3"
        and results.auto_filter.ref == "A2:T1117"
    )
    for sheet in book:
        assert (
            "演示数据（合成）" in sheet["A1"].value
            and sheet.print_title_rows == "$2:$2"
            and sheet.page_setup.orientation == "landscape"
        )
        assert sheet.conditional_formatting
    formulas = {
        (sheet.title, cell.column_letter)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert formulas == {("得分", column) for column in "BCDGMNO"}
    with zipfile.ZipFile(demo_pack / "attainment.xlsx") as archive:
        assert not [n for n in archive.namelist() if "externalLink" in n]


def test_no_path_of_this_machine_in_the_pack(demo_pack):
    for path in demo_pack.rglob("*"):
        if path.suffix in (".html", ".json", ".ipynb"):
            assert not re.search(
                r"/(root|home|Users|tmp|var)/", path.read_text(encoding="utf-8")
            ), path.name


def test_the_pages_and_the_workbook_in_english(plan2013, demo_processed, tmp_path):
    """Everything but the notebooks, which differ in one parameter."""
    page = open_page("city", 2013, processed=str(demo_processed), language="en")
    from yxq.tables import workbook

    workbook.write(tmp_path / "a.xlsx", views(page), page.words, "heading & more")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [
        "About",
        "Units by targets",
        "Scores",
        "Points by item",
        "All results",
        "Failures",
        "Milestones",
        "Where the numbers come from",
        "Assumptions",
        "Who owes what",
    ]
    share = next(cell for cell in book["All results"]["H"] if isinstance(cell.value, float))
    assert share.number_format == "0.0%"
    front = "".join(
        block.html
        for block in FrontPage(page.source, page.words, page.town, plan2013.towns[1:]).blocks()
    )
    assert (
        "Not made this time (see the log): Yicheng Subdistrict." in front
        and "54 returns were due by 2014-02-28" in front
    )
    for part in (
        "headline",
        "short",
        "standing",
        "heatmap",
        "ranking",
        "towns",
        "targets",
        "owners",
        "quotas",
        "evidence",
        "forecast",
        "funnel",
        "planning",
        "milestones",
        "change",
        "monthly",
        "missing",
    ):
        text = visible("<body>" + getattr(page, part)().html)
        chinese = set(re.findall(r"[\u4e00-\u9fff]+", text))
        assert chinese <= {"一", "二", "三", "四", "五", "六"}, (
            part,
            chinese,
        )  # the numbers of clauses


def test_hostile_text_is_shown_as_text(plan2013, demo_tables, tmp_path):
    nasty = "<script>alert(1)</script>=1+1 $x$ {0}"
    shutil.copytree(demo_tables.place, tmp_path, dirs_exist_ok=True)
    samples = demo_tables.records["inspections"].copy()
    samples.loc[samples["result"] == "fail", ["firm", "product", "failing_item"]] = nasty
    samples.to_parquet(tmp_path / "records" / "inspections.parquet")
    reseal(tmp_path)
    page = open_page("town", 2013, processed=str(tmp_path), town="丁蜀镇")
    shown = page.failures().html
    assert "<script" not in shown and "&lt;script&gt;" in shown
