"""Which files the platform takes, and how each kind begins (domain reference §0.8, E-FILE-01)."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Container(StrEnum):
    """How a kind's bytes are laid out, which is what sniffing can tell."""

    OLE = "ole"
    OOXML = "ooxml"
    OFD = "ofd"
    ZIP = "zip"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. part: the stream or part that must lie inside the container."""

    extension: str
    media_type: str
    container: Container
    parts: tuple[str, ...] = ()
    is_inline: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_WORD, _SHEET, _SLIDES = ("WordDocument",), ("Workbook", "Book"), ("PowerPoint Document",)

KINDS: Final = {
    kind.extension: kind
    for kind in (
        Kind("doc", "application/msword", Container.OLE, _WORD),
        Kind("wps", "application/vnd.ms-works", Container.OLE, _WORD),
        Kind("xls", "application/vnd.ms-excel", Container.OLE, _SHEET),
        Kind("et", "application/vnd.ms-excel", Container.OLE, _SHEET),
        Kind("ppt", "application/vnd.ms-powerpoint", Container.OLE, _SLIDES),
        Kind("docx", f"{_OOXML}.wordprocessingml.document", Container.OOXML, ("word/document.xml",)),
        Kind("xlsx", f"{_OOXML}.spreadsheetml.sheet", Container.OOXML, ("xl/workbook.xml",)),
        Kind("pptx", f"{_OOXML}.presentationml.presentation", Container.OOXML, ("ppt/presentation.xml",)),
        Kind("ofd", "application/ofd", Container.OFD),
        Kind("zip", "application/zip", Container.ZIP),
        Kind("pdf", "application/pdf", Container.PDF, is_inline=True),
        Kind("jpg", "image/jpeg", Container.JPEG, is_inline=True),
        Kind("jpeg", "image/jpeg", Container.JPEG, is_inline=True),
        Kind("png", "image/png", Container.PNG, is_inline=True),
        Kind("txt", "text/plain; charset=utf-8", Container.TEXT),
    )
}

INLINE: Final = frozenset(kind.extension for kind in KINDS.values() if kind.is_inline)

NOT_TAKEN: Final = "不支持的文件类型"
NOT_WHAT_IT_SAYS: Final = "文件内容与扩展名不符"
IS_EMPTY: Final = "文件内容为空"
IS_ENCRYPTED: Final = "文件已加密，无法检查内容，请去除密码后重新上传"


def too_large(limit: int) -> str:
    """E-FILE-01 with the limit that is set."""
    return f"文件超过{limit // (1024 * 1024)}MB"


def extension_of(name: str) -> str:
    """Lower-case extension without dot; "" when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def accepted() -> str:
    """The value of a file input's accept attribute."""
    return ",".join(f".{extension}" for extension in KINDS)


LONGEST_NAME: Final = 200


def clean_name(name: str) -> str:
    """A file name fit to be kept and shown: no folders, no control marks, at most 200 characters.

    Direction marks would let "gpj.exe" read as "exe.jpg".
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        character
        for character in unicodedata.normalize("NFC", last)
        if unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp", "Cs"}
    ).strip(" .")
    if len(seen) <= LONGEST_NAME:
        return seen
    extension = extension_of(seen)
    return f"{seen[: LONGEST_NAME - len(extension) - 1]}.{extension}" if extension else seen[:LONGEST_NAME]
