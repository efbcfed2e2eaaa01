"""The vault gives back what was kept or says which file is not as it was; nothing of it shows on the disk."""

from __future__ import annotations

import hashlib
import io
import os
import random
import stat
import time
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given, settings, strategies as st

from casedesk.base.errors import Cancelled, DocumentError, StoreUnavailable, VerificationFailed
from casedesk.store.sealed import CHUNK, MAGIC, TAG, padded, sealed_size
from casedesk.store.vault import Kept
from casedesk.store.vault_folder import FolderVault

NAMING = bytes(range(32))
SIZES = [0, 1, 4095, 4096, 4097, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17, 8 * CHUNK, 11 * CHUNK - 1]


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.fixture
def vault(tmp_path: Path) -> FolderVault:
    return FolderVault(tmp_path / "vault", NAMING)


def damage(path: Path, data: bytes) -> None:
    """Put other bytes where a kept file lies, as a bad disk or a bad hand would."""
    path.chmod(stat.S_IREAD | stat.S_IWRITE)
    path.write_bytes(data)


def refused(vault: FolderVault, kept: Kept, verdict: str = "changed") -> None:
    """Every way of reading says which file it is, and gives nothing out as whole."""
    for read in (vault.read, lambda one: vault.copy_out(one, vault.folder.parent / "copy")):
        with pytest.raises(VerificationFailed) as failed:
            read(kept)
        assert kept.name in failed.value.message
        assert failed.value.hint
    assert not list(vault.folder.parent.glob("copy*"))
    assert vault.verify(kept) == verdict


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back(vault: FolderVault, tmp_path: Path, size: int) -> None:
    source = tmp_path / "source"
    source.write_bytes(content(size))
    kept = vault.keep(source)
    assert (kept.size, kept.sha256) == (size, hashlib.sha256(content(size)).hexdigest())
    assert vault.read(kept) == content(size)
    with vault.open(kept) as stream:
        assert stream.read() == content(size)
    vault.copy_out(kept, tmp_path / "out" / "copy")
    assert (tmp_path / "out" / "copy").read_bytes() == content(size)
    assert vault.verify(kept) == "ok"
    assert source.read_bytes() == content(size)


class Trickle(io.RawIOBase):
    """A source that gives little at a time and cannot be sought, as a pipe."""

    def __init__(self, data: bytes) -> None:
        self._left = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self._left.readinto(memoryview(buffer)[:7919])  # type: ignore[arg-type]


def test_a_source_that_trickles_is_kept_alike(vault: FolderVault) -> None:
    data = content(2 * CHUNK + 5)
    source: BinaryIO = Trickle(data)  # type: ignore[assignment]
    assert vault.read(vault.keep(source)) == data


def test_a_stream_is_kept_from_where_it_stands(vault: FolderVault) -> None:
    source = io.BytesIO(b"head" + b"body")
    source.seek(4)
    assert vault.read(vault.keep(source)) == b"body"


def test_nothing_of_the_content_shows(vault: FolderVault) -> None:
    said = "今天不还款，明天公安就去你单位。林某 13800138000 ".encode()
    words = said * 9000
    kept = vault.keep(io.BytesIO(words))
    (path,) = [path for path in vault.folder.rglob("*") if path.is_file()]
    written = path.read_bytes()
    assert not any(words[start:start + 8] in written for start in range(len(said)))
    assert kept.key not in written
    digest = hashlib.sha256(words)
    for telling in (digest.digest(), digest.hexdigest().encode(), kept.sha256[:12].encode()):
        assert telling not in written
        assert telling not in str(path).encode()
    assert kept.key.hex() not in repr(kept)
    assert repr(kept.key) not in repr(kept)


def test_the_name_needs_the_naming_key_and_the_files_own(tmp_path: Path) -> None:
    vault, other = FolderVault(tmp_path / "a", NAMING), FolderVault(tmp_path / "b", bytes(32))
    names = {place.keep(io.BytesIO(b"the same")).name for place in (vault, vault, other, other)}
    assert len(names) == 4


