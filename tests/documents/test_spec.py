"""Document types are files; every fault is told with its file and line, and every template is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.documents import spec
from lienthong.kernel.runtime import Runtime

GOOD = """document: school-record
version: 1
valid: [2026-01-01, null]
code: HB
title: {vi: Học bạ, en: School record}
basis: [L-26-2023]
number: certificate_no
name: full_name
born: birth_date
fields:
  certificate_no: {is: certificate_no}
  full_name: {is: full_name, required: true}
  birth_date: {is: birth_date}
shows:
  - {id: name, title: {vi: Tên, en: Name}, fields: [full_name]}
sample: {certificate_no: "1", full_name: Lê An, birth_date: "2020"}
signers: [school-head]
endings:
  - {id: wrong, by: revoke, basis: L-26-2023, title: {vi: Sai, en: Wrong}}
  - {id: corrected, by: reissue, basis: L-26-2023, title: {vi: Đã đính chính, en: Corrected}}
renewal:
  contract: document-renewal
  asks:
    person: {register: population, by: {number: certificate_no}}
  values: {full_name: person.full_name, birth_date: person.birth_date}
  keeps: {certificate_no: full_name}
"""


@pytest.fixture
def folder(sqlite_node: Runtime) -> Path:
    folder = sqlite_node.settings.home / "catalogue" / "documents" / "school-record"
    folder.mkdir(parents=True)
    (folder / "template.typ").write_text('#set text(font: "Tinos")\n#json(bytes(sys.inputs.data)).title')
    return folder


def faults(folder: Path, text: str) -> list[str]:
    (folder / "document.yaml").write_text(text)
    return [f"{each.at} {each.code}" for each in spec.check()]


def test_the_built_in_types_have_no_fault(sqlite_node: Runtime) -> None:
    assert spec.check() == []
    signed = {name for name, each in spec.types().items() if each.spec.signed}
    assert signed == {"birth-certificate", "health-insurance-card"}
    assert set(spec.types()) - signed == {
        "apology-letter",
        "control-slip",
        "dossier-receipt",
        "dossier-register",
        "refusal-notice",
        "session-minutes",
        "session-report",
        "supplement-request",
    }


def test_a_type_of_the_node_is_one_folder(folder: Path) -> None:
    assert faults(folder, GOOD) == []
    kind = spec.document_type("school-record")
    assert kind.title_of("full_name").vi == "Họ, chữ đệm và tên khai sinh"  # the dictionary's own title
    assert spec.type_of_code("HB") == kind


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("code: HB", "code: KS", "document.yaml:4 document.code"),
        ("basis: [L-26-2023]", "basis: [L-1-1900]", "document.yaml:6 document.basis"),
        ("name: full_name\n", "name: nickname\n", "document.yaml:8 document.field"),
        ("{is: full_name,", "{is: full_nam,", "document.yaml:12 document.term"),
        ("{is: birth_date}", "{is: birth_date, title: {vi: Số giấy, en: No.}}", "document.yaml:13 document.title"),
        ("fields: [full_name]", "fields: [nickname]", "document.yaml:14 document.field"),
        ('birth_date: "2020"', 'birth_date: "hai nghìn"', "document.yaml:16 value.date"),
        ("full_name: Lê An, ", "", "document.yaml:16 document.missing"),
        ("code: HB", "code: học bạ", "document.yaml:4 definition.shape"),
        ("version: 1", "version: 1\ncolour: red", "document.yaml:3 definition.shape"),
        ("signers: [school-head]", "signers: []", "document.yaml:17 document.endings"),
        ("id: corrected", "id: wrong", "document.yaml:20 document.ending"),
        (
            "{id: wrong, by: revoke, basis: L-26-2023",
            "{id: wrong, by: revoke, basis: L-0",
            "document.yaml:19 document.basis",
        ),
        ("register: population", "register: people", "document.yaml:24 document.register"),
        ("{number: certificate_no}", "{religion: certificate_no}", "document.yaml:24 document.renewal"),
        ("person.birth_date}", "person.height}", "document.yaml:24 document.renewal"),
        (", birth_date: person.birth_date", "", "document.yaml:21 document.renewal"),
        ("{number: certificate_no}", "{number: nobody.number}", "document.yaml:21 document.renewal"),
    ],
)
def test_faults_have_their_line(folder: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert faults(folder, GOOD.replace(old, new)) == [told]


def test_a_missing_template_is_told(folder: Path) -> None:
    (folder / "template.typ").unlink()
    assert faults(folder, GOOD) == ["document.yaml:1 document.template"]


@pytest.mark.parametrize(
    "template", ["#data.nothing", '#set text(font: "No Such Face")\nx', '#import "@preview/x:1.0.0": *']
)
def test_a_template_is_tried_with_its_sample(folder: Path, template: str) -> None:
    (folder / "template.typ").write_text(template)
    assert faults(folder, GOOD) == ["template.typ document.typeset"]
