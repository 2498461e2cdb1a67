"""Papers of an agency's own work, such as minutes: typeset, signed and sealed like any other, in nobody's wallet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienthong.documents import spec
from lienthong.documents.api.issuing import signatory
from lienthong.documents.api.paper import checkpoint_line
from lienthong.documents.api.signers import signers
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a paper. kind: heading, text, small (text), list or table.

    rows: items of a list; of a table, its title row first. widths: shares of a table's columns.
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()


def official_paper(
    who: Actor,
    *,
    type: str,  # noqa: A002  the word of the catalogue
    values: Mapping[str, str],
    number: str,
    blocks: Sequence[Block],
    agency: str,
    signer: str,
    at: datetime,
) -> bytes:
    """Return a paper as PDF/A, signed by an officer of the agency and sealed by the agency.

    values: field → stored value. number: as printed after "Số:". signer: staff id. at: the time both signatures claim.
    Long work: never call it inside a transaction. Raises Denied for others than machines, Invalid with faulty fields
    or a signer of another agency.
    """
    from lienthong.documents.api import pades

    if who.kind is not Kind.SYSTEM:
        raise Denied("document.issue", N_("Chỉ cơ quan có thẩm quyền cấp được giấy tờ này."))
    kind = spec.document_type(type)
    person = signatory(who, signer, agency)
    stored = spec.checked(kind, values)
    all_signers = signers()
    data: dict[str, Any] = {
        **spec.frame(agency, clock.local(at).date()),
        "title": kind.spec.title.vi,
        "number": number,
        "values": spec.shown(kind, stored),
        "labels": kind.labels(),
        "blocks": [
            {
                "kind": each.kind,
                "text": each.text,
                "rows": [list(row) for row in each.rows],
                "widths": list(each.widths),
            }
            for each in blocks
        ],
        "signatory": {"name": person.name, "position": person.position},
        "signed_at": at.replace(microsecond=0).isoformat(),
        "verify": "",
        "checkpoint": checkpoint_line(ledger.checkpoint()),
        "demonstration": all_signers.demonstration,
    }
    pdf = spec.typesetter().pdf(kind.template, data, at=at)
    found = reference.agency(agency)
    names = {"agency": agency, "agency_name": found.name.vi if found else agency}
    return pades.sign(pdf, person=all_signers.person(person, **names), seal=all_signers.seal(**names), at=at)
