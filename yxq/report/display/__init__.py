"""Results as the text that readers see: every number with its unit, no rate rounded across its
threshold.

`numbers`: numbers and spans of them; `sources`: where a number comes from; `requirement`: what is
asked; `result`: a row of attainment.
"""

from yxq.report.display.numbers import chance, interval, number, places, points, share
from yxq.report.display.requirement import is_share, measured_in, required
from yxq.report.display.result import FEW, results
from yxq.report.display.sources import ranges, source

__all__ = [
    "FEW",
    "chance",
    "interval",
    "is_share",
    "measured_in",
    "number",
    "places",
    "points",
    "ranges",
    "required",
    "results",
    "share",
    "source",
]
