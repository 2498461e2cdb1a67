"""Facts of identity: who signed in and how it ended, by account and session id, never by name or number."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountOpened(Event):
    """An account exists. account: its id. kind: citizen or officer."""

    account: str
    kind: str
    level: int


@dataclass(frozen=True, kw_only=True)
class OfficeGiven(Event):
    """An officer holds this office from now on, in place of the former one."""

    account: str
    agency: str
    roles: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """A session began or was raised. method: passkey, code, invitation or demonstration."""

    account: str
    session: str
    kind: str
    method: str
    level: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """A proof did not hold. account: "" when no account has the number that was typed. failures: in a row."""

    account: str
    method: str
    failures: int


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A session is over. reason: signed_out, ended_by_owner, everywhere, replaced, account_closed, mandate_ended,
    representation_ended.
    """

    account: str
    session: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(Event):
    """An account can be opened with one more passkey."""

    account: str
    passkey: str


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Event):
    """A passkey opens nothing any more."""

    account: str
    passkey: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    """A session went on as another one that acts for another person, or for oneself again."""

    account: str
    session: str
    before: str


@dataclass(frozen=True, kw_only=True)
class Invited(Event):
    """An opening code was made for an account."""

    account: str


@dataclass(frozen=True, kw_only=True)
class MandateSaid(Event):
    """A word on a mandate: offered, accepted, declined, withdrawn, given_back, ended. kind: mandate or guardian."""

    mandate: str
    kind: str
    word: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class ServiceBegan(Event):
    """An officer serves a person at the counter."""

    service: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class ServiceEnded(Event):
    """A service at the counter was ended."""

    service: str
    agency: str


@dataclass(frozen=True, kw_only=True)
class CodeMade(Event):
    """A code was printed on a slip, or shown for the counter. purpose: slip or counter."""

    code: str
    purpose: str
    service: str
