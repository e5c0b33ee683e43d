"""Text itself: in both languages, as it is compared, and with nothing in it that cannot be seen."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

# Characters that act on their neighbours or on nothing, and are not seen: controls, joiners, marks
# of direction, tags.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
# Beside them what only chooses between the looks of a character.
NOT_TO_TELL = re.compile(rf"{UNSEEN.pattern}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _or_one(schema: dict[str, Any]) -> None:
    """How an editor knows a text: a plain one, or by language."""
    by_language = {key: value for key, value in schema.items() if key != "required"}
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, by_language | {"minProperties": 1}]


class Text(BaseModel):
    """One wording in both languages; one that is given in a single one stands in both."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_or_one)

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def in_both(cls, given: Any) -> Any:
        """A plain wording, or one in one language, for both."""
        if isinstance(given, str):
            return {"zh": given, "en": given}
        if isinstance(given, dict) and not {"zh", "en"} & set(given):
            raise ValueError("write the wording, or one by language: {zh: ..., en: ...}")
        if isinstance(given, dict) and len(one := {"zh", "en"} & set(given)) == 1:
            return dict.fromkeys(("zh", "en"), given[one.pop()]) | given
        return given


IRREGULAR = {("person", "people"), ("man", "men"), ("foot", "feet")}
ALIKE = 3  # letters that one and several begin with alike at the least; fewer may be chance


def one_and_several(unit: str) -> tuple[str, str]:
    """What one of a unit is called in English, and several; of a rate, whose slash says of what it
    is, both as it is written.

    >>> one_and_several("batch/batches"), one_and_several("km/h")
    (('batch', 'batches'), ('km/h', 'km/h'))
    """
    one, _, many = unit.partition("/")
    is_as_long = len(one.split()) == len(many.split())
    pairs = zip(one.split(), many.split(), strict=False)
    return (one, many) if is_as_long and all(_is_several(*pair) for pair in pairs) else (unit, unit)


def _is_several(one: str, many: str) -> bool:
    """Whether a word is another, or several of it: they begin alike (city, cities), the second is
    no compound (bed, bed-day), and the first not several itself (visits, visitor).
    """
    if one == many or (one, many) in IRREGULAR or (len(one) > 1 and many == f"{one}s"):
        return True
    pairs = zip(one, many, strict=False)
    alike = sum(1 for _ in itertools.takewhile(lambda letters: letters[0] == letters[1], pairs))
    is_compound = alike == len(one) and not many[alike:][:1].isalpha()
    are_several = one.endswith("s") and not many.endswith("s")
    return alike >= max(ALIKE, len(one) / 2) and not is_compound and not are_several


@functools.lru_cache(1 << 16)
def fold(text: str) -> str:
    """The text as it is compared: full-width forms made plain, small letters, and nothing that is
    not seen.

    >>> fold("合\\n格批次数　（批）"), fold("\\ufeffGuang\\u200bdong")
    ('合格批次数(批)', 'guangdong')
    """
    if text.isascii() and text.isprintable():  # nothing else to take out than blanks
        return text.lower().replace(" ", "")
    plain = unicodedata.normalize("NFKC", NOT_TO_TELL.sub("", text)).casefold()
    return re.sub(r"\s+", "", plain)


def seen(text: str) -> str:
    """The text without what is not seen: blank space around it, and characters that do not show.

    >>> seen("\\ufeff 丁蜀\\u200b镇\\u200e　")
    '丁蜀镇'
    """
    return text.strip() if text.isascii() and text.isprintable() else _without_unseen(text)


def _without_unseen(text: str) -> str:
    shown = NOT_TO_TELL.sub(lambda found: " " if found[0].isspace() else "", text)
    return shown.replace("\xa0", " ").strip()


def visible(text: str) -> str:
    """The text with what would act and not show written out, so that a name can neither hide nor
    turn what stands beside it.

    >>> visible("and\\u202etxt.exe")
    'and‹U+202E›txt.exe'
    """
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
