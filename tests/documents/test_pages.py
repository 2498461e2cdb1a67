"""The pages: a wallet, one document, a part of it on the screen, and verification without JavaScript."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest

from lienthong.documents import api, store
from lienthong.documents.api.issuing import statement_of
from lienthong.documents.api.verifying import WORDS
from lienthong.identity import api as identity
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.browsing import Browser, count_queries
from tests.documents.births import correct, in_the_registers
from tests.documents.conftest import CHILD, MOTHER, SERVICES, agency_code, ask, citizen, run_jobs
from tests.documents.lists import chair

OTHER = "079188999955"
ELSEWHERE = "H29.26.944"
Enter = Callable[[str], Browser]


@pytest.fixture
def enter(issued_on_sqlite: api.Document, browse: Callable[..., Browser]) -> Enter:
    """Sign in as somebody: a citizen by number, or the officer ``here`` or ``elsewhere``."""
    for staff, agency, roles in (
        ("chair-2", agency_code(), ()),
        ("chair-3", ELSEWHERE, ()),
        ("chair-4", agency_code(), ("commune-chair",)),
    ):
        member = identity.Staff(
            subject=staff,
            name="Võ Thị Lan",
            position="Công chức",
            agency=agency,
            roles=frozenset(roles),
            units=frozenset(),
        )
        identity.open_staff(SERVICES, member=member, demonstration=True)
    subjects = {MOTHER: MOTHER, OTHER: OTHER, "here": "chair-2", "elsewhere": "chair-3", "chair": "chair-4"}
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


def test_the_signed_list_is_public_and_may_be_kept(issued_on_sqlite: api.Document, client: Browser) -> None:
    (address,) = client.json("/api/documents/keys")["status_lists"]
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/statuslist+jwt"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers
    assert client.get("/api/documents/status/9").status_code == 404
    assert client.get("/api/documents/status/x").status_code in {404, 422}


def test_an_officer_who_signs_takes_a_document_back(enter: Enter, issued_on_sqlite: api.Document) -> None:
    paper, address = statement_of(issued_on_sqlite), f"/wallet/{issued_on_sqlite.id}"
    for key in (MOTHER, "here"):  # its holder, and an officer there who does not sign
        somebody = enter(key)
        assert "Thu hồi" not in somebody.get(address).text
        for page in ("revoke", "reissue"):
            assert somebody.request("GET", f"{address}/{page}", headers={"accept": "text/html"}).status_code == 403
        somebody.post(f"{address}/revoke", reason="issued-twice")
        assert api.verify(paper).state == "genuine"
    signer = enter("chair")
    assert f'href="{address}/revoke"' in signer.get(address).text
    form = signer.get(f"{address}/revoke").text
    for part in (
        "Cấp trái quy định của pháp luật",
        "Luật Hộ tịch (60/2014/QH13)",
        "không khôi phục được",
        "Lê Nguyễn Minh An",
    ):
        assert part in form, part
    refused = signer.post(f"{address}/revoke", reason="")
    assert refused.status_code == 422
    assert "Chọn một lý do trong danh sách." in refused.text
    shown = signer.post(f"{address}/revoke", reason="issued-twice").text
    assert "Đã bị thu hồi từ 21/11/2026" in shown
    assert "Một việc khai sinh đã được cấp hai lần" in shown
    assert f'href="{address}/revoke"' not in shown
    assert "đã bị thu hồi hoặc thay thế trước đó" in signer.get(f"{address}/revoke").text
    mother = enter(MOTHER)
    assert "Đã bị thu hồi" in mother.get("/wallet").text
    assert "Lý do: Một việc khai sinh đã được cấp hai lần" in mother.get(address).text
    assert f"{address}/show" not in mother.get(address).text


def test_an_officer_who_signs_issues_anew_what_the_register_says(
    enter: Enter, sqlite_node: Runtime, issued_on_sqlite: api.Document
) -> None:
    registers.prepare()
    signer, address = enter("chair"), f"/wallet/{issued_on_sqlite.id}/reissue"
    page = signer.request("GET", address, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "Cơ sở dữ liệu không còn bản ghi của giấy này" in page.text
    assert "<form method" not in page.text.split("<main")[1].split("</main")[0]
    former = in_the_registers()
    address = f"/wallet/{former.id}/reissue"
    assert "Cơ sở dữ liệu đang ghi đúng như giấy này" in signer.get(address).text
    correct(person_name="Lê Nguyễn Minh Anh")
    page = signer.get(address).text
    for part in ("Bản mới sẽ ghi khác", "<td>Lê Nguyễn Minh An</td>", "<b>Lê Nguyễn Minh Anh</b>", "không ai gõ tay"):
        assert part in page, part
    assert signer.post(address, reason="issued-twice").status_code == 422  # a reason for taking back, not for this
    assert "Giấy đang được ký" in signer.post(address, reason="register-corrected").text
    run_jobs()
    mother = enter(MOTHER)
    assert "Mở bản mới số 26929/birth/2026/12, cấp ngày 21/11/2026" in mother.get(f"/wallet/{former.id}").text
    newer = api.wallet(citizen(MOTHER))[0]
    assert "Lê Nguyễn Minh Anh" in mother.get(f"/wallet/{newer.id}").text


def test_the_verify_page_of_an_old_paper_says_what_replaced_it(issued_on_sqlite: api.Document, client: Browser) -> None:
    paper = statement_of(issued_on_sqlite)
    newer = ask("birth-2", entry_no="26929/KS/2026/13", full_name="Lê Nguyễn Minh Anh")
    run_jobs()
    api.revoke(chair(), document=issued_on_sqlite.id, reason="issued-twice", replaced_by=newer.id)
    said = client.post("/verify", statement=paper).text
    for part in ("Đã có bản khác thay thế từ ngày 21/11/2026", "Bản mới số 26929/KS/2026/13, cấp ngày 21/11/2026"):
        assert part in said, part
    assert "Minh Anh" not in said  # nothing of what the new one says
    assert newer.id not in said


def test_my_page_of_somebody_new(enter: Enter) -> None:
    assert "Chưa có giấy tờ nào trong ví." in enter(OTHER).get("/").text
