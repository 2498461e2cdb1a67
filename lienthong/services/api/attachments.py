"""Papers handed in where a register has no answer: checked, cleaned, kept with their SHA-256, opened by who may."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lienthong.exchange import api as exchange
from lienthong.kernel import clock, runtime, uploads
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean, day
from lienthong.services import store
from lienthong.services.api import drafting, drafts, following, held, helped, show
from lienthong.services.api.held import Held
from lienthong.services.api.views import Attachment

HOLDING = "attachments"
_LIGHT = 60_000
"""Bytes of a picture that a list may show as it is."""
_UNKNOWN = N_("Không tìm thấy giấy tờ này.")
Checked = dict[str, tuple[uploads.Upload, bytes]]
"""Good files by SHA-256."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as somebody hands it in."""

    name: str
    content: bytes


def hand_in(who: Actor, *, draft: str, item: str, files: Sequence[Handed], instead_of: str = "") -> None:
    """Keep pages of the paper that an item of one's own draft asks for; the same bytes sent twice are one page.

    instead_of: id of the page that they replace. Good files are kept whatever is wrong with others. Raises Invalid with
    every faulty file, or when this paper is not asked for, NotFound, Conflict once the draft is filed, Unavailable when
    the virus scanner is silent. Scanning takes time: never call it inside a transaction.
    """
    _require_asked(held.own_draft(who, draft), item)  # nothing is looked at for those who may not hand it in
    good, faults = _checked(item, files)
    if good:
        faults += _add(who, draft, item, good, instead_of)
    if faults:
        raise Invalid("attachment.faults", N_("Có tệp chưa nhận được; những tệp khác đã được giữ."), faults)


def take_back(who: Actor, *, draft: str, attachment: str) -> None:
    """Take one page of one's own draft away; gone already, nothing happens. Raises NotFound, Conflict once filed."""
    with runtime.current().database.transaction():
        case = drafts.open_draft(who, draft)
        pages = (each for each in case.attachments if each.item in case.form.papers)
        row = next((each for each in pages if each.id == attachment), None)
        if row is not None:
            store.attachments.remove(row)
            helped.note(who, case.row, "taken_back", digest=row.digest)
            _changed(who, case)


def attachment(who: Actor, *, dossier: str, attachment: str, small: bool = False) -> tuple[Attachment, bytes]:
    """Return a page and its bytes. dossier: code, or id of a draft. small: a picture as lists show it.

    Anybody but the applicant alone leaves an entry in the log of the applicant, and of who signed it; an officer who is
    refused does too. Raises NotFound for everyone but the applicant and the lead agency, as if it did not exist.
    """
    page = store.attachments.find(attachment)
    row = store.dossiers.by_id(page.dossier) if page is not None else None
    if page is None or row is None or dossier not in {row.id, row.code}:
        raise NotFound("attachment.unknown", _UNKNOWN)
    case = held.of(row)
    signers = (each for each in store.dossiers.signatures_of(row.id) if page.item == f"{show.SIGNED}{each.item}")
    about = {row.applicant, *(each.person for each in signers)}
    grounds = exchange.Grounds(purpose="attachment", basis=case.procedure.basis[0], dossier=row.code or row.id)
    seen = following.seen(who, row) if row.code else None
    if not held.is_own(who, row) and (seen is None or seen.role != "lead"):
        if who.kind is Kind.OFFICER:
            refusal = exchange.Refusal.HANDLING
            exchange.note_refused(who, holding=HOLDING, subjects=about, grounds=grounds, refusal=refusal)
        raise NotFound("attachment.unknown", _UNKNOWN)
    if page.erased_at:
        when = day(clock.moment(page.erased_at))
        raise NotFound(
            "attachment.erased", N_("Giấy tờ này đã xóa theo lệnh ngày %(when)s; chỉ còn mã băm."), when=when
        )
    if who.kind is Kind.OFFICER or who.is_helped:
        exchange.note(who, holding=HOLDING, subjects=about, fields=["attachment"], grounds=grounds)
    found, content = show.attachment(case.procedure, page), store.attachments.files(row.id).get(page.digest)
    return found, uploads.small(content) if small and found.is_picture and page.size > _LIGHT else content


