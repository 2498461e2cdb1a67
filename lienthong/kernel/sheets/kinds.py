"""What kind of file it is, told by its first bytes and never by its name; a kind we cannot read gets a way out."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import compound, refusals

CSV, XLSX, XLS, ODS, JSONL, PARQUET = "csv", "xlsx", "xls", "ods", "jsonl", "parquet"
KINDS = {
    CSV: (".csv", ".txt", ".tsv"),
    XLSX: (".xlsx", ".xlsm"),
    XLS: (".xls",),
    ODS: (".ods",),
    JSONL: (".jsonl", ".ndjson", ".json"),
    PARQUET: (".parquet",),
}
"""Kind → endings of its files, the usual one first."""
TITLES = {CSV: "CSV", XLSX: "XLSX", XLS: "XLS", ODS: "ODS", JSONL: "JSON Lines", PARQUET: "Parquet"}
_START = 8192
_PACKED = N_("Tệp %(file)s là tệp nén; giải nén rồi chọn bảng tính bên trong.")
_PAPER = N_("Tệp %(file)s là văn bản, không phải bảng tính; chép bảng vào Excel hoặc LibreOffice rồi lưu thành .xlsx.")
_SCAN = N_("Tệp %(file)s là ảnh hoặc PDF, không phải bảng tính; tìm bảng gốc, hoặc nhập số liệu vào một bảng tính.")
_RESAVE = N_("Tệp %(file)s ở dạng %(form)s; mở bằng Excel hoặc LibreOffice rồi lưu thành .xlsx.")
_UNKNOWN = N_("Tệp %(file)s không phải bảng tính mà hệ thống đọc được: CSV, XLSX, XLS, ODS, JSON Lines, Parquet.")
_PICTURES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_BARE_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r\f\v\x1a"))


def kind_of(path: Path) -> str:
    """Return the kind of a file by its content. Raises Invalid, with what to do, for one that is no table."""
    with path.open("rb") as file:
        start = file.read(_START)
    if not start.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Invalid("sheet.empty", N_("Tệp %(file)s trống; kiểm tra lại tệp gốc."), file=path.name)
    if start.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if start.startswith(compound.MAGIC):
        return _compound(path)
    if start.startswith(b"PAR1"):
        return PARQUET
    if start.startswith(_ARCHIVES):
        raise _refused(path, _PACKED)
    if start.startswith(_PICTURES):
        raise _refused(path, _SCAN)
    if start.startswith(_BARE_EXCEL):
        raise _refused(path, _RESAVE, form="Excel 4")
    return _text(path, start)


def misnamed(path: Path, kind: str) -> Fault | None:
    """Return the remark that a file's name says another kind than its content; None when they agree."""
    ending = path.suffix.lower()
    if ending in KINDS[kind]:
        return None
    message = N_("Tệp %(ending)s này thực ra là %(kind)s; hệ thống đọc theo nội dung.")
    return fault(path.name, "sheet.misnamed", message, ending=ending or path.name, kind=TITLES[kind])


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mime = archive.read("mimetype")[:100] if "mimetype" in names and _small(archive, "mimetype") else b""
    except refusals.BROKEN_ZIP:
        raise refusals.damaged(path) from None
    if "xl/workbook.xml" in names:
        return XLSX
    if b"opendocument.spreadsheet" in mime or ("content.xml" in names and path.suffix.lower() == ".ods"):
        return ODS
    if "xl/workbook.bin" in names:
        raise _refused(path, _RESAVE, form="XLSB")
    if "word/document.xml" in names or b"opendocument.text" in mime:
        raise _refused(path, _PAPER)
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return XLSX  # its main part has an unusual name
    raise _refused(path, _PACKED)


def _small(archive: zipfile.ZipFile, name: str) -> bool:
    return archive.getinfo(name).file_size < 1000


def _compound(path: Path) -> str:
    names = compound.streams(path)
    if {"EncryptedPackage", "EncryptionInfo"} & names:
        raise refusals.locked(path)
    if {"Workbook", "Book"} & names:
        return XLS
    raise _refused(path, _PAPER) if "WordDocument" in names else refusals.damaged(path)


def _text(path: Path, start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or looks_utf16(start):
        return CSV
    head = start.removeprefix(codecs.BOM_UTF8).lstrip()
    lowered = head[:512].lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<table" in lowered:
        raise _refused(path, _RESAVE, form="HTML")
    if lowered.startswith(b"<?xml"):
        raise _refused(path, _RESAVE, form="XML")
    if head.startswith(b"{") or (head.startswith(b"[") and path.suffix.lower() in KINDS[JSONL]):
        return JSONL
    strange = len(start) - len(start.translate(None, _CONTROLS)) - start.count(b"\0")
    if strange > len(start) // 20:
        raise _refused(path, _UNKNOWN)
    return CSV


def looks_utf16(start: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" for text in UTF-16 without its mark: every ASCII letter has a NUL beside it."""
    even, odd = start[::2], start[1::2]
    half = max(len(odd), 1)
    if odd.count(0) > 0.25 * half and even.count(0) < 0.02 * half:
        return "utf-16-le"
    if even.count(0) > 0.25 * half and odd.count(0) < 0.02 * half:
        return "utf-16-be"
    return ""


def _refused(path: Path, sentence: str, *, form: str = "") -> Invalid:
    return Invalid("sheet.kind", sentence, file=path.name, form=form)
