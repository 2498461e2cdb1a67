"""A notice reaches its reader once, in the reader's language, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lienthong.kernel import events, i18n
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Invalid, NotFound, SignInNeeded
from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api
from lienthong.messages.events import MessageSent

MOTHER, FATHER = "079192990017", "079092990018"
DATA = {"dossier": "H29.26.929-261121-0012", "document": Bilingual("Giấy khai sinh", "The birth certificate")}


def reader(number: str) -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=2)


def send(to: str, who: Actor | None = None) -> str:
    return api.send(who or system("documents"), to=to, template="result-ready", data=DATA, dossier=DATA["dossier"])


def test_a_notice_is_read_in_the_language_being_spoken(node: Runtime) -> None:
    send(MOTHER)
    (vietnamese,) = api.inbox(reader(MOTHER))
    with i18n.speaking("en"):
        (english,) = api.inbox(reader(MOTHER))
    assert vietnamese.title == "Giấy khai sinh đã vào ví giấy tờ"
    assert english.title == "The birth certificate is in your wallet"


def test_only_the_reader_sees_a_notice(node: Runtime) -> None:
    message = send(MOTHER)
    assert api.inbox(reader(FATHER)) == []
    assert api.mark_read(reader(FATHER), messages=[message]) == 0
    assert api.unread(reader(MOTHER)) == 1
    with pytest.raises(SignInNeeded):
        api.inbox(ANONYMOUS)


def test_who_acts_for_a_person_reads_that_persons_notices(node: Runtime) -> None:
    send(MOTHER)
    carer = Actor(kind=Kind.CITIZEN, subject=FATHER, level=2, for_person=MOTHER)
    assert len(api.inbox(carer)) == 1


def test_reading_counts_once(node: Runtime) -> None:
    message = send(MOTHER)
    assert [api.mark_read(reader(MOTHER), messages=[message]) for _ in range(2)] == [1, 0]
    assert api.unread(reader(MOTHER)) == 0
    assert api.inbox(reader(MOTHER))[0].read


def test_the_same_request_sends_the_same_notice_once_to_each(node: Runtime) -> None:
    who = system("documents", request_id="event-1")
    assert send(MOTHER, who) == send(MOTHER, who)
    send(FATHER, who)
    assert [len(api.inbox(reader(each))) for each in (MOTHER, FATHER)] == [1, 1]
    told = events.read_after(0, types=[MessageSent])
    assert len(told) == 2
    assert MOTHER not in str(told), "a fact names no person"


def test_a_page_begins_where_the_last_one_ended(node: Runtime) -> None:
    sent = [send(MOTHER, system("test")) for _ in range(5)]
    first = api.inbox(reader(MOTHER), limit=3)
    rest = api.inbox(reader(MOTHER), limit=3, before=first[-1].id)
    assert [each.id for each in first + rest] == sent[::-1]


def test_missing_data_and_unknown_notices_are_refused(sqlite_node: Runtime) -> None:
    with pytest.raises(Invalid, match="document"):
        api.send(system("test"), to=MOTHER, template="result-ready", data={"dossier": "x"})
    with pytest.raises(NotFound):
        api.send(system("test"), to=MOTHER, template="no-such-notice", data={})


def test_every_notice_of_the_catalogue_can_be_filled(sqlite_node: Runtime) -> None:
    for template in api.templates().values():
        title, body = template.filled(dict.fromkeys(template.data, "…"))
        assert title.vi
        assert "%(" not in body.vi + body.en


def test_a_notice_of_the_operator_needs_both_languages_alike(sqlite_node: Runtime) -> None:
    folder = sqlite_node.settings.home / "catalogue" / "messages"
    folder.mkdir(parents=True)
    wrong = "message: greet\ntitle: {vi: Chào %(name)s, en: Hello}\nbody: {vi: Chào, en: Hello}\ndata: [name]\n"
    (folder / "greet.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(Invalid, match=r"greet\.yaml"):
        api.templates()


def test_old_notices_are_forgotten(node: Runtime, clock: SetClock) -> None:
    send(MOTHER)
    clock.advance(timedelta(days=800))
    send(FATHER)
    assert api.purge() == 1
    assert api.inbox(reader(MOTHER)) == []
