"""Where values stand in a file: a file of nothing, or of one pair of braces, cannot be changed."""

from pathlib import Path

import pytest

from yxq.plan_folders.places import composed
from yxq.words.errors import PlanError


@pytest.mark.parametrize("text", ["", "# nothing\n", "{a: 1, b: 2}"])
def test_a_file_without_lines_of_keys_is_refused(text):
    with pytest.raises(PlanError, match="no draft can be made"):
        composed(Path("2013.yml"), text)
