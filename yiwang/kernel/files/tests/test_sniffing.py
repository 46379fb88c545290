"""What is taken and what is refused, by content and by name."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.files import archives, kinds, sniffing
from yiwang.kernel.files.kinds import IS_EMPTY, IS_ENCRYPTED, KINDS, NOT_TAKEN, NOT_WHAT_IT_SAYS
from yiwang.kernel.files.tests import samples
from yiwang.kernel.validators import Invalid

LIMIT = 100 * 1024 * 1024


def inspect(name: str, content: bytes, limit: int = LIMIT) -> str:
    """The extension found, or the message of the refusal."""
    stream = BytesIO(content)
    try:
        kind = sniffing.inspect(stream, name, len(content), limit=limit)
    except Invalid as refusal:
        return refusal.message
    assert stream.tell() == 0
    return kind.extension


@pytest.mark.parametrize("extension", sorted(KINDS))
def test_every_kind_is_taken_under_its_own_name_only(extension: str) -> None:
    content = samples.every_kind()[extension]
    assert inspect(f"通知.{extension.upper()}", content) == extension
    alike = {"doc": {"wps"}, "wps": {"doc"}, "xls": {"et"}, "et": {"xls"}, "jpg": {"jpeg"}, "jpeg": {"jpg"}}
    # A PDF of plain characters is text as well, but is recognised by its beginning.
    for other in KINDS.keys() - {extension} - alike.get(extension, set()):
        assert inspect(f"通知.{other}", content) == NOT_WHAT_IT_SAYS, other


def test_a_real_workbook_is_taken() -> None:
    output = BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ("日期", "类型", "名称"))
    book.close()
    assert inspect("2027.xlsx", output.getvalue()) == "xlsx"


@pytest.mark.parametrize(
    "name", ["a.exe", "a.docm", "a.html", "a.svg", "a", ".pdf", "a.pdf.exe", "a.rar", "", "a."]
)
def test_other_extensions_are_not_taken(name: str) -> None:
    assert inspect(name, samples.PDF) == NOT_TAKEN


def test_size() -> None:
    assert inspect("a.pdf", samples.PDF, limit=len(samples.PDF)) == "pdf"
    assert inspect("a.pdf", samples.PDF, limit=len(samples.PDF) - 1) == "文件超过0MB"
    assert kinds.too_large(LIMIT) == "文件超过100MB"
    assert inspect("a.pdf", b"") == IS_EMPTY


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("页面.png", b"<html><script>alert(1)</script>", NOT_WHAT_IT_SAYS),
        ("程序.pdf", b"MZ\x90\x00\x03", NOT_WHAT_IT_SAYS),
        ("程序.txt", b"MZ\x90\x00\x03", NOT_WHAT_IT_SAYS),
        ("脚本.txt", b"#!/bin/sh\nrm -rf /", NOT_WHAT_IT_SAYS),
        ("页面.txt", b"\xef\xbb\xbf <!DOCTYPE HTML><title>", NOT_WHAT_IT_SAYS),
        ("随机.txt", bytes(range(256)), NOT_WHAT_IT_SAYS),
        ("宏.docx", samples.ooxml("docx", macros=True), NOT_WHAT_IT_SAYS),
        ("宏.xlsx", samples.ooxml("xlsx", extra={"xl/vbaProject.bin": b"x"}), NOT_WHAT_IT_SAYS),
        ("加密.docx", samples.ole("EncryptionInfo", "EncryptedPackage"), IS_ENCRYPTED),
        ("安装.doc", samples.ole("!_StringData"), NOT_WHAT_IT_SAYS),
        ("残.doc", samples.ole("WordDocument")[:700], NOT_WHAT_IT_SAYS),
        ("残.docx", samples.ooxml("docx")[:-30], NOT_WHAT_IT_SAYS),
    ],
)
def test_content_that_is_not_what_the_name_says(name: str, content: bytes, message: str) -> None:
    assert inspect(name, content) == message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_in_the_usual_encodings(encoding: str) -> None:
    assert inspect("名单.txt", ("青浦区朱家角镇䶮\r\n" * 9000).encode(encoding)) == "txt"


def test_programs_inside_archives() -> None:
    for name, content in (
        ("安装.exe", b"text"),
        ("文件夹/运行.BAT", b"text"),
        ("照片.jpg", b"MZ\x90\x00"),
        ("照片", b"\x7fELF\x02"),
        ("说明.txt", b"#!/bin/sh"),
    ):
        assert inspect("附件.zip", samples.archive({name: content})) == archives.HAS_PROGRAM, name
        nested = samples.archive({"内.zip": samples.archive({name: content})})
        assert inspect("附件.zip", nested) == archives.HAS_PROGRAM, name
    assert inspect("附件.zip", samples.archive({"内.rar": b"Rar!\x1a\x07"})) == archives.HAS_FOREIGN_ARCHIVE


def test_archives_inside_archives() -> None:
    once = samples.archive({"内.zip": samples.archive({"a.txt": b"a"})})
    assert inspect("附件.zip", once) == "zip"
    assert inspect("附件.zip", samples.archive({"再.zip": once})) == archives.IS_TOO_DEEP
    # Office files are zips themselves, but do not count as a level.
    office = samples.archive(
        {"内.zip": samples.archive({"通知.docx": samples.ooxml("docx"), "a.ofd": samples.ofd()})}
    )
    assert inspect("附件.zip", office) == "zip"


def test_bombs() -> None:
    zeros = b"\x00" * (11 * 1024 * 1024)
    assert inspect("附件.zip", samples.archive({"a.txt": zeros})) == archives.IS_BOMB
    assert inspect("附件.docx", samples.ooxml("docx", extra={"word/media.xml": zeros})) == archives.IS_BOMB
    nested = samples.archive({"a.zip": samples.archive({"a.txt": zeros})})
    assert inspect("附件.zip", nested) == archives.IS_BOMB


def test_many_and_large_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    budget = archives._Budget(members=3, size=1000)
    for _ in range(3):
        budget.spend(zipfile.ZipInfo("a"))
    with pytest.raises(Invalid):
        budget.spend(zipfile.ZipInfo("a"))
    large = zipfile.ZipInfo("b")
    large.file_size = 1001
    with pytest.raises(Invalid):
        archives._Budget(members=3, size=1000).spend(large)


def test_encrypted_members() -> None:
    content = bytearray(samples.archive({"a.txt": b"a"}, method=zipfile.ZIP_STORED))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert inspect("附件.zip", bytes(content)) == IS_ENCRYPTED


def test_member_names_of_chinese_windows() -> None:
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as book:
        book.writestr(zipfile.ZipInfo("placeholder_"), b"a")
    content = output.getvalue().replace(b"placeholder_", "机密名单表".encode("gb18030") + b"ab")
    assert archives.inspect(BytesIO(content)) == {"机密名单表ab"}


@given(st.binary(max_size=3000), st.sampled_from(sorted(KINDS)))
def test_anything_is_either_taken_or_refused_with_a_message(content: bytes, extension: str) -> None:
    assert inspect(f"a.{extension}", content)


@given(st.sampled_from(["doc", "docx", "ofd", "zip", "xls"]), st.data())
def test_damaged_files_never_crash(extension: str, data: st.DataObject) -> None:
    content = bytearray(samples.every_kind()[extension])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(content)))
    assert inspect(f"a.{extension}", bytes(content[:end]))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("通知.docx", "通知.docx"),
        ("C:\\用户\\通知.docx", "通知.docx"),
        ("../../etc/passwd", "passwd"),
        ("照\u202egpj.exe", "照gpj.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        (" .隐藏.txt. ", "隐藏.txt"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ("长" * 300, "长" * 200),
        ("", ""),
    ],
)
def test_names_are_cleaned(typed: str, kept: str) -> None:
    assert kinds.clean_name(typed) == kept
