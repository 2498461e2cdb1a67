"""What can go wrong, said so that a person knows what happened and what to do next.

A message is a Vietnamese sentence of the catalogues (mark it with ``N_``); its ``%(name)s`` places are filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienthong.kernel import i18n


class LienThongError(Exception):
    """A refusal with a code for machines, data, and one sentence for people."""

    status = 500

    def __init__(self, code: str, message: str, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.template = message
        self.data = data

    @property
    def message(self) -> str:
        """The sentence in the language being spoken."""
        return i18n.gettext(self.template, **self.data)

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape of every error of the house: code, both sentences, data."""
        return {
            "code": self.code,
            "message_vi": i18n.say("vi", self.template, **self.data),
            "message_en": i18n.say("en", self.template, **self.data),
            "data": {name: value for name, value in self.data.items() if isinstance(value, str | int | float | bool)},
        }

    def __str__(self) -> str:
        return f"{self.code}: {i18n.say('vi', self.template, **self.data)}"


class NotFound(LienThongError):
    """The thing is not there, or not there for this actor: the two must look the same."""

    status = 404


class Denied(LienThongError):
    """The actor may not do this."""

    status = 403


class SignInNeeded(Denied):
    """The act needs an account, or a higher authentication level (``level`` in the data)."""

    status = 401


class Conflict(LienThongError):
    """Someone or something got there first; read again and decide."""

    status = 409


class TooMany(LienThongError):
    """A limit is reached; ``retry_after`` seconds in the data."""

    status = 429


class Unavailable(LienThongError):
    """A part of the house or a neighbour does not answer; nothing is lost, try later."""

    status = 503


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one input.

    at: where (field name, ``file:line``, row and column). code: for machines. message: Vietnamese sentence, a template.
    """

    at: str
    code: str
    message: str
    data: tuple[tuple[str, object], ...] = ()

    @property
    def text(self) -> str:
        """The sentence in the language being spoken."""
        return i18n.gettext(self.message, **dict(self.data))


def fault(at: str, code: str, message: str, **data: object) -> Fault:
    """Return a fault whose sentence is filled from ``data``."""
    return Fault(at, code, message, tuple(data.items()))


class Invalid(LienThongError):
    """The input has faults; all of them are listed at once."""

    status = 422

    def __init__(self, code: str, message: str, faults: Sequence[Fault] = (), **data: object) -> None:
        super().__init__(code, message, **data)
        self.faults = tuple(faults)

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape with every fault."""
        listed = [
            {
                "at": each.at,
                "code": each.code,
                "message_vi": i18n.say("vi", each.message, **dict(each.data)),
                "message_en": i18n.say("en", each.message, **dict(each.data)),
            }
            for each in self.faults
        ]
        return {**super().as_dict(), "faults": listed}

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {each.at}: {each.text}" for each in self.faults)])
