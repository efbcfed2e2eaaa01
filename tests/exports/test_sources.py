"""Exhibit files read piece by piece are the files, wherever a reader begins and however much it asks for."""

from __future__ import annotations

import io

from hypothesis import given, strategies as st

from casedesk.exports.exhibits import sources
from casedesk.exports.exhibits.sources import SPILL, Piece, Source, Spliced


def in_file(content: bytes) -> Source:
    return Source(lambda: io.BytesIO(content), len(content))


@st.composite
def spliced(draw: st.DrawFn) -> tuple[list[Piece], bytes]:
    """Pieces of memory, of files and of what was made, and the bytes they are."""
    pieces: list[Piece] = []
    whole = b""
    for content in draw(st.lists(st.binary(max_size=40), min_size=1, max_size=6)):
        start = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, len(content) - start))
        kept: list[Piece] = [content[start:start + length], (in_file(content), start, length),
                             (SPILL.keep(content), start, length)]
        pieces.append(draw(st.sampled_from(kept)))
        whole += content[start:start + length]
    return pieces, whole


@given(told=spliced(), reads=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)), max_size=8),
       small=st.sampled_from([0, 1 << 17]))
def test_what_is_spliced_reads_as_one_file(told: tuple[list[Piece], bytes], reads: list[tuple[int, int]],
                                           small: int) -> None:
    was, sources.SMALL = sources.SMALL, small
    try:
        one = Spliced(told[0])
        assert one.read() == told[1]
        for start, length in reads:
            one.seek(start)
            assert one.read(length) == told[1][start:start + length]
            one.seek(start)
            into = bytearray(length)
            filled = one.readinto(into)
            assert into[:filled] == told[1][start:start + length]
            assert one.tell() == start + filled
    finally:
        sources.SMALL = was


def test_a_file_that_became_shorter_ends_there_and_is_not_made_up() -> None:
    short = Source(lambda: io.BytesIO(b"abc"), 9)
    one = Spliced([b"<", (short, 0, 9), b">"])
    into = bytearray(b"-" * 11)
    assert (one.readinto(into), one.at(0, 11)) == (4, b"<abc")
