"""A one-time code works once, for its purpose, for five minutes and five tries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import NotFound, Unavailable
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Mode, Settings
from lienthong.messages import api, store
from lienthong.messages.domain import CODE_TRIES, CODES_AN_HOUR

WHO, PURPOSE = "079192990017", "sign-in:1"


def sent_code() -> str:
    """Return the code that the demonstration inbox shows last."""
    body = api.demonstration_inbox(limit=1)[0].body
    return next(word.strip(",.") for word in body.split() if word.strip(",.").isdigit() and len(word.strip(",.")) == 6)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def check(code: str, purpose: str = PURPOSE) -> bool:
    return api.check_code(to=WHO, purpose=purpose, code=code)


def test_the_code_opens_once(node: Runtime) -> None:
    assert api.send_code(to=WHO, purpose=PURPOSE)
    code = sent_code()
    assert not check(wrong(code))
    assert check(code)
    assert not check(code)


def test_a_code_is_good_for_its_purpose_and_its_person_only(node: Runtime) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    code = sent_code()
    assert not check(code, "sign-in:2")
    assert not api.check_code(to="079092990018", purpose=PURPOSE, code=code)


def test_five_minutes(node: Runtime, clock: SetClock) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    code = sent_code()
    clock.advance(timedelta(minutes=5))
    assert not check(code)


def test_five_tries(node: Runtime) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    code = sent_code()
    for _ in range(CODE_TRIES):
        assert not check(wrong(code))
    assert not check(code)


def test_a_new_code_ends_the_one_before(node: Runtime) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    first = sent_code()
    api.send_code(to=WHO, purpose=PURPOSE)
    second = sent_code()
    assert first == second or not check(first)
    assert check(second)


def test_a_try_in_a_transaction_that_rolls_back_is_not_counted(node: Runtime) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    code = sent_code()
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        assert check(code)
        raise ZeroDivisionError
    assert check(code)


def test_nobody_is_flooded_with_codes(node: Runtime, clock: SetClock) -> None:
    sent = [api.send_code(to=WHO, purpose=f"sign-in:{n}") for n in range(CODES_AN_HOUR + 1)]
    assert sent == [True] * CODES_AN_HOUR + [False]
    clock.advance(timedelta(hours=1))
    assert api.send_code(to=WHO, purpose=PURPOSE)


def test_the_code_itself_is_not_kept_with_its_row(node: Runtime) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    with node.database.reading() as connection:
        (row,) = connection.execute(select(store.codes)).all()
    assert sent_code() not in "|".join(str(cell) for cell in row if cell != row.id)


def test_a_code_is_not_a_notice_of_the_inbox_and_is_forgotten_after_a_day(node: Runtime, clock: SetClock) -> None:
    api.send_code(to=WHO, purpose=PURPOSE)
    clock.advance(timedelta(days=1, seconds=1))
    assert api.purge() == 2
    assert api.demonstration_inbox() == []


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Runtime]:
    home = tmp_path / "production"
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'l.sqlite'}", mode=Mode.PRODUCTION)
    with running(start(settings)) as node:
        yield node


def test_production_shows_no_inbox_and_makes_no_code_that_nobody_would_receive(production: Runtime) -> None:
    with pytest.raises(NotFound):
        api.demonstration_inbox()
    with pytest.raises(Unavailable):
        api.send_code(to=WHO, purpose=PURPOSE)
