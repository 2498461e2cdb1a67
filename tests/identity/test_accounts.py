"""Accounts: opened and closed by the operator, offices checked against the state's own lists."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from lienthong.identity import api
from lienthong.identity.cli import account
from lienthong.identity.events import AccountOpened, OfficeGiven
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from tests.identity.conftest import MOTHER, OFFICER, SEED, facts, officer


def run(*words: str) -> Result:
    return CliRunner().invoke(account, list(words))


def test_an_account_is_opened_once_and_opens_again_after_closing(node: Runtime) -> None:
    first = api.open_account(SEED, number=MOTHER, level=2)
    assert api.open_account(SEED, number=MOTHER, level=2) == first
    api.close_account(SEED, subject=MOTHER)
    assert api.open_account(SEED, number=MOTHER, level=2) == first
    assert [each.account for each in facts(AccountOpened)] == [first, first]


def test_only_machines_and_operators_manage_accounts(node: Runtime) -> None:
    clerk = Actor(kind=Kind.OFFICER, subject="cb-x", roles=frozenset({"commune-chair"}), level=3)
    for who in (ANONYMOUS, clerk):
        with pytest.raises(Denied):
            api.open_account(who, number=MOTHER, level=2)
        with pytest.raises(Denied):
            api.open_staff(who, member=officer())
        with pytest.raises(Denied):
            api.close_account(who, subject=MOTHER)
    operator = Actor(kind=Kind.OFFICER, subject="cb-o", roles=frozenset({"operator"}), level=3)
    assert api.open_account(operator, number=MOTHER, level=1)
    with pytest.raises(NotFound):
        api.close_account(operator, subject="cb-nobody")


def test_an_office_that_cannot_be_is_refused_with_every_fault(node: Runtime) -> None:
    with pytest.raises(Invalid) as caught:
        api.open_staff(SEED, member=officer("C B", name="", agency="H99", units=frozenset({"99999", "26929"})))
    assert [each.at for each in caught.value.faults] == ["subject", "name", "agency", "units"]


def test_a_change_of_office_is_a_fact_once(node: Runtime) -> None:
    for roles in ({"one-stop-officer"}, {"one-stop-officer"}, {"commune-chair"}):
        api.open_staff(SEED, member=officer(roles=frozenset(roles)))
    assert [each.roles for each in facts(OfficeGiven)] == [("one-stop-officer",), ("commune-chair",)]


def test_a_real_account_never_becomes_a_demonstration_one(node: Runtime) -> None:
    api.open_account(SEED, number=MOTHER, level=2)
    with pytest.raises(Conflict):
        api.open_account(SEED, number=MOTHER, level=2, demonstration=True)


def test_the_operator_s_commands(sqlite_node: Runtime) -> None:
    opened = run("open", MOTHER, "--level", "1", "--json")
    assert opened.exit_code == 0
    assert json.loads(opened.output)["account"]
    words = ["--name", "Đặng Ngọc Trâm", "--agency", "H29.26.929", "--role", "commune-chair", "--unit", "26929"]
    assert run("staff", OFFICER, *words).exit_code == 0
    (chair,) = api.staff(SEED, agency="H29.26.929", role="commune-chair")
    assert chair.units == {"26929"}
    assert run("close", OFFICER).exit_code == 0
    assert api.staff(SEED, agency="H29.26.929") == []
    refused = run("staff", OFFICER, "--name", "A", "--agency", "H99")
    assert refused.exit_code == 2
    assert "H99" in refused.stderr
