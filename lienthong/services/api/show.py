"""Turns values and questions into what screens show: titles of the dictionary, names for codes, where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from lienthong.exchange import api as exchange
from lienthong.kernel import clock
from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import N_, Bilingual, say, speaking
from lienthong.kernel.rows import Row
from lienthong.kernel.text import partial_day
from lienthong.reference import api as reference
from lienthong.services.api import facts
from lienthong.services.api.views import (
    AskedPaper,
    Attachment,
    Choice,
    Fetching,
    Group,
    Option,
    Page,
    Question,
    Shown,
    Source,
    Value,
)
from lienthong.services.spec.form import MATCHED, Ask, Form, Known
from lienthong.services.spec.holding import Holdings, holdings
from lienthong.services.spec.parts import Asked, Item, Step
from lienthong.services.spec.shape import Procedure

_DECLARED = N_("Người nộp khai")
_SIGNED_PRINT = N_("Bản in có chữ ký: %(who)s")
_FROM_PAPER = N_("Khai theo giấy nộp kèm")
_MATCHED = N_("Người nộp khai, đã khớp CSDL dân cư")
_TOLD = N_("Ghi lúc phát sinh việc")
_COMPUTED = N_("Tính từ dữ liệu đã có")
SIGNED = "sign:"
"""Before the item whose person signed a print: what a page is that was signed by hand and scanned."""
PAGES = 5
"""How many pages of one paper are taken."""
_WRITTEN = frozenset({"person_name", "address", "text"})
_KINDS = {"date": "date", "partial_date": "date", "integer": "number", "money": "number", "boolean": "yes_no"}


def both(message: str) -> Bilingual:
    """Return a sentence of the catalogues in both languages."""
    return Bilingual(say("vi", message), say("en", message))


def text_of(term: str, value: Value) -> str:
    """Return a value as people read it, "" for none."""
    if value is None or value == "":
        return ""
    return _IN_WORDS[term](str(value)) if term in _IN_WORDS else reference.show_value(term, value)


def _fields(codes: str) -> str:
    named = [each.partition(".") for each in codes.split(" ")]
    if not all(name for _, _, name in named):
        return codes  # in words already: from before they were kept as codes
    return ", ".join(title for register, _, name in named for title in exchange.field_titles(register, [name]))


_IN_WORDS: Mapping[str, Callable[[str], str]] = {
    "access_register": exchange.register_title,
    "access_fields": _fields,
    "claim_register": exchange.register_title,
    "claim_fields": _fields,
    "access_purpose": exchange.purpose_title,
    "access_basis": exchange.basis_title,
}
"""Terms whose values are codes of the exchange."""


def called(procedure: Procedure, name: str) -> Bilingual:
    """Return what lists call a dossier: the name it has, or, where a fact began it, that of what it is about."""
    if procedure.begins == "person":
        return Bilingual(name, name)
    owner, field = procedure.name.split(".")
    term, found = _term(procedure, owner, field, holdings()), list[str]()
    for language in ("vi", "en"):
        with speaking(language):
            found.append(text_of(term, name))
    return Bilingual(*found)


def agency_title(code: str) -> Bilingual:
    """Return an agency's name; its code when the reference does not know it (a dossier outlives an agency)."""
    found = reference.agency(code)
    return found.name if found else Bilingual(code, code)


def fetching(form: Form) -> tuple[Fetching, ...]:
    """Return what will be read, before it is read."""
    held = holdings()
    found: list[Fetching] = []
    for item_id, item in form.procedure.data.items():
        if item.lookup:
            register = held[item.lookup.register]
            found.append(
                Fetching(
                    item=item_id,
                    title=item.title,
                    register=register.title,
                    owner=agency_title(register.owner),
                    fields=tuple(reference.term(register.fields[name]).title for name in item.reads),
                    optional=item.optional,
                )
            )
    return tuple(found)


def groups(form: Form, *, only: Collection[str] | None = None, at: datetime | None = None) -> tuple[Group, ...]:
    """Return the values of a form, item by item; with ``only``, just these names. at: when it was answered."""
    held = holdings()
    found: list[Group] = []
    for item_id, item in form.procedure.data.items():
        group = (
            _register_group(form, item_id, item, held, only, at)
            if item.lookup
            else _own_group(form, item_id, item, only, at)
        )
        if only is None or group.values:
            found.append(group)
    given = [_step_group(form, step_id, step, only) for step_id, step in form.procedure.flow.items()]
    return (*found, *(group for group in given if group.values))


def registered(form: Form) -> dict[str, Shown]:
    """Return by name the values of a form that records of registers hold."""
    held = holdings()
    found: dict[str, Shown] = {}
    for item_id, item in form.procedure.data.items():
        known = form.record(item_id) if item.lookup else None
        if item.lookup and known:
            found |= {each.name: each for each in _record(form, known, held[item.lookup.register].title, held, None)}
    return found


