"""What an operator can set, all by environment variables that begin with ``LIENTHONG_`` (and ``PORT``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_


class Mode(StrEnum):
    """Demonstration (invented people, one-click sign-in on this machine) or production (none of that)."""

    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one node.

    home: folder with everything the node keeps. database_url: SQLAlchemy address; SQLite inside home by default.
    mode: demo or production. host, port: where the server listens. public_origin: the address people type when it is
    not http://localhost:PORT, such as https://dichvucong.example (TLS, or a proxy in front). mail_server:
    smtp://user@host:587 (STARTTLS) or smtps://user@host:465, mail_from the sender; sms_gateway: an address that takes
    JSON. Passwords and tokens are never shown. virus_scanner: a ClamAV daemon, tcp://host:3310 or unix:/path.
    """

    home: Path
    database_url: str
    mode: Mode = Mode.DEMO
    host: str = "127.0.0.1"
    port: int = 8000
    public_origin: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_password: str = field(default="", repr=False)
    sms_gateway: str = ""
    sms_token: str = field(default="", repr=False)
    virus_scanner: str = ""

    @property
    def origin(self) -> str:
        """The address people type; passkeys exist on localhost and over TLS only, so never a bare number."""
        if self.public_origin:
            return self.public_origin
        name = "localhost" if self.host in {"127.0.0.1", "::1"} else self.host
        return f"http://{name}:{self.port}"

    @property
    def is_demo(self) -> bool:
        """True in demonstration mode."""
        return self.mode is Mode.DEMO

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings. Raises Invalid with every fault when a value cannot be used."""
        env = os.environ if environ is None else environ
        home = Path(env.get("LIENTHONG_HOME") or "var").resolve()
        mode = env.get("LIENTHONG_MODE") or "demo"
        port = env.get("PORT") or "8000"
        if mode not in {"demo", "production"}:
            raise Invalid(
                "settings.mode", N_("LIENTHONG_MODE là “%(mode)s”; chỉ nhận demo hoặc production."), mode=mode
            )
        if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise Invalid("settings.port", N_("PORT là “%(port)s”; cần một số từ 1 đến 65535."), port=port)
        return cls(
            home=home,
            database_url=database_url(env.get("LIENTHONG_DATABASE", ""), home),
            mode=Mode(mode),
            host=env.get("LIENTHONG_HOST") or "127.0.0.1",
            port=int(port),
            public_origin=_origin(env.get("LIENTHONG_ORIGIN", "")),
            mail_server=_mail_server(env.get("LIENTHONG_SMTP", ""), env.get("LIENTHONG_MAIL_FROM", "")),
            mail_from=env.get("LIENTHONG_MAIL_FROM", ""),
            mail_password=env.get("LIENTHONG_SMTP_PASSWORD", ""),
            sms_gateway=_sms_gateway(env.get("LIENTHONG_SMS", "")),
            sms_token=env.get("LIENTHONG_SMS_TOKEN", ""),
            virus_scanner=_virus_scanner(env.get("LIENTHONG_CLAMAV", "")),
        )


def _origin(given: str) -> str:
    if given and not (given.startswith("https://") and given.count("/") == 2):
        raise Invalid(
            "settings.origin",
            N_("LIENTHONG_ORIGIN phải có dạng https://ten-mien, không có gì sau tên miền và cổng."),
        )
    return given


def _mail_server(given: str, sender: str) -> str:
    if given and not (urlsplit(given).scheme in {"smtp", "smtps"} and urlsplit(given).hostname and "@" in sender):
        raise Invalid(
            "settings.mail",
            N_("LIENTHONG_SMTP cần dạng smtp://tài-khoản@máy:587 hoặc smtps://…, và LIENTHONG_MAIL_FROM là nơi gửi."),
        )
    return given


def _sms_gateway(given: str) -> str:
    at = urlsplit(given)
    if given and not (
        at.scheme == "https" or (at.scheme == "http" and at.hostname in {"127.0.0.1", "localhost", "::1"})
    ):
        raise Invalid("settings.sms", N_("LIENTHONG_SMS phải là địa chỉ https:// của cổng tin nhắn."))
    return given


def _virus_scanner(given: str) -> str:
    at = urlsplit(given)
    if given and not ((at.scheme == "tcp" and at.hostname) or (at.scheme == "unix" and at.path)):
        raise Invalid("settings.scanner", N_("LIENTHONG_CLAMAV phải có dạng tcp://máy:3310 hoặc unix:/đường-dẫn."))
    return given


def database_url(given: str, home: Path) -> str:
    """Return the SQLAlchemy address: SQLite in the home by default, psycopg for ``postgresql://``.

    Raises Invalid for any other engine.
    """
    if not given:
        return f"sqlite:///{home / 'lienthong.sqlite'}"
    for prefix in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    if given.startswith("sqlite:///"):
        return given
    raise Invalid(
        "settings.database",
        N_("LIENTHONG_DATABASE phải bắt đầu bằng postgresql:// hoặc sqlite:///; hãy sửa rồi chạy lại."),
    )
