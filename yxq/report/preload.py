"""What every notebook of ours uses, made ready once: run by the server behind the warm kernels.

Named in pyproject.toml under the entry point group `yxq.preload`; see `yxq.warm.preload`.
"""

from __future__ import annotations

from pandas import DataFrame, Series

from yxq.report import blocks, figures, notebook  # noqa: F401 (what notebooks import)
from yxq.words.wording import Words


def fill() -> None:
    """Fill the caches of what comes with the package (fonts, templates, wording)."""
    words = Words()
    figures.pareto(Series({"图": 1}), figures.Style(words, True)).__html__()
    blocks.table(words, "targets", DataFrame({"target": ["表"]}), "target")
