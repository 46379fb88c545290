"""Photos of the demonstration: neutral figures on a coloured ground, drawn here, so that nobody is shown."""

import struct
import zlib
from functools import cache
from math import hypot

_SIZE = 120
_TONES = ((74, 111, 165), (88, 129, 117), (140, 108, 92), (112, 98, 148), (96, 118, 138), (150, 120, 70))
_LIGHT = (238, 241, 245)
# Two circles, head and shoulders: middle and radius, in parts of the size.
_FIGURE = ((0.5, 0.4, 0.17), (0.5, 1.02, 0.4))


@cache
def tile(number: int) -> bytes:
    """A PNG; the number chooses the ground."""
    ground = _TONES[number % len(_TONES)]
    rows = b"".join(b"\0" + bytes(_row(y, ground)) for y in range(_SIZE))
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _row(y: int, ground: tuple[int, int, int]) -> list[int]:
    return [channel for x in range(_SIZE) for channel in _colour(x, y, ground)]


def _colour(x: int, y: int, ground: tuple[int, int, int]) -> list[int]:
    """Light inside the figure, the ground outside, in between at its edge."""
    inside = max(radius * _SIZE - hypot(x - left * _SIZE, y - top * _SIZE) for left, top, radius in _FIGURE)
    share = min(max(inside + 0.5, 0.0), 1.0)
    return [round(dark + (light - dark) * share) for dark, light in zip(ground, _LIGHT, strict=True)]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
