"""What leaves the house: one sentence without personal data, to addresses that their reader has proven."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Invalid, NotFound, TooMany, Unavailable
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Mode, Settings
from lienthong.messages import api, store
from lienthong.messages.domain import CODE_LIFE, CODES_AN_HOUR, address_of
from lienthong.messages.jobs import handlers
from tests.browsing import Browser
from tests.messages.test_messages import DATA, FATHER, MOTHER, reader
from tests.messages.test_pages import sign_in

Browse = Callable[..., Browser]


def work() -> int:
    return jobs.run_all({each.kind: each for each in handlers})


def notice(to: str = MOTHER) -> None:
    api.send(system("documents"), to=to, template="result-ready", data=DATA, dossier=DATA["dossier"])


def sent(channel: str) -> list[api.Message]:
    return [each for each in api.demonstration_inbox() if each.channel == channel]


def last_code() -> str:
    body = sent("code")[0].body
    return next(word.strip(",.") for word in body.split() if word.strip(",.").isdigit())


def prove(who: Actor, channel: str, address: str) -> str:
    contact = api.add_contact(who, channel=channel, address=address)
    work()
    api.confirm_contact(who, contact=contact, code=last_code())
    work()
    return contact


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        ("sms", "0912 345 678", "0912345678"),
        ("sms", "+84 912.345.678", "0912345678"),
        ("sms", "0084-912345678", "0912345678"),
        ("sms", "912345678", ""),
        ("sms", "0912345678; 0987654321", ""),
        ("mail", " Ha.Nguyen@ViDu.vn ", "ha.nguyen@vidu.vn"),
        ("mail", "ha@vidu", ""),
        ("mail", "ha@vidu.vn\nBcc: x@vidu.vn", ""),
        ("mail", "ha..x@vidu.vn", ""),
    ],
)
def test_what_can_be_an_address(channel: Any, typed: str, kept: str) -> None:
    assert address_of(channel, typed) == kept


@given(st.text())
def test_no_address_carries_what_could_be_a_second_header(typed: str) -> None:
    for channel in ("sms", "mail"):
        kept = address_of(channel, typed)  # type: ignore[arg-type]
        assert kept == "" or (kept.isprintable() and " " not in kept and "," not in kept)


def test_a_proven_telephone_gets_one_sentence_without_personal_data(node: Runtime) -> None:
    prove(reader(MOTHER), "sms", "0912 345 678")
    notice()
    work()
    (text,) = [each for each in sent("sms") if "H29" in each.body]
    assert text.to == "0912345678"
    assert text.body.startswith("Hồ sơ H29.26.929-261121-0012 có tin mới.")
    assert "Giấy khai sinh" not in text.body
    assert "http" not in text.body


def test_nothing_goes_to_an_address_before_its_code_is_typed(node: Runtime) -> None:
    api.add_contact(reader(MOTHER), channel="mail", address="ha@vidu.vn")
    work()
    notice()
    work()
    assert sent("mail") == []
    assert [each.proven for each in api.contacts(reader(MOTHER))] == [False]


def test_what_is_handed_over_again_after_a_crash_is_one_text(node: Runtime) -> None:
    contact = prove(reader(MOTHER), "sms", "0912345678")
    handed = {"message": "m" * 26, "contact": contact, "title": "Liên Thông", "text": "Hồ sơ có tin mới."}
    api.deliver(**handed)
    with node.database.transaction() as connection:  # killed after the gateway took it, before that was noted
        connection.execute(store.deliveries.delete().where(store.deliveries.c.message == handed["message"]))
    api.deliver(**handed)
    assert [each.body for each in sent("sms")].count("Hồ sơ có tin mới.") == 1


def test_a_wrong_code_changes_nothing(node: Runtime) -> None:
    contact = api.add_contact(reader(MOTHER), channel="mail", address="ha@vidu.vn")
    work()
    with pytest.raises(Invalid):
        api.confirm_contact(reader(MOTHER), contact=contact, code=f"{(int(last_code()) + 1) % 1_000_000:06d}")
    assert not api.contacts(reader(MOTHER))[0].proven


def test_a_new_address_replaces_the_former_which_is_told(node: Runtime) -> None:
    prove(reader(MOTHER), "sms", "0912345678")
    prove(reader(MOTHER), "sms", "0987654321")
    assert [each.address for each in api.contacts(reader(MOTHER))] == ["0987654321"]
    told = [each for each in sent("sms") if each.to == "0912345678"]
    assert "vừa đổi" in told[0].body
    assert "địa chỉ mới" in api.inbox(reader(MOTHER))[0].title


def test_somebody_else_s_way_is_as_if_it_were_not_there(node: Runtime) -> None:
    contact = prove(reader(MOTHER), "sms", "0912345678")
    with pytest.raises(NotFound):
        api.confirm_contact(reader(FATHER), contact=contact, code="000000")
    api.remove_contact(reader(FATHER), contact=contact)
    assert len(api.contacts(reader(MOTHER))) == 1
    assert api.contacts(reader(FATHER)) == []
    api.remove_contact(reader(MOTHER), contact=contact)
    assert api.contacts(reader(MOTHER)) == []


def test_ten_codes_an_hour(node: Runtime, clock: SetClock) -> None:
    for n in range(CODES_AN_HOUR):
        api.add_contact(reader(MOTHER), channel="sms", address=f"09123456{n:02}")
        work()
    with pytest.raises(TooMany):
        api.add_contact(reader(MOTHER), channel="sms", address="0912345699")


def test_a_notice_is_delivered_once_though_its_job_runs_again(node: Runtime) -> None:
    prove(reader(MOTHER), "sms", "0912345678")
    notice()
    with node.database.reading() as connection:
        payload = connection.execute(select(jobs.jobs.c.payload).where(jobs.jobs.c.state == "ready")).scalar_one()
    again = json.loads(payload)
    work()
    api.deliver(**again)
    assert len([each for each in sent("sms") if "H29" in each.body]) == 1


# --- real gateways -------------------------------------------------------------------------------------------------


@dataclass
class Outside:
    """What arrived at the other side. answer: HTTP status of the SMS gateway; refuse: mailboxes that do not exist."""

    port: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    answer: int = 202
    refuse: frozenset[str] = frozenset()


@pytest.fixture
def sms_gateway() -> Iterator[Outside]:
    outside = Outside()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            outside.got.append(body | {"token": self.headers["Authorization"], "key": self.headers["Idempotency-Key"]})
            self.send_response(outside.answer)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    yield from _serving(HTTPServer(("127.0.0.1", 0), Taker), outside)


@pytest.fixture
def mail_server() -> Iterator[Outside]:
    """A mail server's side of RFC 5321, as far as one mail needs."""
    outside = Outside()

    class Taker(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            to = ""
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    self.wfile.write(b"550 no such mailbox\r\n" if to in outside.refuse else b"250 ok\r\n")
                elif verb == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    outside.got.append({"to": to, "mail": text})
                    self.wfile.write(b"250 taken\r\n")
                elif verb == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 ok\r\n")

    yield from _serving(ThreadingTCPServer(("127.0.0.1", 0), Taker), outside)


def _serving(server: HTTPServer | ThreadingTCPServer, outside: Outside) -> Iterator[Outside]:
    outside.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield outside
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def production(tmp_path: Path, clock: SetClock, sms_gateway: Outside, mail_server: Outside) -> Iterator[Runtime]:
    home = tmp_path / "production"
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'l.sqlite'}",
        mode=Mode.PRODUCTION,
        mail_server=f"smtp://127.0.0.1:{mail_server.port}",
        mail_from="khong-tra-loi@vidu.vn",
        sms_gateway=f"http://127.0.0.1:{sms_gateway.port}/gui",
        sms_token="a-token",
    )
    with running(start(settings, clock=clock)) as node:
        node.database.create_tables()
        yield node


