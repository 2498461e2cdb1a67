"""Opening codes: the first way into an account, once, within a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from lienthong.identity import api
from lienthong.identity.cli import account
from lienthong.identity.events import Invited
from lienthong.identity.store import tables
from lienthong.kernel.actor import ANONYMOUS
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.settings import Mode
from lienthong.messages import api as messages
from tests.browsing import Browser
from tests.identity.conftest import MOTHER, OFFICER, SEED, facts, officer

People = Callable[[], None]


def test_a_code_on_paper_opens_the_account_once(node: Runtime, people: People) -> None:
    people()
    code = api.invite(SEED, subject=MOTHER)
    with node.database.reading() as connection:
        kept = str(connection.execute(tables.attempts.select()).all())
    assert code.replace("-", "") not in kept
    entry = api.accept_invitation(ANONYMOUS, code=code.upper().replace("0", "O").replace("-", " "))
    assert (entry.actor.subject, entry.actor.level) == (MOTHER, 2)
    with pytest.raises(Denied):
        api.accept_invitation(ANONYMOUS, code=code)
    assert len(facts(Invited)) == 1
    assert [each.template for each in messages.inbox(entry.actor)] == ["opening-code-made"]


def test_other_codes_open_nothing(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    old, closed = api.invite(SEED, subject=MOTHER), api.invite(SEED, subject=OFFICER)
    api.close_account(SEED, subject=OFFICER)
    clock.advance(timedelta(days=1))
    for code in (old, closed, "", "0000-0000-0000-0000"):
        with pytest.raises(Denied) as caught:
            api.accept_invitation(ANONYMOUS, code=code)
        assert caught.value.code == "invitation.refused"


def test_only_the_operator_makes_codes(node: Runtime, people: People) -> None:
    people()
    clerk = api.sign_in_demonstration(ANONYMOUS, key="commune-officer", loopback=True).actor
    with pytest.raises(Denied):
        api.invite(clerk, subject=MOTHER)
    with pytest.raises(NotFound):
        api.invite(SEED, subject="079199990999")


def test_a_production_node_is_entered_this_way(client: Browser, sqlite_node: Runtime) -> None:
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    api.open_staff(SEED, member=officer())
    made = CliRunner().invoke(account, ["invite", OFFICER, "--json"])
    wrong = client.post("/sign-in/opening-code", code="0000")
    assert wrong.status_code == 403
    inside = client.post("/sign-in/opening-code", code=json.loads(made.stdout)["code"])
    assert inside.url.path == "/account"
    assert "mức xác thực 2" in inside.text
