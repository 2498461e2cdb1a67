"""Servers of agencies: let in under their key, known by what they sign, refused from the moment they are revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter
from sqlalchemy import text

from lienthong.exchange import api, cli
from lienthong.exchange.api import admitting as rules
from lienthong.exchange.domain.signing import pem_of
from lienthong.exchange.web import feed
from lienthong.kernel.actor import ANONYMOUS, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.exchange.people import HA, citizen
from tests.exchange.serving import CONTRACT, OPERATOR, Served, served
from tests.exchange.test_feed import change

ADDRESS = f"/api/feed/{CONTRACT}"
NEW = Ed25519PrivateKey.generate


@pytest.fixture
def house(family: Runtime) -> Iterator[Served]:
    """A node that serves, and a server of the city that was let in."""
    with served(family) as running:
        yield running


def rows(node: Runtime, query: str) -> list[Any]:
    with node.database.reading() as connection:
        return [tuple(each) for each in connection.execute(text(query))]


def test_a_copy_is_built_followed_and_compared_over_the_line(house: Served, tmp_path: Path) -> None:
    remote, store = house.remote(), tmp_path / "copy.sqlite"
    made = api.keep_copy(remote, store=store, limit=1)
    assert (made.taken, made.records, made.built) == (0, 3, True)
    change(HA, home_address="9 Phan Xích Long")
    made = api.keep_copy(remote, store=store, limit=1)
    assert (made.taken, made.records, made.built) == (1, 3, False)
    assert api.check_copy(remote, store=store).differ == []
    local = tmp_path / "local.sqlite"
    here = api.follow_feed(system("city", agency="H29"), contract=CONTRACT, store=local)
    assert (here.offset, here.records) == (made.offset, made.records)
    (entry, *_) = [each for each in registers.accesses(citizen(HA), subject=HA) if each.actor.startswith("server:")]
    assert (entry.actor, entry.agency, entry.act, entry.contract) == (f"server:{house.name}", "H29", "export", CONTRACT)
    (server,) = api.servers(OPERATOR)
    assert [(each.contract, each.offset, each.building) for each in server.reads] == [(CONTRACT, made.offset, False)]
    assert server.reads[0].whole_at == house.node.clock.now()


def test_answers_are_as_they_are_described(house: Served) -> None:
    change(HA, home_address="9")
    for path, shape in (
        ("", feed.FeedTerms),
        ("/snapshot?limit=2", feed.FeedSnapshot),
        ("/changes?after=1.0", feed.FeedChanges),
        ("/figures", feed.FeedFigures),
    ):
        status, said = house.read(ADDRESS + path, house.signed(ADDRESS + path))
        assert status == 200, said
        assert said.keys() == set(shape.__slots__)
        TypeAdapter(shape).validate_json(msgspec.json.encode(said), strict=True)


def test_a_copy_goes_on_where_it_was_killed_and_begins_anew_when_it_must(
    house: Served, clock: SetClock, tmp_path: Path
) -> None:
    store = tmp_path / "copy.sqlite"

    def killed(taken: int) -> None:
        if taken >= 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.keep_copy(house.remote(), store=store, limit=1, say=killed)
    (read,) = api.servers(OPERATOR)[0].reads
    assert (read.building, read.whole_at) == (True, None)
    with pytest.raises(Invalid, match="chưa lập xong"):
        api.check_copy(house.remote(), store=store)
    assert api.keep_copy(house.remote(), store=store, limit=1).records == 3
    change(HA, home_address="1")
    clock.advance(timedelta(days=91))
    change(HA, home_address="2")
    assert registers.purge() > 0
    with pytest.raises(Conflict, match="bản chụp mới"):
        house.remote().changes(after="1.0", until="", limit=5)
    made = api.keep_copy(house.remote(), store=store)
    assert (made.built, made.records) == (True, 3)
    assert api.check_copy(house.remote(), store=store).differ == []


def test_a_revoked_key_is_refused_at_once_and_the_refusal_is_kept(house: Served, tmp_path: Path) -> None:
    store = tmp_path / "copy.sqlite"
    api.keep_copy(house.remote(), store=store)
    api.revoke_server(OPERATOR.again(), key=house.name[:8], reason="máy bị mất")
    with pytest.raises(Denied, match="thu hồi") as refused:
        api.keep_copy(house.remote(), store=store)
    assert refused.value.code == "exchange.server"
    denied = "SELECT actor, agency, contract, reason FROM access WHERE denied ORDER BY id"
    assert rows(house.node, denied) == [(f"server:{house.name}", "H29", CONTRACT, "server")]
    server = api.servers(OPERATOR)[0]
    assert (server.why, server.revoked_at) == ("máy bị mất", house.node.clock.now())
    assert rules.following(CONTRACT) == []


def test_another_agencys_contract_is_refused_and_the_refusal_is_kept(house: Served) -> None:
    for contract in ("insured-feed", "own-data", "no-such"):
        with pytest.raises(Denied):
            house.remote(contract=contract).terms()
    found = rows(house.node, "SELECT contract, reason FROM access WHERE denied ORDER BY contract")
    assert found == [("insured-feed", "party"), ("no-such", "contract"), ("own-data", "party")]
    with pytest.raises(Conflict, match="cơ quan H29"):
        house.remote(agency="H26").terms()


def test_only_what_was_signed_just_now_for_this_server_is_answered_once(house: Served) -> None:
    path = f"{ADDRESS}/changes?after=1.0&limit=5"
    headers = house.signed(path)
    assert house.ask(path, headers) == (200, "")
    assert house.ask(path, headers) == (401, "server.replayed")
    assert house.ask(path, {}) == (401, "server.unsigned")
    assert house.ask(path, house.signed(path, key=NEW())) == (401, "server.unknown_key")
    for sent, sign_for in (
        (path.replace("limit=5", "limit=50"), path),
        (path.replace(CONTRACT, "insured-feed"), path),
        (path.replace("/changes", "/snapshot"), path),
        (path + "&until=9.0", path),
    ):
        assert house.ask(sent, house.signed(sign_for)) == (401, "server.signature")
    assert house.ask(path, house.signed(path, origin="https://khac.vidu.vn")) == (401, "server.signature")
    assert house.ask(path, house.signed(path, method="POST")) == (401, "server.signature")
    swapped = house.signed(path) | {"Signature": house.signed(path)["Signature"]}
    assert house.ask(path, swapped) == (401, "server.signature")
    for ago in (121, -121, 10**6, -(10**9)):
        assert house.ask(path, house.signed(path, ago=ago)) == (401, "server.clock")
    for ago in (119, -119):
        assert house.ask(path, house.signed(path, ago=ago)) == (200, "")
    assert house.ask(path, house.signed(path), body=b"{}") == (422, "feed.body")
    assert house.ask(path, house.signed(path, method="POST"), method="POST") == (405, "page.missing")
    assert rows(house.node, "SELECT count(*) FROM access WHERE denied") == [(0,)], "nobody known asked"


def test_a_request_stays_used_as_long_as_it_is_good(house: Served, clock: SetClock) -> None:
    path = f"{ADDRESS}/figures"
    ahead = house.signed(path, ago=-119)
    assert house.ask(path, ahead) == (200, "")
    clock.advance(timedelta(seconds=237))
    assert house.ask(path, house.signed(path)) == (200, "")
    assert house.ask(path, ahead) == (401, "server.replayed")
    clock.advance(timedelta(minutes=7))
    assert house.ask(path, house.signed(path)) == (200, "")
    assert rows(house.node, "SELECT count(*) FROM exchange_server_nonce") == [(1,)], "old ones are forgotten"


def test_a_clock_that_is_off_is_told_in_words(house: Served, clock: SetClock) -> None:
    with pytest.raises(SignInNeeded, match="Đồng hồ máy này"):
        house.remote(clock=SetClock(clock.now() + timedelta(minutes=5))).terms()


@pytest.mark.parametrize(
    "path",
    [
        "/changes",
        "/changes?after=1.0&limit=0",
        "/changes?after=1.0&limit=5001",
        "/changes?after=1.0&limit=9e9",
        "/changes?after=" + "9" * 300,
        "/changes?after=x",
        "/changes?after=1.0&until=%00",
        "/snapshot?limit=2001",
        "/snapshot?after=1.0|9|x|y",
        "/snapshot?after=%F0%9F%A7%BF",
    ],
)
def test_what_is_no_question_is_refused_in_words(house: Served, path: str) -> None:
    address = ADDRESS + path.replace("|", "%7C")
    assert house.ask(address, house.signed(address))[0] == 422


@pytest.mark.parametrize(
    "path", ["/api/feed/" + "x" * 300, "/api/feed/%2e%2e%2f/changes?after=1.0", "/api/feed//figures"]
)
@pytest.mark.parametrize("name", ["Signature-Input", "Signature"])
@pytest.mark.parametrize(
    "value", ["", "x" * 5000, '"\xff', "server=:" + "A" * 86 + "==:", "server=();created=1", "=" * 200]
)
def test_hostile_headers_and_addresses_break_nothing(house: Served, path: str, name: str, value: str) -> None:
    for address in (path, ADDRESS):
        headers = house.signed(address) | {name: value}
        assert house.ask(address, headers)[0] in {401, 404, 422}


def test_a_server_that_asks_too_often_waits(house: Served, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PER_MINUTE", 3)
    remote = house.remote()
    for _ in range(3):
        remote.figures()
    clock.advance(timedelta(seconds=20))
    with pytest.raises(TooMany) as refused:
        remote.figures()
    assert refused.value.data["retry_after"] == 40
    clock.advance(timedelta(seconds=41))
    remote.figures()


def test_without_tls_only_this_machine_is_answered(sqlite_node: Runtime, browse: Any) -> None:
    elsewhere: Browser = browse(address="10.0.0.9")
    assert elsewhere.json(ADDRESS)["error"]["code"] == "feed.plain"
    assert browse().json(ADDRESS)["error"]["code"] == "server.unsigned"


def test_keys_are_let_in_and_revoked_once_by_the_operator_alone(node: Runtime) -> None:
    key = NEW()
    public = pem_of(key)[1]
    how: dict[str, Any] = {"agency": "H29", "public_key": public, "note": " máy\n1 "}
    made = api.admit_server(OPERATOR.again(), **how)
    assert api.admit_server(OPERATOR.again(), **how) == made
    assert (made.agency, made.note, made.revoked_at, made.reads) == ("H29", "máy 1", None, ())
    with pytest.raises(Conflict, match="thuộc về cơ quan H29"):
        api.admit_server(OPERATOR.again(), **how | {"agency": "H26"})
    with pytest.raises(Invalid, match="Không có cơ quan"):
        api.admit_server(OPERATOR.again(), **how | {"agency": "XX"})
    for wrong in (b"", pem_of(key)[0], b"{}", b'{"kty":"RSA"}', b"\xff" * 50):
        with pytest.raises(Invalid, match="không phải khóa công khai"):
            api.admit_server(OPERATOR.again(), **how | {"public_key": wrong})
    with pytest.raises(Invalid, match="lý do"):
        api.revoke_server(OPERATOR.again(), key=made.key, reason=" ")
    for missing in ("", "khong-co"):
        with pytest.raises(NotFound):
            api.revoke_server(OPERATOR.again(), key=missing, reason="x")
    revoked = api.revoke_server(OPERATOR.again(), key=made.key, reason="thay máy")
    assert api.revoke_server(OPERATOR.again(), key=made.key, reason="lần nữa") == revoked
    with pytest.raises(Conflict, match="đã bị thu hồi"):
        api.admit_server(OPERATOR.again(), **how)
    for verb in (api.servers, lambda who: api.admit_server(who, **how)):
        with pytest.raises(Denied, match="người vận hành"):
            verb(citizen(HA))
    with pytest.raises(Denied, match="người vận hành"):
        api.revoke_server(ANONYMOUS, key=made.key, reason="x")


def test_each_act_with_a_key_stands_in_the_ledger(node: Runtime) -> None:
    made = api.admit_server(OPERATOR.again(), agency="H29", public_key=pem_of(NEW())[1], note="")
    api.revoke_server(OPERATOR.again(), key=made.key, reason="x")
    ledger.sequence()
    acts = rows(
        node, "SELECT id, at, by, act, key, public_key, agency, note, salt FROM exchange_server_act ORDER BY id"
    )
    names = ("id", "at", "by", "act", "key", "public_key", "agency", "note")
    assert [each[3] for each in acts] == ["admitted", "revoked"]
    for each in acts:
        proof = ledger.proof(each[0])
        digest = ledger.digest_of(dict(zip(names, each[:8], strict=True)), bytes(each[8]))
        assert proof is not None
        assert ledger.verify_inclusion(proof, digest, ledger.public_key())


def test_who_follows_stands_on_the_page_of_the_register(house: Served, browse: Any, tmp_path: Path) -> None:
    page = "/registers/population"
    here = {"host": house.origin.partition("://")[2]}
    before: Browser = browse()
    assert "Cơ quan giữ bản sao của người dân mình" in before.get(page, **here).text
    assert "máy chủ đọc lần cuối" not in before.get(page, **here).text
    api.keep_copy(house.remote(), store=tmp_path / "copy.sqlite")
    shown = before.get(page, **here).text
    assert "máy chủ đọc lần cuối 21/11/2026 09:30, bản sao đủ đến 21/11/2026 09:30" in shown


def test_the_operators_commands(sqlite_node: Runtime, tmp_path: Path) -> None:
    def run(*arguments: object, code: int = 0, plain: bool = False) -> Any:
        how = [*map(str, arguments), *([] if plain else ["--json"])]
        done = CliRunner().invoke(cli.feeding.feed, how)
        assert done.exit_code == code, done.output
        return done.output if plain else msgspec.json.decode(done.output)

    made = run("key", tmp_path / "k.pem")
    assert run("servers", "list") == []
    added = run("servers", "add", tmp_path / "k.pem.pub", "--agency", "H29", "--note", "máy 1")
    assert added["key"] == made["key"]
    assert "server.key" in str(run("servers", "add", tmp_path / "k.pem", "--agency", "H29", code=2))
    assert made["key"] in run("servers", "list", plain=True)
    assert run("servers", "revoke", made["key"], "--reason", "thay máy")["why"] == "thay máy"
    assert "ĐÃ THU HỒI" in run("servers", "list", plain=True)
    follow = ("follow", tmp_path / "c", "--contract", CONTRACT, "--as", "H29")
    assert run(*follow, "--from", "https://vidu.vn", code=2)["error"]["code"] == "feed.from"
    assert run(*follow, "--key", tmp_path / "k.pem", code=2)["error"]["code"] == "feed.from"
    for origin in (
        "vidu.vn",
        "http://vidu.vn",
        "https://a@vidu.vn",
        "https://vidu.vn/x",
        "https://vidu.vn:x",
        "ftp://x",
    ):
        found = run(*follow, "--key", tmp_path / "k.pem", "--from", origin, code=2)
        assert found["error"]["code"] == "feed.origin"
    assert not (tmp_path / "c").exists()
