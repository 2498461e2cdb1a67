"""Contracts are files: the built-in ones are sound, and every kind of fault is found with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lienthong.exchange import api
from lienthong.exchange.spec import check
from lienthong.exchange.spec.load import check_one
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel.actor import Actor
from lienthong.kernel.definitions import BUILT_IN, read
from lienthong.kernel.errors import NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.exchange.people import CONSTABLE, REGISTRAR, citizen

LINKED_BIRTH = BUILT_IN / "contracts" / "linked-birth.yaml"


def test_the_built_in_contracts_are_sound(sqlite_node: Runtime) -> None:
    assert [f"{each.at} {each.text}" for each in check()] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("valid: [2024-07-01, null]", "valid: [2024-07-01, 2024-06-01]", "contract.valid", "valid:"),
        ("basis: [ND-63-2024,", "basis: [ND-0-0000,", "contract.basis", "basis:"),
        ("ground: public-duty", "ground: consent", "contract.ground", "of: self"),
        ("agencies: [police]", "agencies: [polise]", "contract.agency", "polise"),
        ("residence: {by: [number],", "housing: {by: [number],", "contract.register", "housing"),
        ("by: [mother_number]", "by: [sex]", "contract.lookup", "birth_notices:"),
        ("fields: [card_no, number, category,", "fields: [card_no, pin,", "contract.field", "card_no, pin"),
        ("birth_notices: {fields: [status]}", "birth_notices: {fields: [state]}", "contract.field", "[state]"),
        ("    of: self", "    of: unit", "contract.rule", "population:"),
    ],
)
def test_a_fault_is_found_with_its_line(
    sqlite_node: Runtime, tmp_path: Path, old: str, new: str, code: str, line: str
) -> None:
    source = LINKED_BIRTH.read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "contract.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    one, wrong = read(path, Contract)
    assert one is not None, wrong
    name, number = next(each.at for each in check_one(one) if each.code == code).split(":")
    assert name == "contract.yaml"
    assert line in path.read_text(encoding="utf-8").splitlines()[int(number) - 1]


def test_a_new_contract_is_one_file(sqlite_node: Runtime) -> None:
    folder = sqlite_node.settings.home / "catalogue" / "contracts"
    folder.mkdir(parents=True)
    made = yaml.safe_load(LINKED_BIRTH.read_text(encoding="utf-8")) | {"contract": "my-contract"}
    (folder / "my-contract.yaml").write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    assert api.contract(citizen(), "my-contract").ground == "public-duty"


def test_a_contract_in_words_shows_each_party_its_own_part(sqlite_node: Runtime) -> None:
    def shown(who: Actor) -> dict[str, list[str]]:
        return {each.register: list(each.fields) for each in api.contract(who, "linked-birth").reads}

    assert set(shown(citizen())) == {"population", "residence", "civil_status", "birth_notices"}
    assert set(shown(CONSTABLE)) == {"population", "residence"}
    assert "ethnicity" in shown(REGISTRAR)["population"]
    assert "ethnicity" not in shown(CONSTABLE)["population"]
    view = api.contract(citizen(), "linked-birth")
    assert str(view.reads[0].owner) == "Bộ Công an"
    assert view.basis[0].endswith("(63/2024/NĐ-CP)")
    with pytest.raises(NotFound):
        api.contract(citizen(), "none-such")


def test_registers_in_force_are_described_without_anybody_s_data(sqlite_node: Runtime) -> None:
    described = {each.id: each for each in api.registers_in_force()}
    assert set(described) == {each.id for each in registers.definitions()}
    assert described["population"].fields["number"] == "personal_number"
    assert str(described["population"].titles["number"]) != ""
    assert described["population"].owner == "G01"
