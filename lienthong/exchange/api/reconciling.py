"""Lists of millions compared with a register under a contract: a code for each row, and never a value of the register.

Not to be used for guessing: a contract has a volume a day, one number may be asked with few different names in a list
and few times a day, and a row counts only with number, name and birth date. Everybody asked about finds one entry for
the list in their log, which commits to the digests of the list, of the result and of who was in it (decision 0007).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from lienthong.exchange.api.describing import basis_title
from lienthong.exchange.api.reading import reading_for
from lienthong.exchange.api.refusing import agreed, contracts_in_force, refuse, register_in_force, requester
from lienthong.exchange.domain import Refusal
from lienthong.exchange.events import ListReconciled
from lienthong.exchange.spec.deciding import Requester, decide_reconcile
from lienthong.exchange.store import comparing, lists
from lienthong.exchange.store import reconciling as store
from lienthong.exchange.store.comparing import CODES
from lienthong.exchange.store.reconciling import Reconciliation
from lienthong.kernel import clock, jobs, requests, runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual, gettext
from lienthong.kernel.ids import new_id
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register

JOB = "exchange.reconcile"
SPELLINGS = 3
"""How many different names or birth dates one number may be asked with in a list: a typing error has one or two."""
TIMES = 6
"""How often one number may be asked on one day."""
RESULTS_KEPT = timedelta(days=90)
"""How long the code of each row is kept (our own; the counts and the entry stay)."""
_COUNTED = timedelta(days=2)
"""How long it is kept who was asked for: ``TIMES`` counts a day."""
Say = Callable[[int, int], None]
"""Told how many portions of how many are done."""


def unsaid(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


_SHOWN = 100
_NAME = 200


@dataclass(frozen=True, slots=True)
class ListContract:
    """A contract under which the actor may have lists compared with a register. per_day, used: rows, of today."""

    id: str
    title: Bilingual
    register: str
    register_title: Bilingual
    basis: str
    per_day: int
    used: int


def list_contracts(who: Actor) -> list[ListContract]:
    """Return the contracts in force under which this actor may have lists compared."""
    asker, specs = _party(who), {each.id: each for each in registers.definitions()}
    found: list[ListContract] = []
    for each in contracts_in_force():
        for name in dict.fromkeys(name for clause in each.clauses for name in clause.reconciles):
            why = Grounds(purpose=each.id, basis=each.basis[0])
            decided = decide_reconcile(each, asker, name, why)
            if isinstance(decided, int) and name in specs:
                used, _ = store.since(who.agency, each.id, _today())
                title = specs[name].title
                found.append(ListContract(each.id, each.title, name, title, basis_title(why.basis), decided, used))
    return found


def reconcile(
    who: Actor, *, register: str, contract: str, path: Path, grounds: Grounds | None = None, name: str = ""
) -> Reconciliation:
    """Take a list in and begin to compare it; answer it at once, the work goes on as a job.

    path: any table that an import takes, with number, name and birth date under whatever titles, and an id of each row
    if it has one. A list with plain columns in CSV or Parquet is compared as it stands, millions of rows a second. The
    list itself is deleted once it is answered. name: of the file, when the path has another. The same list in the same
    request again is the same reconciliation. Raises Denied when the contract does not allow it,
    Invalid for a file that cannot be used, a volume beyond the contract's, or numbers asked again and again.
    """
    known = agreed(contract)
    why = grounds or Grounds(purpose=contract, basis=known.basis[0] if known else "")
    decided = decide_reconcile(known, requester(who), register, why) if known else Refusal.CONTRACT
    spec = register_in_force(register)
    if isinstance(decided, Refusal) or spec is None:
        refusal = decided if isinstance(decided, Refusal) else Refusal.REGISTER
        refuse(who, refusal, register=register, subjects=[], fields=[], grounds=why, contract=contract)
    made = new_id()
    rows, columns, digest = _taken_in(spec, path, made)
    try:
        _within_volume(who, contract, rows, decided)
        _not_guessing(who, spec, made, columns, contract, why)
    except (Invalid, Denied):
        store.forget(made)
        raise

    def work() -> str:
        begun = Reconciliation(
            id=made,
            at=clock.stamp(runtime.current().clock.now()),
            agency=who.agency,
            contract=contract,
            register=register,
            basis=why.basis,
            state="working",
            rows=rows,
            portions=store.portions_of(rows),
            portions_done=0,
            columns=columns,
            source_digest=digest,
            result_digest="",
            codes={},
            entry="",
            name=(name or path.name)[:_NAME],
        )
        store.add(begun, f"{who.kind}:{who.subject}")
        jobs.enqueue(JOB, {"id": made, "agency": who.agency}, key=f"{JOB}:{made}:0")
        return made

    kept = requests.once(who, f"exchange.reconcile.{contract}"[:80], str, work)
    if kept != made:
        store.forget(made)
    return _one(who, kept)


def _taken_in(spec: Register, path: Path, made: str) -> tuple[int, dict[str, str], str]:
    into = store.folder(made) / "list.parquet"
    odd_day = functools.partial(comparing.odd_day, today=clock.local(runtime.current().clock.now()).date())
    try:
        return lists.take_in(path, into, reading_for(spec), {"number": comparing.odd_number, "birth_date": odd_day})
    except BaseException:
        store.forget(made)
        raise


def reconciliation(who: Actor, *, reconciliation: str) -> Reconciliation:
    """Return one of the actor's agency: how far it is, and once done how many rows of each code. Raises NotFound."""
    return _one(who, reconciliation)


