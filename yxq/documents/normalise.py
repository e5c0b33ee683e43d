"""The text as it is read: without the noise that copies carry, each character knowing where in the
document it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from yxq.documents.simplified import simplified
from yxq.words.text import UNSEEN

HAN = "\u3400-\u9fff\uf900-\ufaff"
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
# Where a copy lost a character, its pinyin may stand behind a question mark.
PINYIN = re.compile(rf"(?:(?<=[{HAN}])[(（]|[?？])(?=[a-z]*[{TONED}])[a-z{TONED}]{{1,7}}[)）]")
KEPT = "“”‘’"  # by which a name is told, as they are
BLANK = re.compile(rf"(?<=[{HAN}])[ \t]+|[ \t]+(?=[{HAN}])|\s+(?=[%‰])")


@dataclass(frozen=True)
class Normalised:
    """A text as it is read, and where each of its characters stands in the text as it was."""

    text: str
    at: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """From and to which character of the text as it was a part of it stands."""
        if start >= end:
            return (self.at[start],) * 2 if start < len(self.at) else (0, 0)
        return self.at[start], self.at[end - 1] + 1


def normalise(text: str) -> Normalised:
    """A text with full-width digits, letters and marks made plain, characters simplified, pinyin in
    brackets, unseen characters and blanks beside Chinese characters taken out.

    >>> normalise("品質(zhì)　９５％ 以上").text
    '品质95%以上'
    """
    dropped = {i for found in PINYIN.finditer(text) for i in range(*found.span())}
    letters: list[str] = []
    at: list[int] = []
    for i, letter in enumerate(text):
        if i in dropped or UNSEEN.match(letter):
            continue
        plain = letter if letter in KEPT else unicodedata.normalize("NFKC", letter)
        # What would become several, such as ㎡ or ½, stays at one place.
        letters += plain
        at += [i] * len(plain)
    plain = re.sub(r"\s", " ", simplified("".join(letters)))
    blank = {i for found in BLANK.finditer(plain) for i in range(*found.span())}
    kept = [i for i in range(len(plain)) if i not in blank]
    return Normalised("".join(plain[i] for i in kept), tuple(at[i] for i in kept))


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese: a fifth of its letters, for names and units are Latin."""
    han = len(re.findall(f"[{HAN}]", text))
    return han * 5 >= len(re.findall(r"[^\W\d_]", text)) > 0
