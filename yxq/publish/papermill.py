"""papermill as it is used here: imported lightly, with our engine and our cell of parameters."""

from __future__ import annotations

import sys
from typing import Any

from yxq.warm import ENGINE


def load() -> Any:
    """The module, without what jsonschema would take a second to import with it: a check of
    international links.
    """
    hide = {"papermill", "rfc3987_syntax"}.isdisjoint(sys.modules)
    if hide:  # as where it is not installed
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        import papermill
    finally:
        if hide:
            sys.modules.pop("rfc3987_syntax", None)
    from yxq.publish.translator import Translator

    papermill.engines.papermill_engines.register("yxq", ENGINE)
    papermill.translators.papermill_translators.register("python", Translator)
    return papermill
