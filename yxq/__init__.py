"""Quality-plan targets, attainment and the pack. What an analyst needs is here: see `yxq.bench`, which loads when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yxq.bench import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """A name of the bench: importing that takes seconds, which the command line need not wait for."""
    import importlib

    bench = importlib.import_module("yxq.bench")
    if name == "__all__" or name in bench.__all__:
        return getattr(bench, name)
    raise AttributeError(f"module 'yxq' has no attribute {name!r}; it has {', '.join(bench.__all__)}")


def __dir__() -> list[str]:
    """The bench's names."""
    return list(__getattr__("__all__"))
