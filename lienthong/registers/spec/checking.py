"""What must agree in a well-formed definition: with itself, the dictionary, the law, the agencies, other registers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.expressions import Kind
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.spec.parts import Rule
from lienthong.registers.spec.shape import Register
from lienthong.registers.spec.words import ACT, BEFORE, compiled, follows

One = Definition[Register]
_STRICTNESS = ("open", "internal", "personal", "sensitive")
_OF_NUMBERS = {"number", "father_number", "mother_number", "spouse_number"}
_OF_DATES = {"birth_date"}


def faults_of(one: One) -> list[Fault]:
    """Return every disagreement of a well-formed definition with itself, the dictionary, the law and the agencies."""
    found = [*_time(one), *_roles(one), *_fields(one), *_grounds(one)]
    return found or [*_strictness(one), *_rules(one), *_matching(one), *_relations(one), *_sources(one), *_events(one)]


def faults_between(one: One, known: Mapping[str, Register]) -> Iterator[Fault]:
    """Yield what points to a register or a field of one that is not there. known: every well-formed one by id."""
    register = one.model
    for at, rule in enumerate(register.quality):
        if other := rule.elsewhere:
            place = ("quality", at, rule.kind)
            wrong = list(_there(one.place(*place), other.register_id, other.by, known))
            yield from wrong
            if other.where and not wrong and _sound(known[other.register_id]):
                yield from _expression(one, (*place, "where"), other.where, known[other.register_id].types)
    for name, relation in register.relations.items():
        yield from _there(one.place("relations", name), relation.to or register.id, relation.by, known)
    yield from _follows(one, known)
    for at, case in enumerate(register.cases):
        for other in case.elsewhere:
            yield from _there(one.place("cases", at, "elsewhere", other), other, "", known)


def _follows(one: One, known: Mapping[str, Register]) -> Iterator[Fault]:
    register = one.model
    for at, each in enumerate(register.follows):
        place = one.place("follows", at)
        wrong = list(_there(place, each.register_id, "", known))
        yield from wrong
        if wrong or not _sound(known[each.register_id]):
            continue
        telling = known[each.register_id]
        if each.event not in {one.event for one in telling.announces}:
            message = N_("“%(register)s” không báo sự kiện “%(event)s”; các sự kiện có: %(known)s.")
            events = ", ".join(dict.fromkeys(one.event for one in telling.announces)) or "–"
            yield fault(place, "register.event", message, register=telling.id, event=each.event, known=events)
        yield from _known(one, place, tuple(each.put))
        for field in each.find:
            yield from _there(one.place("follows", at, "find"), register.id, field, known)
        texts = [("find", text, {}, None) for text in each.find.values()]
        texts += [("which", each.which, register.types, Kind.BOOL)] if each.which else []
        texts += [("put", text, register.types, None) for text in each.put.values()]
        for part, text, own, gives in texts:
            yield from _follow_expression(one, ("follows", at, part), text, own, telling.types, gives)


def _follow_expression(
    one: One,
    path: Sequence[str | int],
    text: str,
    own: Mapping[str, str],
    telling: Mapping[str, str],
    gives: Kind | None,
) -> Iterator[Fault]:
    try:
        follows(text, own, telling, gives=gives)
    except Invalid as wrong:
        for each in wrong.faults:
            yield Fault(one.place(*path), each.code, each.message, each.data)


def _sound(register: Register) -> bool:
    return all(register.term_of(name) in reference.terms() for name in register.fields)


def _there(place: str, register: str, by: str, known: Mapping[str, Register]) -> Iterator[Fault]:
    if register not in known:
        message = N_("Không có cơ sở dữ liệu “%(register)s”; các mã có: %(known)s.")
        yield fault(place, "register.other", message, register=register, known=", ".join(sorted(known)))
    elif by and by not in known[register].lookups:
        message = N_("“%(field)s” của “%(register)s” không phải trường tra cứu; chọn một trong: %(known)s.")
        names = ", ".join(known[register].lookups)
        yield fault(place, "register.other_field", message, field=by, register=register, known=names)


def _time(one: One) -> Iterator[Fault]:
    first, last = one.model.valid
    if last is not None and last < first:
        yield fault(one.place("valid"), "register.valid", N_("Ngày hết hiệu lực đứng trước ngày có hiệu lực."))


def _roles(one: One) -> Iterator[Fault]:
    register = one.model
    for role in ("key", "subject", "name", "unit", "begins"):
        name = getattr(register, role)
        if name and name not in register.fields:
            yield fault(
                one.place(role),
                "register.role",
                N_("“%(role)s” chỉ vào trường “%(name)s” không có trong fields; thêm trường hoặc sửa tên."),
                role=role,
                name=name,
            )
    if register.subject and register.subject in register.fields:
        term = reference.terms().get(register.term_of(register.subject))
        if term is not None and term.type != "personal_number":
            yield fault(one.place("subject"), "register.subject", N_("Trường chủ thể phải là số định danh cá nhân."))


def _fields(one: One) -> Iterator[Fault]:
    register = one.model
    for name, spec in register.fields.items():
        if name in (ACT, BEFORE.rstrip(".")):
            message = N_("“%(name)s” là từ dành cho announces; đặt tên khác và dùng `is:`.")
            yield fault(one.place("fields", name), "register.reserved", message, name=name)
        if register.term_of(name) not in reference.terms():
            yield fault(
                one.place("fields", name),
                "register.term",
                N_("Từ điển không có mục “%(term)s”; thêm vào catalogue/dictionary hoặc dùng `is:` với mục đã có."),
                term=register.term_of(name),
            )
        for other in spec.with_:
            if other not in register.fields or not spec.lookup:
                yield fault(
                    one.place("fields", name),
                    "register.with",
                    N_("`with` cần `lookup` và một trường có trong fields; “%(name)s” thì không."),
                    name=other,
                )


def _grounds(one: One) -> Iterator[Fault]:
    register = one.model
    for basis in register.basis:
        if basis not in reference.bases():
            yield fault(
                one.place("basis"),
                "register.basis",
                N_("Không có căn cứ pháp lý “%(basis)s” trong catalogue/bases; thêm vào hoặc sửa mã."),
                basis=basis,
            )
    if reference.agency(register.owner) is None:
        yield fault(
            one.place("owner"), "register.owner", N_("Không có cơ quan mang mã “%(agency)s”."), agency=register.owner
        )


def _strictness(one: One) -> Iterator[Fault]:
    register = one.model
    for name, spec in register.fields.items():
        own = register.terms[name].classification
        if spec.classification and _STRICTNESS.index(spec.classification) < _STRICTNESS.index(own):
            message = N_("Trường “%(name)s” không được xếp lỏng hơn từ điển (%(own)s).")
            yield fault(one.place("fields", name), "register.class", message, name=name, own=own)
        if spec.keep and _years(spec.keep) > _years(register.retention.keep):
            message = N_("Trường “%(name)s” không được giữ lâu hơn cả bản ghi (%(keep)s).")
            yield fault(one.place("fields", name), "register.keep", message, name=name, keep=register.retention.keep)


def _years(keep: str) -> int:
    return 1_000_000 if keep == "permanent" else int(keep.split(maxsplit=1)[0])


def _rules(one: One) -> Iterator[Fault]:
    register = one.model
    yield from _twice(one, "quality", [rule.id for rule in register.quality])
    for at, rule in enumerate(register.quality):
        place = one.place("quality", at)
        yield from _known(one, place, (*rule.fields, *rule.unique, *rule.acyclic))
        if rule.elsewhere:
            yield from _known(one, place, (rule.elsewhere.field,))
        for part in ("when", "that"):
            if text := getattr(rule, part):
                yield from _expression(one, ("quality", at, part), text, register.types)
        yield from _cross(one, place, rule)


def _cross(one: One, place: str, rule: Rule) -> Iterator[Fault]:
    register = one.model
    if rule.unique and set(rule.unique) == {register.key}:
        yield fault(place, "register.rule_key", N_("Khóa đã là duy nhất; bỏ quy tắc này."))
    for name in rule.acyclic:
        if name in register.fields and name not in register.lookups:
            message = N_("Quy tắc acyclic đi theo trường tra cứu; thêm `lookup: exact` cho “%(name)s”.")
            yield fault(place, "register.rule_lookup", message, name=name)


def _expression(
    one: One, path: Sequence[str | int], text: str, types: Mapping[str, str], *, event: bool = False
) -> Iterator[Fault]:
    try:
        compiled(text, types, event=event)
    except Invalid as wrong:
        for each in wrong.faults:
            yield Fault(one.place(*path), each.code, each.message, each.data)


def _matching(one: One) -> Iterator[Fault]:
    register, matching = one.model, one.model.matching
    if matching is None:
        return
    place = one.place("matching")
    yield from _known(one, one.place("matching", "same"), tuple(matching.same.values()))
    for role, name in matching.same.items():
        kind = register.types.get(name, "")
        wrong = (role in _OF_NUMBERS and kind != "personal_number") or (role in _OF_DATES and "date" not in kind)
        if kind and wrong:
            message = N_("Trường “%(name)s” kiểu %(kind)s không thể là “%(role)s” khi đối chiếu.")
            yield fault(
                one.place("matching", "same", role), "register.role_type", message, name=name, kind=kind, role=role
            )
    if "name" not in matching.same or not {"birth_date", "number"} & matching.same.keys():
        message = N_(
            "Đối chiếu cần họ tên cùng ngày sinh hoặc số định danh; thêm `name` và `birth_date` hoặc `number`."
        )
        yield fault(one.place("matching", "same"), "register.match_fields", message)
    if not matching.review < matching.sure:
        message = N_("Ngưỡng cần xem lại (%(review)s) phải nhỏ hơn ngưỡng chắc chắn (%(sure)s).")
        yield fault(place, "register.threshold", message, review=matching.review, sure=matching.sure)


def _relations(one: One) -> Iterator[Fault]:
    for name, relation in one.model.relations.items():
        yield from _known(one, one.place("relations", name), (relation.field,))


def _sources(one: One) -> Iterator[Fault]:
    yield from _twice(one, "sources", [source.id for source in one.model.sources])
    for at, source in enumerate(one.model.sources):
        place = one.place("sources", at)
        if source.agency and reference.agency(source.agency) is None:
            message = N_("Không có cơ quan mang mã “%(agency)s”.")
            yield fault(place, "register.source_agency", message, agency=source.agency)
        if source.by and one.model.types.get(source.by) != "agency":
            yield fault(
                place, "register.source_by", N_("“by” phải là một trường chứa mã cơ quan: “%(by)s”."), by=source.by
            )
        if source.kind and source.kind not in reference.agency_kinds():
            known = ", ".join(sorted(reference.agency_kinds()))
            message = N_("Không có loại cơ quan “%(kind)s”; các loại có: %(known)s.")
            yield fault(place, "register.source_kind", message, kind=source.kind, known=known)


def _events(one: One) -> Iterator[Fault]:
    for at, each in enumerate(one.model.announces):
        place = one.place("announces", at)
        yield from _expression(one, ("announces", at, "when"), each.when, one.model.types, event=True)
        yield from _known(one, place, (*each.person, *((each.day,) if each.day else ())))
        for name in each.person:
            if one.model.types.get(name, "personal_number") != "personal_number":
                message = N_("`person` phải là trường số định danh cá nhân; “%(name)s” thì không.")
                yield fault(place, "register.event_person", message, name=name)


def _known(one: One, place: str, names: Sequence[str]) -> Iterator[Fault]:
    for name in names:
        if name not in one.model.fields:
            known = ", ".join(one.model.fields)
            message = N_("Không có trường “%(name)s” trong fields; các trường có: %(known)s.")
            yield fault(place, "register.field", message, name=name, known=known)


def _twice(one: One, part: str, ids: Sequence[str]) -> Iterator[Fault]:
    for name, times in Counter(ids).items():
        if times > 1:
            message = N_("Mã “%(name)s” dùng hai lần trong %(part)s; mỗi mã một lần.")
            yield fault(one.place(part, ids.index(name)), "register.twice", message, name=name, part=part)
