"""The pages: a wallet, one document, a part of it on the screen, and verification without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest

from lienthong.documents import api, store
from lienthong.documents.api.verifying import WORDS
from lienthong.identity import api as identity
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from tests.browsing import Browser, count_queries
from tests.documents.conftest import CHILD, MOTHER, SERVICES, agency_code, ask, citizen, run_jobs

OTHER = "079188999955"
ELSEWHERE = "H29.26.944"
Enter = Callable[[str], Browser]


@pytest.fixture
def enter(issued_on_sqlite: api.Document, browse: Callable[..., Browser]) -> Enter:
    """Sign in as somebody: a citizen by number, or the officer ``here`` or ``elsewhere``."""
    for staff, agency in (("chair-2", agency_code()), ("chair-3", ELSEWHERE)):
        member = identity.Staff(
            subject=staff, name="Võ Thị Lan", position="Công chức", agency=agency, roles=frozenset(), units=frozenset()
        )
        identity.open_staff(SERVICES, member=member, demonstration=True)
    subjects = {MOTHER: MOTHER, OTHER: OTHER, "here": "chair-2", "elsewhere": "chair-3"}
    for place, (key, subject) in enumerate(subjects.items()):
        if subject.isdecimal():
            identity.open_account(SERVICES, number=subject, level=2, demonstration=True)
        identity.name_demonstration_person(
            SERVICES, key=key, subject=subject, name=f"Người {place}", about="", place=place
        )
    return lambda key: browse().as_person(key)


def test_the_wallet_shows_what_one_holds(enter: Enter, issued_on_sqlite: api.Document) -> None:
    mother = enter(MOTHER)
    for address in ("/wallet", "/wallet?of=1", "/wallet?of=99", "/wallet?of=x", "/"):
        shown = mother.get(address).text
        assert "Giấy khai sinh" in shown
        assert f'href="/wallet/{issued_on_sqlite.id}"' in shown
        assert "Ủy ban nhân dân phường Bình Thạnh" in shown
    assert "Chưa có giấy tờ nào" in enter(OTHER).get("/wallet").text


def test_a_wallet_costs_few_queries(enter: Enter) -> None:
    for each in range(5):
        ask(f"more-{each}")
    run_jobs()
    mother = enter(MOTHER)
    mother.get("/wallet")
    with count_queries() as statements:
        assert mother.get("/wallet").text.count('class="doc ') == 6
    assert len([each for each in statements if "document" in each]) == 1


def test_one_document(enter: Enter, issued_on_sqlite: api.Document) -> None:
    shown = enter(MOTHER).get(f"/wallet/{issued_on_sqlite.id}").text
    for part in ("Lê Nguyễn Minh An", "14/11/2026", "Còn hiệu lực", "Trần Văn Khải", "không có giá trị pháp lý", CHILD):
        assert part in shown, part
    english = enter(MOTHER).get(f"/wallet/{issued_on_sqlite.id}?lang=en").text
    assert "Birth certificate" in english
    assert "Họ, chữ đệm" not in english


def test_the_signed_paper_is_given(enter: Enter, issued_on_sqlite: api.Document) -> None:
    for who in (MOTHER, "here"):
        answer = enter(who).get(f"/wallet/{issued_on_sqlite.id}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_guessing_addresses_finds_nothing(
    enter: Enter, issued_on_sqlite: api.Document, browse: Callable[..., Browser]
) -> None:
    addresses = [f"/wallet/{issued_on_sqlite.id}{end}" for end in ("", ".pdf", "/show", "/show?what=child")]
    for key in (OTHER, "elsewhere"):
        somebody = enter(key)
        for address in addresses:
            status = somebody.request("GET", address, headers={"accept": "text/html"}).status_code
            assert status == (404 if key == OTHER or "/show" not in address else 403), (key, address)
    for address in addresses:
        assert browse().request("GET", address, headers={"accept": "text/html"}).status_code in {303, 401}


def test_only_a_part_is_shown_for_a_minute(enter: Enter, issued_on_sqlite: api.Document, clock: SetClock) -> None:
    mother = enter(MOTHER)
    page = mother.get(f"/wallet/{issued_on_sqlite.id}/show?what=child").text
    assert "Họ tên và ngày sinh của bé" in page
    assert 'data-seconds="60"' in page
    assert 'role="img"' in page
    assert CHILD not in page
    assert mother.get(f"/wallet/{issued_on_sqlite.id}/show?what=salary").status_code == 404
    part = api.present(citizen(MOTHER), issued_on_sqlite.id, show="child")
    said = api.verify(part.text)
    assert said.state == "genuine"
    assert [value for _, value in said.facts] == ["Lê Nguyễn Minh An", "14/11/2026"]
    assert "Số định danh cá nhân" in said.hidden
    assert api.verify(part.credential).facts == said.facts
    clock.advance(timedelta(seconds=61))
    assert api.verify(part.text).state == "expired"


def test_verification_needs_no_script_and_no_account(issued_on_sqlite: api.Document, client: Browser) -> None:
    text = store.credential(issued_on_sqlite.id, MOTHER) or ""
    answer = client.post("/verify", statement=text).text
    for part in (
        "Giấy tờ thật",
        "Ủy ban nhân dân phường Bình Thạnh",
        "Trần Văn Khải, Chủ tịch",
        "Còn hiệu lực",
        "14/11/2026",
    ):
        assert part in answer, part
    assert answer.index('id="verdict"') < answer.index("<h1")  # the verdict comes first
    head, _, rest = text.partition(".")
    for forged, word in (
        (f"{head}.{'B' if rest[0] == 'A' else 'A'}{rest[1:]}", "unreadable"),
        (text.replace("~", "A~", 1), "altered"),
        ("LT1:ABC", "unreadable"),
        ("", "unreadable"),
        (altered(text), "altered"),
    ):
        assert WORDS[word] in client.post("/verify", statement=forged).text
    assert "Giấy tờ thật" not in client.post("/verify", statement=altered(text)).text.split("data-texts")[0]


def altered(text: str) -> str:
    """Put another signature of the right form at the end of the token."""
    token, *rest = text.split("~")
    head, body, signature = token.split(".")
    return "~".join([f"{head}.{body}.{signature[43:86]}{signature[:41]}{signature[84:]}", *rest])


def test_what_a_verifier_keeps(issued_on_sqlite: api.Document, client: Browser) -> None:
    kept = client.json("/api/documents/keys")
    assert len(kept["keys"]) == 1
    assert set(kept["keys"][0]) == {"kid", "crv", "kty", "x", "y"}  # public parts only
    assert kept["demonstration"] is True
    assert kept["types"]["KS"]["title"]["vi"] == "Giấy khai sinh"
    assert kept["types"]["KS"]["paper"] == ["entry_no", "full_name", "birth_date"]
    assert "TN" not in kept["types"]


def test_the_worker_may_look_after_verification_only(sqlite_node: Runtime, client: Browser) -> None:
    answer = client.get("/verify/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["service-worker-allowed"] == "/verify"
    page = client.get("/verify")
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert re.search(r'<script src="/static/[0-9a-f]+/documents/verify.js" defer>', page.text)


def test_a_document_being_signed_is_said_so(enter: Enter, sqlite_node: Runtime) -> None:
    waiting = ask("waiting")
    officer = enter("here")
    assert "Giấy đang được ký" in officer.get(f"/wallet/{waiting.id}").text
    assert officer.get(f"/wallet/{waiting.id}.pdf").status_code == 503


def test_my_page_of_somebody_new(enter: Enter) -> None:
    assert "Chưa có giấy tờ nào trong ví." in enter(OTHER).get("/").text
