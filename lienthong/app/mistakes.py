"""What is wrong with how a command was called, as a sentence in Vietnamese and English."""

from __future__ import annotations

import click


def mistaken(failure: click.UsageError) -> str:
    """Return the sentence of a call that click refuses, and where to read what the command takes.

    Both languages stand side by side, as in the help: whoever mistypes a command may not have chosen a language yet.
    """
    vi, en = _said(failure)
    command = failure.ctx.command_path if failure.ctx else "lienthong"
    return f"{vi} | {en}\n`{command} --help`"


def _said(failure: click.UsageError) -> tuple[str, str]:
    if isinstance(failure, click.NoSuchOption):
        return f"Không có tùy chọn {failure.option_name}.", f"There is no option {failure.option_name}."
    if isinstance(failure, click.MissingParameter):
        vi, en = f"Thiếu {_name(failure)}", f"{_name(failure)} is missing"
        if _takes_path(failure):
            return f"{vi}: ghi đường dẫn của tệp.", f"{en}: give the path of the file."
        return f"{vi}.", f"{en}."
    if isinstance(failure, click.BadParameter):
        if _takes_path(failure):
            vi = f"{_name(failure)}: không có tệp này hoặc không dùng được; kiểm tra lại đường dẫn."
            return vi, f"{_name(failure)}: {failure.message} Check the path."
        vi = f"{_name(failure)}: giá trị này không dùng được."
        return vi, f"{_name(failure)}: this value cannot be used: {failure.message}"
    return "Lệnh gọi chưa đúng.", failure.format_message()


def _name(failure: click.BadParameter) -> str:
    return failure.param.get_error_hint(failure.ctx).strip("'") if failure.param else ""


def _takes_path(failure: click.BadParameter) -> bool:
    return failure.param is not None and isinstance(failure.param.type, click.Path)
