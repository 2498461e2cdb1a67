"""The page: a person's own log in words, its proofs, the file to take home, consent; nobody else gets in."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Ask
from lienthong.identity import api as identity
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied
from lienthong.ledger import api as ledger
from lienthong.ledger.domain.audit import audit_lines
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.exchange.people import BIRTH, DOSSIER, HA, HUY, INSURER, REGISTRAR, citizen
from tests.identity.conftest import MOTHER, officer

SEED = system("test")


def look(number: str = HA) -> None:
    ask = Ask("x", "population", {"number": number}, ("full_name", "birth_date"))
    api.fetch(REGISTRAR, asks=[ask], grounds=BIRTH, contract="linked-birth")


@pytest.fixture
def mother(client: Browser, people: Callable[[], None]) -> Browser:
    """A browser in which Hà is signed in; the registrar has read her record and the insurer was refused."""
    assert MOTHER == HA
    people()
    identity.open_staff(SEED, member=officer(REGISTRAR.subject), demonstration=True)
    look()
    with pytest.raises(Denied):
        api.fetch(INSURER, asks=[Ask("x", "residence", {"number": HA})], grounds=BIRTH, contract="linked-birth")
    ledger.sequence()
    return client.as_person("mother")


def test_the_page_says_who_what_why_on_what_basis_and_proved(mother: Browser) -> None:
    shown = mother.get("/my/access").text
    for said in (
        "Ủy ban nhân dân phường Bình Thạnh",
        "Đặng Ngọc Trâm",
        "Đọc CSDL Dân cư. Giải quyết hồ sơ khai sinh liên thông.",
        "63/2024/NĐ-CP",
        DOSSIER,
        "09:30:00",
        "Đã chứng minh",
        "Đã từ chối",
        "Thỏa thuận không cho vai trò này dùng cơ sở dữ liệu được hỏi. Không dữ liệu nào được trả lời.",
    ):
        assert said in shown
    assert "style=" not in shown
    assert HA not in shown


def test_an_entry_that_waits_is_not_called_proved(mother: Browser) -> None:
    before = mother.get("/my/access").text.count("Đã chứng minh")
    look()
    shown = mother.get("/my/access").text
    assert "Đang chờ chốt sổ" in shown
    assert shown.count("Đã chứng minh") == before
    ledger.sequence()
    assert "Đang chờ chốt sổ" not in mother.get("/my/access").text


def test_the_log_can_be_narrowed_and_paged(mother: Browser, clock: SetClock) -> None:
    refused = mother.get("/my/access?show=denied").text
    assert refused.count('class="seen"') == 1
    clock.advance(timedelta(minutes=1))
    for _ in range(25):
        look()
    first = mother.get("/my/access").text
    assert first.count('class="seen"') == 20
    [following] = re.findall(r'href="(/my/access\?show=month&amp;after=[^"]+)"', first)
    rest = mother.get(following.replace("&amp;", "&")).text
    assert rest.count('class="seen"') >= 7
    assert "Về đầu danh sách" in rest


def test_the_browser_gets_what_it_needs_to_check_an_entry_itself(mother: Browser) -> None:
    [entry, *_] = re.findall(r'data-entry="([^"]+)"', mother.get("/my/access?show=denied").text)
    proof = mother.json(f"/api/my/access/{entry}/proof")
    canonical = json.dumps(proof["content"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(bytes.fromhex(proof["salt"]) + canonical.encode()).digest()
    found = ledger.InclusionProof.from_dict(proof["proof"])
    assert ledger.verify_inclusion(found, digest, bytes.fromhex(proof["public_key"]))


def test_the_file_to_take_home_is_checked_offline(mother: Browser) -> None:
    taken = mother.get("/my/access/export")
    assert taken.headers["content-disposition"].endswith('"nhat-ky-du-lieu.jsonl"')
    report = audit_lines(taken.text.splitlines(keepends=True), public_key=ledger.public_key())
    assert report.size >= 2
    assert report.faults == []
    assert ledger.public_key().hex() in mother.get("/my/access/how").text


def test_one_click_agrees_and_one_takes_it_back(mother: Browser) -> None:
    page = mother.get("/my/consents").text
    assert "Bạn chưa trả lời." in page
    assert page.count('name="word"') == 2, "a way to say yes and an equal way to say no"
    assert " checked" not in page
    agreed = mother.post("/my/consents", contract="hospital-reminders", word="yes").text
    assert "Bạn đã đồng ý lúc 21/11/2026 09:30" in agreed
    withdrawn = mother.post("/my/consents", contract="hospital-reminders", word="back").text
    assert "hoặc đã rút lại, lúc 21/11/2026 09:30" in withdrawn
    odd = mother.post("/my/consents", contract="hospital-reminders", word="perhaps", follow=False)
    assert odd.status_code == 422


def test_ones_own_looks_are_one_row_and_hide_nobody_else(mother: Browser) -> None:
    for _ in range(30):
        mother.get("/my/data")
    look()
    shown = mother.get("/my/access").text
    rows = shown.split('class="seen"')[1:]
    assert len(rows) <= 6
    assert "Ủy ban nhân dân phường Bình Thạnh" in rows[0]
    assert "lượt xem liền nhau" in rows[1]
    assert rows[1].count("data-entry=") > 25, "every entry stands in the row, with its proof"
    assert "<b>2 lượt</b>" in mother.get("/").text, "own looks are not counted as looks of others"


def test_my_page_shows_who_looked_last(mother: Browser) -> None:
    shown = mother.get("/").text
    assert "Ai đã xem dữ liệu của bạn" in shown
    assert "<b>1 lượt</b> trong 30 ngày, <b>1 lượt</b> bị từ chối." in shown


@pytest.mark.parametrize(
    "path",
    ["/my/access", "/my/data", "/my/data/population/x/1", "/my/family", "/my/consents", "/api/my/access/x/proof"],
)
def test_nobody_else_gets_in(client: Browser, people: Callable[[], None], path: str) -> None:
    people()
    look()
    assert client.request("GET", path, headers={"accept": "application/json"}).status_code == 401
    client.as_person("commune-officer")
    assert client.request("GET", path, headers={"accept": "application/json"}).status_code == 403


def test_another_person_s_entry_is_not_there(mother: Browser) -> None:
    look(HUY)
    entry = api.access_log(citizen(HUY), limit=1)[0].id
    assert mother.request("GET", f"/api/my/access/{entry}/proof").status_code == 404


def test_the_log_s_checkpoint_is_public(client: Browser) -> None:
    look()
    look()
    ledger.sequence()
    shown = client.json("/api/ledger/checkpoint")
    assert shown["size"] == ledger.checkpoint().size
    assert client.json(f"/api/ledger/consistency?old=1&new={shown['size']}")["path"] != []
    assert client.request("GET", "/api/ledger/consistency?old=9&new=1").status_code == 422


def test_a_complaint_is_one_click_at_the_entry_and_stays_there(mother: Browser) -> None:
    shown = mother.get("/my/access").text
    [entry, *_] = re.findall(r'action="/my/access/([^/"]+)/complaint"', shown)
    token = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', shown)
    sent = mother.post(f"/my/access/{entry}/complaint", data=dict(token[:2]))
    assert sent.url.path == f"/my/access/{entry}"
    assert "Khiếu nại KN-261121-" in sent.text
    assert "Đang chuyển cho cơ quan đã xem" in sent.text
    again = mother.get("/my/access").text
    assert f"/my/access/{entry}/complaint" not in again, "once is enough"
    assert mother.get("/my/access/none").status_code == 404


def test_what_was_erased_by_order_says_so_and_offers_no_proof(mother: Browser, clock: SetClock) -> None:
    shown = mother.get("/my/access").text
    [entry, *_] = re.findall(r'action="/my/access/([^/"]+)/complaint"', shown)
    clock.advance(timedelta(seconds=1))
    registers.erase_proofs(SEED, subject=HA, basis="L-91-2025", order="QĐ 12 ngày 20/11/2026")
    ledger.sequence()
    page = mother.get(f"/my/access/{entry}").text
    assert "Chi tiết đã xóa ngày 21/11/2026 theo QĐ 12 ngày 20/11/2026; Luật Bảo vệ dữ liệu cá nhân" in page
    assert "Đặng Ngọc Trâm" not in page
    assert "data-entry" not in page
    assert "/complaint" not in page
    assert mother.get(f"/api/my/access/{entry}/proof").status_code == 404
    assert "Không khớp sổ" not in mother.get("/my/access").text
    assert audit_lines(iter(mother.get("/my/access/export").text.splitlines())).faults == []
