"""Text itself: in both languages, as it is compared, and with nothing in it that cannot be seen."""

from __future__ import annotations

import functools
import re
import unicodedata

from pydantic import BaseModel, ConfigDict

# Characters that act on their neighbours or on nothing, and are not seen: controls, joiners, marks
# of direction, tags.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


class Text(BaseModel):
    """One wording in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str


@functools.lru_cache(1 << 16)
def fold(text: str) -> str:
    """The text as it is compared: full-width forms made plain and all white space gone.

    >>> fold("合\\n格批次数　（批）")
    '合格批次数(批)'
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def visible(text: str) -> str:
    """The text with what would act and not show written out, so that a name can neither hide nor
    turn what stands beside it.

    >>> visible("and\\u202etxt.exe")
    'and‹U+202E›txt.exe'
    """
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
