"""Facts, questions and expressions of a procedure: every name must exist."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.services.spec.form import MATCHED
from lienthong.services.spec.holding import Holding, Holdings
from lienthong.services.spec.parts import Item, Lookup
from lienthong.services.spec.shape import Defined, Procedure
from lienthong.services.spec.words import compiled, filter_names

Place = tuple[str | int, ...]


_NO_ITEM = N_("Không có mục “%(id)s” trong data.")
_NO_TERM = N_("Từ điển không có mục “%(id)s”.")
_NO_REGISTER = N_("Không có sổ “%(id)s” đang hiệu lực.")
_NO_FIELD = N_("Sổ “%(register)s” không có trường “%(id)s”; sửa tên trường theo tệp của sổ.")


def data(one: Defined, held: Holdings) -> Iterator[Fault]:
    """Yield items, registers and fields that do not exist, and lookups that no register answers."""
    procedure = one.model
    if procedure.applicant.item not in procedure.data:
        yield fault(one.place("applicant"), "item.unknown", _NO_ITEM, id=procedure.applicant.item)
    for item_id, item in procedure.data.items():
        if item.about and item.about not in procedure.data:
            yield fault(one.place("data", item_id, "about"), "item.unknown", _NO_ITEM, id=item.about)
        if item.lookup:
            yield from _read(one, item_id, item, item.lookup, held)


def _read(one: Defined, item_id: str, item: Item, lookup: Lookup, held: Holdings) -> Iterator[Fault]:
    at: Place = ("data", item_id)
    register = held.get(lookup.register)
    if register is None:
        yield fault(one.place(*at, "from"), "register.unknown", _NO_REGISTER, id=lookup.register)
        return
    if lookup.field not in register.lookups:
        message = N_("Sổ này không tra được theo “%(id)s”.")
        yield fault(one.place(*at, "from"), "lookup.unknown", message, id=lookup.field)
    if lookup.key != "applicant.number":
        message = N_("Chỉ tra theo applicant.number: mọi sổ được hỏi trong một lượt.")
        yield fault(one.place(*at, "from"), "lookup.key", message)
    for name in item.reads:
        if name not in register.fields:
            yield fault(one.place(*at, "reads"), "field.unknown", _NO_FIELD, id=name, register=lookup.register)
    yield from _else(one, item_id, item, register)
    if item.sign and "number" not in item.reads:
        yield fault(one.place(*at, "sign"), "sign.number", N_("Người cùng ký phải có trường number trong reads."))
    try:
        filter_names(item.where, frozenset(register.fields))
    except Invalid as wrong:
        for each in wrong.faults:
            yield Fault(one.place(*at, "where"), each.code, each.message, each.data)


def _else(one: Defined, item_id: str, item: Item, register: Holding) -> Iterator[Fault]:
    """Only what the register itself would have answered may be typed from a paper."""
    for name, asked in (item.otherwise.fields if item.otherwise else {}).items():
        at = one.place("data", item_id, "else", "fields", name)
        if name not in item.reads:
            message = N_("“%(id)s” không nằm trong reads; từ giấy chỉ khai điều sổ lẽ ra trả lời.")
            yield fault(at, "else.reads", message, id=name)
        elif asked.term != register.fields.get(name):
            message = N_("“%(id)s” phải là mục từ điển %(term)s như trong sổ.")
            yield fault(at, "else.term", message, id=name, term=register.fields.get(name, ""))


def shows(one: Defined) -> Iterator[Fault]:
    """Yield values that an item would show first but does not have."""
    for item_id, item in one.model.data.items():
        for name in item.shows:
            if name not in {*item.reads, *item.fields}:
                yield fault(one.place("data", item_id, "shows"), "shows.unknown", _NO_ITEM, id=f"{item_id}.{name}")


def questions(one: Defined) -> Iterator[Fault]:
    """Yield terms that the dictionary lacks, and questions that are on no page or on two."""
    procedure = one.model
    asked = procedure.asked
    for item_id, item in procedure.data.items():
        for field_id, field in item.fields.items():
            if field.term not in reference.terms():
                at: Place = ("data", item_id, "fields", field_id)
                yield fault(one.place(*at), "term.unknown", _NO_TERM, id=field.term)
    for step_id, step in procedure.flow.items():
        for name, given in step.gives.items():
            if given.term not in reference.terms():
                yield fault(one.place("flow", step_id, "gives", name), "term.unknown", _NO_TERM, id=given.term)
    placed = [name for page in procedure.pages for name in page.asks]
    for index, page in enumerate(procedure.pages):
        for name in page.asks:
            if name not in asked:
                yield fault(
                    one.place("pages", index),
                    "page.unknown",
                    N_("Trang hỏi “%(id)s”, nhưng data không hỏi điều này."),
                    id=name,
                )
    for name in asked:
        if placed.count(name) != 1:
            yield fault(one.place("pages"), "page.missing", N_("“%(id)s” phải nằm trên đúng một trang."), id=name)


def matches(one: Defined) -> Iterator[Fault]:
    """Yield people to be compared whose number and name are not asked, or may be asked again after filing."""
    asked_again = {name for reason in one.model.reasons.supplement.values() for name in reason.asks}
    for item_id, item in one.model.data.items():
        names = {f"{item_id}.{each}" for each in MATCHED} if item.match else set[str]()
        if not names <= one.model.asked.keys() or names & asked_again:
            message = N_("Mục “%(id)s” có `match` phải hỏi number và full_name, và không hỏi lại khi bổ sung.")
            yield fault(one.place("data", item_id, "match"), "item.match", message, id=item_id)


def writes(one: Defined, held: Holdings) -> Iterator[Fault]:
    """Yield decisions that would be written to registers or fields that do not exist."""
    for step_id, step in one.model.flow.items():
        for index, write in enumerate(step.write):
            at: Place = ("flow", step_id, "write", index)
            register = held.get(write.to)
            if register is None:
                yield fault(one.place(*at), "register.unknown", _NO_REGISTER, id=write.to)
                continue
            for name in write.values:
                if name not in register.fields:
                    yield fault(one.place(*at, "values", name), "field.unknown", _NO_FIELD, id=name, register=write.to)


def expressions(one: Defined) -> Iterator[Fault]:
    """Yield expressions that do not compile over the procedure's names."""
    for at, text in _expressions(one.model):
        try:
            compiled(one.model, text)
        except Invalid as wrong:
            for each in wrong.faults:
                yield Fault(one.place(*at), each.code, each.message, each.data)


