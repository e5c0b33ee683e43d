"""One palette for pages, figures and workbook: told apart by colour-blind readers and in grey, and
never all there is.
"""

INK, MUTED, BLUE, RED, GREY, LINE = "#1f2328", "#5d6670", "#1f5a8c", "#c2571a", "#c9d3dc", "#e6e6e6"
STATES = {
    "attained": "#cfe3f3",
    "not attained": "#eb9a5b",
    "on track": "#e6f0f8",
    "behind": "#f6d0b1",
    "pending": "#f4efe2",
    "not applicable": "#eeeeee",
    "no data": "#ffffff",
    "reported": "#f7f7f7",
}
STATUSES = {"arrived": "#cfe3f3", "late": "#fff4d6", "missing": "#eb9a5b"}


def css() -> str:
    """A rule for each state and status, and the colours of the page as variables."""
    named = {
        "ink": INK,
        "muted": MUTED,
        "blue": BLUE,
        "red": RED,
        "grey": GREY,
        "attained": STATES["attained"],
    }
    rules = [f":root{{{';'.join(f'--{name}:{value}' for name, value in named.items())}}}"]
    rules += [
        f".{name.replace(' ', '-')}{{background:{value}}}"
        for name, value in (STATES | STATUSES).items()
    ]
    return "\n".join(rules)
