"""What cannot be had, in one line of each language: why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from yxq.words.catalogue import catalogue


class Refused(Exception):
    """What was asked for cannot be had: one line says why, and what to do. A notebook shows it in
    Chinese too.
    """

    chinese = ""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: no traceback, which helps nobody to mend a name."""
        return [line for line in (self.chinese, str(self)) if line]


class PlanError(Refused, ValueError):
    """A plan folder that cannot be used, or a name that is not in it; the message names file, key,
    value and mend.
    """


def refusal(
    key: str, kind: type[Refused] = PlanError, near: Iterable[str] = (), **places: object
) -> Refused:
    """The error of a wording of the section `errors`, in both languages, with the names that may
    have been meant; a place that is a `Text` is filled in either.

    >>> str(refusal("unknown_unit", name="丁属镇", near=["丁蜀镇"]))
    "unknown unit '丁属镇'; did you mean 丁蜀镇?"
    """
    said = {}
    for language, between in (("en", ", "), ("zh", "、")):
        meant = (
            catalogue()["errors"]["nearest"][language].format(names=between.join(near))
            if near
            else ""
        )
        filled = {name: getattr(place, language, place) for name, place in places.items()}
        said[language] = catalogue()["errors"][key][language].format(**filled) + meant
    error = kind(said["en"])
    error.chinese = said["zh"]
    return error