def _expressions(procedure: Procedure) -> Iterator[tuple[Place, str]]:
    yield from ((("unit",), procedure.unit), (("name",), procedure.name))
    for index, check in enumerate(procedure.checks):
        yield from ((("checks", index, "that"), check.that), (("checks", index, "at"), check.at))
    if procedure.fee:
        yield ("fee", "amount"), procedure.fee.amount
    for item_id, item in procedure.data.items():
        yield from ((at, text) for at, text in _of_item(("data", item_id), item) if text)
    for step_id, step in procedure.flow.items():
        yield from ((("flow", step_id, "with", key), each) for key, each in step.inputs.items())
        yield from ((("flow", step_id, "sees"), each) for each in step.sees)
        for index, write in enumerate(step.write):
            at: Place = ("flow", step_id, "write", index)
            yield from (((*at, key), text) for key, text in (("key", write.key), ("since", write.since)) if text)
            yield from (((*at, "values", key), each) for key, each in write.values.items())
    for result_id, result in procedure.results.items():
        yield from ((("results", result_id, "values", key), each) for key, each in result.values.items())
        yield from ((("results", result_id, "to"), each) for each in (*result.to, result.about))


def _of_item(at: Place, item: Item) -> Iterator[tuple[Place, str]]:
    if item.sign:
        yield (*at, "sign", "when"), item.sign.when
    for field_id, field in item.fields.items():
        yield (*at, "fields", field_id, "value"), field.value
        yield (*at, "fields", field_id, "when"), field.when
        yield from (((*at, "fields", field_id, "among"), each) for each in field.among)
        if field.agencies:
            yield (*at, "fields", field_id, "agencies"), field.agencies.unit
