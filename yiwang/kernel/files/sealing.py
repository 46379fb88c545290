"""Files at rest: SM4-GCM in frames, under a key of each file's own (§19.1, 8.1.4.8; §19.3 e, g).

Layout: "YWF1", then frames of 64 KiB plain text, each followed by its 16-byte tag. A frame's nonce is its
number; its associated data are the file's id, its number and whether it is the last one, so frames cannot
be cut off, swapped, repeated or brought in from another file. A frame can be opened alone, which serves
Range requests; memory never holds more than one frame. A key must seal one content only.
"""

import hashlib
import io
from collections.abc import Iterator
from typing import BinaryIO, Final
from uuid import UUID

from yiwang.kernel.crypto import sm4

MAGIC: Final = b"YWF1"
FRAME: Final = 65_536
SEALED_FRAME: Final = FRAME + sm4.TAG_SIZE


class ContentBroken(Exception):
    """The sealed content was altered, cut off or belongs to another file."""


def frame_count(size: int) -> int:
    """How many frames a content of so many bytes has; an empty one has one."""
    return max(1, -(-size // FRAME))


def sealed_size(size: int) -> int:
    """How many bytes the sealed form takes."""
    return len(MAGIC) + size + frame_count(size) * sm4.TAG_SIZE


def _associated(file_id: UUID, number: int, *, is_last: bool) -> bytes:
    return file_id.bytes + number.to_bytes(8, "big") + bytes((is_last,))


def _nonce(number: int) -> bytes:
    return number.to_bytes(sm4.NONCE_SIZE, "big")


class SealingReader(io.RawIOBase):
    """Reads clear content and gives it out sealed; on the way counts and digests (SM3) what it reads."""

    def __init__(self, clear: BinaryIO, key: bytes, file_id: UUID) -> None:
        super().__init__()
        self._clear = clear
        self._cipher = sm4.SM4GCM(key)
        self._file_id = file_id
        self._digest = hashlib.new("sm3")
        self._frames = self._seal()
        self._rest = memoryview(b"")
        self.size = 0

    @property
    def digest(self) -> str:
        """SM3 of the clear content read so far, as hexadecimal digits."""
        return self._digest.hexdigest()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # typeshed's Buffer is 3.12's
        if not self._rest:
            self._rest = memoryview(next(self._frames, b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    def _seal(self) -> Iterator[bytes]:
        yield MAGIC
        number, frame = 0, self._read_frame()
        while True:
            following = self._read_frame()
            associated = _associated(self._file_id, number, is_last=not following)
            yield self._cipher.encrypt(_nonce(number), frame, associated)
            if not following:
                return
            number, frame = number + 1, following

    def _read_frame(self) -> bytes:
        """A whole frame, or less at the end; streams may give less than they are asked for."""
        pieces, missing = [], FRAME
        while missing and (piece := self._clear.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        frame = b"".join(pieces)
        self.size += len(frame)
        self._digest.update(frame)
        return frame


def open_range(
    sealed: BinaryIO, key: bytes, file_id: UUID, size: int, *, first: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """The clear bytes from `first` to before `end`. size: of the whole clear content.

    ContentBroken is raised at the frame that does not open, before any of its bytes is given out.
    """
    end = size if end is None else min(end, size)
    cipher, last = sm4.SM4GCM(key), frame_count(size) - 1
    sealed.seek(0)
    if sealed.read(len(MAGIC)) != MAGIC:
        raise ContentBroken(f"{file_id}: no sealed content")
    number = first // FRAME
    sealed.seek(len(MAGIC) + number * SEALED_FRAME)
    while number * FRAME < end or (number == 0 == size):
        expected = min(FRAME, size - number * FRAME) + sm4.TAG_SIZE
        frame = sealed.read(expected)
        if len(frame) != expected:
            raise ContentBroken(f"{file_id}: frame {number} is cut off")
        clear = _open(cipher, frame, file_id, number, is_last=number == last)
        yield clear[max(0, first - number * FRAME) : end - number * FRAME]
        if number == last:
            return
        number += 1


def _open(cipher: sm4.SM4GCM, frame: bytes, file_id: UUID, number: int, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number), frame, _associated(file_id, number, is_last=is_last))
    except sm4.TagMismatch:
        raise ContentBroken(f"{file_id}: frame {number} was altered") from None
