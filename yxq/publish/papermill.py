"""papermill as it is used here: imported lightly, with our engine and our cell of parameters."""

from __future__ import annotations

import sys
from typing import Any

from yxq.warm import ENGINE


def load() -> Any:
    """The module, without what jsonschema would take a second to import with it: a check of
    international links.
    """
    if "papermill" not in sys.modules and "rfc3987_syntax" not in sys.modules:
        # as where it is not installed
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
        try:
            import papermill
        finally:
            sys.modules.pop("rfc3987_syntax", None)
    import papermill

    from yxq.publish.translator import Translator

    papermill.engines.papermill_engines.register("yxq", ENGINE)
    papermill.translators.papermill_translators.register("python", Translator)
    return papermill
