"""Figures: inline and searchable while they are small, a picture where they are dense, and the same
bytes each time.
"""

import base64
import io

import matplotlib.image
import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from wcwidth import wcswidth

from yxq.attainment import comparison
from yxq.report import figures
from yxq.words.wording import Words


def funnel(n: int) -> str:
    """A funnel of n units."""
    rng = np.random.default_rng(1)
    points = pd.DataFrame(
        {
            "title": [f"镇{i}" for i in range(n)],
            "denominator": rng.integers(5, 200, n),
            "centre": 0.95,
            "beyond": "",
            "beyond_chance": "",
        }
    )
    points["value"] = rng.uniform(0.9, 1, n)
    size = pd.Series(range(1, 200), dtype="float64")
    ends = comparison.limits(size, pd.Series(0.95, size.index)).set_index(size)
    panel = figures.Panel("合格率", points, ends, 0.95)
    return figures.funnel([panel], figures.Style(Words("zh"), True)).__html__()


def test_a_small_figure_is_text_with_ids_of_its_own():
    svg = funnel(20)
    assert svg.startswith("<svg ") and ">合格率</text>" in svg and ">演示数据（合成）</text>" in svg
    assert (
        svg == funnel(20)
        and "DejaVu" not in svg
        and svg.count("<g") == svg.count("</g>") + svg.count("<g/>")
    )
    assert not set(part.split('"')[0] for part in svg.split(' id="')[1:]) & set(
        part.split('"')[0] for part in funnel(21).split(' id="')[1:]
    )


def test_a_dense_figure_is_a_picture(tmp_path):
    html = funnel(5_000)
    assert html.startswith('<img alt="" src="data:image/png;base64,') and html == funnel(5_000)
    assert len(html) < figures.DENSE * 2
    (tmp_path / "a.png").write_bytes(base64.b64decode(html.partition("base64,")[2].rstrip('">')))
    pixels = matplotlib.image.imread(tmp_path / "a.png")[:, :, :3]
    assert 0.01 < (pixels < 0.9).any(axis=2).mean() < 0.9


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("丁蜀镇", "丁蜀镇"),
        ("a\u202eb\nc", "a‹U+202E›b c"),
        ("长" * 40, "长" * 21 + "…"),
        ("W" * 60, "W" * 43 + "…"),
        ("e\u0301" * 44, "e\u0301" * 44),  # an accent takes no room
        ("e\u0301" * 60, "e\u0301" * 43 + "…"),
        ("a\x00b\x1b[1m\tc", "a‹U+0000›b‹U+001B›[1m c"),  # which wcwidth gives no width
    ],
)
def test_a_name_stays_on_one_line(name, shown):
    assert figures.fitted(name) == shown and wcswidth(shown) <= 44


def test_a_figure_shows_itself_in_a_notebook_with_its_chinese():
    """As a picture twice as fine as its place, whatever fonts the machine has."""
    drawing = figures.pareto(pd.Series({"菌落总数": 3, "铅": 1}), figures.Style(Words("zh"), True))
    shown, about = drawing._repr_mimebundle_()
    picture = matplotlib.image.imread(io.BytesIO(base64.b64decode(shown["image/png"])))
    size = about["image/png"]
    assert np.abs(np.array(picture.shape[:2]) - [2 * size["height"], 2 * size["width"]]).max() <= 1
    assert any("演示数据" in text.get_text() for text in drawing.findobj(matplotlib.text.Text))
    assert drawing.__html__() == drawing.__html__()  # shown as a picture or not