def test_the_same_content_kept_twice_is_two_files(vault: FolderVault) -> None:
    first, second = vault.keep(io.BytesIO(b"same")), vault.keep(io.BytesIO(b"same"))
    assert first.sha256 == second.sha256
    assert first.key != second.key
    vault.drop(first.name)
    assert vault.read(second) == b"same"


@given(st.integers(0, 1 << 40))
def test_a_length_tells_little_and_costs_little(size: int) -> None:
    length = padded(size)
    assert max(size, 4096) <= length <= max(4096, size * 1.12)
    assert padded(length) == length
    step = 1 << (length.bit_length() - 1) // 2 - 1
    assert size < 1 << 20 or length % step == 0


def test_lengths_within_a_step_look_alike(vault: FolderVault) -> None:
    kept = [vault.keep(io.BytesIO(bytes(size))) for size in range(99_000, 100_001, 250)]
    assert len({vault.path(one.name).stat().st_size for one in kept}) == 1


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("size", [0, 5000, 3 * CHUNK + 17, 4 * CHUNK])
def test_a_file_cut_short_is_changed(vault: FolderVault, size: int, share: float) -> None:
    kept = vault.keep(io.BytesIO(content(size)))
    path = vault.path(kept.name)
    whole = path.read_bytes()
    damage(path, whole[:int(len(whole) * share)])
    refused(vault, kept)
    damage(path, whole[:-1])
    refused(vault, kept)


@pytest.mark.parametrize("more", [b"\0", b"x" * (CHUNK + TAG), MAGIC])
def test_a_file_made_longer_is_changed(vault: FolderVault, more: bytes) -> None:
    kept = vault.keep(io.BytesIO(content(2 * CHUNK)))
    path = vault.path(kept.name)
    damage(path, path.read_bytes() + more)
    refused(vault, kept)


@settings(max_examples=60)
@given(size=st.sampled_from(SIZES[:10]), place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(vault: FolderVault, size: int, place: float, bit: int) -> None:
    kept = vault.keep(io.BytesIO(content(size)))
    path = vault.path(kept.name)
    data = bytearray(path.read_bytes())
    data[max(len(MAGIC), int(place * len(data)))] ^= 1 << bit
    damage(path, bytes(data))
    refused(vault, kept)
    vault.drop(kept.name)


def chunks(data: bytes) -> list[bytes]:
    body = data[len(MAGIC):]
    return [body[start:start + CHUNK + TAG] for start in range(0, len(body), CHUNK + TAG)]


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 1, 3), (3, 1, 2, 0), (0, 0, 2, 3), (0, 1, 2, 2)])
def test_chunks_out_of_their_place_are_found(vault: FolderVault, order: tuple[int, ...]) -> None:
    kept = vault.keep(io.BytesIO(content(4 * CHUNK)))
    path = vault.path(kept.name)
    parts = chunks(path.read_bytes())
    assert len(parts) == 4
    damage(path, MAGIC + b"".join(parts[place] for place in order))
    refused(vault, kept)


def test_a_file_cut_at_a_chunk_is_found_though_the_record_says_so_too(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(content(4 * CHUNK)))
    path = vault.path(kept.name)
    damage(path, path.read_bytes()[:sealed_size(3 * CHUNK)])
    shorter = hashlib.sha256(content(4 * CHUNK)[:3 * CHUNK]).hexdigest()
    refused(vault, Kept(kept.name, kept.key, 3 * CHUNK, shorter))


def test_files_exchanged_between_names_are_found(vault: FolderVault) -> None:
    one, other = vault.keep(io.BytesIO(content(5000))), vault.keep(io.BytesIO(content(5001)))
    first, second = vault.path(one.name), vault.path(other.name)
    data = first.read_bytes(), second.read_bytes()
    assert len(data[0]) == len(data[1])
    damage(first, data[1])
    damage(second, data[0])
    refused(vault, one)
    refused(vault, other)


def test_the_record_of_another_content_is_found(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(content(5000)))
    for other in (Kept(kept.name, kept.key, 4999, kept.sha256), Kept(kept.name, bytes(32), 5000, kept.sha256),
                  Kept(kept.name, kept.key, 5000, "0" * 64)):
        refused(vault, other)


