"""The names of the streams in an OLE2 compound file (MS-CFB): enough to tell doc, xls and ppt apart."""

import struct
from typing import BinaryIO, Final

MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER_SIZE = 512
_ENTRY_SIZE = 128
_LAST_SECTOR = 0xFFFFFFFA  # this and above are marks, not sectors
_MOST_DIRECTORY_SECTORS = 4096


class NotOle(ValueError):
    """The file begins like a compound file but is not laid out like one."""


def stream_names(stream: BinaryIO) -> frozenset[str]:
    """Names in the directory, without folders' structure. NotOle when the file is broken."""
    stream.seek(0)
    header = stream.read(_HEADER_SIZE)
    if len(header) < _HEADER_SIZE or not header.startswith(MAGIC):
        raise NotOle
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        raise NotOle
    (directory,) = struct.unpack_from("<I", header, 48)
    tables = [sector for sector in struct.unpack_from("<109I", header, 76) if sector < _LAST_SECTOR]
    size = 1 << shift
    names: set[str] = set()
    seen: set[int] = set()
    sector = directory
    while sector < _LAST_SECTOR and len(seen) < _MOST_DIRECTORY_SECTORS:
        if sector in seen:
            raise NotOle
        seen.add(sector)
        names.update(_names(_sector(stream, sector, size)))
        sector = _next(stream, sector, tables, size)
    return frozenset(names)


def _sector(stream: BinaryIO, number: int, size: int) -> bytes:
    stream.seek((number + 1) * size)
    data = stream.read(size)
    if len(data) < _ENTRY_SIZE:
        raise NotOle
    return data


def _next(stream: BinaryIO, sector: int, tables: list[int], size: int) -> int:
    """The following sector of a chain, from the allocation table."""
    table, place = divmod(sector, size // 4)
    if table >= len(tables):
        return _LAST_SECTOR
    data = _sector(stream, tables[table], size)
    if len(data) < place * 4 + 4:
        raise NotOle
    (following,) = struct.unpack_from("<I", data, place * 4)
    return int(following)


def _names(directory: bytes) -> list[str]:
    """The names of the used entries in one directory sector."""
    found = []
    for place in range(0, len(directory) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        (length,) = struct.unpack_from("<H", directory, place + 64)
        if directory[place + 66] != 0 and 2 < length <= 64:
            found.append(directory[place : place + length - 2].decode("utf-16-le", "replace"))
    return found
