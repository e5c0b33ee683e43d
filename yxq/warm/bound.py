"""How much of a kernel's output its runner keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

EACH = 200  # an output's own weight beside its text
SHOWN = ("stream", "display_data", "execute_result", "update_display_data", "error")
STOPS = 10  # a run that goes on to print so many times as much is ended


class TooMuchOutput(RuntimeError):
    """A notebook would not stop printing."""


@dataclass
class Bound:
    """The output of one run: `most` characters are kept, and then `notice` stands there; one that
    sends `STOPS` times as many is ended, for the reason `stopped`.
    """

    most: int
    notice: str
    stopped: str
    cut: bool = False
    seen: int = field(default=0, repr=False)

    @property
    def exceeded(self) -> bool:
        """Whether the run is to be ended."""
        return self.seen > STOPS * self.most

    def kept(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """A message as it is kept: whole, cut, or not at all."""
        if message["msg_type"] not in SHOWN:
            return message
        content = message["content"]
        if message["msg_type"] == "error":  # which ends the run, and must say why
            content["evalue"] = content["evalue"][: self.most]
            content["traceback"] = [line[: self.most] for line in content["traceback"]]
            return message
        left, size = self.most - self.seen, _size(content)
        self.seen += size + EACH
        if self.seen <= self.most:
            return message
        if self.cut:
            return None
        self.cut = True
        if message["msg_type"] == "stream":
            content["text"] = f"{content['text'][: max(left, 0)]}\n{self.notice}\n"
        else:
            content |= {"data": {"text/plain": self.notice}, "metadata": {}}
        return message


def _size(content: dict[str, Any]) -> int:
    """How many characters are shown."""
    parts = content.get("data", {"text/plain": content.get("text", "")}).values()
    return sum(len(part) if isinstance(part, str) else len(str(part)) for part in parts)
