"""Packs without kernels, papers and fonts, for tests of what is done with packs and not of what is
in them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_packs import plain_fonts, plain_papers, without_kernels


@pytest.fixture(scope="module")
def no_kernels() -> Iterator[None]:
    """In all tests of a file."""
    with without_kernels(), plain_fonts(), plain_papers():
        yield


@pytest.fixture
def no_kernel() -> Iterator[None]:
    """In one test."""
    with without_kernels(), plain_fonts(), plain_papers():
        yield
