"""What registers hold is told to everybody, in both languages, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lienthong.exchange import api as exchange
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.stewardship import api
from tests.browsing import Browser


@pytest.fixture
def browser(sqlite_node: Runtime) -> Iterator[Browser]:
    """Somebody who has not signed in."""
    one = Browser()
    yield one
    one.close()


def test_everybody_reads_which_registers_there_are(browser: Browser) -> None:
    page = browser.get("/registers").text
    assert all(each.title.vi in page for each in registers.definitions())
    assert "/registers" in browser.get("/about").text
    english = browser.get("/registers?lang=en").text
    assert all(each.title.en in english for each in registers.definitions())


def test_a_register_says_its_fields_its_law_its_rules_and_how_it_stands(browser: Browser) -> None:
    spec = registers.definition("population")
    page = browser.get("/registers/population").text
    assert "26/2023/QH15" in page
    assert "dữ liệu cá nhân nhạy cảm" in page
    assert all(spec.title_of(name).vi in page for name in spec.fields if "&" not in spec.title_of(name).vi)
    assert all(rule.title.vi in page for rule in spec.quality)
    assert "đo ngày" not in page
    api.measure_quality(system("steward", agency="G01"), register="population")
    assert "đo ngày" in browser.get("/registers/population").text
    assert browser.request("GET", "/registers/nothing").status_code == 404


def test_a_register_says_which_contracts_open_it(browser: Browser) -> None:
    page = browser.get("/registers/population").text
    assert "Ai được đọc, để làm gì" in page
    for known in exchange.contracts_reading("population"):
        assert known.title.vi in page
        assert known.purpose.vi in page
    lists = [each.id for each in exchange.contracts_reading("population") if each.lists]
    assert lists == ["subscriber-reconciliation"]
    assert "Người dân đồng ý mới được đọc" in page
    assert "Who may read it, and what for" in browser.get("/registers/population?lang=en").text
    assert all(exchange.contracts_reading(each.id) for each in registers.definitions())


def test_machines_read_the_definition(browser: Browser) -> None:
    told = browser.json("/registers/vehicles/definition.json")
    assert told["owner"] == "G01"
    assert told["relations"]["owner"]["to"] == "population"
    text = browser.request("GET", "/registers/vehicles/definition.md")
    assert text.headers["content-type"].startswith("text/markdown")
    assert "| `chassis_no` * |" in text.text
