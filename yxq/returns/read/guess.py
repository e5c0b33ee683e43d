"""Whether a text that was read as GB18030, because nothing says what it is, may be so."""

from __future__ import annotations

import numpy as np

from yxq.returns.read.sheet import Unreadable

GUESSED = "gb18030-2000"  # GB18030 by another name: nobody has declared it
# In which rows of GB2312 the characters stand that nearly all of a Chinese text is made of.
ROWS = (0xA1, 0xA3, *range(0xB0, 0xD8))
PLACES = range(0xA1, 0xFF)
LEAST = 0.6  # of the characters: 湖㳇镇 has two of three


def _usual() -> np.ndarray:
    """By the code of a character whether it is usual in Chinese."""
    usual = np.zeros(1 << 16, bool)
    texts = (bytes((row, place)).decode("gb2312", "ignore") for row in ROWS for place in PLACES)
    usual[[ord(text) for text in texts if text]] = True
    return usual


USUAL = _usual()


class Guess:
    """The characters of a text that is being read; nothing is counted where it is no guess.

    Text of another encoding comes out as characters that hardly anybody writes: MÜNCHEN has none of
    the usual ones, and text in Big5 less than half.
    """

    def __init__(self, encoding: str) -> None:
        """Nothing has been read yet."""
        self.is_one = encoding == GUESSED
        self.all, self.usual = 0, 0

    def see(self, text: bytes) -> None:
        """Count the characters of a piece of the text, which is UTF-8 by now."""
        if self.is_one and not text.isascii():
            codes = np.frombuffer(text.decode().encode("utf-16-le"), "<u2")
            codes = codes[codes > 0x7F]
            self.all, self.usual = self.all + len(codes), self.usual + int(USUAL[codes].sum())

    def tell(self) -> None:
        """Raise `Unreadable` where too few of the characters are usual in Chinese."""
        if self.usual < LEAST * self.all:
            raise Unreadable("unknown_encoding")