def checked(files: Mapping[str, Sequence[Handed]]) -> Mapping[str, Checked]:
    """Return the files of each paper, by item, when all of them are good. Raises Invalid with every faulty one.

    Scanning takes time: never call it inside a transaction.
    """
    found = {item: _checked(item, each) for item, each in files.items() if each}
    faults = [wrong for _, wrongs in found.values() for wrong in wrongs]
    if faults:
        raise Invalid("attachment.faults", N_("Có tệp chưa nhận được."), faults)
    return {item: good for item, (good, _) in found.items()}


def complete(who: Actor, case: Held, asked: Collection[str], files: Mapping[str, Checked]) -> None:
    """Add what was asked for in a supplement to a filed dossier, in the open transaction; earlier pages stay.

    asked: items whose paper is wanted once more. Raises Invalid for each of them without a page that is new.
    """
    there = {(each.item, each.digest) for each in case.attachments}
    message = N_("Chụp hoặc chọn tệp mới: %(title)s.")
    lacking = [case.form.papers[item] for item in asked if {(item, key) for key in files.get(item, {})} <= there]
    if lacking:
        faults = [fault(each.item, "paper", message, title=str(each.title)) for each in lacking]
        raise Invalid("supplement.faults", N_("Còn chỗ cần sửa trước khi gửi bổ sung."), faults)
    for item in asked:
        keep_new(who, case.row, item, files[item])


def keep_new(who: Actor, row: Row, item: str, files: Checked) -> None:
    """Add the good files that an item has not yet, in the open transaction."""
    there = {each.digest for each in store.attachments.of(row.id) if each.item == item}
    for digest, each in files.items():
        if digest not in there:
            _keep(who, row, item, *each)


def _checked(item: str, files: Sequence[Handed]) -> tuple[Checked, list[Fault]]:
    good: Checked = {}
    faults: list[Fault] = []
    if len(files) > show.PAGES:
        faults.append(_too_many(item))
    for each in files[: show.PAGES]:
        try:
            upload, kept = uploads.checked(each.content, name=each.name, at=item)
            good[upload.digest] = upload, kept
        except Invalid as wrong:
            name = clean(each.name)[-80:]
            faults += [fault(item, one.code, N_("%(file)s: %(why)s"), file=name, why=one.text) for one in wrong.faults]
    return good, faults


def _add(who: Actor, draft: str, item: str, good: Checked, instead_of: str) -> list[Fault]:
    """Keep the good files as pages, as many as there is room for."""
    with runtime.current().database.transaction():
        case = drafts.open_draft(who, draft)
        _require_asked(case, item)
        pages = [each for each in case.attachments if each.item == item]
        out = [each for each in pages if each.id == instead_of and each.digest not in good]
        new = [one for digest, one in good.items() if digest not in {each.digest for each in pages}]
        room = show.PAGES - len(pages) + len(out)
        for each in out:
            store.attachments.remove(each)
        for each in new[:room]:
            _keep(who, case.row, item, *each)
        _changed(who, case)
        return [_too_many(item)] if len(new) > room else []


def _keep(who: Actor, row: Row, item: str, upload: uploads.Upload, content: bytes) -> None:
    store.attachments.files(row.id).put(content)
    store.attachments.add(
        {
            "id": new_id(),
            "dossier": row.id,
            "item": item,
            "digest": upload.digest,
            "name": upload.name,
            "kind": upload.kind,
            "size": upload.size,
            "at": clock.stamp(runtime.current().clock.now()),
        }
    )
    helped.note(who, row, "handed_in", digest=upload.digest)


def _changed(who: Actor, case: Held) -> None:
    drafting.ask_signatures(who, held.of(drafts.saved(case)))


def _require_asked(case: Held, item: str) -> None:
    if item not in case.form.papers:
        raise Invalid("attachment.item", N_("Hồ sơ này không cần nộp giấy đó: cơ sở dữ liệu đã có."))


def _too_many(item: str) -> Fault:
    return fault(item, "attachment.many", N_("Mỗi giấy tờ nhận tối đa %(most)s trang."), most=show.PAGES)
