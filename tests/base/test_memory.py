"""Memory that is free goes back to the machine; bytes as a file."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from casedesk.base import memory


def held() -> int:
    """The pages this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take back what is free")
def test_what_lies_free_between_what_is_used_goes_back() -> None:
    blocks = [bytes(2000) for _ in range(50_000)]
    kept = blocks[-1]  # above all the others: without a word the C library keeps what lies below
    blocks.clear()
    before = held()
    memory.give_back()
    assert before - held() > 10_000, "of 100 MB in pages of 4 KB"
    assert len(kept) == 2000


def test_bytes_are_a_file_of_the_system_unless_so_many_are_open_that_others_would_find_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with memory.as_file(b"%PDF-1.7") as file:
        assert file.read() == b"%PDF-1.7"
        assert isinstance(file, io.FileIO) == (sys.platform == "linux")
    monkeypatch.setattr(memory, "_HIGHEST", 2)
    with memory.as_file(b"%PDF-1.7") as file:
        assert isinstance(file, io.BytesIO)
        assert file.read() == b"%PDF-1.7"


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="others lay their objects out otherwise")
def test_a_secret_is_overwritten_where_it_lies() -> None:
    secret, said = bytes(range(1, 33)), "".join(map(chr, range(48, 80)))
    memory.wipe(secret, said, b"")
    assert (secret, said) == (bytes(32), "\0" * 32)
