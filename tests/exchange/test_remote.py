"""A subscriber's side of the line: it tries again, goes on where it was, and says in words what it cannot mend."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienthong.app import node as nodes
from lienthong.exchange import api
from lienthong.exchange.api import remote as rules
from lienthong.exchange.domain.signing import raw, signed
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, LienThongError, TooMany, Unavailable
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from tests.app.test_command_line import opened, self_signed, started
from tests.exchange.conftest import put
from tests.exchange.people import HA, WARD
from tests.exchange.serving import CONTRACT, OPERATOR, free_port

KEY = Ed25519PrivateKey.generate()
TERMS = {"contract": CONTRACT, "agency": "H29", "scope": "s", "units": {"population": "home_commune"}}
RECORD = {
    "register": "population",
    "id": "a",
    "key": HA,
    "version": 1,
    "valid_from": "",
    "known_from": "",
    "values": {},
}
Answer = tuple[int, Mapping[str, str], bytes] | str


def said(what: Any, status: int = 200, **headers: str) -> Answer:
    return status, headers, json.dumps(what).encode()


def refused(status: int, code: str, **headers: str) -> Answer:
    sentence = {"code": code, "message_vi": "Không 100% được.", "message_en": "Not 100% possible.", "data": {}}
    return said({"error": sentence}, status, **headers)


class Line:
    """A server that answers from a list: (status, headers, body), ``drop`` hangs up, ``half`` breaks off."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers, self.asked = answers, list[str]()
        self._nonces = set[str]()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_: Any) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        names = ("Signature-Input", "Signature")
        first, second = (request.headers[name] for name in names)
        claim = signed(signature_input=first, signature=second, method="GET", target=self.origin + request.path)
        assert claim.holds(raw(KEY.public_key()))
        assert claim.nonce not in self._nonces, "signed anew for each try"
        self._nonces.add(claim.nonce)
        self.asked.append(request.path)
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        request.close_connection = True
        if isinstance(told, tuple):
            status, headers, body = told
            request.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)
        elif told == "half":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b'{"contract"')

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def remote(line: Line, waits: tuple[float, ...] = (), **how: Any) -> Iterator[api.Remote]:
    made = api.Remote(line.origin, **{"key": KEY, "contract": CONTRACT, "agency": "H29", "waits": waits, **how})
    try:
        yield made
    finally:
        made.close()


def test_what_passes_by_itself_is_waited_for_and_asked_again() -> None:
    packed = gzip.compress(json.dumps(TERMS).encode())
    answers: list[Answer] = [
        "drop",
        "half",
        refused(503, "database.busy"),
        (502, {}, b"<html>bad gateway"),
        refused(429, "server.limit"),
        refused(401, "server.replayed"),
        (200, {"Content-Encoding": "gzip"}, packed[:-9]),
        (200, {"Content-Encoding": "gzip"}, packed),
    ]
    with Line(answers) as line, remote(line, waits=(0.001,) * 7) as asking:
        assert asking.terms() == api.Terms(**TERMS)
        assert line.asked == [f"/api/feed/{CONTRACT}"] * 8


def test_it_waits_as_long_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(rules.time, "sleep", waited.append)
    answers = [refused(429, "server.limit", **{"Retry-After": wait}) for wait in ("7", "9000", "x")]
    with Line([*answers, said(TERMS)]) as line, remote(line, waits=(1, 2, 4)) as asking:
        asking.terms()
    assert waited == [7, 60, 4]


@pytest.mark.parametrize(
    ("told", "kind", "code", "words"),
    [
        ("drop", Unavailable, "feed.unreachable", "bản sao giữ nguyên"),
        ("half", Unavailable, "feed.unreachable", "incomplete"),
        (refused(503, "disk.full"), Unavailable, "feed.busy", "503"),
        (refused(429, "server.limit"), TooMany, "server.limit", "Không 100% được."),
        (refused(403, "exchange.party"), LienThongError, "exchange.party", "không dành cho cơ quan"),
        (refused(403, "something.new"), LienThongError, "something.new", "Không 100% được."),
        (refused(409, "feed.too_old"), Conflict, "feed.too_old", "bản chụp mới"),
        (refused(404, "page.missing"), LienThongError, "page.missing", "kiểm lại địa chỉ"),
        (said({"hello": "world"}), Conflict, "feed.strange", "không trả lời như"),
        (said([TERMS]), Conflict, "feed.strange", "không trả lời như"),
        ((200, {}, b"<html>"), Conflict, "feed.strange", "không trả lời như"),
        ((200, {}, b"\xff\xfe"), Conflict, "feed.strange", "không trả lời như"),
        ((404, {}, b"<html>"), Conflict, "feed.strange", "404"),
        ((421, {}, b"other name"), Conflict, "feed.strange", "421"),
        ((307, {"Location": "https://that.vidu.vn/x?y"}, b""), Conflict, "feed.elsewhere", "chỉ sang"),
        (said(TERMS | {"agency": "H26"}), Conflict, "feed.other_agency", "cơ quan H26"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), Unavailable, "feed.unreachable", "Không nối được"),
    ],
)
def test_what_does_not_pass_is_said_in_one_sentence(
    told: Answer, kind: type[LienThongError], code: str, words: str, tmp_path: Path
) -> None:
    with Line([told]) as line, remote(line) as asking:
        with pytest.raises(kind, match=words) as error:
            api.keep_copy(asking, store=tmp_path / "copy")
        assert error.value.code == code
        both = error.value.as_dict()
        assert both["message_en"] != both["message_vi"]
    assert not (tmp_path / "copy").exists(), "nothing is begun"


