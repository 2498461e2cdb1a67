"""One person once: doubles are found, decided on, merged and separated; a list of an operator is reconciled."""

from __future__ import annotations

from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lienthong.exchange import api as exchange
from lienthong.exchange.domain.signing import pem_of, sign
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.ids import new_id
from lienthong.registers import api as registers
from lienthong.registers import demonstration as nation
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api as stewardship
from tests.proofs.stage import Act, World, works

BY_POLICE = Grounds(purpose="residence-moves", basis="L-68-2020")
HOME = Grounds(purpose="residence-move", basis="L-68-2020")
OWN = Grounds(purpose="matching", basis="L-26-2023")
CARDS = Grounds(purpose="matching", basis="L-25-2008")
FEED, ISLANDS = "local-feed", "20333"
FIRST, SECOND = "079192055601", "079192055610"
THIRD, FOURTH = "079188055602", "079188055620"
SERVER = Ed25519PrivateKey.from_private_bytes(bytes(32))
MORE = {
    "access_crowd": "who compares again is logged again",
    "access_person": "who begins a copy again reads everybody again",
    "exchange.DataFetched": "who begins a copy again reads everybody again",
    "exchange_server_nonce": "who asks again signs again",
    "duplicate_pair": "the nation of this proof is larger on PostgreSQL, and more of it is found",
}
"""What a walk with kills may leave more of, and why."""


def operator(world: World) -> Actor:
    """A machine of the operator."""
    return world.machine(agency="DN90")


def committee(world: World) -> Actor:
    """A machine of the committee of a place where nobody else lives."""
    return world.machine(agency="H17.20.333")


def is_copied(world: World) -> None:
    """A commune begins a copy of its people."""
    exchange.follow_feed(committee(world), contract=FEED, store=world.folder / "copy.sqlite", again=True)


def is_followed(world: World) -> None:
    """And keeps it: what was written, merged and separated meanwhile is in it."""
    store = world.folder / "copy.sqlite"
    exchange.follow_feed(committee(world), contract=FEED, store=store)
    assert exchange.compare_copy(committee(world), contract=FEED, store=store).differ == []


def a_server_is_let_in(world: World) -> str:
    """The commune has a server of its own."""
    _, public = pem_of(SERVER)
    return exchange.admit_server(world.machine(), agency="H17.20.333", public_key=public, note="máy xã").key


def asks(path: str) -> exchange.Asked:
    """A request that the server signs now."""
    node = runtime.current()
    target = f"{node.settings.origin}/api/feed/{FEED}{path}"
    created = int(node.clock.now().timestamp())
    headers = sign(SERVER, method="GET", target=target, created=created, nonce=new_id())
    return exchange.Asked("GET", target, headers["Signature-Input"], headers["Signature"])


def it_copies(world: World) -> str:
    """It takes a snapshot."""
    assert exchange.serve_terms(asks(""), contract=FEED).agency == "H17.20.333"
    return exchange.serve_snapshot(asks("/snapshot"), contract=FEED, after="", limit=100).offset


def it_follows(world: World) -> None:
    """And is told what was written, merged and separated meanwhile."""
    how = {"contract": FEED, "until": "", "limit": 100}
    assert exchange.serve_changes(asks("/changes"), after=world.told["it_copies"], **how).changes
    exchange.serve_figures(asks("/figures"), contract=FEED)


def copies_begin_anew(world: World) -> None:
    """As after a restore."""
    exchange.begin_feeds_anew(world.machine())


def its_key_is_revoked(world: World) -> None:
    """From now on it is refused."""
    exchange.revoke_server(world.machine(), key=world.told["a_server_is_let_in"], reason="thay máy")


def are_written(world: World) -> None:
    """Two people, each twice."""
    for number, name in ((FIRST, "Trần Thị Hai Lần"), (SECOND, "Tran Thi Hai Lan")):
        values = {"number": number, "full_name": name, "sex": "2", "birth_date": "1992-05-05", "home_commune": ISLANDS}
        registers.write(world.machine(), register="population", values=values, grounds=OWN, create=True)
    for number in (THIRD, FOURTH):
        same = {"full_name": "Đoàn Thị Cùng Gộp", "sex": "2", "birth_date": "1988-06-06", "home_commune": "00166"}
        values = {"number": number, **same, "phone": "0908765432"}
        registers.write(world.machine(), register="population", values=values, grounds=OWN, create=True)


