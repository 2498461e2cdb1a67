"""Issuing a document anew after its register was corrected: values come through the exchange, never from a keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lienthong.documents import spec, store
from lienthong.documents.api.ending import end, reason_of, signable
from lienthong.documents.api.issuing import issue
from lienthong.documents.domain.document import Document, Status
from lienthong.documents.spec import DocumentType, RenewalAsk, RenewalSpec
from lienthong.exchange import api as exchange
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_, Bilingual


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would be printed otherwise, in Vietnamese as on paper; "" where nothing is printed."""

    title: Bilingual
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a document issued anew today would say otherwise."""

    document: Document
    changes: tuple[Change, ...]


def renewal(who: Actor, *, document: str) -> Renewal:
    """Return what a document issued anew today would say otherwise. Access entries tell of the reading.

    Raises as ``revoke`` does, Conflict when the document ended, its type has no renewal or the register no record.
    """
    with runtime.current().database.transaction():
        former = signable(who, document)
        kind = spec.document_type(former.type)
        shown = spec.shown(kind, _values(who, former, kind))
    changes = (
        Change(kind.title_of(name), former.shown.get(name, ""), shown.get(name, ""))
        for name in kind.spec.fields
        if former.shown.get(name, "") != shown.get(name, "")
    )
    return Renewal(former, tuple(changes))


def reissue(who: Actor, *, document: str, reason: str) -> Document:
    """Issue a document anew from the registers and take the former back, in one transaction; answer the new one.

    The same holders get it; who asks signs it. Asked again, it answers the document that was issued then.
    Raises as ``renewal`` does, Invalid for an unknown reason, Conflict when the registers say what the paper says.
    """
    with runtime.current().database.transaction():
        former = signable(who, document)
        why = reason_of(former, reason, by="reissue")
        key = f"{former.id}/reissue"
        if (earlier := store.by_issue_key(key)) is not None:
            end(who, former, why, replaced_by=earlier.id)
            return earlier
        kind = spec.document_type(former.type)
        values = _values(who, former, kind)
        if values == former.values:
            raise Conflict(
                "document.same",
                N_("Cơ sở dữ liệu đang ghi đúng như giấy này. Đính chính ở cơ sở dữ liệu trước, rồi cấp lại."),
            )
        newer = issue(
            who,
            type=former.type,
            values=values,
            holders=store.holders_of(former.id),
            subject=former.subject,
            dossier=former.dossier,
            signer=who.subject,
            agency=former.agency,
            issue_key=key,
        )
        end(who, former, why, replaced_by=newer.id)
    return newer


def _values(who: Actor, former: Document, kind: DocumentType) -> dict[str, str]:
    renewed = kind.spec.renewal
    if former.status is not Status.ACTIVE:
        raise Conflict("document.ended", N_("Giấy tờ này đã bị thu hồi hoặc thay thế trước đó."))
    if renewed is None:
        raise Conflict("document.renewal", N_("Loại giấy này chưa khai cách cấp lại từ cơ sở dữ liệu."))
    records = _records(who, former, kind, renewed)
    values = {field: record.get(name, "") for field, (record, name) in _sources(records, renewed).items()}
    values |= {
        field: former.values.get(field, "")
        for field, beside in renewed.keeps.items()
        if values.get(beside) and values[beside] == former.values.get(beside)
    }
    return spec.checked(kind, {field: value for field, value in values.items() if value})


def _sources(
    records: Mapping[str, Mapping[str, str]], renewed: RenewalSpec
) -> dict[str, tuple[Mapping[str, str], str]]:
    named = {field: source.split(".") for field, source in renewed.values.items()}
    return {field: (records[ask], name) for field, (ask, name) in named.items()}


def _records(who: Actor, former: Document, kind: DocumentType, renewed: RenewalSpec) -> dict[str, dict[str, str]]:
    """Return ask → field → value. The first ask must find its one record; the others may find none (no father)."""
    records: dict[str, dict[str, str]] = {}
    for name, ask in renewed.asks.items():
        found = _ask(who, former, kind, renewed, name, ask, records)
        if not records and not found:
            raise Conflict(
                "document.record", N_("Cơ sở dữ liệu không còn bản ghi của giấy này nên không cấp lại được.")
            )
        records[name] = found
    return records


def _ask(
    who: Actor,
    former: Document,
    kind: DocumentType,
    renewed: RenewalSpec,
    name: str,
    ask: RenewalAsk,
    records: Mapping[str, Mapping[str, str]],
) -> dict[str, str]:
    by = {lookup: _value(source, former, records) for lookup, source in ask.by.items()}
    if not all(by.values()):
        return {}
    question = exchange.Ask(
        name,
        ask.register_id,
        by,
        fields=[source.split(".")[1] for source in renewed.needed(name)],
        as_of=date.fromisoformat(former.values[ask.as_of]) if former.values.get(ask.as_of) else None,
    )
    grounds = exchange.Grounds(purpose=renewed.contract, basis=kind.spec.basis[0], dossier=former.dossier)
    found = exchange.fetch(who, asks=[question], grounds=grounds, contract=renewed.contract).records[name]
    return {field: str(each.value) for field, each in found[0].values.items() if each.value} if len(found) == 1 else {}


def _value(source: str, former: Document, records: Mapping[str, Mapping[str, str]]) -> str:
    ask, dot, field = source.partition(".")
    return records[ask].get(field, "") if dot else former.values.get(source, "")
