"""A workbook with a password says so, in any format."""

import io
import struct

import pytest
import workbooks

from yxq.returns.read.identify import identify, sheets
from yxq.returns.read.locked import is_locked
from yxq.returns.read.sheet import Unreadable, guarded

OPENDOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
SPACE = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
BEGIN, PASSWORD, END = 0x809, 0x2F, 0x0A


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file whose one part is called so."""
    out = io.BytesIO()
    pytest.importorskip("xlwt.CompoundDoc").XlsDoc().save(out, stream)
    old, new = ("Workbook".encode("utf-16-le"), name.encode("utf-16-le"))
    data = out.getvalue()
    at = data.index(old)
    entry = new.ljust(64, b"\0") + struct.pack("<H", len(new) + 2)
    return data[:at] + entry + data[at + 66 :]


def old(*records: bytes) -> bytes:
    """The stream of an .xls, long enough to be a part of its own."""
    begin = record(BEGIN, b"\0\6\5\0" + bytes(12))
    return b"".join([begin, *records, record(END)]).ljust(5000, b"\0")


def opendocument(about: str) -> bytes:
    entry = f'<manifest:file-entry manifest:full-path="content.xml">{about}</manifest:file-entry>'
    manifest = f'<manifest:manifest xmlns:manifest="{SPACE}">{entry}</manifest:manifest>'
    parts = {"mimetype": OPENDOCUMENT, "content.xml": "<office:spreadsheet><"}
    return workbooks.archive(parts | {"META-INF/manifest.xml": manifest})


def refused(path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(Unreadable) as error:
        list(sheets(path, identify(path)[1]))
    return str(error.value)


def test_what_is_encrypted_is_told(tmp_path):
    locked = {
        "new.xlsx": compound(bytes(5000), "EncryptedPackage"),
        "old.xls": compound(old(record(PASSWORD, b"\1\0\1\0" + bytes(50)))),
        "free.ods": opendocument("<manifest:encryption-data/>"),
    }
    for name, data in locked.items():
        assert refused(tmp_path / name, data) == "password", name


def test_what_is_broken_is_no_other(tmp_path):
    broken = {
        "new.xlsx": compound(bytes(5000), "Package"),
        "old.xls": compound(old(record(0x85, b"\0"))),
        "free.ods": opendocument(""),
    }
    for name, data in broken.items():
        (tmp_path / name).write_bytes(data)
        assert not is_locked(tmp_path / name)
        assert refused(tmp_path / name, data).startswith("broken_"), name
    (tmp_path / "later.xls").write_bytes(compound(old(record(END), record(PASSWORD))))
    assert not is_locked(tmp_path / "later.xls")


def test_an_error_of_a_library_is_none_of_the_disk():
    def items(error: OSError):
        yield 1
        raise error

    for error, why in {
        OSError("failed to fill whole buffer"): "broken_file|OSError",
        OSError(5, "Input/output error"): "unreadable|Input/output error",
    }.items():
        with pytest.raises(Unreadable) as told:
            list(guarded(items(error)))
        assert str(told.value) == why