def reconciliations(who: Actor, *, before: str = "", limit: int = 50) -> list[Reconciliation]:
    """Return those of the actor's agency that they may see, newest first. before: id of the last one seen."""
    found = store.of_agency(who.agency, before=before, limit=limit) if who.agency else []
    return [each for each in found if _may_see(who, each)]


def continue_reconciliation(
    who: Actor, *, reconciliation: str, say: Say = unsaid, most: int = 1 << 30
) -> Reconciliation:
    """Compare the portions that are left (``most`` of them) and, after the last, write the entry that tells of it.

    Killed in the middle and called again it goes on with the first portion that is not whole; portions done are not
    done again. Raises NotFound.
    """
    made = _one(who, reconciliation)
    if made.state == "done":
        store.forget(made.id, keep=store.PARTS)  # killed right after the last portion, the list is still there
    if made.state != "working":
        return made
    spec = registers.definition(made.register)
    known = _answers(who, spec, made)
    for portion in range(made.portions_done, min(made.portions, made.portions_done + most)):
        store.answer(made, portion, known)
        if not store.change(made.id, portions_done=portion + 1):
            store.forget(made.id)  # cancelled meanwhile
            return _one(who, reconciliation)
        say(portion + 1, made.portions)
    left = _one(who, reconciliation)
    if left.portions_done < left.portions:
        return left
    finished = _finish(who, spec, left)
    store.forget(made.id, keep=store.PARTS)
    return finished


def cancel_reconciliation(who: Actor, *, reconciliation: str) -> Reconciliation:
    """Stop one that is not done: nothing was answered, and nothing is kept but how often each number was asked for.

    Cancelling twice changes nothing. Raises NotFound, Conflict when it is done.
    """
    made = _one(who, reconciliation)
    if made.state == "done":
        raise Conflict("reconcile.done", N_("Lần đối soát này đã xong, không hủy được nữa."))
    if store.change(made.id, state="cancelled"):
        store.forget(made.id)
    return _one(who, reconciliation)


def reconciliation_result(who: Actor, *, reconciliation: str, into: Path) -> Reconciliation:
    """Write the result (CSV, or Parquet by its name): the list's own row ids, each with its code. Raises NotFound.

    Beside them the sheet and the row of the file, and of a row that cannot be read the sentence why.

    Raises Conflict while it is not done: no code leaves the node before the entry that tells of it is written.
    """
    made = _one(who, reconciliation)
    if made.state == "purged":
        raise Conflict(
            "reconcile.purged",
            N_(
                "Kết quả từng dòng đã xóa sau %(days)s ngày; số đếm và bằng chứng vẫn còn. "
                "Cần lại thì gửi danh sách lại."
            ),
            days=RESULTS_KEPT.days,
        )
    if made.state != "done":
        raise Conflict("reconcile.not_done", N_("Lần đối soát này chưa xong hoặc đã hủy; chưa có kết quả."))
    store.result(made, into, gettext(N_("Thiếu số định danh, họ tên hoặc ngày sinh, hoặc không đọc được.")))
    return made


def purge() -> int:
    """Delete what is kept no longer: whom a list asked for after a day, its result later; answer how many results."""
    now = runtime.current().clock.now()
    for each in store.made_before(clock.stamp(now - _COUNTED), "done", "cancelled"):
        store.forget_people(each)
    gone = 0
    for each in store.made_before(clock.stamp(now - RESULTS_KEPT), "done"):
        gone += store.change(each, only_if="done", state="purged")
    for each in store.made_before(clock.stamp(now - RESULTS_KEPT), "purged"):  # a try that was killed before, too
        store.forget(each)
    return gone


def run_reconciliation(payload: dict[str, str]) -> None:
    """Do one portion as a job and ask for the next: no portion outlasts the lease of a job."""
    who = system(JOB, agency=payload["agency"])
    try:
        made = continue_reconciliation(who, reconciliation=payload["id"], most=1)
    except NotFound:
        return
    if made.state == "working":
        jobs.enqueue(JOB, payload, key=f"{JOB}:{made.id}:{made.portions_done}")


