"""``lienthong check`` on procedure files: every disagreement is told with its place, once-only by machine."""

from __future__ import annotations

from typing import Any

import pytest

from lienthong.kernel.runtime import Runtime
from lienthong.services import api, spec
from tests.services.procedures import TEXT, changed, put


def test_the_built_in_procedures_are_sound(sqlite_node: Runtime) -> None:
    assert spec.check() == []
    assert [each.id for each in api.catalogue()] == ["linked-birth", "lodging-notice", "social-pension"]


QUESTION = {"ask": {"vi": "Bao nhiêu?", "en": "How much?"}}
ASK = {"is": "ethnicity", "ask": {"vi": "Dân tộc?", "en": "Ethnicity?"}}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("title.en", " ", "language"),
        ("basis.0", "L-0-0000", "basis.unknown"),
        ("contract", "hospital-reminders", "contract.ground"),
        ("consents.0", "commune-desk", "contract.ground"),
        ("basis.0", "ND-61-2018", "basis.repealed"),
        ("valid.1", "2025-01-01", "valid"),
        ("data.mother.from", "people[number = applicant.number]", "register.unknown"),
        ("data.mother.from", "population[home_address = applicant.number]", "lookup.unknown"),
        ("data.father.from", "population[spouse_number = mother.number]", "lookup.key"),
        ("data.mother.reads.1", "shoe_size", "field.unknown"),
        ("data.birth.where", "colour == 'red'", "expression.name"),
        ("data.birth.about", "nobody", "item.unknown"),
        ("data.child.fields.ethnicity.is", "shoe_size", "term.unknown"),
        ("data.child.fields.home_town.value", "father.shoe_size", "expression.name"),
        ("checks.0.that", "birth.birth_date <= tomorrow()", "expression.function"),
        ("pages.0.asks.0", "child.weight", "page.unknown"),
        ("fee.amount", "days(birth.birth_date", "expression.expected"),
        ("flow.receive.to", ["nowhere"], "step.unknown"),
        ("flow.receive.to", ["residence"], "step.unreachable"),
        ("flow.card.to", ["receive"], "flow.cycle"),
        ("clock.warn", "3wd", "clock.warn"),
        ("clock.reply", "4wd", "clock.reply"),
        ("clock.total", "2wd", "clock.unmet"),
        ("flow.residence.within", "3wd", "clock.unmet"),
        ("flow.residence.sees", ["home.colour"], "expression.name"),
        ("flow.residence.write.0.to", "houses", "register.unknown"),
        ("flow.residence.write.0.values.colour", "home.commune", "field.unknown"),
        ("flow.insurance.gives.card_no.number", "TE{colour}", "step.pattern"),
        ("results.birth-certificate.after", "nowhere", "step.unknown"),
        ("results.birth-certificate.signed_at", "number", "result.signer"),
        ("reasons.refuse", {}, "reason.none"),
        ("reasons.extend", {}, "reason.extend"),
        ("reasons.supplement.S01.asks", ["child.weight"], "ask.unknown"),
        ("cases.0.fee", 5000, "case.fee"),
        ("cases.0.asks", ["child.full_name"], "case.asks"),
        ("cases.0.due", "2026-11-26T17:00", "case.due"),
        ("cases.1.signs", [], "case.signs"),
        ("cases.2.asks_at_most", 1, "case.asks_at_most"),
        ("data.birth.else.fields.weight", {"is": "weight_grams", **QUESTION}, "else.reads"),
        ("data.birth.else.fields.sex.is", "ethnicity", "else.term"),
        ("data.birth.else.upload.en", "", "language"),
        ("cases.3.papers", [], "case.papers"),
        ("cases.3.asks", ["child.full_name", "child.facility"], "case.asks"),
    ],
)
def test_a_fault_is_told_with_its_place(sqlite_node: Runtime, path: str, value: Any, code: str) -> None:
    found = changed(sqlite_node, path, value)
    assert code in {each.code for each in found}, [each.text for each in found]
    assert all(each.at.startswith("changed.yaml:") for each in found)
    assert [each.id for each in api.catalogue()] == ["linked-birth", "lodging-notice", "social-pension"], (
        "an unsound procedure is not offered"
    )


