"""A return was received when it says so, else when its bytes were first seen, for good."""

import datetime as dt

import pandas as pd
import pytest
from project import ingested
from rows_by_hand import SAMPLE, SAMPLES

from yxq.returns import ingest, received

ONE, TWO, THREE = (dt.date(2013, 7, day) for day in (1, 2, 3))
FILED = "填报日期：2013年6月28日"


def text(*rows: list[str]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


@pytest.fixture
def on(tmp_path, yixing, monkeypatch):
    """Ingest as on a day; the day of receipt of each file, and whether it says so itself."""
    (tmp_path / "raw").mkdir()

    def take(day: dt.date) -> dict[str, tuple[str, bool]]:
        monkeypatch.setattr(ingest, "today", lambda: day)
        ingested(tmp_path / "raw", yixing, tmp_path / "processed")
        rows = pd.read_parquet(tmp_path / "processed" / "received.parquet")
        days = rows["received"].dt.strftime("%m-%d").fillna("")
        return dict(zip(rows["file"], zip(days, rows["stated"], strict=True), strict=True))

    return take


def test_the_day_of_receipt_is_stated_or_when_the_file_was_first_seen(tmp_path, on):
    raw = tmp_path / "raw"
    (raw / "a.csv").write_bytes(text(SAMPLES, SAMPLE))
    (raw / "b.csv").write_bytes(text(SAMPLES, ["C2", *SAMPLE[1:]], [FILED]))
    assert on(ONE) == {"a.csv": ("07-01", False), "b.csv": ("06-28", True)}
    assert on(TWO)["a.csv"] == ("07-01", False)
    (raw / "a.csv").rename(raw / "c.csv")  # another name, the same bytes
    (raw / "a.csv").write_bytes(text(SAMPLES, ["C3", *SAMPLE[1:]]))
    assert on(TWO) == {
        "a.csv": ("07-02", False),
        "b.csv": ("06-28", True),
        "c.csv": ("07-01", False),
    }
    kept = (raw / "c.csv").read_bytes()
    (raw / "c.csv").unlink()
    assert on(THREE).keys() == {"a.csv", "b.csv"}
    (raw / "c.csv").write_bytes(kept)  # withdrawn, and back
    assert on(THREE)["c.csv"] == ("07-01", False)


def test_what_cannot_be_opened_was_received_when_its_name_was_first_seen(tmp_path, on):
    (tmp_path / "raw" / "a.csv").write_bytes(text(SAMPLES, SAMPLE))
    (tmp_path / "raw" / "b.csv").symlink_to(tmp_path / "nowhere")
    assert on(ONE) == {"a.csv": ("07-01", False), "b.csv": ("07-01", False)}
    (tmp_path / "raw" / "c.csv").symlink_to(tmp_path / "nowhere")
    assert on(TWO)["b.csv"] == ("07-01", False) and on(TWO)["c.csv"] == ("07-02", False)


@pytest.mark.parametrize(("day", "received"), [(ONE, ("07-01", True)), (TWO, ("07-01", True))])
def test_a_day_that_is_stated_for_later_than_the_file_was_there_is_a_slip(
    tmp_path, on, day, received
):
    late = [f"填报日期：2013年7月{day.day}日"]
    (tmp_path / "raw" / "a.csv").write_bytes(text(SAMPLES, SAMPLE, late))
    assert on(ONE) == {"a.csv": (received[0], day == ONE)}


# The register


def files(place):
    return [place / received.HOME / name for name in received.COPIES]


def test_a_day_once_kept_stays_and_both_copies_say_it(tmp_path):
    assert received.seen(tmp_path, {"a", "b"}, TWO) == ({"a": TWO, "b": TWO}, [])
    assert received.seen(tmp_path, {"c"}, THREE) == ({"a": TWO, "b": TWO, "c": THREE}, [])
    one, other = files(tmp_path)
    assert one.read_bytes() == other.read_bytes()
    lines = one.read_text().splitlines()
    assert lines[:4] == ["sha256,seen", "a,2013-07-02", "b,2013-07-02", "c,2013-07-03"]
    assert len(lines) == 5


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("data", [b"", b"\0" * 99, b"sha256,seen\na,2013-07-01\n", b"\xff"])
def test_a_copy_that_is_damaged_is_made_again_from_the_other(tmp_path, which, data):
    received.seen(tmp_path, {"a"}, ONE)
    whole = files(tmp_path)[0].read_bytes()
    files(tmp_path)[which].write_bytes(data)
    name = f"{received.HOME}/{received.COPIES[which]}"
    assert received.seen(tmp_path, {"a"}, THREE) == ({"a": ONE}, [name])
    assert [file.read_bytes() for file in files(tmp_path)] == [whole, whole]
    assert received.seen(tmp_path, {"a"}, THREE) == ({"a": ONE}, [])


def test_copies_that_differ_give_the_earlier_day_and_all_files(tmp_path):
    one, other = files(tmp_path)
    received._write(one, {"a": TWO, "b": ONE})
    received._write(other, {"a": ONE, "c": TWO})
    assert received.seen(tmp_path, set(), THREE)[0] == {"a": ONE, "b": ONE, "c": TWO}


def test_both_copies_lost_are_told(tmp_path):
    received.seen(tmp_path, {"a"}, ONE)
    for file in files(tmp_path):
        file.write_bytes(b"")
    days, lost = received.seen(tmp_path, {"a"}, THREE)
    assert days == {"a": THREE} and len(lost) == 2
