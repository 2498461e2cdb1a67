"""What is said when a file cannot be used: one sentence each, with what to do."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    struct.error,
)
"""All that the standard library raises on a ZIP file somebody damaged or built to do harm."""


def missing(path: Path) -> Invalid:
    """The file is not there."""
    return Invalid("sheet.missing", N_("Không có tệp %(file)s; kiểm tra đường dẫn."), file=path.name)


def damaged(path: Path) -> Invalid:
    """The file cannot be read."""
    message = N_("Tệp %(file)s hỏng hoặc chưa tải hết; lấy lại tệp gốc rồi thử lại.")
    return Invalid("sheet.damaged", message, file=path.name)


def locked(path: Path) -> Invalid:
    """The file is encrypted."""
    message = N_("Tệp %(file)s có mật khẩu; mở ra, bỏ mật khẩu, lưu lại rồi thử lại.")
    return Invalid("sheet.locked", message, file=path.name)


def too_large(path: Path, megabytes: int) -> Invalid:
    """The file takes more room than a sane table does."""
    message = N_("Tệp %(file)s quá lớn; chia thành nhiều tệp nhỏ hơn %(limit)s MB.")
    return Invalid("sheet.large", message, file=path.name, limit=megabytes)


def bomb(path: Path) -> Invalid:
    """The file unpacks into far more than it holds."""
    message = N_("Tệp %(file)s bung ra lớn bất thường nên không nhận; mở bằng Excel, lưu thành tệp mới rồi thử lại.")
    return Invalid("sheet.bomb", message, file=path.name)


def too_wide(columns: int, limit: int) -> Invalid:
    """A sheet has more columns than any register has fields."""
    message = N_("Bảng có %(columns)s cột, chỉ nhận tối đa %(limit)s; xóa các cột thừa ở bên phải rồi lưu lại.")
    return Invalid("sheet.wide", message, columns=columns, limit=limit)


def too_many_cells(path: Path, limit: int) -> Invalid:
    """A workbook has more cells than fit into memory."""
    message = N_("Tệp %(file)s có quá nhiều ô (hơn %(limit)s triệu); lưu thành CSV, hoặc xóa dòng và cột trống ở xa.")
    return Invalid("sheet.cells", message, file=path.name, limit=limit // 1_000_000)


def long_cell(row: int, limit: int) -> Invalid:
    """One cell holds a book."""
    message = N_(
        "Dòng %(row)s có ô dài hơn %(limit)s ký tự; rút gọn ô đó, hoặc kiểm tra dấu ngoặc kép và dấu xuống dòng."
    )
    return Invalid("sheet.long_cell", message, row=row, limit=limit)