def test_production_sends_a_code_to_the_telephone_checked_at_the_counter(
    production: Runtime, sms_gateway: Outside
) -> None:
    api.keep_contact(subject=MOTHER, channel="sms", address="0912 345 678")
    assert api.send_code(to=MOTHER, purpose="sign-in:1")
    (text,) = sms_gateway.got
    assert text["to"] == "+84912345678"
    assert text["token"] == "Bearer a-token"
    code = next(word.strip(",.") for word in text["text"].split() if word.strip(",.").isdigit())
    assert api.check_code(to=MOTHER, purpose="sign-in:1", code=code)


def test_a_code_whose_job_dies_is_the_same_code_under_the_same_reference(
    production: Runtime, sms_gateway: Outside, clock: SetClock
) -> None:
    api.keep_contact(subject=MOTHER, channel="sms", address="0912345678")
    one, other = ({"to": MOTHER, "purpose": "sign-in:1", "asked": each} for each in "ab")
    sms_gateway.answer = 503
    with pytest.raises(Unavailable):  # the gateway took it or not: nobody knows, as after a kill
        api.send_code(**one)
    sms_gateway.answer = 202
    assert api.send_code(**one)
    first, second = sms_gateway.got
    assert first == second, "the other side can drop it"
    code = next(word.strip(",.") for word in first["text"].split() if word.strip(",.").isdigit())
    assert api.check_code(to=MOTHER, purpose="sign-in:1", code=code)
    assert not api.send_code(**one), "a code that opened something is not sent again"
    assert len(sms_gateway.got) == 2
    assert api.send_code(**other)
    clock.advance(CODE_LIFE)
    assert api.send_code(**other), "and a dead one of a late job is a new one"
    assert len({each["reference"] for each in sms_gateway.got}) == 3


