"""The cell that papermill injects into Python notebooks, as `parameters.cell` writes it."""

from __future__ import annotations

from typing import Any

from papermill.translators import PythonTranslator

from yxq.publish import parameters


class Translator(PythonTranslator):  # type: ignore[misc]  # papermill has no types
    """papermill's own, but for the cell that it writes."""

    @classmethod
    def codify(cls, given: dict[str, Any], comment: str = "Parameters") -> str:
        """The source of the cell; what cannot be written down stays as papermill has it."""
        try:
            return parameters.cell(given, comment)
        except TypeError:
            return str(super().codify(given, comment))