def test_a_missing_file_is_missing(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(b"x"))
    vault.drop(kept.name)
    refused(vault, kept, "missing")
    with pytest.raises(VerificationFailed, match=kept.name):
        vault.open(kept)


def test_a_link_or_a_folder_is_no_kept_file(vault: FolderVault, tmp_path: Path) -> None:
    kept = vault.keep(io.BytesIO(b"x"))
    path = vault.path(kept.name)
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    try:
        path.symlink_to(elsewhere)
    except OSError:
        pytest.skip("links are not allowed here")
    refused(vault, kept)
    path.unlink()
    path.mkdir()
    refused(vault, kept)


@pytest.mark.parametrize("name", ["", "../cabinet.json", "/etc/passwd", "ab/" + "g" * 62, "ab" + "0" * 62,
                                  "ab/" + "0" * 62 + "\n", "AB/" + "0" * 62])
def test_no_name_leads_out_of_the_vault(vault: FolderVault, name: str) -> None:
    with pytest.raises(VerificationFailed):
        vault.path(name)
    with pytest.raises(VerificationFailed):
        vault.drop(name)


@settings(max_examples=150)
@given(size=st.sampled_from(SIZES), data=st.data())
def test_the_open_stream_behaves_like_any_other(vault: FolderVault, size: int, data: st.DataObject) -> None:
    plain = io.BytesIO(content(size))
    with vault.open(vault.keep(io.BytesIO(content(size)))) as stream:
        assert stream.readable()
        assert stream.seekable()
        assert not stream.writable()
        for _ in range(data.draw(st.integers(1, 12))):
            whence = data.draw(st.sampled_from([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END]))
            offset = data.draw(st.integers(-size - 9, size + 9))
            start = {io.SEEK_SET: 0, io.SEEK_CUR: plain.tell(), io.SEEK_END: size}[whence]
            if start + offset >= 0:
                assert stream.seek(offset, whence) == plain.seek(start + offset)
            count = data.draw(st.one_of(st.integers(-1, 64), st.integers(0, 2 * CHUNK + 9)))
            assert stream.read(count) == plain.read(count)
            assert stream.tell() == plain.tell()
        assert stream.readline() == plain.readline()


def test_the_open_stream_gives_nothing_of_a_changed_chunk(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(content(4 * CHUNK)))
    path = vault.path(kept.name)
    data = bytearray(path.read_bytes())
    data[len(MAGIC) + 2 * (CHUNK + TAG) + 9] ^= 1
    damage(path, bytes(data))
    with vault.open(kept) as stream:
        assert stream.read(2 * CHUNK) == content(4 * CHUNK)[:2 * CHUNK]
        with pytest.raises(VerificationFailed, match=kept.name):
            stream.read(1)
        stream.seek(3 * CHUNK)
        assert stream.read() == content(4 * CHUNK)[3 * CHUNK:]


def test_the_open_stream_is_read_only_and_closes_its_file(vault: FolderVault) -> None:
    stream = vault.open(vault.keep(io.BytesIO(b"abc")))
    with pytest.raises((OSError, ValueError)):
        stream.write(b"x")
    with pytest.raises(ValueError, match="before the start"):
        stream.seek(-1)
    stream.close()
    with pytest.raises(ValueError, match="closed"):
        stream.read()


def test_kept_files_are_write_once(vault: FolderVault) -> None:
    path = vault.path(vault.keep(io.BytesIO(b"abc")).name)
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


@pytest.mark.parametrize("after", [1, 2])
def test_a_crash_in_the_middle_leaves_no_file(vault: FolderVault, after: int) -> None:
    calls: list[int] = []

    def stop(done: int, total: int, note: str = "") -> None:
        calls.append(done)
        if len(calls) == after:
            raise Cancelled

    with pytest.raises(Cancelled):
        vault.keep(io.BytesIO(content(3 * CHUNK)), stop)
    assert list(vault.names()) == []
    assert not [path for path in vault.folder.rglob("*") if path.is_file()]