def test_an_answer_without_end_is_not_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_MOST", 10_000)
    bomb = gzip.compress(b" " * 10_000_000)
    for told in ((200, {"Content-Encoding": "gzip"}, bomb), (200, {}, b" " * 20_000)):
        with Line([told]) as line, remote(line) as asking, pytest.raises(Unavailable, match="too large"):
            asking.terms()


def test_a_page_that_leads_nowhere_ends_it(tmp_path: Path) -> None:
    page = {"records": [RECORD], "offset": "5.0", "after": "5.0|0|x|a"}
    same = {"changes": [], "offset": "5.0", "more": True}
    for answers in ([said(TERMS), said(page)], [said(TERMS), said(page | {"after": ""}), said(same)]):
        with Line(answers) as line, remote(line) as asking, pytest.raises(Unavailable, match="cùng một trang"):
            api.keep_copy(asking, store=tmp_path / "copy", again=True)


def test_nobody_listens() -> None:
    asking = api.Remote(f"http://localhost:{free_port()}", key=KEY, contract=CONTRACT, agency="H29", waits=(0.001,))
    with pytest.raises(Unavailable, match="Không nối được"):
        asking.terms()
    asking.close()


@pytest.mark.soak
def test_the_machine_that_follows_needs_a_key_and_a_file_alone(tmp_path: Path) -> None:
    """A province at its own machine: it knows no node, the line is TLS, its copy goes on with every command."""
    port, sub = free_port(), tmp_path / "province"
    sub.mkdir()
    certificate, key = self_signed(tmp_path)
    origin = f"https://localhost:{port}"
    settings = Settings(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'home' / 'lienthong.sqlite'}")
    follow = ("--from", origin, "--key", "feed.pem", "--contract", CONTRACT, "--as", "H29")

    def run(*arguments: str, code: int = 0, trusts: bool = True) -> Any:
        environment = {**os.environ, "LIENTHONG_HOME": str(sub / "no-home"), "LIENTHONG_DATABASE": ""}
        environment |= {"SSL_CERT_FILE": str(certificate)} if trusts else {}
        command = [sys.executable, "-m", "lienthong.app.command_line", "feed", *arguments, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=sub, check=False)
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout)

    person = {"full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992", "home_commune": WARD}
    made = run("key", "feed.pem")
    with running(start(settings)):
        nodes.prepare()
        put("population", number=HA, **person)
        public = (sub / "feed.pem.pub").read_bytes()
        assert api.admit_server(OPERATOR.again(), agency="H29", public_key=public, note="").key == made["key"]
    with started(settings.home, port, "--tls", str(certificate), str(key)):
        opened(f"{origin}/healthz", trusting=certificate)
        assert run("follow", "copy", *follow, code=2, trusts=False)["error"]["code"] == "feed.certificate"
        assert run("follow", "copy", *follow)["built"]
        with running(start(settings)):
            why = Grounds(purpose="lookup", basis="L-26-2023")
            registers.write(system("s"), register="population", key=HA, values={"home_address": "9"}, grounds=why)
        before = run("follow", "copy", *follow)
        assert (before["built"], before["taken"], before["records"]) == (False, 1, 1)
        assert run("changes", "--after", "1.0", *follow)["changes"][-1]["values"]["home_address"] == "9"
        assert run("compare", "copy", *follow)["differ"] == []
        with running(start(settings)):
            (read,) = api.servers(OPERATOR)[0].reads
            assert (read.contract, read.offset) == (CONTRACT, before["offset"])
            api.revoke_server(OPERATOR.again(), key=made["key"], reason="thay máy")
        assert run("follow", "copy", *follow, code=2)["error"]["code"] == "exchange.server"
    assert sorted(each.name for each in sub.iterdir()) == ["copy", "feed.pem", "feed.pem.pub"]


def test_what_may_be_followed_has_one_digest_in_every_process(tmp_path: Path) -> None:
    """Else a copy would begin anew with every command."""
    home = tmp_path / "home"

    def built(seed: str) -> bool:
        environment = {**os.environ, "LIENTHONG_HOME": str(home), "LIENTHONG_DATABASE": "", "PYTHONHASHSEED": seed}
        follow = ("follow", str(tmp_path / "copy"), "--contract", CONTRACT, "--as", "H29", "--json")
        command = [sys.executable, "-m", "lienthong.app.command_line", "feed", *follow]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        return json.loads(done.stdout)["built"]

    assert [built(seed) for seed in ("1", "2")] == [True, False]
