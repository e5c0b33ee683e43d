"""How a unit stands with a target, and how it stands with a return: names in tables, signs,
colours.

Their names in both languages stand in words.yml.
"""

from __future__ import annotations

from enum import StrEnum

from yxq.words import colours


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
        return SIGNS[self]

    @property
    def colour(self) -> str:
        """Of its cells and marks: legible in grey, and told apart by colour-blind readers."""
        return colours.STATES[self]


JUDGED = (State.ATTAINED, State.NOT_ATTAINED, State.ON_TRACK, State.BEHIND)
"""Those that say how far it is; while the period runs they have a chance."""
MET = (State.ATTAINED, State.ON_TRACK)
"""Those that earn full credit."""
SHORT = (State.NOT_ATTAINED, State.BEHIND)
"""Those that lack something, and say what."""
UNJUDGED = (State.PENDING, State.NOT_APPLICABLE, State.NO_DATA, State.REPORTED)
"""Those that say nothing of how far it is."""


class Remedy(StrEnum):
    """How it stands with what is done about a result that falls short."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    DROPPED = "dropped"


class Status(StrEnum):
    """How it stands with a return that a sender owes."""

    ARRIVED = "arrived"
    LATE = "late"
    MISSING = "missing"
    NOT_DUE = "not due"

    @property
    def sign(self) -> str:
        """What tells it apart without colour."""
        return SIGNS[self]

    @property
    def colour(self) -> str:
        """Of its cells."""
        return colours.STATUSES.get(self, colours.WHITE)


SIGNS: dict[State | Status, str] = {
    State.ATTAINED: "✓",
    State.NOT_ATTAINED: "×",
    State.ON_TRACK: "↑",
    State.BEHIND: "↓",
    State.PENDING: "…",
    State.NOT_APPLICABLE: "—",
    State.NO_DATA: "?",
    State.REPORTED: "·",
    Status.ARRIVED: "✓",
    Status.LATE: "△",
    Status.MISSING: "×",
    Status.NOT_DUE: "…",
}