def settle(world: World) -> None:
    """Both stand in one household."""
    for number, relation in ((FIRST, "01"), (SECOND, "04")):
        entry = {"entry_no": f"{ISLANDS}/TT/{number}", "number": number, "kind": "permanent", "household": "HK-DI-BO"}
        entry |= {"relation": relation, "head_number": FIRST, "commune": ISLANDS, "address": "1 Đi Bộ"}
        registers.write(
            world.machine(), register="residence", values=entry | {"from_date": "2020-01-01"}, grounds=HOME, create=True
        )


def one_splits_off(world: World) -> None:
    """And becomes a household elsewhere."""
    how = {"members": [SECOND], "commune": "26740", "address": "2 Đi Bộ", "on": date(2026, 11, 2), "grounds": HOME}
    who, code = world.machine(), "HK-DI-BO"
    if stewardship.household_of(who, number=SECOND, grounds=HOME) == code:  # not yet, when it was killed before
        assert len(stewardship.household(who, household=code, grounds=HOME).members) == 2
        assert len(stewardship.foresee_move(who, household=code, **how)) == 1
    stewardship.move_household(who, household=code, **how)


def the_other_follows(world: World) -> None:
    """To the ward of the residence officer, who enters it."""
    how = {"commune": "26929", "address": "3 Đi Bộ", "on": date(2026, 11, 2), "grounds": BY_POLICE}
    exchange.move(world.officer("police-officer"), household="HK-DI-BO", contract="residence-moves", **how)


def are_found(world: World) -> str:
    """The doubles of the register, for the run."""
    return stewardship.find_duplicates(world.machine(), register="population", grounds=OWN).id


def are_asked_for(world: World) -> None:
    """And once more as a job; cards of the insurance are tied to people."""
    stewardship.start_duplicates(world.machine(), register="population", grounds=OWN)
    who = world.machine(agency="G24")
    stewardship.find_links(who, register="health_insurance", other="population", grounds=CARDS)


def are_linked(world: World) -> str:
    """Drivers are found among the people: the ids of one pair."""
    who, both = world.machine(), "driving_licences:population"
    stewardship.start_links(who, register="driving_licences", other="population", grounds=OWN)
    stewardship.find_links(who, register="driving_licences", other="population", grounds=OWN)
    stewardship.unlinked(who, register=both, grounds=OWN)
    pairs = stewardship.duplicates(who, register=both, grounds=OWN, limit=1)
    (found,) = stewardship.links(who, register=both, pairs=pairs, grounds=OWN)
    return f"{found.pair.one} {found.pair.other}"


def are_one_person(world: World) -> None:
    """The pair is looked at and said to be one person."""
    who, both = world.machine(), "driving_licences:population"
    one, other = world.told["are_linked"].split()
    stewardship.link(who, register=both, one=one, other=other, grounds=OWN)
    how = {"decision": "same", "reason": "cùng số định danh", "grounds": OWN}
    stewardship.decide_links(who, register=both, pairs=[(one, other)], **how)


def are_looked_at(world: World) -> None:
    """A steward looks at the pairs, and at one of them whole."""
    who = world.machine()
    pairs = stewardship.duplicates(who, register="population", grounds=OWN)
    one = pairs[0]
    stewardship.compare_pair(who, register="population", one=one.one, other=one.other, grounds=OWN)
    stewardship.duplicate_counts(who, register="population", grounds=OWN)
    stewardship.duplicate_runs(who, register="population", grounds=OWN)
    registers.read_records(who, register="population", ids=[one.one], grounds=OWN)
    registers.image(who, register="population", fields=["number", "full_name"], grounds=OWN)
    registers.compared(
        who, register="population", fields=["number"], grounds=OWN, people="SELECT 1::UBIGINT AS number, '' AS other"
    )


def are_shown_together(world: World) -> str:
    """The sure pairs in short: ids of the one kept and the one gone."""
    for each in stewardship.sure_pairs(world.machine(), register="population", grounds=OWN, limit=50):
        if each.keep.key in {THIRD, FOURTH}:
            return f"{each.keep.id} {each.gone.id}"
    raise AssertionError


