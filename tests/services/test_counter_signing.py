"""A person without a telephone signs at the counter what another asks them to: on paper, scanned, kept as evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.registers.demonstration import people
from lienthong.services import api
from tests.browsing import PAGE
from tests.kernel.test_uploads import photo
from tests.services.conftest import FATHER, FATHER_2, MOTHER, MOTHER_2, citizen, officer, ready
from tests.services.counter import enter, now, serve
from tests.services.walking import Browse, Forms, Parent, press

SIGNED = identity.Word(signed=True)
SCAN = [api.Handed("trang ký.jpg", photo())]


def father_comes(who: Actor | None = None) -> Actor:
    """The father, who lives elsewhere, stands at the counter; his card is compared."""
    entry = api.serve(
        (who or enter("commune-officer")).again(), number=FATHER_2, name="Lê Quốc Huy", birth_date="", seen=True
    )
    return now(entry)


def opened(draft: str) -> Actor:
    """The father at the counter with what he came to sign open."""
    who = father_comes()
    assert [each.draft for each in api.signings(who)] == [draft]
    api.open_signing(who.again(), draft=draft)
    return replace(who.again(), reach=(who.reach or frozenset()) | {f"dossier:{draft}"})


@pytest.mark.usefixtures("elders")
def test_he_signs_the_print_and_the_scan_is_kept_with_the_dossier() -> None:
    mother = citizen(MOTHER_2)
    draft = ready(mother, **{"child.ethnicity": "02"})
    father = opened(draft)
    (asked,) = api.to_sign(father)
    assert asked.draft == draft
    with pytest.raises(Invalid) as silent:
        api.cosign(father.again(), draft=draft, agree=True)
    assert [each.code for each in silent.value.faults] == ["slip.needed"]
    with pytest.raises(Invalid) as unscanned:
        api.cosign(father.again(), draft=draft, agree=True, word=SIGNED)
    assert [each.at for each in unscanned.value.faults] == ["scan"]
    with pytest.raises(Invalid):
        api.cosign(father.again(), draft=draft, agree=True, word=SIGNED, scan=[api.Handed("x.jpg", b"MZ")])
    assert api.draft(mother, draft=draft).state == "signing"
    for _ in range(2):
        api.cosign(father.again(), draft=draft, agree=True, word=SIGNED, scan=SCAN)
    assert api.draft(mother, draft=draft).state == "ready", "the scan changes nothing of what was signed"
    code = api.file(mother, draft=draft)
    (page,) = api.dossier(officer("commune-officer"), code=code).attachments
    assert (page.is_signed, str(page.paper)) == (True, "Bản in có chữ ký: Cha")
    api.attachment(officer("commune-officer"), dossier=code, attachment=page.id)
    for number in (MOTHER_2, FATHER_2):
        assert exchange.access_log(citizen(number), limit=1)[0].register == "Giấy tờ người dân nộp"
    lines = api.acts(citizen(FATHER_2))
    assert [each.act for each in reversed(lines)][:3] == ["Mở hồ sơ ở quầy bằng mã", "Nộp ảnh giấy tờ", "Ký đồng ý"]
    assert lines[0].how == "người dân ký bản in, cán bộ ghi nhận"
    assert {each.by for each in lines} == {"Đặng Ngọc Trâm"}
    api.withdraw(mother.again(), dossier=code)
    api.erase_proofs(system("cli:test"), subject=FATHER_2, before="9")
    (gone,) = api.dossier(mother, code=code).attachments
    assert (gone.digest, gone.name, gone.erased_at is None) == (page.digest, "", False), "his print in her dossier too"


@pytest.mark.usefixtures("elders")
def test_the_code_of_his_slip_needs_no_scan_and_a_no_is_a_no() -> None:
    mother = citizen(MOTHER_2)
    draft = ready(mother, **{"child.ethnicity": "02"})
    father = opened(draft)
    word = identity.Word(code=identity.print_slip(father).code)
    api.cosign(father.again(), draft=draft, agree=False, word=word)
    with pytest.raises(Invalid):
        api.file(mother, draft=draft)
    api.cosign(father.again(), draft=draft, agree=True, word=word)
    assert api.draft(mother, draft=draft).state == "ready"
    assert api.dossier(mother, code=api.file(mother, draft=draft)).attachments == ()


@pytest.mark.usefixtures("elders")
def test_nothing_else_of_her_dossier_opens_for_him() -> None:
    draft = ready(citizen(MOTHER_2), **{"child.ethnicity": "02"})
    slip = api.hand_over(citizen(MOTHER_2), draft=draft)
    father = opened(draft)
    assert api.service(father).brought is None
    signing = api.service(father).signing
    assert signing is not None
    assert signing.draft == draft
    for verb in (api.draft, api.fetch_facts, api.discard, api.file):
        with pytest.raises(NotFound):
            verb(father.again(), draft=draft)
    with pytest.raises(Conflict):
        api.signings(father.again())
    own = identity.print_slip(father)
    with pytest.raises(NotFound):
        api.follow(father, code=own.code, browser="b")
    assert serve(MOTHER_2, code=slip.code, birth_date="12/05/1992").reach is not None, "her own code still opens it"


@pytest.mark.usefixtures("elders")
def test_only_who_is_asked_signs_and_only_while_it_is_a_draft() -> None:
    with pytest.raises(Invalid, match="Không có hồ sơ nào"):
        api.signings(serve())
    with pytest.raises(Denied):
        api.signings(citizen(FATHER_2))
    ready(citizen(MOTHER))
    draft = ready(citizen(MOTHER_2), **{"child.ethnicity": "02"})
    with pytest.raises(Invalid):
        api.signings(serve(FATHER, birth_date="12/05/1992"))
    father = opened(draft)
    api.cosign(father.again(), draft=draft, agree=True, word=SIGNED, scan=SCAN)
    code = api.file(citizen(MOTHER_2), draft=draft)
    (page,) = api.dossier(citizen(MOTHER_2), code=code).attachments
    with pytest.raises(Conflict):
        api.cosign(father.again(), draft=draft, agree=False, word=SIGNED)
    for stranger in (citizen(MOTHER), officer("commune-officer-2")):
        with pytest.raises(NotFound):
            api.attachment(stranger, dossier=draft, attachment=page.id)


@pytest.mark.usefixtures("demonstration")
def test_the_pages_of_a_signature_at_the_counter(browse: Browse) -> None:
    mother = Parent(browse().as_person("mother-2"))
    assert "Còn chờ" in mother.ready().text
    clerk = browse().as_person("commune-officer")
    page = press(clerk, clerk.get("/counter"), "/counter", number=people()["father-2"], name="Nguyễn Đức Anh", seen="1")
    assert page.url.path == "/counter/now", page.text
    page = press(clerk, page, "/counter/signing")
    sign = page.url.path
    assert sign.startswith("/to-sign/")
    assert 'type="file"' in page.text
    fields = Forms(page.text).found[sign]
    data = {**fields, "signed": "1", "answer": "agree"}
    empty = clerk.request("POST", sign, data=data, files=[("scan", ("", b""))], headers=PAGE)
    assert empty.status_code == 422
    assert 'href="#scan"' in empty.text
    assert empty.text.count('id="scan"') == 1
    done = clerk.request("POST", sign, follow=True, data=data, files=[("scan", ("ký.jpg", photo()))], headers=PAGE)
    assert "đã ký" in done.text
    assert "Trần Thị Mai Phương" in clerk.get("/counter/now").text
    assert clerk.get(sign.replace("to-sign", "drafts")).status_code == 404
    receipt = mother.file(mother.browser.get(f"{mother.draft}/check"))
    code = receipt.url.path.split("/")[2]
    assert "Bản in có chữ ký: Cha" in mother.browser.get(f"/dossiers/{code}").text
    press(clerk, clerk.get("/desk"), "/counter/end")
    assert "Chữ ký trên giấy, quét tại quầy" in clerk.get(f"/desk/{code}").text
