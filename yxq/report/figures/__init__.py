"""Figures, one a file: each draws a frame of numbers and knows nothing of plans and targets.

Which numbers go into which figure is chosen in `yxq.report.figure_data`. `style` has what all look
alike in, `layout` what several are laid out by, `drawing` how a figure shows itself in pages and
notebooks.
"""

from yxq.report.figures.bullets import bullets
from yxq.report.figures.change import change
from yxq.report.figures.control import control
from yxq.report.figures.drawing import DENSE, Drawing
from yxq.report.figures.funnel import Panel, funnel
from yxq.report.figures.layout import fitted
from yxq.report.figures.lengths import lengths
from yxq.report.figures.monthly import monthly
from yxq.report.figures.multiples import lines, rows
from yxq.report.figures.operating import operating
from yxq.report.figures.pareto import pareto
from yxq.report.figures.ranks import ranks
from yxq.report.figures.running import running
from yxq.report.figures.spine import spine
from yxq.report.figures.states import states
from yxq.report.figures.style import Style, styled
from yxq.report.figures.timeline import timeline
from yxq.report.figures.years import years

__all__ = ["DENSE", "Drawing", "Panel", "Style", "fitted", "styled"]
__all__ += ["bullets", "change", "control", "funnel", "lengths", "lines", "monthly", "rows"]
__all__ += ["operating", "pareto", "ranks", "running", "spine", "states", "timeline", "years"]
