"""What a kernel's server has imported is out of the cells' sight until they import it.

So an import finds what it would find in an ordinary kernel: a file beside the notebook that is
called as a library takes its place, and matplotlib reads the environment when it is imported.
"""

from __future__ import annotations

import copy
import os
import sys
import types
import warnings
from collections.abc import Collection, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from typing import Any

MATPLOTLIB = ("matplotlib", "mpl_toolkits")
# where matplotlib looks for its files when it is imported
READ = ("HOME", "MATPLOTLIBRC", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")


def places() -> dict[str, str | None]:
    """Where matplotlib's files are, as the environment says now."""
    return {name: os.environ.get(name) for name in READ}


def top(name: str) -> str:
    """The package at the top of a module.

    >>> top("matplotlib.pyplot")
    'matplotlib'
    """
    return name.partition(".")[0]


class Early:
    """A finder, the first on `sys.meta_path`, of modules that were imported before they were asked
    for. With one come all that it may build on: the standard library, other libraries, matplotlib,
    and `own`, packages that build on that.
    """

    def __init__(
        self,
        seen: Collection[str],
        own: Collection[str],
        rules: list[Any],
        found: dict[str, str | None],
        settings: str,
    ) -> None:
        """Hide all modules but those that are `seen` in an ordinary kernel.

        rules: the filters of warnings that the libraries have added; found, settings: the `places`
        and matplotlib's file of settings as they were when it was imported.
        """
        self._own, self._rules, self._found, self._settings = own, rules, found, settings
        self._hidden = {name: m for name, m in sys.modules.items() if name not in seen}
        for name in self._hidden:
            del sys.modules[name]
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module as it was imported, where an import would find the same now."""
        module = self._hidden.get(name)
        if module is None or not self._holds(top(name)):
            return None
        spec = copy.copy(module.__spec__)
        if spec is None or spec.name != name:
            spec = ModuleSpec(name, None)
        spec.loader = _Loader(self, module)
        return spec

    def _holds(self, package: str) -> bool:
        """Whether a package's modules are what an import would give; else they are forgotten."""
        of_matplotlib = package in MATPLOTLIB or package in self._own
        if of_matplotlib and "matplotlib" in self._hidden and not self._as_it_was():
            self._forget({*MATPLOTLIB, *self._own})
            return False
        specs = (f.find_spec(package, None) for f in sys.meta_path if f is not self)
        found = next((spec for spec in specs if spec), None)
        hidden = getattr(self._hidden.get(package), "__spec__", None)
        if found and hidden and found.origin != hidden.origin:
            self._forget({package, *self._own} if package in MATPLOTLIB else {package})
            return False
        return True

    def _as_it_was(self) -> bool:
        """Whether matplotlib would find the same files as when it was imported."""
        return (
            places() == self._found
            and self._hidden["matplotlib"].matplotlib_fname() == self._settings
        )

    def _forget(self, packages: Collection[str]) -> None:
        for name in [name for name in self._hidden if top(name) in packages]:
            del self._hidden[name]

    def show(self, package: str) -> None:
        """Put a package where imports have it, with all that it builds on."""
        most = self._level(package)
        shown = [name for name in self._hidden if self._level(top(name)) <= most]
        for name in shown:
            sys.modules[name] = self._hidden.pop(name)
        if "matplotlib" in shown and (backend := os.environ.get("MPLBACKEND")):
            sys.modules["matplotlib"].rcParams["backend"] = backend
        if most and self._rules:
            warnings.filters[0:0], self._rules = self._rules, []  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]

    def _level(self, package: str) -> int:
        """Which packages it may build on: those of a level no higher than its own."""
        if package in sys.stdlib_module_names:
            return 0
        return 3 if package in self._own else 2 if package in MATPLOTLIB else 1


class _Loader(Loader):
    """Loads a module that is there."""

    def __init__(self, early: Early, module: types.ModuleType) -> None:
        self._early, self._module, self._spec = early, module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """The module itself, and all that it builds on put in place."""
        self._early.show(top(spec.name))
        return self._module

    def exec_module(self, module: types.ModuleType) -> None:
        """It has run; it is as it was found then."""
        module.__spec__ = self._spec
