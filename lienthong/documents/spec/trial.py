"""What every template is given, and a trial of a template with invented values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lienthong.documents.spec.qr import qr_svg
from lienthong.documents.spec.shape import DocumentType, shown
from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.typeset import TypesetFailed, typesetter
from lienthong.reference import api as reference


def frame(agency_code: str, day: date) -> dict[str, Any]:
    """Return what the head of every paper needs: agency, the agency above it, place and day."""
    agency = reference.agency(agency_code)
    # people's committees stand alone in the heading, other agencies under the one above (Decree 30/2020, annex I)
    has_above = agency and agency.parent and agency.kind != "people-committee"
    above = reference.agency(agency.parent) if agency and has_above else None
    unit = reference.unit(agency.unit) if agency and agency.unit else None
    return {
        "agency": agency.name.vi if agency else agency_code,
        "above": above.name.vi if above else "",
        "place": unit.name if unit else "",
        "day": {"day": f"{day.day:02d}", "month": f"{day.month:02d}", "year": str(day.year)},
    }


def faults_of_template(kind: DocumentType, stored: Mapping[str, str]) -> list[Fault]:
    """Typeset the template with these values; return typst's complaint as a fault."""
    now = runtime.current().clock.now()
    data = {
        **frame("", now.date()),
        "title": kind.spec.title.vi,
        "number": "1",
        "values": shown(kind, stored),
        "labels": kind.labels(),
        "born_in_words": "",
        "signatory": {"name": "", "position": ""},
        "signed_at": clock.stamp(now),
        "items": [],
        "filed_by": "",
        "qr": qr_svg("1"),
        "follow": "",
        "verify": "",
        "checkpoint": "",
        "demonstration": True,
    }
    try:
        typesetter().pdf(kind.template, data, at=now)
    except TypesetFailed as failure:
        return [
            fault(
                "template.typ",
                "document.typeset",
                N_("Mẫu in chưa dùng được, sửa template.typ: %(reason)s"),
                reason=failure.reason,
            )
        ]
    return []
