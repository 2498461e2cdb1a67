"""What stands behind the verbs of mandates: who is meant, whether terms are in order, a word kept with its proof."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from lienthong.identity import store
from lienthong.identity.api.representation import GROUNDS, alone
from lienthong.identity.domain import is_of_age
from lienthong.identity.domain.mandates import Kind as MandateKind
from lienthong.identity.domain.mandates import Mandate, Standing
from lienthong.identity.events import MandateSaid
from lienthong.identity.spec import terms
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import day, fold
from lienthong.ledger import api as ledger
from lienthong.messages import api as messages
from lienthong.reference import api as reference
from lienthong.registers import api as registers

_FIELDS = ("number", "full_name", "birth_date", "life_status", "home_commune")
_PROCEDURE = re.compile(r"\*|[a-z][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a mandate is for, in the words of ``Mandate``. since, until: None for today and for the term of the law."""

    procedures: Sequence[str] = ()
    data: bool = False
    papers: bool = False
    since: date | None = None
    until: date | None = None


def latest_end() -> date:
    """Return the last day of a mandate for which no other term is agreed."""
    today = clock.today(runtime.current().clock)
    return _years_later(today, terms(today).longest_unless_agreed.years) - timedelta(days=1)


def make(
    who: Actor,
    kind: MandateKind,
    *,
    person: tuple[str, str],
    representative: tuple[str, str],
    scope: Scope,
    days: tuple[date, date],
    ground: tuple[str, str] = ("", ""),
    how: str = "",
) -> str:
    """Keep a new mandate and its first word, in the open transaction; answer its id."""
    now = runtime.current().clock.now()
    helper = next(iter(store.accounts.staff_of([who.assisted_by])), None) if who.assisted_by else None
    made = Mandate(
        id=new_id(),
        kind=kind,
        person=person[0],
        person_name=person[1],
        representative=representative[0],
        representative_name=representative[1],
        procedures=tuple(sorted(set(scope.procedures))),
        data=scope.data,
        papers=scope.papers,
        since=days[0],
        until=days[1],
        ground=ground[0],
        ground_on=ground[1],
        made_by=who.subject if who.kind is Kind.OFFICER else who.assisted_by,
        agency=who.agency or (helper.agency if helper else ""),
        made_at=now,
        standing=Standing.OFFERED,
        standing_at=now,
    )
    store.mandates.add(made)
    guardian = kind is MandateKind.GUARDIAN
    say(who, made, Standing.ACTIVE if guardian else Standing.OFFERED, "accepted" if guardian else "offered", how=how)
    return made.id


def say(who: Actor, mandate: Mandate, standing: Standing, word: str, *, how: str = "") -> None:
    """Keep a word on a mandate with its proof, and tell both people. how: it was given at a counter."""
    now = runtime.current().clock.now()
    store.mandates.change(mandate.id, standing, now)
    people = {"person": mandate.person, "representative": mandate.representative}
    terms_said = {**people, "reach": sorted(mandate.reach), "since": mandate.since, "until": mandate.until, "how": how}
    said = {
        "id": new_id(),
        "mandate": mandate.id,
        "at": clock.stamp(now),
        "word": word,
        "by_kind": str(who.kind),
        "by": who.subject,
        "assisted_by": who.assisted_by,
        "agency": mandate.agency,
        "level": who.level,
        "terms": msgspec.json.encode(terms_said).decode(),
    }
    salt = secrets.token_bytes(32)
    store.mandates.say(said, salt)
    ledger.record(entry_id=str(said["id"]), digest=ledger.digest_of(said, salt))
    publish(who, MandateSaid(mandate=mandate.id, kind=mandate.kind.value, word=word, agency=mandate.agency))
    names_told = {"person": mandate.person_name, "representative": mandate.representative_name}
    data = {**names_told, "until": day(mandate.until)}
    for reader in (mandate.person, mandate.representative):
        messages.send(
            alone(who), to=reader, template=f"mandate-{word.replace('_', '-')}", data=data, dossier=mandate.id
        )


def names(who: Actor, number: str) -> tuple[str, str]:
    """Return a number with the name the register holds."""
    found = _read(who, number)
    return number, str(found["full_name"]) if found else number


def adult(who: Actor, number: str, name: str) -> tuple[str, str]:
    """Number and name of a living adult; which of them did not fit is not said."""
    found, today = _read(who, number), clock.today(runtime.current().clock)
    years = terms(today).representative_from.years
    fits = found is not None and fold(str(found["full_name"])) == fold(name) and found["life_status"] != "deceased"
    if not fits or found is None or not is_of_age(str(found["birth_date"] or ""), years, today):
        sentence = N_(
            "Số định danh và họ tên không khớp với một người từ đủ %(years)s tuổi. Xem lại trên thẻ căn cước."
        )
        wrong = fault("representative", "mandate.person", sentence, years=years)
        raise Invalid("mandate.invalid", N_("Ủy quyền còn chỗ cần sửa."), [wrong])
    return number, str(found["full_name"])


def ward(who: Actor, number: str) -> tuple[str, str]:
    """Return number and name of somebody of the officer's own units. Raises Invalid."""
    found = _read(who, number)
    unit = str(found["home_commune"] or "") if found else ""
    if found is None or not any(reference.is_within(unit, own) for own in who.units):
        wrong = fault("person", "guardian.person", N_("Không tìm thấy người này trong địa bàn phụ trách."))
        raise Invalid("guardian.invalid", N_("Phần ghi người giám hộ còn chỗ cần sửa."), [wrong])
    return number, str(found["full_name"])


def _read(who: Actor, number: str) -> dict[str, object] | None:
    query = registers.Query("population", key=number, fields=_FIELDS)
    found = next(iter(registers.read(alone(who), queries=[query], grounds=GROUNDS)[0]), None)
    return {name: found.values.get(name) for name in _FIELDS} if found else None


def days(scope: Scope) -> tuple[date, date]:
    """Return first and last day of what is wanted."""
    since = scope.since or clock.today(runtime.current().clock)
    return since, scope.until or latest_end()


def scope_faults(scope: Scope, since: date, until: date) -> list[Fault]:
    """Return what stands against a scope."""
    faults: list[Fault] = []
    if not scope.procedures and not scope.data and not scope.papers:
        faults.append(fault("scope", "mandate.scope", N_("Chọn ít nhất một việc được làm thay.")))
    if any(not _PROCEDURE.fullmatch(each) for each in scope.procedures):
        faults.append(fault("scope", "mandate.procedure", N_("Có việc không nằm trong danh sách; chọn lại.")))
    if until < since or until < clock.today(runtime.current().clock):
        faults.append(
            fault("until", "mandate.until", N_("Ngày kết thúc phải từ hôm nay trở đi và không trước ngày bắt đầu."))
        )
    return faults


def _years_later(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February
        return start.replace(year=start.year + years, day=28)
