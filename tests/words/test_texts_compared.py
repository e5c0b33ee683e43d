"""What is not seen is no difference between two texts, nor are small and capital letters."""

import pytest

from yxq.words.text import fold, seen

UNSEEN = ["\u200b", "\ufeff", "\u200e", "\u202e", "\u2060", "\xad", "\x00", "\ufe0f", "\U000e0100"]


@pytest.mark.parametrize("mark", [*UNSEEN, "\xa0", "\u3000", "\u2028", " ", "\t"])
@pytest.mark.parametrize("text", ["{}丁蜀镇", "丁{}蜀镇", "丁蜀镇{}", "{0}丁{0}{0}蜀镇"])
def test_what_is_not_seen_is_no_difference(text, mark):
    assert fold(text.format(mark)) == "丁蜀镇"


@pytest.mark.parametrize("mark", UNSEEN)
def test_it_is_not_kept(mark):
    assert seen(f" {mark}A {mark}b{mark} ") == "A b"


def test_blank_space_within_is_kept_as_a_space():
    assert seen("A\xa0b\u2028c d") == "A b c d" and seen("\u200b\xa0") == ""


def test_letters_are_compared_without_their_size():
    assert fold("CAMIS") == fold("camis") == fold("Ｃａｍｉｓ")