@pytest.mark.parametrize(
    ("path", "value", "line_with", "remedy"),
    [
        ("colour", "red", "colour: red", "sửa tên khóa, hoặc bỏ đi"),
        ("basis", [], "basis:", "ghi ít nhất một mục"),
        ("basis", None, "", "thêm vào theo mẫu"),
        ("title", None, "", "thêm vào theo mẫu"),
        ("title.en", " ", "title:", "ghi đủ cả hai"),
        ("basis.0", "ND-61-2018", "ND-61-2018", "dẫn văn bản thay thế"),
        ("basis.0", "L-0-0000", "L-0-0000", "thêm văn bản vào catalogue/bases"),
        ("data.mother.reads.1", "shoe_size", "reads:", "sửa tên trường"),
        ("flow.receive.to", ["residence"], "register:", "ghi nó vào `to`"),
        ("clock.total", "2wd", "total: 2wd", "rút hạn của bước"),
        ("checks.0.that", "__import__('os').system('x')", "__import__", ""),
        ("checks.0.that", "birth.birth_date <= tomorrow()", "tomorrow", "các hàm dùng được"),
        ("cases.0.fee", 5000, "- name:", "sửa quy tắc hoặc trường hợp"),
    ],
)
def test_what_is_refused_is_told_with_line_and_remedy(
    sqlite_node: Runtime, path: str, value: Any, line_with: str, remedy: str
) -> None:
    found = changed(sqlite_node, path, value)
    lines = (sqlite_node.settings.home / "catalogue/procedures/changed.yaml").read_text("utf-8").splitlines()
    told = [(lines[int(each.at.removeprefix("changed.yaml:")) - 1], each.text) for each in found]
    assert any(line_with in line and remedy in text for line, text in told), told


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", {"vi": "Chỉ tiếng Việt"}),
        ("flow.receive.by", None),
        ("flow.receive.within", "2 days"),
        ("data.mother.reads", None),
        ("data.child.fields.full_name.ask", None),
        ("data.child.else", {"upload": {"vi": "Giấy", "en": "Paper"}}),
        ("data.birth.else.fields.sex.among", ["mother.ethnicity"]),
        ("data.birth.else.fields.sex.ask", None),
        ("colour", "red"),
        ("cases", []),
    ],
)
def test_a_file_of_the_wrong_shape_is_told_with_its_line(sqlite_node: Runtime, path: str, value: Any) -> None:
    found = changed(sqlite_node, path, value)
    assert found
    assert {each.code for each in found} == {"definition.shape"}


def test_what_a_register_holds_is_not_asked_again(sqlite_node: Runtime) -> None:
    asked = {"title": {"vi": "Mẹ khai", "en": "Declared"}, "about": "mother", "fields": {"ethnicity": ASK}}
    path, pages = "data.declared", ["declared.ethnicity"]
    text = _with(path, asked, pages)
    put(sqlite_node, text)
    (found,) = spec.check()
    assert (found.code, found.at.startswith("changed.yaml:")) == ("once_only", True)
    assert int(found.at.partition(":")[2]) > 100, "the line of the question"
    assert "lấy bằng `from`, hoặc nêu lý do ở `ask_because`" in found.text
    assert "declared.ethnicity" in found.text
    assert "CSDL Dân cư" in found.text


def test_also_when_another_register_holds_it_by_the_same_number(sqlite_node: Runtime) -> None:
    ask = {"is": "card_no", "ask": {"vi": "Mã thẻ BHYT của chị?", "en": "Your card?"}}
    asked = {"title": {"vi": "Mẹ khai", "en": "Declared"}, "about": "mother", "fields": {"card_no": ask}}
    put(sqlite_node, _with("data.declared", asked, ["declared.card_no"]))
    (found,) = spec.check()
    assert found.code == "once_only"
    assert "BHYT" in found.text


def test_a_reason_allows_to_ask_and_is_shown(sqlite_node: Runtime) -> None:
    because = {"vi": "Muốn ghi dân tộc khác với sổ", "en": "To record another one"}
    asked = {
        "title": {"vi": "Mẹ khai", "en": "Declared"},
        "about": "mother",
        "fields": {"ethnicity": {**ASK, "ask_because": because}},
    }
    put(sqlite_node, _with("data.declared", asked, ["declared.ethnicity"], asks_more=True))
    assert spec.check() == []


def test_two_files_of_one_version_are_refused(sqlite_node: Runtime) -> None:
    put(sqlite_node, TEXT)
    assert [each.code for each in spec.check()] == ["procedure.twice"]


def test_the_schema_and_the_picture_come_from_the_definition(sqlite_node: Runtime) -> None:
    schema = api.schema(procedure="linked-birth")
    typed = ["birth.birth_date", "birth.sex", "birth.birth_place"]
    assert list(schema["properties"]) == ["child.full_name", "child.ethnicity", "child.facility", *typed]
    assert schema["required"] == ["child.full_name", "child.facility"], "ethnicity is asked only when it differs"
    assert "02" in schema["properties"]["child.ethnicity"]["enum"]
    picture = api.flow_picture(procedure="linked-birth")
    assert picture.count("<rect") == 2 * 6, "from left to right, and for phones from top to bottom"
    assert picture.count("marker-end") == 2 * 5
    assert "style=" not in picture


def _with(path: str, value: Any, asks: list[str], *, asks_more: bool = False) -> str:
    """The built-in procedure with one more item and its questions on the page."""
    import yaml

    content = yaml.safe_load(TEXT)
    content["procedure"] = "changed"
    content["data"][path.split(".")[1]] = value
    content["pages"][0]["asks"] += asks
    if asks_more:
        for case in content["cases"]:
            case["asks"] += asks
            case["asks_at_most"] += 1
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
