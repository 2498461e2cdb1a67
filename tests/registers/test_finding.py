"""Finding somebody by what little is known: marks, order, a wrong letter, a year, an old place."""

from __future__ import annotations

import pytest

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Asked
from tests.registers.people import COMMUNE, GROUNDS, OFFICER, STEWARD

PEOPLE = [
    ("Nguyễn Văn An", "1975-03-15", COMMUNE, "12 ngõ 5 Lê Quang Định"),
    ("Nguyễn Văn An", "1980", "00166", "7 Láng Hạ"),
    ("Nguyễn Văn Ân", "1976-01-01", "00166", ""),
    ("Nguyễn Thị Thúy", "1990-05-05", COMMUNE, "3 Nơ Trang Long"),
    ("Trần Hòa Bình", "1961-10-10", COMMUNE, ""),
    ("H'Hen Niê", "1992-05-15", "24133", ""),
    ("Lê Đặng Quỳnh Như", "2001-12-30", COMMUNE, ""),
]


def populate(_node: Runtime) -> None:
    rows = [
        {
            "number": f"07917500{at:04d}",
            "former_number": f"02345678{at}",
            "full_name": name,
            "sex": "1",
            "birth_date": born,
            "home_commune": commune,
            "home_address": address,
        }
        for at, (name, born, commune, address) in enumerate(PEOPLE)
    ]
    api.bulk_load(STEWARD, register="population", rows=rows)


@pytest.fixture
def people(node: Runtime, beginnings: object) -> None:
    beginnings.lay(node, populate)  # pyright: ignore[reportAttributeAccessIssue]


def found(text: str) -> list[str]:
    return [
        each.record.values["full_name"]
        for each in api.find(OFFICER, register="population", text=text, grounds=GROUNDS).hits
    ]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("079 175 0001", Asked(number="0791750001")),
        ("Nguyễn Văn An, 15/3/1975", Asked(name="nguyen van an", birth="1975-03-15")),
        ("Nguyễn Văn An 1975", Asked(name="nguyen van an", birth="1975")),
        ("nguyen van an 03-1975", Asked(name="nguyen van an", birth="1975-03")),
        ("An, ngõ 5", Asked(name="an", place="ngo 5")),
        ("123", Asked(name="123")),
        ("'079-175-000001", Asked(number="079175000001")),
        ("Số CCCD: 079175000001", Asked(number="079175000001")),
        ("79175000001", Asked(number="079175000001")),
        ("Nguyễn Văn An 079 175 000 001", Asked(number="079175000001")),
        ("an 01-02-1990, 0901", Asked(name="an", birth="1990-02-01", place="0901")),
        ("", Asked()),
    ],
)
def test_what_is_asked(node: Runtime, text: str, asked: Asked) -> None:
    understood = api.understand(text)
    assert (understood.number, understood.name, understood.birth, understood.place) == (
        asked.number, asked.name, asked.birth, asked.place,
    )  # fmt: skip


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("nguyen van an", "Nguyễn Văn An"),
        ("An Nguyễn Văn", "Nguyễn Văn An"),
        ("nguyen vn an", "Nguyễn Văn An"),
        ("nguyen van ann", "Nguyễn Văn An"),
        ("nguyen thi thuy", "Nguyễn Thị Thúy"),
        ("Nguyễn Thị Thuý", "Nguyễn Thị Thúy"),
        ("tran hoa bin", "Trần Hòa Bình"),
        ("trân hoà bình", "Trần Hòa Bình"),
        ("h’hen nie", "H'Hen Niê"),
        ("quynh nhu", "Lê Đặng Quỳnh Như"),
        ("le dang quinh nhu", "Lê Đặng Quỳnh Như"),
        ("le rang quynh nhu", "Lê Đặng Quỳnh Như"),
        ("079175000", "Nguyễn Văn An"),
        ("023456784", "Trần Hòa Bình"),
    ],
)
def test_somebody_is_found_in_spite_of_a_mistake(text: str, first: str) -> None:
    assert found(text)[0] == first


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("name", ["Nguyễn Văn An", "Nguyễn Văn Ân", "NGUYỄN VĂN ÂN", "Nguyen Van An"])
def test_who_is_written_as_it_was_typed_stands_first(name: str) -> None:
    api.bulk_load(
        STEWARD.again(),
        register="population",
        rows=[{"number": "079175000090", "full_name": "Nguyen Van An", "sex": "1", "birth_date": "1970-01-01"}],
    )
    assert found(name)[0].casefold() == name.casefold()