def _finish(who: Actor, spec: Register, made: Reconciliation) -> Reconciliation:
    codes = store.finish(made)
    digest = hashlib.sha256()
    for part in sorted(store.folder(made.id).glob(store.PARTS)):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    result = digest.hexdigest()
    with runtime.current().database.transaction():
        if not store.change(made.id, state="done", result_digest=result, codes=codes):
            return _one(who, made.id)
        entry = registers.compared(
            who,
            register=made.register,
            fields=[spec.key, spec.name, "birth_date"],
            grounds=Grounds(purpose=made.contract, basis=made.basis),
            people=store.people_asked(made.id),
            contract=made.contract,
            reason=f"list:{made.source_digest} result:{result}",
        )
        store.change(made.id, only_if="done", entry=entry)
        publish(
            who,
            ListReconciled(
                contract=made.contract,
                register=made.register,
                agency=made.agency,
                reconciliation=made.id,
                rows=made.rows,
                **{code: codes.get(code, 0) for code in CODES},
            ),
        )
    return _one(who, made.id)


def _answers(who: Actor, spec: Register, made: Reconciliation) -> Path:
    """Return the register's side of the comparison, from an image as new as the register."""
    roles = {"number": spec.subject, "name": spec.name, "birth_date": "birth_date"}
    roles |= {each: each for each in ("former_number", "life_status") if each in spec.fields}
    why = Grounds(purpose=made.contract, basis=made.basis)
    image = registers.image(who, register=spec.id, fields=list(roles.values()), grounds=why, contract=made.contract)
    return comparing.answers(store.folder("answers"), image.path, roles, registers.led_keys(spec.id))


def _within_volume(who: Actor, contract: str, rows: int, per_day: int) -> None:
    before, _ = store.since(who.agency, contract, _today())
    if before + rows > per_day:
        raise Invalid(
            "reconcile.volume",
            N_("Thỏa thuận cho đối soát %(most)s dòng một ngày; hôm nay đã dùng %(used)s, tệp này có %(rows)s dòng."),
            most=per_day,
            used=before,
            rows=rows,
        )


def _not_guessing(
    who: Actor, spec: Register, made: str, columns: dict[str, str], contract: str, grounds: Grounds
) -> None:
    """Refuse a list that asks for a number with name after name, or too often in a day; tell those people."""
    in_list = store.asked(made, columns, SPELLINGS)
    _, earlier = store.since(who.agency, contract, _today())
    guessed = in_list or store.asked_too_often([*earlier, made], TIMES)
    if not guessed:
        return
    registers.deny(
        who,
        register=spec.id,
        subjects=[f"{each:012d}" for each in guessed[:_SHOWN]],
        fields=[spec.name, "birth_date"],
        grounds=grounds,
        reason=Refusal.MISMATCH.value,
        contract=contract,
        act="compare",
    )
    if not in_list:
        raise Invalid(
            "reconcile.too_often",
            N_(
                "Hôm nay cơ quan đã hỏi cùng một số định danh quá %(times)s lần (%(numbers)s số): "
                "không đối soát cả tệp. Dùng kết quả đã có, hoặc gửi lại vào ngày mai."
            ),
            times=TIMES,
            numbers=len(guessed),
        )
    raise Invalid(
        "reconcile.guessing",
        N_(
            "Tệp hỏi cùng một số định danh nhiều lần với họ tên hoặc ngày sinh khác nhau (%(numbers)s số): "
            "không đối soát cả tệp. Giữ mỗi số một dòng rồi gửi lại."
        ),
        numbers=len(guessed),
    )


def _today() -> str:
    now = clock.local(runtime.current().clock.now())
    return clock.stamp(now.replace(hour=0, minute=0, second=0, microsecond=0))


def _one(who: Actor, made: str) -> Reconciliation:
    found = store.of_agency(who.agency, made=made) if who.agency else []
    if not found or not _may_see(who, found[0]):
        raise NotFound("reconcile.none", N_("Cơ quan không có lần đối soát mang mã này."))
    return found[0]


def _may_see(who: Actor, made: Reconciliation) -> bool:
    """Say whether somebody of the agency may see a list of it: its systems, and officers whom the contract names."""
    if who.kind is Kind.SYSTEM:
        return True
    known = agreed(made.contract)
    why = Grounds(purpose=made.contract, basis=made.basis)
    return known is not None and isinstance(decide_reconcile(known, _party(who), made.register, why), int)


def _party(who: Actor) -> Requester:
    """Return the actor as a party to a contract: lists are of no commune and of nobody's family."""
    agency = reference.agency(who.agency) if who.agency else None
    return Requester(who, agency.kind if agency else "", list)
