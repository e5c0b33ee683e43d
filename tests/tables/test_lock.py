"""Readers share a folder, a writer has it alone, and who dies lets go of it."""

import subprocess
import sys

import pytest

from yxq.tables.lock import Busy, lock

HOLD = """import sys, time; from pathlib import Path; from yxq.tables.lock import lock
with lock(Path(sys.argv[1]), sys.argv[2] == "shared"):
    print("held", flush=True); time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    started = []

    def hold(how: str) -> subprocess.Popen:
        command = [sys.executable, "-c", HOLD, str(tmp_path), how]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("theirs", "shared", "busy"),
    [
        ("alone", False, True),
        ("alone", True, True),
        ("shared", False, True),
        ("shared", True, False),
    ],
)
def test_readers_share_and_a_writer_does_not(tmp_path, holder, theirs, shared, busy):
    holder(theirs)
    if busy:
        with pytest.raises(Busy, match="another yxq is at work"), lock(tmp_path, shared):
            pass
    else:
        with lock(tmp_path, shared):
            pass


def test_a_holder_that_is_killed_lets_go(tmp_path, holder):
    process = holder("alone")
    process.kill()
    process.wait()
    with lock(tmp_path):
        pass