@pytest.mark.usefixtures("people")
def test_a_number_that_was_merged_finds_the_record_that_was_kept() -> None:
    how = {"register": "population", "grounds": GROUNDS, "reason": "trùng"}
    api.merge_records(STEWARD.again(), keep="079175000000", gone="079175000003", **how)
    (hit,) = api.find(OFFICER, register="population", text="079 175 000 003", grounds=GROUNDS).hits
    assert (hit.record.key, hit.why) == ("079175000000", ("number",))
    assert api.find(OFFICER, register="population", text="079175000003", grounds=GROUNDS, units=["00166"]).hits == []


@pytest.mark.usefixtures("people")
def test_a_year_and_a_place_tell_two_of_a_name_apart() -> None:
    def numbers(text: str) -> list[str]:
        hits = api.find(OFFICER, register="population", text=text, grounds=GROUNDS).hits
        return [each.record.key for each in hits]

    assert numbers("nguyen van an, 1975")[0] == "079175000000"
    assert numbers("nguyen van an, 1980")[0] == "079175000001"
    assert numbers("nguyen van an, cau giay")[0] == "079175000001"
    assert numbers("nguyen van an, le quang dinh")[0] == "079175000000"
    assert numbers("nguyen van an, quan cau giay, ha noi")[0] == "079175000001", "a district of before July 2025"


@pytest.mark.usefixtures("people")
def test_the_hit_says_why_and_everyone_shown_finds_it_in_their_log() -> None:
    answer = api.find(OFFICER, register="population", text="nguyen van an 1975", grounds=GROUNDS, fields=["full_name"])
    best = answer.hits[0]
    assert (best.why, best.score) == (("name", "birth"), 100)
    assert best.record.values == {"full_name": "Nguyễn Văn An"}
    me = Actor(kind=Kind.CITIZEN, subject=best.record.key, level=2)
    (entry,) = api.accesses(me, subject=best.record.key)
    assert (entry.act, entry.fields) == ("search", ("full_name",))


@pytest.mark.usefixtures("people")
def test_a_wrong_letter_that_makes_another_word_does_not_hide_anybody() -> None:
    names = ("Nguyễn Thị Mỹ Hạnh", "Mi Sa", "Phạm Thị Hạnh", "Lò Thị Hạnh")
    rows = [
        {"number": f"07917600{at:04d}", "full_name": name, "sex": "2", "birth_date": "1990", "home_commune": COMMUNE}
        for at, name in enumerate(names)
    ]
    api.bulk_load(STEWARD, register="population", rows=rows)
    assert found("nguyen thi mi hanh")[0] == "Nguyễn Thị Mỹ Hạnh"


@pytest.mark.usefixtures("people")
def test_a_question_is_paged_and_kept_to_some_units() -> None:
    asked = {"register": "population", "text": "nguyen van an", "grounds": GROUNDS}
    first = api.find(OFFICER, **asked, limit=2)
    rest = api.find(OFFICER, **asked, limit=2, skip=2)
    assert (len(first.hits), first.more, rest.more) == (2, True, False)
    assert not {each.record.id for each in first.hits} & {each.record.id for each in rest.hits}
    here = api.find(OFFICER, **asked, units=["00166"])
    assert {each.record.values["home_commune"] for each in here.hits} == {"00166"}
    by_number = {"register": "population", "text": "079175", "grounds": GROUNDS, "units": ["24133"]}
    assert [each.record.values["full_name"] for each in api.find(OFFICER, **by_number).hits] == ["H'Hen Niê"]


@pytest.mark.usefixtures("people")
def test_nobody_is_found_by_a_name_that_is_nothing_like_it() -> None:
    assert found("phạm quốc bảo") == []


@pytest.mark.usefixtures("people")
def test_who_was_renamed_or_came_since_is_found_at_once() -> None:
    assert found("vo thi sau") == []
    api.write(STEWARD, register="population", key="079175000004", values={"full_name": "Võ Thị Sáu"}, grounds=GROUNDS)
    assert found("vo thi saus") == ["Võ Thị Sáu"]


@pytest.mark.parametrize("text", ["", "a", "12/3/1975"])
def test_a_search_must_say_something(sqlite_node: Runtime, text: str) -> None:
    with pytest.raises(Invalid, match=r"search\.text"):
        found(text)
