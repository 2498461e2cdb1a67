"""What every command of ``lienthong`` shares: ``--json``, honest exit codes, errors as one sentence."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import click

from lienthong.kernel.errors import LienThongError
from lienthong.kernel.outages import outage, unusable


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FINDINGS = 1
    COULD_NOT = 2


@contextmanager
def refusing(*, as_json: bool) -> Generator[None]:
    """Say why something could not be done, in one sentence, and exit; a fault of our own program is not hidden."""
    try:
        yield
    except Exception as failure:
        error = failure if isinstance(failure, LienThongError) else outage(failure)
        if error is None and isinstance(failure, OSError):
            error = unusable(failure)
        if error is None:
            raise
        if as_json:
            click.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False, default=str))
        else:
            click.echo(str(error), err=True)
        sys.exit(Exit.COULD_NOT)


def command(function: Callable[..., tuple[Any, str, Exit] | tuple[Any, str]]) -> Callable[..., None]:
    """Turn a function into a command's body: it returns (data, sentence[, exit code]).

    ``--json`` prints the data; without it the sentence (its lines as they stand). An error of the house is printed to
    standard error and exits with 2, so is what the machine could not: a full disk, a file that cannot be used.
    """

    @click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON. | Print the result as JSON.")
    @functools.wraps(function)
    def body(*args: Any, as_json: bool, **options: Any) -> None:
        with refusing(as_json=as_json):
            result = function(*args, **options)
        data, sentence = result[0], result[1]
        code = result[2] if len(result) == 3 else Exit.DONE
        click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else sentence)
        if code:
            sys.exit(code)

    return body
