"""The documentation of a register, made from its definition: for people as Markdown, for machines as plain data."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.actor import Actor
from lienthong.kernel.i18n import N_, Bilingual, gettext
from lienthong.kernel.text import day
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api.words import CLASSES, EVENTS, FORMS, RHYTHMS, SEVERITIES, kept

OWNER = N_("Chủ quản")
LAW = N_("Căn cứ")
IN_FORCE = N_("Hiệu lực")
VERSION = N_("phiên bản")
KEPT = N_("Lưu giữ")
KEY = N_("Khóa")
FIELDS = N_("Các trường")
RULES = N_("Quy tắc chất lượng")
RELATIONS = N_("Quan hệ")
SOURCES = N_("Nguồn dữ liệu")
ANNOUNCED = N_("Sự kiện báo đi")
HEADINGS = (N_("Trường"), N_("Tên"), N_("Loại dữ liệu"), N_("Lưu giữ"))


def catalogue() -> list[Register]:
    """Return the registers in force by id. Definitions are public."""
    return list(registers.definitions())


def register(*, register: str) -> Register:
    """Return the definition of a register in force. Raises NotFound."""
    return registers.definition(register)


def kept_by(who: Actor) -> list[Register]:
    """Return the registers that the actor's agency owns, or an agency above it."""
    return [each for each in catalogue() if who.agency == each.owner or who.agency.startswith(f"{each.owner}.")]


def description(*, register: str) -> dict[str, Any]:
    """Return what a register is, as plain data: definitions are public and hold nothing of anybody. Raises NotFound."""
    spec = registers.definition(register)
    return {
        "register": spec.id,
        "version": spec.version,
        "valid": [each.isoformat() if each else None for each in spec.valid],
        "title": _both(spec.title),
        "holds": _both(spec.holds) if spec.holds else None,
        "owner": spec.owner,
        "basis": [reference.basis(each).number for each in spec.basis],
        "retention": {"keep": spec.retention.keep, "why": _both(spec.retention.why)},
        "key": spec.key,
        "subject": spec.subject,
        "fields": [
            {
                "field": name,
                "term": spec.term_of(name),
                "title": _both(spec.title_of(name)),
                "type": term.type,
                "codes": term.code_list,
                "class": spec.class_of(name),
                "keep": spec.keep_of(name),
                "required": name in spec.required,
                "lookup": spec.lookups.get(name, ""),
            }
            for name, term in spec.terms.items()
        ],
        "quality": [
            {
                "rule": rule.id,
                "title": _both(rule.title),
                "severity": rule.severity,
                "remedy": _both(rule.remedy),
                "fields": spec.points_at(rule),
            }
            for rule in spec.quality
        ],
        "relations": {name: each.model_dump(mode="json") for name, each in spec.relations.items()},
        "sources": [each.model_dump(mode="json") for each in spec.sources],
        "announces": list(dict.fromkeys(each.event for each in spec.announces)),
    }


def document(spec: Register) -> str:
    """Return the documentation of a register as Markdown, in the language being spoken."""
    owner = reference.agency(spec.owner)
    laws = ", ".join(f"{reference.basis(each).title} {reference.basis(each).number}" for each in spec.basis)
    lines = [
        f"# {spec.title} (`{spec.id}`)",
        *(["", str(spec.holds)] if spec.holds else []),
        "",
        f"- {gettext(OWNER)}: {owner.name if owner else spec.owner} (`{spec.owner}`)",
        f"- {gettext(LAW)}: {laws}",
        f"- {gettext(IN_FORCE)}: {_span(spec)}, {gettext(VERSION)} {spec.version}",
        f"- {gettext(KEPT)}: {kept(spec.retention.keep)}. {spec.retention.why}",
        f"- {gettext(KEY)}: `{spec.key}`",
        "",
        f"## {gettext(FIELDS)}",
        "",
        f"| {' | '.join(map(gettext, HEADINGS))} |",
        "|---|---|---|---|",
    ]
    for name in spec.fields:
        needed = " *" if name in spec.required else ""
        said = gettext(CLASSES[spec.class_of(name)])
        lines.append(f"| `{name}`{needed} | {spec.title_of(name)} | {said} | {kept(spec.keep_of(name))} |")
    if spec.quality:
        lines += ["", f"## {gettext(RULES)}", ""]
    lines += [f"- **{each.title}** ({gettext(SEVERITIES[each.severity])}). {each.remedy}" for each in spec.quality]
    if spec.relations:
        lines += ["", f"## {gettext(RELATIONS)}", ""]
    for each in spec.relations.values():
        lines.append(f"- `{each.field}` → `{each.to or spec.id}`: {each.title} / {each.back}")
    if spec.sources:
        lines += ["", f"## {gettext(SOURCES)}", ""]
    for each in spec.sources:
        forms = ", ".join(gettext(FORMS[form]) for form in each.form)
        lines.append(f"- {each.title}: {gettext(RHYTHMS[each.every])}; {forms}")
    if spec.announces:
        told = ", ".join(gettext(EVENTS[each]) for each in dict.fromkeys(one.event for one in spec.announces))
        lines += ["", f"## {gettext(ANNOUNCED)}", "", told]
    return "\n".join(lines)


def _span(spec: Register) -> str:
    first, last = spec.valid
    return gettext(N_("từ %(day)s"), day=day(first)) + (f" – {day(last)}" if last else "")


def _both(text: Bilingual) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