def test_who_has_no_way_gets_no_code_and_nobody_else_does(production: Runtime, sms_gateway: Outside) -> None:
    assert not api.send_code(to=FATHER, purpose="sign-in:1")
    assert sms_gateway.got == []


def test_a_mail_arrives_whole_in_vietnamese(production: Runtime, mail_server: Outside) -> None:
    api.keep_contact(subject=MOTHER, channel="mail", address="ha@vidu.vn")
    notice()
    work()
    (mail,) = mail_server.got
    from email import message_from_bytes, policy

    read = message_from_bytes(mail["mail"], policy=policy.default)
    assert mail["to"] == "ha@vidu.vn"
    assert read["Subject"] == "Liên Thông: có thông báo mới"
    assert "Hồ sơ H29.26.929-261121-0012 có tin mới." in read.get_content()
    assert read["Auto-Submitted"] == "auto-generated"


def test_a_mailbox_that_is_gone_is_marked_and_left_alone(production: Runtime, mail_server: Outside) -> None:
    mail_server.refuse = frozenset({"ha@vidu.vn"})
    api.keep_contact(subject=MOTHER, channel="mail", address="ha@vidu.vn")
    notice()
    notice()
    work()
    assert mail_server.got == []
    assert [each.failing for each in api.contacts(reader(MOTHER))] == [True]
    assert jobs.states() == {}, "nothing is tried again for ever"


def test_a_gateway_that_is_down_is_asked_again_with_the_same_reference(
    production: Runtime, sms_gateway: Outside
) -> None:
    api.keep_contact(subject=MOTHER, channel="sms", address="0912345678")
    sms_gateway.answer = 503
    notice()
    work()
    assert jobs.states() == {"ready": 1}
    sms_gateway.answer = 202
    with production.database.reading() as connection:
        payload = connection.execute(select(jobs.jobs.c.payload).where(jobs.jobs.c.state == "ready")).scalar_one()
    api.deliver(**json.loads(payload))
    first, second = sms_gateway.got
    assert first["key"] == second["key"] == second["reference"]
    with production.database.reading() as connection:
        assert len(connection.execute(select(store.deliveries)).all()) == 1


@pytest.mark.parametrize("wrong", [{"LIENTHONG_SMTP": "mail.vidu.vn"}, {"LIENTHONG_SMS": "http://vidu.vn/sms"}])
def test_settings_that_cannot_work_are_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        Settings.from_environment(wrong)


def test_a_password_does_not_print() -> None:
    made = Settings.from_environment(
        {
            "LIENTHONG_SMTP": "smtp://ten@vidu.vn",
            "LIENTHONG_MAIL_FROM": "ten@vidu.vn",
            "LIENTHONG_SMTP_PASSWORD": "bi-mat-1",
            "LIENTHONG_SMS_TOKEN": "bi-mat-2",
        }
    )
    assert "bi-mat" not in repr(made)


def test_a_channel_without_gateway_is_said_and_not_offered(tmp_path: Path) -> None:
    home = tmp_path / "bare"
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'l.sqlite'}", mode=Mode.PRODUCTION)
    with running(start(settings)) as node:
        node.database.create_tables()
        assert api.channels() == []
        with pytest.raises(Unavailable):
            api.add_contact(Actor(kind=Kind.CITIZEN, subject=MOTHER), channel="sms", address="0912345678")


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_takes_an_address_asks_for_its_code_and_says_what_is_wrong(client: Browser) -> None:
    sign_in(client)
    page = "/my/messages/ways"
    refused = client.post(page, seen_on=page, channel="mail", mail="ha@vidu")
    assert refused.status_code == 422
    assert "Nhập địa chỉ thư điện tử" in refused.text
    assert 'value="ha@vidu"' in refused.text, "nothing typed is lost"
    assert "chờ nhập mã" in client.post(page, seen_on=page, channel="mail", mail="ha@vidu.vn").text
    work()
    who = Actor(kind=Kind.CITIZEN, subject=MOTHER, level=2)
    contact = next(each.id for each in api.contacts(who) if not each.proven)
    wrong = client.post(page + "/confirm", seen_on=page, contact=contact, **{f"code-{contact}": "12"})
    assert wrong.status_code == 422
    after = client.post(page + "/confirm", seen_on=page, contact=contact, **{f"code-{contact}": last_code()}).text
    assert "ha•••@vidu.vn" in after
    assert "chờ nhập mã" not in after