def are_merged_together(world: World) -> None:
    """All that are ticked."""
    keep, gone = world.told["are_shown_together"].split()
    how = {"register": "population", "reason": "trùng trong tệp cũ", "grounds": OWN}
    done = stewardship.merge_together(world.machine(), pairs=[(keep, gone)], **how)
    assert (done.merged, done.passed) == (1, 0)


def are_decided(world: World) -> None:
    """Not sure yet."""
    who = world.machine()
    found = registers.read(who, queries=[Query("population", key=(FIRST, SECOND))], grounds=OWN)[0]
    one, other = (each.id for each in found)
    which = {"register": "population", "one": one, "other": other, "grounds": OWN}
    stewardship.decide_pair(who, **which, decision="unsure", reason="chờ hồ sơ giấy")


def are_merged(world: World) -> None:
    """One record of two."""
    stewardship.merge(world.machine(), register="population", keep=FIRST, gone=SECOND, reason="trùng", grounds=OWN)


def are_separated(world: World) -> None:
    """Two again."""
    stewardship.unmerge(world.machine(), register="population", gone=SECOND, reason="nhầm", grounds=OWN)


def are_merged_below(world: World) -> None:
    """And merged and separated by the registers' own verbs."""
    how = {"register": "population", "grounds": OWN, "reason": "trùng"}
    registers.merge_records(world.machine(), keep=FIRST, gone=SECOND, **how)


def are_separated_below(world: World) -> None:
    """The same, back."""
    registers.unmerge_records(world.machine(), register="population", gone=SECOND, grounds=OWN, reason="nhầm")


def is_sent(world: World) -> str:
    """A list of the operator."""
    path = world.folder / "list.csv"
    mother = nation.people()["mother"]
    path.write_text(f"row_id,number,full_name,birth_date\na,{FIRST},Tran Thi Hai Lan,1992\nb,{mother},Ai,1990\n")
    who = operator(world)
    return exchange.reconcile(who, register="population", contract="subscriber-reconciliation", path=path).id


def is_compared(world: World) -> dict[str, int]:
    """How many rows got each code."""
    made = exchange.continue_reconciliation(operator(world), reconciliation=world.told["is_sent"])
    return dict(made.codes)


def is_cancelled(world: World) -> None:
    """A second list, cancelled before anything was answered."""
    path = world.folder / "other.csv"
    path.write_text(f"row_id,number,full_name,birth_date\na,{FIRST},Tran Thi Hai Lan,1992\n")
    who = operator(world)
    made = exchange.reconcile(who, register="population", contract="subscriber-reconciliation", path=path)
    exchange.cancel_reconciliation(who, reconciliation=made.id)


def everything_stands(world: World) -> dict[str, Any]:
    """What is left of it."""
    who = world.machine()
    found = registers.read(who, queries=[Query("population", key=(FIRST, SECOND))], grounds=OWN)[0]
    decided = stewardship.duplicates(who, register="population", grounds=OWN, decided=True)
    lists = exchange.reconciliations(operator(world))
    return {
        "names": sorted(str(each.values["full_name"]) for each in found),
        "versions": [each.version for each in found],
        "decisions": [each.decision for each in decided],
        "lists": sorted((each.state, each.rows) for each in lists),
        "codes": world.told["is_compared"],
        "servers": [(each.key, each.why, len(each.reads)) for each in exchange.servers(who)],
    }


ACTS: tuple[Act, ...] = (
    is_copied,
    a_server_is_let_in,
    it_copies,
    are_written,
    settle,
    one_splits_off,
    the_other_follows,
    are_found,
    are_asked_for,
    works,
    are_linked,
    are_one_person,
    works,
    are_looked_at,
    are_shown_together,
    are_merged_together,
    are_decided,
    are_merged,
    are_separated,
    are_merged_below,
    are_separated_below,
    is_followed,
    it_follows,
    copies_begin_anew,
    its_key_is_revoked,
    is_sent,
    is_compared,
    is_cancelled,
    works,
    everything_stands,
)
