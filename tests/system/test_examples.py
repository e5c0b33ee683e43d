"""The examples in docstrings run as written, from a project folder with the demo's tables."""

import doctest
import importlib
import pkgutil

import pytest

import yxq

MODULES = [
    "yxq",
    *(
        m.name
        for m in pkgutil.walk_packages(yxq.__path__, "yxq.")
        if not m.name.startswith("yxq.warm")
    ),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name, demo_processed, monkeypatch):
    monkeypatch.chdir(demo_processed.parents[1])
    module = importlib.import_module(name)
    done = doctest.testmod(
        module, extraglobs={"yxq": yxq}, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert done.failed == 0


def test_every_function_of_the_bench_has_an_example():
    for name in yxq.__all__:
        each = getattr(yxq, name)
        assert each.__doc__ and (isinstance(each, type) or ">>>" in each.__doc__), name
