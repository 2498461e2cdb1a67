"""What people are told when the machine or the database could not: a full disk, one that fails, no answer."""

from __future__ import annotations

import sqlite3

from lienthong.kernel.errors import Invalid, LienThongError, Unavailable
from lienthong.kernel.files import is_full
from lienthong.kernel.i18n import N_


def outage(failure: BaseException) -> Unavailable | None:
    """Return what to say of a failure that is nobody's mistake; None for any other."""
    if is_full(failure):
        return Unavailable(
            "disk.full", N_("Đĩa của máy chủ đã đầy; chưa có gì mất, người vận hành cần dọn chỗ. Hãy thử lại sau.")
        )
    if not any(kind.__name__ == "OperationalError" for kind in type(failure).__mro__):  # SQLAlchemy's or the driver's
        return None
    cause = getattr(failure, "orig", failure)
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        return Unavailable(
            "disk.fails",
            N_("Không đọc ghi được tệp cơ sở dữ liệu: đĩa đã đầy, bị hỏng hoặc thiếu quyền. Chưa có gì mất."),
        )
    return Unavailable("database.busy", N_("Cơ sở dữ liệu chưa trả lời; chưa có gì mất, hãy thử lại sau ít phút."))


def unusable(failure: OSError) -> LienThongError:
    """Return what to say of a file that a person named and that could not be read or written."""
    message = N_("Không đọc hoặc không ghi được “%(path)s”; kiểm tra đường dẫn, quyền và chỗ trống trên đĩa.")
    return Invalid("file.unusable", message, path=str(failure.filename or failure.strerror or ""))