def titles(procedure: Procedure, names: Sequence[str]) -> tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...]:
    """Return in words what the names stand for: whose (an item, or the step that adds it) → which values."""
    held = holdings()
    found: dict[str, list[Bilingual]] = {}
    for name in names:
        owner, field = name.split(".")
        found.setdefault(owner, []).append(reference.term(_term(procedure, owner, field, held)).title)
    return tuple(
        ((procedure.data[owner] if owner in procedure.data else procedure.flow[owner]).title, tuple(fields))
        for owner, fields in found.items()
    )


def _term(procedure: Procedure, owner: str, field: str, held: Holdings) -> str:
    item = procedure.data.get(owner)
    if item is None:
        return procedure.flow[owner].gives[field].term
    return held[item.lookup.register].fields[field] if item.lookup else item.fields[field].term


def shown(name: str, term: str, value: Value, source: Source, *, first: bool = True) -> Shown:
    """Return one value ready to show."""
    known, text = reference.term(term), text_of(term, value)
    written = known.type in _WRITTEN and term not in _IN_WORDS and not known.format
    return Shown(
        name=name,
        term=term,
        title=known.title,
        value=value,
        text=text,
        source=source,
        first=first,
        written=written,
    )


def pages(form: Form, faults: Collection[Fault]) -> tuple[Page, ...]:
    """Return the pages with the questions really asked, each with its fault."""
    asks = {ask.name: ask for ask in form.asks}
    by_name = {each.at: each for each in faults}
    return tuple(
        Page(
            id=page.id,
            title=page.title,
            questions=tuple(question(form, asks[name], by_name.get(name)) for name in page.asks if name in asks),
        )
        for page in form.procedure.pages
        if any(name in asks for name in page.asks)
    )


def question(form: Form, ask: Ask, wrong: Fault | None = None) -> Question:
    """Return one question ready to show."""
    assert ask.field.ask is not None  # noqa: S101  an Ask is made of asked fields only
    term = reference.term(ask.field.term)
    options = tuple(_option(form, ask, value) for value in ask.options) or _code_options(term)
    return Question(
        name=ask.name,
        term=ask.field.term,
        kind="choice" if options else _KINDS.get(term.type, "text"),  # pyright: ignore[reportArgumentType]
        title=ask.field.ask,
        hint=ask.field.hint,
        because=ask.field.ask_because,
        options=options,
        value=_as_typed(term, form.answers.get(ask.name, "")),
        required=not ask.field.optional,
        max_length=term.max_length or 200,
        fault=wrong,
    )


def _as_typed(term: reference.DataTerm, answer: str) -> str:
    """Return an answer as people type it: a date kept as ISO goes back into its field with the day first."""
    kept = term.type in {"date", "partial_date"} and len(answer) == 10 and answer[4] == answer[7] == "-"
    return partial_day(answer) if kept else answer


def _option(form: Form, ask: Ask, value: str) -> Option:
    """An option taken from facts names whose it is: "Cha – Kinh"."""
    text = text_of(ask.field.term, value)
    whose = [
        str(form.procedure.data[name.split(".")[0]].title) for name in ask.field.among if form.value(name) == value
    ]
    return Option(value=value, text=f"{', '.join(whose)} – {text}" if whose else text)


def _code_options(term: reference.DataTerm) -> tuple[Option, ...]:
    if term.type != "code":
        return ()
    return tuple(
        Option(value=each.code, text=str(each.title)) for each in reference.code_list(term.code_list).codes.values()
    )


def papers(form: Form, handed: Sequence[Row], faults: Collection[Fault]) -> tuple[AskedPaper, ...]:
    """Return the papers asked for where a register has no answer, with the pages handed in so far."""
    by_name = {each.at: each for each in faults}
    found: list[AskedPaper] = []
    for item_id, paper in form.papers.items():
        pages = tuple(attachment(form.procedure, row) for row in handed if row.item == item_id)
        found.append(
            AskedPaper(
                item=item_id,
                title=paper.title,
                because=form.procedure.data[item_id].missing if form.record(item_id) is None else None,
                required=paper.required,
                questions=tuple(question(form, ask, by_name.get(ask.name)) for ask in paper.asks),
                pages=pages,
                room=PAGES - len(pages),
                fault=by_name.get(item_id),
            )
        )
    return tuple(found)


