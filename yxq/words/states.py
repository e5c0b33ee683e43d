"""How a unit stands with a target, and how it stands with a return: names in tables, signs,
colours.

Their names in both languages stand in words.yml.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """How a unit stands with a target; the order is that of every list of states that readers see.

    >>> State("on track").sign, State.BEHIND == "behind"
    ('↑', True)
    """

    ATTAINED = "attained"
    NOT_ATTAINED = "not attained"
    ON_TRACK = "on track"
    BEHIND = "behind"
    PENDING = "pending"
    NOT_APPLICABLE = "not applicable"
    NO_DATA = "no data"
    REPORTED = "reported"

    @property
    def sign(self) -> str:
        """What tells it apart without colour."""
        return LOOKS[self][0]

    @property
    def colour(self) -> str:
        """Of its cells and marks: legible in grey, and told apart by colour-blind readers."""
        return LOOKS[self][1]


JUDGED = (State.ATTAINED, State.NOT_ATTAINED, State.ON_TRACK, State.BEHIND)
"""Those that say how far it is; while the period runs they have a chance."""
MET = (State.ATTAINED, State.ON_TRACK)
"""Those that earn full credit."""
SHORT = (State.NOT_ATTAINED, State.BEHIND)
"""Those that lack something, and say what."""
UNJUDGED = (State.PENDING, State.NOT_APPLICABLE, State.NO_DATA, State.REPORTED)
"""Those that say nothing of how far it is."""


class Status(StrEnum):
    """How it stands with a return that a sender owes."""

    ARRIVED = "arrived"
    LATE = "late"
    MISSING = "missing"
    NOT_DUE = "not due"

    @property
    def sign(self) -> str:
        """What tells it apart without colour."""
        return LOOKS[self][0]

    @property
    def colour(self) -> str:
        """Of its cells."""
        return LOOKS[self][1]


WHITE = "#ffffff"
LOOKS: dict[State | Status, tuple[str, str]] = {
    State.ATTAINED: ("✓", "#cfe3f3"),
    State.NOT_ATTAINED: ("×", "#eb9a5b"),
    State.ON_TRACK: ("↑", "#e6f0f8"),
    State.BEHIND: ("↓", "#f6d0b1"),
    State.PENDING: ("…", "#f4efe2"),
    State.NOT_APPLICABLE: ("—", "#eeeeee"),
    State.NO_DATA: ("?", WHITE),
    State.REPORTED: ("·", "#f7f7f7"),
    Status.ARRIVED: ("✓", "#cfe3f3"),
    Status.LATE: ("△", "#fff4d6"),
    Status.MISSING: ("×", "#eb9a5b"),
    Status.NOT_DUE: ("…", WHITE),
}
