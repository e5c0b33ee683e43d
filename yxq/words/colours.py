"""One palette for pages, figures and workbook, told apart by colour-blind readers and in grey.

Colour is never all there is: a state has its sign, a status its word.
"""

from yxq.words.states import State, Status

INK, MUTED, BLUE, RED = "#1f2328", "#5d6670", "#1f5a8c", "#c2571a"
GREY, LINE = "#c9d3dc", "#e6e6e6"


def css() -> str:
    """A rule for each state and status, and the colours of the page as variables."""
    variables = {"ink": INK, "muted": MUTED, "blue": BLUE, "red": RED, "grey": GREY}
    variables["attained"] = State.ATTAINED.colour
    root = ";".join(f"--{name}:{value}" for name, value in variables.items())
    told = [*State, *(status for status in Status if status != Status.NOT_DUE)]
    rules = [f".{each.replace(' ', '-')}{{background:{each.colour}}}" for each in told]
    return "\n".join([f":root{{{root}}}", *rules])
