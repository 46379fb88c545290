"""Looking into zip files without unpacking them: bombs, executables, deep nesting, encrypted members.

Only sizes and the first bytes of members are read; nothing is written to disk but nested archives,
which go to an anonymous spool within the budget.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from yiwang.kernel.files.kinds import IS_ENCRYPTED, NOT_WHAT_IT_SAYS, extension_of
from yiwang.kernel.validators import Invalid

MOST_MEMBERS: Final = 10_000
MOST_BYTES: Final = 1024 * 1024 * 1024
DEEPEST: Final = 2  # a zip within a zip
# XML of large sheets shrinks to a hundredth; what shrinks more and is large is a bomb.
WORST_RATIO: Final = 200
_RATIO_MATTERS_FROM = 10 * 1024 * 1024
_SPOOL_IN_MEMORY = 1024 * 1024
_PIECE = 65_536

IS_BOMB: Final = "压缩包解压后过大，已拒绝"
IS_TOO_DEEP: Final = "压缩包嵌套过深"
HAS_PROGRAM: Final = "压缩包内含可执行文件"
HAS_FOREIGN_ARCHIVE: Final = "压缩包内含无法检查的压缩格式，请使用zip"

_PROGRAMS = frozenset(
    {
        *("exe", "dll", "com", "scr", "pif", "cpl", "msi", "msp", "sys", "drv", "ocx", "bat", "cmd", "ps1"),
        *("vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "lnk", "reg", "inf", "jar", "class", "apk", "ipa"),
        *("dmg", "pkg", "deb", "rpm", "so", "elf", "run", "sh", "bash", "py", "pyc", "pl", "php"),
        *("asp", "aspx", "jsp", "chm", "docm", "xlsm", "pptm", "dotm", "xlam", "iso", "vhd"),
    }
)
_PROGRAM_STARTS = (
    *(b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
    *(b"\xca\xfe\xba\xbe", b"#!", b"dex\n", b"L\x00\x00\x00\x01\x14\x02\x00"),
)
_FOREIGN_STARTS = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\x28\xb5\x2f\xfd",
)
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
# All that zipfile raises on damaged or exotic archives; Invalid, a ValueError too, is none of these.
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


@dataclass
class _Budget:
    """What all archives inside one upload may hold together."""

    members: int = MOST_MEMBERS
    size: int = MOST_BYTES

    def spend(self, member: zipfile.ZipInfo) -> None:
        self.members -= 1
        self.size -= member.file_size
        ratio = member.file_size / max(1, member.compress_size)
        if self.members < 0 or self.size < 0:
            raise Invalid(IS_BOMB)
        if member.file_size > _RATIO_MATTERS_FROM and ratio > WORST_RATIO:
            raise Invalid(IS_BOMB)


@contextmanager
def opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The archive; Invalid when it is none or is broken."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except Invalid:
        raise
    except _BROKEN as error:
        raise Invalid(NOT_WHAT_IT_SAYS) from error


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; names without the UTF-8 flag are what Chinese Windows writes, GB18030."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def inspect(stream: BinaryIO, *, takes_any_member: bool = True) -> frozenset[str]:
    """The names of the members, when nothing about the archive is dangerous; otherwise Invalid.

    takes_any_member: False for office containers, whose parts are never programs to the user.
    """
    with opened(stream) as archive:
        return _inspect(archive, _Budget(), depth=1, is_office=not takes_any_member)


def _inspect(archive: zipfile.ZipFile, budget: _Budget, *, depth: int, is_office: bool) -> frozenset[str]:
    if depth > DEEPEST:
        raise Invalid(IS_TOO_DEEP)
    members = archive.infolist()
    for member in members:
        budget.spend(member)
        if member.flag_bits & 0x1:
            raise Invalid(IS_ENCRYPTED)
        if not (member.is_dir() or is_office):
            _look(archive, member, budget, depth)
    return frozenset(member_name(member) for member in members)


def _look(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget, depth: int) -> None:
    """Refuse programs and archives we cannot look into; look into zips."""
    if extension_of(member_name(member).rpartition("/")[2]) in _PROGRAMS:
        raise Invalid(HAS_PROGRAM)
    with archive.open(member) as content:
        start = content.read(8)
        if start.startswith(_PROGRAM_STARTS):
            raise Invalid(HAS_PROGRAM)
        if start.startswith(_FOREIGN_STARTS):
            raise Invalid(HAS_FOREIGN_ARCHIVE)
        if not start.startswith(_ZIP_STARTS):
            return
        with SpooledTemporaryFile(_SPOOL_IN_MEMORY) as spool:
            spool.write(start)
            while piece := content.read(_PIECE):
                spool.write(piece)
            with opened(cast("BinaryIO", spool)) as inner:
                is_office = is_office_container(inner)
                _inspect(inner, budget, depth=depth if is_office else depth + 1, is_office=is_office)


def is_office_container(archive: zipfile.ZipFile) -> bool:
    """Is it docx, xlsx, pptx or ofd rather than a plain zip?"""
    names = set(archive.namelist())
    return "[Content_Types].xml" in names or "OFD.xml" in names
