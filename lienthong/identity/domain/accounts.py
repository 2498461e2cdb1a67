"""What a session, an account and a safe address are: pure functions and values."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from lienthong.kernel.actor import Actor, Kind

TOUCH = timedelta(minutes=1)
"""A session notes that it was used at most this often: a page view must not cost a write."""
FREE_TRIES = 3
LONGEST_PAUSE = timedelta(hours=1)
ATTEMPT = timedelta(minutes=5)
"""A sign-in that was begun is finished within this time."""
STAFF_ID = re.compile(r"[a-z][a-z0-9.-]{2,39}")
PERSONAL_NUMBER = re.compile(r"[0-9]{12}")


class Method(StrEnum):
    """How somebody proved who they are."""

    PASSKEY = "passkey"
    CODE = "code"
    INVITATION = "invitation"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lives: without use, and at most."""

    idle: timedelta
    absolute: timedelta


LIFETIMES = {
    Kind.CITIZEN: Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
    Kind.OFFICER: Lifetime(idle=timedelta(hours=1), absolute=timedelta(hours=10)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may sign in. id: stable, for events. subject: personal number or staff id. level: highest level it proves."""

    id: str
    subject: str
    kind: Kind
    level: int
    phone: str
    handle: str
    demonstration: bool
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An officer as the house shows and finds one. position: Vietnamese, as on a door sign."""

    subject: str
    name: str
    position: str
    agency: str
    roles: frozenset[str]
    units: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. ``id`` may be shown; the secret that opens it is kept nowhere, only its hash."""

    id: str
    subject: str
    kind: Kind
    level: int
    method: Method
    for_person: str
    device: str
    name: str
    title: str
    began_at: datetime
    seen_at: datetime
    idle_until: datetime
    ends_at: datetime

    def alive(self, now: datetime) -> bool:
        """True while neither the idle time nor the absolute time has passed."""
        return now < self.idle_until and now < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key on a device of its owner, as the owner sees it."""

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


def new_token() -> str:
    """Return a secret of 256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what the tables keep of a secret: its SHA-256 in hex (256 random bits need no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_level(account: Account, method: Method) -> int:
    """Return the authentication level a proof gives (Decree 69/2024).

    A citizen's account opened in person proves level 2, by passkey or by code to the verified telephone; one opened
    at a distance proves level 1. An officer reaches level 3 with a passkey; a code, sent or on paper, gives level 2:
    enough to look and to set up a passkey, not to sign.
    """
    if account.kind is Kind.OFFICER and method in {Method.CODE, Method.INVITATION}:
        return min(account.level, 2)
    return account.level


def pause_after(tries: int) -> timedelta:
    """Return how long an account's codes rest after so many tries in a row: 0, then 30 s, doubling up to 1 h."""
    if tries < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=30 * 2 ** min(tries - FREE_TRIES, 12)), LONGEST_PAUSE)


def subject_of(typed: str) -> str:
    """Return the personal number or staff id a person meant; "" when it can be neither."""
    text = re.sub(r"[\s.]", "", typed) if re.fullmatch(r"[\d\s.]+", typed.strip()) else typed.strip().lower()
    return text if PERSONAL_NUMBER.fullmatch(text) or STAFF_ID.fullmatch(text) else ""


def safe_path(target: str, *, default: str = "/") -> str:
    """Return the path to go on to after sign-in: a path of this house, never another site's address."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or len(target) > 500:
        return default
    if any(ord(c) <= 32 or ord(c) == 127 or c == "\\" for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def form_of_address(sex: str, birth_date: str, today: date) -> str:
    """Return ``anh``, ``chị``, ``ông`` or ``bà``: from 50 years on the elder form; "" when the sex is not known.

    sex: code of the list (1 male, 2 female). birth_date: ISO, of any precision.
    """
    if sex not in {"1", "2"}:
        return ""
    elder = birth_date[:4].isdigit() and today.year - int(birth_date[:4]) >= 50
    return {("1", False): "anh", ("2", False): "chị", ("1", True): "ông", ("2", True): "bà"}[sex, elder]


def masked(number: str) -> str:
    """Return a personal number as it may be shown: ``079 192 •••• 17``."""
    return f"{number[:3]} {number[3:6]} •••• {number[-2:]}"


def is_younger(birth_date: str, years: int, today: date) -> bool:
    """True when somebody is surely younger than so many years. birth_date: ISO, of any precision."""
    _least, most = ages(birth_date, today)
    return most is not None and most < years


def is_of_age(birth_date: str, years: int, today: date) -> bool:
    """True when somebody surely has that many years. birth_date: ISO, of any precision."""
    least, _most = ages(birth_date, today)
    return least is not None and least >= years


def ages(birth_date: str, today: date) -> tuple[int | None, int | None]:
    """Return the youngest and the oldest that somebody can be today, in full years; (None, None) when it is unknown."""
    if not birth_date[:4].isdigit():
        return None, None
    born = tuple(int(part) for part in birth_date.split("-"))
    oldest = today.year - born[0]
    reached = (today.month, today.day)
    if len(born) == 3:
        years = oldest - (reached < born[1:])
        return years, years
    if len(born) == 2:
        return oldest - (today.month <= born[1]), oldest - (today.month < born[1])
    return oldest - 1, oldest


def device_name(user_agent: str) -> str:
    """Return what the owner of a session recognises, such as ``Chrome, Android``; "" when it cannot be told."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
    more = (("Mac OS", "macOS"), ("Linux", "Linux"))
    browser = next((name for mark, name in (*browsers, ("Safari", "Safari")) if mark in user_agent), "")
    system = next((name for mark, name in (*systems, *more) if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)


def actor(session: Session, staff: Staff | None, *, request_id: str) -> Actor:
    """Return who acts in this session; an officer's agency, roles and units are those of this moment."""
    return Actor(
        kind=session.kind,
        subject=session.subject,
        agency=staff.agency if staff else "",
        units=staff.units if staff else frozenset(),
        roles=staff.roles if staff else frozenset(),
        level=session.level,
        for_person=session.for_person,
        session=session.id,
        request_id=request_id,
    )
