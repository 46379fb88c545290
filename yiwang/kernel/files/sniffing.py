"""What a file really is, by its content, compared with what its name says. Texts: E-FILE-01."""

import codecs
from typing import BinaryIO, Final

from yiwang.kernel.files import archives, ole
from yiwang.kernel.files.kinds import (
    IS_EMPTY,
    IS_ENCRYPTED,
    KINDS,
    NOT_TAKEN,
    NOT_WHAT_IT_SAYS,
    Container,
    Kind,
    extension_of,
    too_large,
)
from yiwang.kernel.validators import Invalid

_PDF_WITHIN = 1024
_PIECE = 65_536
_MACROS = b"macroEnabled"
_LARGEST_CONTENT_TYPES = 1024 * 1024
_STARTS: Final = (
    (ole.MAGIC, Container.OLE),
    (b"PK\x03\x04", Container.ZIP),
    (b"PK\x05\x06", Container.ZIP),
    (b"\xff\xd8\xff", Container.JPEG),
    (b"\x89PNG\r\n\x1a\n", Container.PNG),
)
# Beginnings of text that is really a program or a page.
_NO_TEXT: Final = (b"mz\x90", b"#!", b"<?php", b"<!doctype html", b"<html", b"<script", b"<svg", b"{\\rtf")


def inspect(stream: BinaryIO, name: str, size: int, *, limit: int) -> Kind:
    """The kind of an upload; Invalid with the user's message when it is not taken."""
    kind = KINDS.get(extension_of(name))
    if kind is None:
        raise Invalid(NOT_TAKEN)
    if size > limit:
        raise Invalid(too_large(limit))
    if size == 0:
        raise Invalid(IS_EMPTY)
    try:
        _look(stream, kind)
    finally:
        stream.seek(0)
    return kind


def _require(ok: bool) -> None:
    if not ok:
        raise Invalid(NOT_WHAT_IT_SAYS)


def _container(stream: BinaryIO) -> Container | None:
    """The container by the first bytes; None when they say nothing, as those of text."""
    stream.seek(0)
    start = stream.read(_PDF_WITHIN)
    for magic, container in _STARTS:
        if start.startswith(magic):
            return container
    return Container.PDF if start.lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"%PDF-") else None


def _look(stream: BinaryIO, kind: Kind) -> None:
    """Compare the content with the kind the name promises."""
    container = _container(stream)
    if kind.container is Container.TEXT:
        _require(container is None and _is_text(stream))
    elif kind.container in (Container.OOXML, Container.OFD):
        if container is Container.OLE and "EncryptedPackage" in _stream_names(stream):
            raise Invalid(IS_ENCRYPTED)
        _require(container is Container.ZIP)
        _look_inside_office(stream, kind)
    else:
        _require(container is kind.container)
        if kind.container is Container.OLE:
            _require(any(part in _stream_names(stream) for part in kind.parts))
        elif kind.container is Container.ZIP:
            with archives.opened(stream) as archive:
                _require(not archives.is_office_container(archive))
            archives.inspect(stream)


def _stream_names(stream: BinaryIO) -> frozenset[str]:
    try:
        return ole.stream_names(stream)
    except ole.NotOle:
        raise Invalid(NOT_WHAT_IT_SAYS) from None


def _look_inside_office(stream: BinaryIO, kind: Kind) -> None:
    """docx, xlsx, pptx by their parts and without macros; ofd by OFD.xml."""
    names = archives.inspect(stream, takes_any_member=False)
    if kind.container is Container.OFD:
        _require("OFD.xml" in names)
        return
    _require("[Content_Types].xml" in names and all(part in names for part in kind.parts))
    with archives.opened(stream) as archive, archive.open("[Content_Types].xml") as content:
        types = content.read(_LARGEST_CONTENT_TYPES)
    _require(_MACROS not in types and not any(name.endswith("vbaProject.bin") for name in names))


def _is_text(stream: BinaryIO) -> bool:
    """UTF-8, GB18030 or UTF-16 with its mark, from beginning to end, and no program or page."""
    stream.seek(0)
    start = stream.read(_PDF_WITHIN)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_NO_TEXT):
        return False
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decodes(stream, "utf-16")
    return _decodes(stream, "utf-8") or _decodes(stream, "gb18030")


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while piece := stream.read(_PIECE):
            if encoding != "utf-16" and b"\x00" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