def test_progress_goes_by_bytes_to_the_end(vault: FolderVault, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int, note: str = "") -> None:
        heard.append((done, total))

    size = 2 * CHUNK + 100
    kept = vault.keep(io.BytesIO(content(size)), hear)
    vault.verify(kept, hear)
    vault.copy_out(kept, tmp_path / "copy", hear)
    assert heard == [(CHUNK, size), (2 * CHUNK, size), (size, size)] * 3


def test_a_cancelled_copy_leaves_no_file(vault: FolderVault, tmp_path: Path) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled

    kept = vault.keep(io.BytesIO(content(CHUNK)))
    with pytest.raises(Cancelled):
        vault.copy_out(kept, tmp_path / "copy", stop)
    assert not list(tmp_path.glob("copy*"))


def test_names_are_those_of_kept_files_alone(vault: FolderVault) -> None:
    assert list(vault.names()) == []
    kept = {vault.keep(io.BytesIO(content(size))).name for size in range(20)}
    (vault.folder / ("0" * 32 + ".part")).touch()
    (vault.folder / "Thumbs.db").touch()
    (vault.folder / next(iter(kept))).with_name(".DS_Store").touch()
    assert set(vault.names()) == kept
    assert len(list(vault.names())) == 20


def test_an_added_file_is_seen(vault: FolderVault) -> None:
    added = vault.folder / "ab" / ("0" * 62)
    added.parent.mkdir(parents=True)
    added.touch()
    assert list(vault.names()) == [f"ab/{'0' * 62}"]


def test_sweeping_takes_only_what_is_half_written_and_old(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(b"abc"))
    old, fresh = vault.folder / "old.part", vault.folder / "fresh.part"
    old.touch()
    fresh.touch()
    long_ago = time.time() - 25 * 3600
    os.utime(old, (long_ago, long_ago))
    os.utime(vault.path(kept.name), (long_ago, long_ago))
    vault.sweep()
    assert not old.exists()
    assert fresh.exists()
    assert vault.read(kept) == b"abc"


def test_sweeping_a_vault_that_is_not_there_yet(vault: FolderVault) -> None:
    vault.sweep()
    assert not vault.folder.exists()


def test_dropping_twice_is_dropping(vault: FolderVault) -> None:
    kept = vault.keep(io.BytesIO(b"abc"))
    vault.drop(kept.name)
    vault.drop(kept.name)
    assert list(vault.names()) == []


def test_a_source_that_cannot_be_read_is_the_sources_fault(vault: FolderVault, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vault.keep(tmp_path / "nothing")
    assert list(vault.names()) == []


def test_a_vault_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="vault") as failed:
        FolderVault(tmp_path / "vault", NAMING).keep(io.BytesIO(b"abc"))
    assert failed.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_and_leaves_nothing(vault: FolderVault, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def full(path: Path, mode: str = "r", buffering: int = -1) -> object:
        return real(Path("/dev/full"), "wb") if mode == "xb" else real(path, mode, buffering)

    monkeypatch.setattr(Path, "open", full)
    for size in (0, 3 * CHUNK):
        with pytest.raises(StoreUnavailable, match="full"):
            vault.keep(io.BytesIO(content(size)))
    assert list(vault.folder.rglob("*")) == []


def test_a_copy_that_cannot_be_written_is_a_document_error(vault: FolderVault, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DocumentError):
        vault.copy_out(vault.keep(io.BytesIO(b"abc")), tmp_path / "file" / "copy")


def test_a_file_that_cannot_be_read_is_named_when_it_is_copied(vault: FolderVault, tmp_path: Path,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    kept = vault.keep(io.BytesIO(b"proof"))
    other = FolderVault(tmp_path / "other", NAMING)
    monkeypatch.setattr(vault, "stored", lambda name: (Failing(), 99))
    with pytest.raises(VerificationFailed, match=f"{kept.name} cannot be read"):
        other.take(kept.name, vault)
    assert list(other.names()) == []
