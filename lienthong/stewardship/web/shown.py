"""What the pages about single records share: how a record's values look, who asks and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.webkit.page import render
from lienthong.webkit.request import require

ROLE = "data-steward"
KINDS = {
    "created": N_("tạo mới"),
    "changed": N_("thay đổi"),
    "corrected": N_("cải chính"),
    "withdrawn": N_("thu hồi"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One field of a record as people read it. text: "" when the record says nothing; number: somebody's own."""

    name: str
    title: str
    text: str
    number: bool


def steward(request: Request) -> Actor:
    """Return the officer who keeps registers. Raises SignInNeeded, Denied."""
    return require(request, Kind.OFFICER, role=ROLE)


def value_of(spec: Register, name: str, value: Any) -> Value:
    """Return one value as it is shown."""
    number = spec.terms[name].type == "personal_number"
    text = "" if value is None else reference.show_value(spec.term_of(name), value)
    return Value(name, str(spec.title_of(name)), text, number)


def values_of(spec: Register, values: Mapping[str, Any], names: Iterable[str] = ()) -> list[Value]:
    """Return a record's values in the order of its register; of the fields named, when some are, empty ones too."""
    wanted = list(names) or [name for name in spec.fields if values.get(name) is not None]
    return [value_of(spec, name, values.get(name)) for name in wanted]


def named(spec: Register, values: Mapping[str, Any], key: str) -> str:
    """Return what a record is called: its name, or what stands by its key."""
    return str(values.get(spec.name) or key or gettext(N_("bản ghi chưa có số")))


def agency_name(code: str) -> str:
    """Return the short name of an agency; the bare code when nobody knows it."""
    found = reference.agency(code) if code else None
    return str(found.short) if found else code


def unit_name(code: str) -> str:
    """Return a unit with the one above it; the bare code when nobody knows it."""
    found = reference.unit(code) if code else None
    return reference.place(found) if found else code


def purposes() -> list[tuple[str, str]]:
    """Return what somebody may be looked up for, as choices."""
    return [(name, gettext(text)) for name, text in api.PURPOSES.items()]


def units_below(unit: str) -> list[tuple[str, str]]:
    """Return the units directly below one (the provinces below ""), as choices."""
    found = reference.units(parent=unit) if unit else reference.units(level="province")
    return [(each.code, str(each.name)) for each in found]


def link(path: str, **query: str) -> str:
    """Return an address with those names that say something."""
    kept = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def why_first(request: Request, definition: str, here: str, asked: Mapping[str, str]) -> Response:
    """Ask why somebody is to be looked at: they will read it."""
    spec = api.register(register=definition)
    return render(request, "stewardship/why.html", register=spec, here=here, asked=asked, purposes=purposes())


def faults_of(refused: LienThongError | None, at: str) -> Sequence[Fault]:
    """Return the faults of a refusal; one that names no field stands at ``at``."""
    if refused is None:
        return ()
    return getattr(refused, "faults", ()) or (Fault(at, refused.code, refused.template, tuple(refused.data.items())),)
