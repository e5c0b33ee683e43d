"""The words that readers see, in the language asked for."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from yxq.plan.model import PlanError, Refused, Text

if TYPE_CHECKING:
    from yxq.plan.plan import Unit

LANGUAGES = ("zh", "en")
BRACKETS = str.maketrans("()", "（）")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PLAIN = str.maketrans(
    {"|": "｜", ";": "；", "\n": " ", "\r": " "}
)  # what parts codes from arguments stays out of them
# Characters that act on their neighbours or on nothing, and are not seen: controls, joiners, marks
# of direction, tags.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with what would act and not show written out, so that a name can neither hide nor
    turn what stands beside it.

    >>> visible("and\\u202etxt.exe")
    'and‹U+202E›txt.exe'
    """
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)


def reason(code: str, *arguments: object) -> str:
    """A reason as one text: the code and what it is about, which words.yml puts into a sentence."""
    return "|".join([code, *(str(argument).translate(PLAIN) for argument in arguments)])


@functools.cache
def _all() -> dict[str, dict[str, dict[str, str]]]:
    said: dict[str, dict[str, dict[str, str]]] = yaml.load(
        (Path(__file__).parent / "words.yml").read_text(encoding="utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )
    return said


def refusal(
    key: str, kind: type[Refused] = PlanError, near: Iterable[str] = (), **places: object
) -> Refused:
    """The error of a wording of the section `errors`, in both languages, with the names that may
    have been meant.

    >>> str(refusal("unknown_unit", name="丁属镇", near=["丁蜀镇"]))
    "unknown unit '丁属镇'; did you mean 丁蜀镇?"
    """
    said = {}
    for language, between in (("en", ", "), ("zh", "、")):
        meant = (
            _all()["errors"]["nearest"][language].format(names=between.join(near)) if near else ""
        )
        said[language] = _all()["errors"][key][language].format(**places) + meant
    error = kind(said["en"])
    error.chinese = said["zh"]
    return error


class Words:
    """One language's words: `words("verdict", name=...)`, `words.state("attained")`,
    `words.reason("overdue|3")`.
    """

    def __init__(
        self, language: str = "zh", unit: Text | None = None, names: dict[str, str] | None = None
    ) -> None:
        """`unit` is what the plan calls its units, `names` are the English names of what it calls
        in Chinese.

        Raises `PlanError` for a language that there is not.
        """
        if language not in LANGUAGES:
            raise refusal("unknown_language", name=language, known=", ".join(LANGUAGES))
        self.language = language
        self._names = names if names and language == "en" else {}
        word = self.text(unit) if unit else "unit"
        self._unit = {"unit": word, "Unit": word.capitalize()}

    def __call__(self, key: str, **places: object) -> str:
        """A wording of the section `text` with its places filled."""
        return _all()["text"][key][self.language].format(**self._unit | places)

    def title(self, column: str) -> str:
        """A column's heading: its wording where it has one, else its own name (a unit, a target)."""
        return self(column) if column in _all()["text"] else column

    def of(self, section: str, key: str, part: str = "", **places: object) -> str:
        """A wording of another section (states, fates, statuses, rules), or its `sign`."""
        return _all()[section][key][part or self.language].format(**places)

    def state(self, state: str) -> str:
        """A state with its sign, so that it is never told by colour alone."""
        return f"{self.sign(state)} {self.of('states', state)}"

    def sign(self, state: str) -> str:
        """The sign of a state by itself."""
        return self.of("states", state, "sign")

    def told(self, text: str) -> list[dict[str, str]]:
        """Reasons or notes (`code|argument|...`, several parted by `;`): column and value, what is
        wrong, the mend.
        """
        found = []
        for one in filter(None, text.split(";")):
            code, *about = one.split("|")
            wording: dict[str, Any] = _all()["reasons"][
                code
            ]  # with a number (cell) and a mend in both languages
            cell, rest = about[: wording.get("cell", 0)], about[wording.get("cell", 0) :]
            about = [*cell, *map(self._argument, rest)]
            mend = wording["mend"][self.language].format(*about) if "mend" in wording else ""
            found.append(
                {
                    "column": cell[0] if cell else "",
                    "content": cell[1] if len(cell) > 1 else "",
                    "wrong": wording[self.language].format(*about),
                    "mend": mend,
                }
            )
        return found

    def _argument(self, text: str) -> str:
        """What a reason is about, as this language writes it: days, and names that the plan has in
        both.
        """
        if DAY.fullmatch(text):
            return self.date(dt.date.fromisoformat(text))
        parts = text.split("、")
        known = self._names and all(part in self._names for part in parts)
        return self("list").join(self._names[part] for part in parts) if known else text

    def reason(self, text: str) -> str:
        """Reasons or notes as sentences, each with its mend."""
        return self("comma").join(
            self("mend_after").join(filter(None, (one["wrong"], one["mend"])))
            for one in self.told(text)
        )

    def text(self, text: Text) -> str:
        """A bilingual text of the plan."""
        return text.zh if self.language == "zh" else text.en

    def counted(self, unit: Text, n: float | None = None) -> str:
        """What is counted, such as 家 or firms; in English `firm/firms` says how one of them is
        called.
        """
        one, _, many = unit.en.partition("/")
        return (
            unit.zh
            if self.language == "zh"
            else one
            if n is not None and abs(n) == 1
            else many or one
        )

    def clause(self, text: str) -> str:
        """The number of a clause with the brackets that Chinese documents set it in."""
        return text.translate(BRACKETS)

    def sender(self, name: str) -> str:
        """A department's name."""
        return self._names.get(name, name)

    def unit(self, unit: Unit) -> str:
        """A unit's name."""
        return unit.name if self.language == "zh" else unit.name_en

    def date(self, day: Any) -> str:
        """A day as this language writes it; nothing where there is none."""
        if day is None or day != day:
            return ""
        day = day if isinstance(day, dt.date) else day.date()
        return self("date_format", y=day.year, m=day.month, d=day.day)
