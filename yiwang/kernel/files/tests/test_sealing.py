"""Sealed content: opens whole and in parts, and not after any change."""

import hashlib
import os
from io import BytesIO
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel.files import sealing
from yiwang.kernel.files.sealing import FRAME, MAGIC, SEALED_FRAME, ContentBroken, SealingReader, open_range

KEY, FILE_ID = os.urandom(16), uuid4()
SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 17]


def seal(clear: bytes) -> bytes:
    return SealingReader(BytesIO(clear), KEY, FILE_ID).read()


def unseal(sealed: bytes, size: int, first: int = 0, end: int | None = None) -> bytes:
    return b"".join(open_range(BytesIO(sealed), KEY, FILE_ID, size, first=first, end=end))


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size: int) -> None:
    clear = os.urandom(size)
    reader = SealingReader(BytesIO(clear), KEY, FILE_ID)
    sealed = reader.read()
    assert len(sealed) == sealing.sealed_size(size)
    assert (reader.size, reader.digest) == (size, hashlib.new("sm3", clear).hexdigest())
    assert unseal(sealed, size) == clear
    if size > 16:
        assert clear[:16] not in sealed


@pytest.mark.parametrize("size", SIZES)
def test_no_cut_opens(size: int) -> None:
    sealed = seal(os.urandom(size))
    for length in {0, 3, len(sealed) - 1, len(sealed) - 16, len(MAGIC) + SEALED_FRAME, len(MAGIC)}:
        if 0 <= length < len(sealed):
            with pytest.raises(ContentBroken):
                unseal(sealed[:length], size)


def test_a_file_cannot_be_shortened_by_whole_frames() -> None:
    """Whoever also changes the size in the row still lacks a frame sealed as the last one."""
    sealed = seal(os.urandom(3 * FRAME))
    with pytest.raises(ContentBroken):
        unseal(sealed[: len(MAGIC) + 2 * SEALED_FRAME], 2 * FRAME)
    with pytest.raises(ContentBroken):
        unseal(seal(b""), 0 + FRAME)


def test_frames_cannot_be_swapped_or_repeated() -> None:
    sealed = seal(os.urandom(4 * FRAME))
    frames = [sealed[len(MAGIC) + number * SEALED_FRAME :][:SEALED_FRAME] for number in range(4)]
    for order in ((1, 0, 2, 3), (0, 1, 1, 3), (0, 2, 1, 3), (3, 1, 2, 3)):
        with pytest.raises(ContentBroken):
            unseal(MAGIC + b"".join(frames[number] for number in order), 4 * FRAME)


def test_another_key_or_another_file_does_not_open() -> None:
    sealed = BytesIO(seal(b"content"))
    with pytest.raises(ContentBroken):
        b"".join(open_range(sealed, os.urandom(16), FILE_ID, 7))
    with pytest.raises(ContentBroken):
        b"".join(open_range(sealed, KEY, uuid4(), 7))


@settings(max_examples=60)
@given(st.integers(0, 2 * FRAME + 100), st.integers(0, 7))
def test_no_flipped_bit_opens(place: int, bit: int) -> None:
    clear = bytes(2 * FRAME + 40)
    sealed = bytearray(seal(clear))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(ContentBroken):
        unseal(bytes(sealed), len(clear))


@settings(max_examples=60)
@given(st.integers(0, 3 * FRAME + 50), st.integers(0, 3 * FRAME + 50))
def test_any_part_opens_alone(first: int, end: int) -> None:
    clear = PATTERN[: 3 * FRAME + 17]
    assert unseal(SEALED_PATTERN, len(clear), first, end) == clear[first:end]


PATTERN = hashlib.shake_128(b"pattern").digest(3 * FRAME + 17)
SEALED_PATTERN = seal(PATTERN)


def test_a_part_touches_only_its_own_frames() -> None:
    sealed = bytearray(SEALED_PATTERN)
    sealed[len(MAGIC) + 5] ^= 1
    assert unseal(bytes(sealed), len(PATTERN), FRAME, 2 * FRAME) == PATTERN[FRAME : 2 * FRAME]
    with pytest.raises(ContentBroken):
        unseal(bytes(sealed), len(PATTERN), FRAME - 1, FRAME + 1)


class Trickle(BytesIO):
    """A stream that gives less than it is asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1000, size or 0))


def test_slow_streams_and_small_reads() -> None:
    reader, pieces = SealingReader(Trickle(PATTERN), KEY, FILE_ID), []
    while piece := reader.read(777):
        pieces.append(piece)
    assert b"".join(pieces) == SEALED_PATTERN
