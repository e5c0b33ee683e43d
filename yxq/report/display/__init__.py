"""Results as the text that readers see: every number with its unit, no rate rounded across its
threshold.

`numbers`: numbers, spans of them, where they come from; `requirement`: what is asked; `result`: a
row of attainment.
"""

from yxq.report.display.numbers import (
    chance,
    interval,
    likely_grade,
    number,
    places,
    points,
    points_apart,
    ranges,
    share,
    share_difference,
    source,
)
from yxq.report.display.requirement import is_share, measured_in, required
from yxq.report.display.result import FEW, results, values

__all__ = [
    "chance",
    "interval",
    "likely_grade",
    "number",
    "places",
    "points",
    "points_apart",
    "ranges",
    "share",
    "source",
]
__all__ += ["FEW", "is_share", "measured_in", "required", "results", "share_difference", "values"]
