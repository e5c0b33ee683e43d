"""One palette for pages, figures and workbook, told apart by colour-blind readers and in grey.

Colour is never all there is: a state has its sign, a status its word (`yxq.words.states`).
"""

from __future__ import annotations

INK, MUTED, BLUE, RED = "#1f2328", "#5d6670", "#1f5a8c", "#c2571a"
GREY, LINE, WHITE = "#c9d3dc", "#e6e6e6", "#ffffff"
STATES = {
    "attained": "#cfe3f3",
    "not attained": "#eb9a5b",
    "on track": "#e6f0f8",
    "behind": "#f6d0b1",
    "pending": "#f4efe2",
    "not applicable": "#eeeeee",
    "no data": WHITE,
    "reported": "#f7f7f7",
}
STATUSES = {"arrived": "#cfe3f3", "late": "#fff4d6", "missing": "#eb9a5b"}  # one not due has none


def css() -> str:
    """A rule for each state and status, and the colours of the page as variables."""
    variables = {"ink": INK, "muted": MUTED, "blue": BLUE, "red": RED, "grey": GREY}
    variables["attained"] = STATES["attained"]
    root = ";".join(f"--{name}:{value}" for name, value in variables.items())
    backgrounds = (STATES | STATUSES).items()
    rules = [f".{name.replace(' ', '-')}{{background:{colour}}}" for name, colour in backgrounds]
    return "\n".join([f":root{{{root}}}", *rules])
