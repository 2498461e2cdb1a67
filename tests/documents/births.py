"""A birth as the registers hold it, with a certificate that says the same."""

from __future__ import annotations

from lienthong.documents import api, spec
from lienthong.kernel.actor import system
from lienthong.registers import api as registers
from tests.documents.conftest import CHILD, COMMUNE, FATHER, MOTHER, agency_code, ask, citizen, run_jobs

GROUNDS = registers.Grounds(purpose="demonstration", basis="L-60-2014")
ENTRY = "26929/birth/2026/12"


def in_the_registers() -> api.Document:
    """Write mother, father and birth into the registers and issue the certificate (the chair has an account)."""
    for number, name, born, sex in (
        (MOTHER, "Nguyễn Thị Thu Hà", "1996-03-12", "2"),
        (FATHER, "Lê Quốc Huy", "1994", "1"),
    ):
        person = {
            "number": number,
            "full_name": name,
            "birth_date": born,
            "sex": sex,
            "ethnicity": "01",
            "nationality": "VN",
        }
        registers.write(system("test"), register="population", values=person, grounds=GROUNDS)
    sample = spec.document_type("birth-certificate").spec.sample
    birth = {
        name: sample[name] for name in ("birth_date", "sex", "ethnicity", "nationality", "birth_place", "home_town")
    }
    birth |= {"entry_no": ENTRY, "kind": "birth", "number": CHILD, "person_name": sample["full_name"]}
    birth |= {"event_date": "2026-11-14", "registered_on": "2026-11-20", "commune": COMMUNE, "agency": agency_code()}
    birth |= {"mother_number": MOTHER, "father_number": FATHER}
    birth |= {"mother_name": sample["mother_name"], "father_name": sample["father_name"]}
    registers.write(system("test"), register="civil_status", values=birth, grounds=GROUNDS)
    document = ask("birth-in-the-book", entry_no=ENTRY, registered_on="2026-11-20")
    run_jobs()
    return api.document(citizen(MOTHER), document.id)


def correct(**changes: str | None) -> None:
    registers.correct(
        system("test"), register="civil_status", key=ENTRY, values=changes, reason="cải chính", grounds=GROUNDS
    )
