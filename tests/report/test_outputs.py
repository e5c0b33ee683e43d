"""Every kind of output that readers can see is on a page, and no more of it than a page bears."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from yxq.report import html, outputs
from yxq.report.html import Look
from yxq.words.wording import Words

WORDS = Words("en")
STYLE = 'style="width:auto;max-width:100%"'
PLAIN = "<IPython.core.display.Thing object>"


def shown(kind: str = "display_data", **parts) -> str:
    return outputs.shown(new_output(kind, **parts), WORDS, lambda text: f"(markdown {text})")


def of(**kinds) -> str:
    data = {kind.replace("__", "+").replace("_", "/"): value for kind, value in kinds.items()}
    return shown(data={"text/plain": PLAIN} | data)


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ({"text_html": "<b>h</b>", "text_latex": "l"}, "<b>h</b>"),
        ({"text_markdown": "**b**"}, "(markdown **b**)"),
        ({"text_latex": "$x < 2$"}, "<pre>$x &lt; 2$</pre>"),
        ({"image_svg__xml": "<svg/>", "image_png": "AA"}, "<figure><svg/></figure>"),
        (
            {"image_png": "AA\nBB\n"},
            f'<figure><img {STYLE} alt="" src="data:image/png;base64,AABB"></figure>',
        ),
        (
            {"image_jpeg": "AA", "text_latex": "l", "text_plain": '"fig"'},
            f'<figure><img {STYLE} alt="&quot;fig&quot;" src="data:image/jpeg;base64,AA"></figure>',
        ),
        (
            {"image_gif": "A"},
            f'<figure><img {STYLE} alt="" src="data:image/gif;base64,A"></figure>',
        ),
        (
            {"image_webp": "A"},
            f'<figure><img {STYLE} alt="" src="data:image/webp;base64,A"></figure>',
        ),
        ({"application_json": {"镇": [1]}}, "<pre>{\n  &quot;镇&quot;: [\n    1\n  ]\n}</pre>"),
        ({"application_javascript": "alert(1)"}, ""),
        ({"text_plain": "'a' < b"}, "<pre>&#x27;a&#x27; &lt; b</pre>"),
        (
            {"application_pdf": "AA"},
            f"<pre>{PLAIN.replace('<', '&lt;').replace('>', '&gt;')}</pre>",
        ),
        ({"text_html": "", "text_plain": " "}, ""),
    ],
)
def test_of_one_thing_the_richest_is_shown(kinds, wanted):
    assert of(**kinds) == wanted


def test_what_is_printed_is_shown_and_the_error_stream_is_not():
    assert shown("stream", name="stdout", text="a < b\n") == "<pre>a &lt; b\n</pre>"
    assert shown("stream", name="stderr", text="careful") == ""
    assert shown("stream", name="stdout", text="\n") == ""


def test_text_stands_as_in_a_terminal_at_last():
    text = "\x1b[31mred\x1b[0m\n10%\r100%\rdone\nwindows\r\n\x1b[1;2Hx"
    assert shown("stream", name="stdout", text=text) == "<pre>red\ndone\nwindows\r\nx</pre>"


def test_an_error_is_one_line_for_the_reader():
    """The whole of it stays in the notebook."""
    parts = {"ename": "ValueError", "evalue": "a < b\nsecond", "traceback": ["Traceback", "x"]}
    assert shown("error", **parts) == "<pre>ValueError: a &lt; b</pre>"
    assert shown("error", ename="KeyError", evalue="", traceback=[]) == "<pre>KeyError</pre>"
    assert shown("error", ename="SystemExit", evalue="0", traceback=[]) == ""
    assert (
        shown("error", ename="SystemExit", evalue="3", traceback=[]) == "<pre>SystemExit: 3</pre>"
    )


def test_too_much_is_cut_and_said():
    said = "\n… (more than 50000 characters: the rest is in the notebook)"
    assert of(text_plain="x" * 50_000) == f"<pre>{'x' * 50_000}</pre>"
    assert of(text_plain="x" * 50_001) == f"<pre>{'x' * 50_000}{said}</pre>"
    assert of(text_plain="x\r" * 60_000 + "y").endswith(f"{said}</pre>")
    assert of(text_html="h" * 1_000_000, text_plain="p") == "h" * 1_000_000
    assert of(text_html="h" * 1_000_001, text_plain="p") == "<pre>p</pre>"
    assert of(image_svg__xml="s" * 1_000_001, image_png="A").startswith("<figure><img")
    assert of(text_markdown="m" * 50_001, text_plain="p") == "<pre>p</pre>"


def test_the_look_of_our_pages_in_jupyter_is_no_output_of_a_page():
    parts = {"data": {"text/html": "<style></style>"}, "metadata": {"text/html": {"yxq": "look"}}}
    assert shown("display_data", **parts) == ""


def test_a_page_of_any_notebook_shows_them_in_order():
    cell = new_code_cell("secret code")
    cell.outputs = [
        new_output("stream", name="stdout", text="first"),
        new_output("display_data", data={"text/markdown": "**second** <script>"}),
        new_output("execute_result", data={"text/latex": "$third$", "text/plain": PLAIN}),
        new_output("error", ename="E", evalue="fourth\nand more", traceback=["and more"]),
    ]
    page = html.page(new_notebook(cells=[cell]), Look("title", "zh", alone=True), "own")
    places = [page.index(word) for word in ("first", "<strong>second", "$third$", "E: fourth")]
    assert places == sorted(places)
    assert "secret code" not in page and "and more" not in page and "<script>" not in page
    assert "IPython" not in page
