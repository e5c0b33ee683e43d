"""The words that readers see, in the language asked for."""

from __future__ import annotations

import copy
import datetime as dt
import re
from typing import Any, Protocol

from yxq.words.catalogue import catalogue
from yxq.words.errors import refusal
from yxq.words.reasons import Reason, parsed
from yxq.words.states import State
from yxq.words.text import Text, one_and_several

LANGUAGES = ("zh", "en")
BRACKETS = str.maketrans("()", "（）")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Named(Protocol):
    """What has a name in both languages, such as a unit of a plan folder."""

    @property
    def name(self) -> str:
        """Its own name."""

    @property
    def name_en(self) -> str:
        """Its English name."""


OF_KIND = {"share": "states_of_rates", "task": "states_of_tasks"}


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
        self._states = "states"
        self._names = names if names and language == "en" else {}
        word = self.text(unit) if unit else "unit"
        self._unit = {"unit": word, "Unit": word.capitalize()}

    def __call__(self, key: str, **places: object) -> str:
        """A wording of the section `text` with its places filled."""
        wording: str = catalogue()["text"][key][self.language]
        return wording.format(**self._unit | places)

    def title(self, column: str) -> str:
        """A column's heading: its wording where it has one, else its own name."""
        return self(column) if column in catalogue()["text"] else column

    def entry(self, section: str, key: str, **places: object) -> str:
        """A wording of another section: states, fates, statuses, rules and so on."""
        of_kind = catalogue()[self._states] if section == "states" else {}
        wording: str = of_kind.get(key, catalogue()[section][key])[self.language]
        return wording.format(**places)

    def of_target(self, kind: str) -> Words:
        """The words of a page of one target, whose states are called as those of its kind are:
        rates reach a standard, tasks are done.
        """
        own = copy.copy(self)
        own._states = OF_KIND.get(kind, "states")
        return own

    def state(self, state: str) -> str:
        """A state's name with its sign, so that it is never told by colour alone."""
        return f"{self.sign(state)} {self.entry('states', state)}"

    def sign(self, state: str) -> str:
        """The sign of a state by itself."""
        return State(state).sign

    def explained(self, text: str) -> list[dict[str, str]]:
        """Reasons as a table holds them, each with the `column` and `content` that it is about,
        what is `wrong`, and the `mend`; empty where a reason has none.
        """
        return [self._explained(one) for one in parsed(text)]

    def _explained(self, one: Reason) -> dict[str, str]:
        wording = catalogue()["reasons"][one.code]
        of_cell = wording.get(
            "cell", 0
        )  # so many arguments name the cell, and stay as they were sent
        cell, rest = one.arguments[:of_cell], one.arguments[of_cell:]
        arguments = [*cell, *map(self._argument, rest)]
        mend = wording["mend"][self.language].format(*arguments) if "mend" in wording else ""
        column, content = (*cell, "", "")[:2]
        wrong = wording[self.language].format(*arguments)
        return {"column": column, "content": content, "wrong": wrong, "mend": mend}

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
        """Reasons as a table holds them as sentences, each with its mend."""
        sentences = (filter(None, (one["wrong"], one["mend"])) for one in self.explained(text))
        return self("comma").join(map(self("mend_after").join, sentences))

    def text(self, text: Text) -> str:
        """A bilingual text of the plan."""
        return text.zh if self.language == "zh" else text.en

    def counted(self, unit: Text, n: float | None = None) -> str:
        """What is counted, such as 家 or firms; in English `firm/firms` says how one of them is
        called, and where there is no Chinese wording in Chinese too. A rate such as t/ha is one.
        """
        said = self.text(unit)
        if said != unit.en or (unit.zh == unit.en and not said.isascii()):
            return said  # Chinese, in which 件/万人 is a ratio
        one, several = one_and_several(said)
        return one if n is not None and abs(n) == 1 else several

    def clause(self, text: str) -> str:
        """The number of a clause with the brackets that Chinese documents set it in."""
        return text.translate(BRACKETS)

    def sender(self, name: str) -> str:
        """A department's name."""
        return self._names.get(name, name)

    def unit(self, unit: Named) -> str:
        """A unit's name."""
        return unit.name if self.language == "zh" else unit.name_en

    def date(self, day: Any) -> str:
        """A day as this language writes it; nothing where there is none."""
        if day is None or day != day:
            return ""
        day = day if isinstance(day, dt.date) else day.date()
        return self("date_format", y=day.year, m=day.month, d=day.day)
