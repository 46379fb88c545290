"""Small files of each kind, made on the spot."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

OOXML_PARTS = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
OLE_STREAMS = {"doc": "WordDocument", "wps": "WordDocument", "xls": "Workbook", "et": "Book"}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def archive(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", method) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return output.getvalue()


def ooxml(extension: str, *, macros: bool = False, extra: Mapping[str, bytes] | None = None) -> bytes:
    """docx, xlsx or pptx with nothing but what tells them apart."""
    part, kind = OOXML_PARTS[extension]
    flavour = "application/vnd.ms-word.document.macroEnabled" if macros else f"application/{kind}"
    types = f'<Types><Override PartName="/{part}" ContentType="{flavour}.main+xml"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), part: b"<x/>", **(extra or {})})


def ofd() -> bytes:
    return archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"})


def ole(*names: str) -> bytes:
    """A compound file whose directory, of two sectors, holds streams of these names."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", header, 44, 1)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<II", header, 60, _END, 0)
    struct.pack_into("<II", header, 68, _END, 0)
    struct.pack_into("<109I", header, 76, 0, *([_FREE] * 108))
    table = struct.pack("<128I", _TABLE, 2, _END, *([_FREE] * 125))
    entries = [
        _entry("Root Entry", 5),
        *(_entry("Filler", 2) for _ in range(3)),
        *(_entry(name, 2) for name in names),
    ]
    directory = b"".join(entries).ljust(1024, b"\x00")
    return bytes(header) + table + directory


def _entry(name: str, kind: int) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    return text.ljust(64, b"\x00") + struct.pack("<HB", len(text), kind) + b"\x00" * 61


def every_kind() -> dict[str, bytes]:
    """Extension -> content."""
    return {
        **{extension: ole(stream) for extension, stream in OLE_STREAMS.items()},
        "ppt": ole("Current User", "PowerPoint Document"),
        **{extension: ooxml(extension) for extension in OOXML_PARTS},
        "ofd": ofd(),
        "zip": archive({"名单.txt": "内容".encode(), "图/一.png": PNG}),
        "pdf": PDF,
        "png": PNG,
        "jpg": JPEG,
        "jpeg": JPEG,
        "txt": "区政府办公室关于做好值班工作的通知\n".encode(),
    }
