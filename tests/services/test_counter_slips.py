"""At the counter: a lost slip is replaced, the list of acts is printed; pages lead nowhere that is closed."""

from __future__ import annotations

import re

import pytest

from lienthong.identity import api as identity
from lienthong.kernel.actor import ANONYMOUS
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.services import api
from tests.browsing import Browser
from tests.services.conftest import FATHER, GRANDFATHER, MOTHER, citizen
from tests.services.counter import again, enter, pension, serve
from tests.services.walking import Browse, Parent, press

SIGNED = identity.Word(signed=True)
LINK = re.compile(r'href="(/[^"#?]*)')


@pytest.mark.usefixtures("elders")
def test_a_lost_slip_is_replaced_and_its_code_opens_nothing_from_then_on() -> None:
    who = serve()
    old = identity.print_slip(who).code
    who, draft = pension(who, identity.Word(code=old))
    code = api.file(who.again(), draft=draft, word=identity.Word(code=old))
    later = serve()
    with pytest.raises(Invalid, match="báo mất phiếu"):
        api.lost_slips(later, signed=False)
    with pytest.raises(NotFound):
        api.replace_slip(later.again(), draft="x", signed=True)
    assert api.follow(ANONYMOUS, code=old, browser="b").code == code, "nothing happened yet"
    assert [each.code for each in api.lost_slips(later, signed=True)] == [code]
    slip, view = api.replace_slip(later.again(), draft=draft, signed=True)
    assert view.brought is not None
    assert view.brought.code == code
    with pytest.raises(Invalid):
        api.follow(ANONYMOUS, code=old, browser="b")
    with pytest.raises(Invalid):
        serve(code=old)
    assert api.follow(ANONYMOUS, code=slip.code, browser="b").code == code
    assert identity.take_word(later, identity.Word(code=slip.code)).startswith("slip:")
    line = api.acts(citizen(GRANDFATHER))[0]
    assert (line.act, line.by) == ("Thay phiếu bị mất, mã cũ hết hiệu lực", "Đặng Ngọc Trâm")
    assert line.how == "người dân ký bản in, cán bộ ghi nhận"
    with pytest.raises(Conflict):
        api.lost_slips(again(later, f"dossier:{draft}"), signed=True)


@pytest.mark.usefixtures("elders")
def test_a_slip_of_nothing_and_a_slip_of_somebody_else_are_not_replaced() -> None:
    identity.print_slip(serve())
    with pytest.raises(Invalid, match="Không có phiếu"):
        api.lost_slips(serve(), signed=True)
    mother = serve(MOTHER)
    identity.print_slip(mother)
    draft = api.begin_at_counter(mother.again(), procedure="social-pension")
    with pytest.raises(Invalid):
        api.replace_slip(serve().again(), draft=draft, signed=True)
    with pytest.raises(Denied):
        api.lost_slips(citizen(MOTHER), signed=True)


@pytest.mark.usefixtures("elders")
def test_without_an_account_one_gets_the_list_of_acts_at_the_counter_on_ones_word() -> None:
    who, draft = pension(serve(), SIGNED)
    api.file(who.again(), draft=draft, word=SIGNED)
    later = serve()
    with pytest.raises(Invalid):
        api.acts_at_counter(later, word=identity.NO_WORD)
    with pytest.raises(Denied):
        api.acts_at_counter(citizen(MOTHER), word=SIGNED)
    lines = api.acts_at_counter(later.again(), word=SIGNED)
    assert [each.act for each in lines[:2]] == ["Xem và in danh sách này ở quầy", "Cam đoan, ký và nộp hồ sơ"]
    assert lines[0].procedure is None
    assert [each.act for each in api.acts(citizen(GRANDFATHER))] == [each.act for each in lines]


@pytest.mark.usefixtures("demonstration")
def test_the_counter_s_pages_do_both(browse: Browse) -> None:
    clerk = browse().as_person("commune-officer")
    person = {"number": GRANDFATHER, "name": "Phan Văn Tư", "seen": "1"}
    press(clerk, clerk.get("/counter"), "/counter", **person)
    press(clerk, clerk.get("/counter/now"), "/counter/slip")
    press(clerk, clerk.get("/counter/now"), "/counter/begin", procedure="social-pension")
    press(clerk, clerk.get("/counter/now"), "/counter/end")
    page = press(clerk, clerk.get("/counter"), "/counter", **person)
    unsigned = press(clerk, page, "/counter/lost")
    assert unsigned.status_code == 422
    assert "báo mất phiếu" in unsigned.text
    paper = press(clerk, unsigned, "/counter/lost", lost="1")
    assert "Trợ cấp hưu trí xã hội" in paper.text
    assert len(paper.text.split('class="code">')[1].split("<")[0]) == 11
    page = clerk.get("/counter/now")
    assert "/counter/lost" not in page.text, "the draft is open again"
    listed = press(clerk, page, "/counter/acts", signed="1")
    assert "Thay phiếu bị mất" in listed.text
    assert "Xem và in danh sách này ở quầy" in listed.text
    assert press(clerk, page, "/counter/acts").status_code == 422
    assert clerk.get("/counter/acts").url.path == "/counter/now"


def closed(browser: Browser, *begin: str) -> dict[str, str]:
    """Links of these pages that lead to a page refused with 403: address → where it stood."""
    found: dict[str, str] = {}
    for path in begin:
        page = browser.get(path)
        assert page.status_code == 200, path
        for link in sorted(set(LINK.findall(page.text))):
            if not link.startswith("/static") and browser.get(link).status_code == 403:
                found[link] = path
    return found


@pytest.mark.usefixtures("demonstration")
def test_no_link_leads_to_a_closed_page_under_a_mandate_and_at_the_counter(browse: Browse) -> None:
    mother, father = browse().as_person("mother"), browse().as_person("father")
    code = Parent(mother).filed()
    given = identity.Scope(procedures=["linked-birth"])
    mandate = identity.offer(enter("mother"), representative=FATHER, name="Lê Quốc Huy", scope=given)
    identity.accept(enter("father"), mandate=mandate)
    press(father, father.get("/my/mandates"), "/my/mandates/answer", mandate=mandate, answer="act")
    pages = (
        "/",
        "/services",
        "/dossiers",
        f"/dossiers/{code}",
        f"/dossiers/{code}/receipt",
        "/account",
        "/my/mandates",
    )
    assert closed(father, *pages) == {}
    assert 'href="/wallet"' not in father.get("/").text
    assert 'href="/wallet"' in mother.get("/").text
    clerk = browse().as_person("commune-officer")
    person = {"number": GRANDFATHER, "name": "Phan Văn Tư", "seen": "1"}
    press(clerk, clerk.get("/counter"), "/counter", **person)
    at = press(clerk, clerk.get("/counter/now"), "/counter/begin", procedure="social-pension").url.path
    press(clerk, clerk.get(at), f"{at}/fetch", signed="1")
    assert closed(clerk, at, "/counter/now", "/account") == {}