def attachment(procedure: Procedure, row: Row) -> Attachment:
    """Return one page handed in, ready to show."""
    signed = row.item.startswith(SIGNED)
    item = procedure.data[row.item.removeprefix(SIGNED)]
    return Attachment(
        id=row.id,
        item=row.item,
        paper=_print(item.title) if signed else item.otherwise.upload if item.otherwise else item.title,
        is_signed=signed,
        name=row.name,
        kind=row.kind,
        size=row.size,
        digest=row.digest,
        at=clock.moment(row.at),
        erased_at=clock.moment(row.erased_at) if row.erased_at else None,
    )


def _print(whose: Bilingual) -> Bilingual:
    return Bilingual(say("vi", _SIGNED_PRINT, who=whose.vi), say("en", _SIGNED_PRINT, who=whose.en))


def _register_group(
    form: Form, item_id: str, item: Item, held: Holdings, only: Collection[str] | None, at: datetime | None
) -> Group:
    assert item.lookup is not None  # noqa: S101  only items of registers come here
    title = held[item.lookup.register].title
    known = form.record(item_id)
    candidates = form.candidates(item_id)
    choices = ()
    if item.choose and len(candidates) > 1:
        choices = tuple(
            Choice(record=each.record, values=_record(form, each, title, held, None), chosen=each is known)
            for each in candidates
        )
    asked = item_id in form.papers
    state = "found" if known else "choose" if choices else "none" if item.optional else "paper" if asked else "missing"
    values = _record(form, known, title, held, only) if known else ()
    values += _from_paper(form, item_id, item, held, only, at)
    return Group(name=item_id, title=item.title, state=state, values=values, choices=choices, register=title)


def _record(
    form: Form, known: Known, title: Bilingual, held: Holdings, only: Collection[str] | None
) -> tuple[Shown, ...]:
    item = form.procedure.data[known.item]
    source = Source(
        kind="register",
        title=title,
        register=known.register,
        record=known.record,
        version=known.version,
        at=clock.moment(known.at),
        own=item.lookup is not None and facts.is_own(item.lookup.register, item.lookup.field),
    )
    terms = held[known.register].fields
    lacking = form.lacks(known.item) or ()
    return tuple(
        shown(f"{known.item}.{name}", terms[name], known.values.get(name), source, first=_first(item, name))
        for name in _ordered(item, item.reads)
        if name not in lacking and (only is None or f"{known.item}.{name}" in only)
    )


def _from_paper(
    form: Form, item_id: str, item: Item, held: Holdings, only: Collection[str] | None, at: datetime | None
) -> tuple[Shown, ...]:
    """What was typed from a paper because the register does not tell it."""
    assert item.lookup is not None  # noqa: S101  only items of registers come here
    source = Source(kind="declared", title=both(_FROM_PAPER), at=at)
    terms = held[item.lookup.register].fields
    return tuple(
        shown(f"{item_id}.{name}", terms[name], form.value(f"{item_id}.{name}"), source, first=_first(item, name))
        for name in form.lacks(item_id) or ()
        if only is None or f"{item_id}.{name}" in only
    )


def _first(item: Item, name: str) -> bool:
    return not item.shows or name in item.shows


def _ordered(item: Item, names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of an item, those shown first in front."""
    return (*item.shows, *(name for name in names if name not in item.shows))


def _own_group(form: Form, item_id: str, item: Item, only: Collection[str] | None, at: datetime | None) -> Group:
    values = tuple(
        shown(
            f"{item_id}.{name}",
            field.term,
            form.value(f"{item_id}.{name}"),
            _own_source(form, f"{item_id}.{name}", field, at),
            first=_first(item, name),
        )
        for name in _ordered(item, tuple(item.fields))
        for field in (item.fields[name],)
        if only is None or f"{item_id}.{name}" in only
    )
    return Group(name=item_id, title=item.title, state="found", values=values)


def _step_group(form: Form, step_id: str, step: Step, only: Collection[str] | None) -> Group:
    """What a step added: the entry's number, the child's number, the card's."""
    source = Source(kind="decision", title=step.title)
    values = tuple(
        shown(f"{step_id}.{name}", given.term, form.value(f"{step_id}.{name}"), source)
        for name, given in step.gives.items()
        if (only is None or f"{step_id}.{name}" in only) and form.value(f"{step_id}.{name}") is not None
    )
    return Group(name=step_id, title=step.title, state="found", values=values)


def _own_source(form: Form, name: str, field: Asked, at: datetime | None) -> Source:
    if field.told:
        return Source(kind="computed", title=both(_TOLD), at=at)
    declared = field.ask is not None and any(ask.name == name for ask in form.asks)
    item, _, field_id = name.partition(".")
    matched = form.matched.get(item, False) and field_id in MATCHED
    return (
        Source(kind="declared", title=both(_MATCHED if matched else _DECLARED), at=at, matched=matched)
        if declared
        else Source(kind="computed", title=both(_COMPUTED))
    )
