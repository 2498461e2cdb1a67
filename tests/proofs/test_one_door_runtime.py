"""Every read of a person leaves an entry: in the journey, on every page, in the seed and at the steward's commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from lienthong.app.command_line import main
from lienthong.exchange import api as exchange
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied
from lienthong.kernel.runtime import Runtime, running
from lienthong.reference import api as reference
from lienthong.registers import cli
from lienthong.registers import demonstration as nation
from lienthong.services import api as services
from lienthong.stewardship import api as rolls
from lienthong.stewardship import cli as stewardship
from tests.browsing import Browser
from tests.conftest import MOMENT
from tests.proofs.conftest import seed_nation, work
from tests.proofs.house import Home
from tests.proofs.people import Birth, Indoors, Person
from tests.proofs.reckoning import select
from tests.proofs.routes import Address, addresses
from tests.proofs.witness import Witness, watching

MOTHER, FATHER = (nation.people()[each] for each in ("mother", "father"))
NEW_OFFICER = ("--name", "Nguyễn Văn Thử", "--agency", "H29.26.929", "--role", "one-stop-officer")
Run = Callable[..., Result]


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Watches from before the node opens its database until after the test."""
    with watching() as seen:
        yield seen


@pytest.fixture
def watched(witness: Witness, sqlite_home: Home) -> Iterator[Runtime]:
    """A node whose every statement is seen."""
    with running(sqlite_home.open()) as opened:
        yield opened


@pytest.fixture
def run(witness: Witness, sqlite_home: Home) -> Run:
    """Give a command as an operator does, on the nation's home."""

    def command(*arguments: str) -> Result:
        told = CliRunner().invoke(main, arguments, env={"LIENTHONG_HOME": str(sqlite_home.folder)})
        assert told.exit_code in {0, 1}, told.output
        return told

    return command


def test_the_seed_leaves_an_entry_for_every_look(witness: Witness, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    seed_nation(Home(folder, f"sqlite:///{folder / 'lienthong.sqlite'}", MOMENT))
    assert witness.looks > 20
    assert witness.unlogged == []


def test_every_page_of_the_journey_leaves_an_entry_for_every_look(
    watched: Runtime, witness: Witness, browse: Callable[..., Browser]
) -> None:
    birth = Birth.of("mother", "father", lambda _key: Indoors(browse()), patience=work)
    birth.walk(until="file")
    look_everywhere(birth, addresses(), birth.mother, birth.officer)
    birth.walk()
    look_everywhere(birth, addresses(), birth.mother, birth.father, birth.officer, birth.police, birth.insurer)
    assert {MOTHER, FATHER, child_of(birth)} <= witness.people
    assert witness.looks > 50
    assert witness.unlogged == []


def test_pages_of_an_enterprise_leave_an_entry_for_every_look(
    watched: Runtime, witness: Witness, browse: Callable[..., Browser]
) -> None:
    browser = browse().as_person("father")
    browser.post("/account/act-for", seen_on="/account/enterprises", enterprise="9900000001")
    draft = browser.post("/services/lodging-notice/begin", seen_on="/services/lodging-notice").url.path
    browser.post(f"{draft}/fetch", seen_on=draft)
    guest = {"guest.number": MOTHER, "guest.full_name": "Nguyễn Thị Thu Hà", "stay.arrives": "20/11/2026"}
    stay = {"stay.leaves": "21/11/2026", "stay.reason": "Thăm người thân"}
    assert browser.post(f"{draft}/answers", seen_on=draft, then="check", **guest, **stay).url.path.endswith("/check")
    assert {MOTHER, FATHER} <= witness.people
    assert witness.unlogged == []


def test_a_denied_look_leaves_an_entry_that_says_so(watched: Runtime, witness: Witness) -> None:
    citizen = Actor(kind=Kind.CITIZEN, subject=MOTHER, level=2)
    ask = exchange.Ask("other", "population", {"number": nation.people()["mother-3"]}, ("full_name",))
    grounds = exchange.Grounds(purpose="linked-birth", basis="ND-63-2024")
    with pytest.raises(Denied):
        exchange.fetch(citizen, asks=[ask], grounds=grounds, contract="linked-birth")
    denials = select("SELECT subject, denied FROM access WHERE id = (SELECT max(id) FROM access)")
    assert denials == [(nation.people()["mother-3"], 1)]
    assert witness.unlogged == []


def test_the_stewards_commands_leave_entries(run: Run, witness: Witness, sqlite_home: Home, tmp_path: Path) -> None:
    file, rows = str(tmp_path / "residence.csv"), str(tmp_path / "population.xlsx")
    found = run("register", "lookup", "residence", "--by", "number", MOTHER, "--field", "household", "--json").output
    household = json.loads(found)[0]["values"]["household"]
    commands = {
        "list": [()],
        "template": [("population", str(tmp_path / "template.csv"))],
        "lookup": [
            ("population", MOTHER),
            ("population", "000000000000"),
            ("population", MOTHER, FATHER, "--as-of", "2020-01-01"),
            ("residence", "--by", "number", MOTHER),
            ("health_insurance", "--by", "number", nation.people()["child"], "--field", "card_no"),
        ],
        "history": [("population", FATHER)],
        "export": [("residence", file), ("population", rows, "--unit", "26929", "--field", "full_name")],
        "import": [("residence", file), ("residence", file, "--dry-run")],
        "imports": [("residence",)],
        "resume": [],
        "undo": [],
        "describe": [("population",)],
        "quality": [("population", "--stored")],  # a measure reads in portions and writes one entry at its end
        "search": [("population", "Nguyen Thi Thu Ha 1992")],
        "person": [(MOTHER,)],
        "relations": [("population", MOTHER, "--steps", "2")],
        "people": [("population", "26929", "--limit", "5")],
        "roll": [("population", "--day", "2027-03-14", "--unit", "26929"), ("population", "--unit", "26929")],
        "duplicates": [],  # likewise
        "links": [],
        "load": [],  # asks which keys are there in portions of their own
        "replace-units": [],  # a trial is taken back portion by portion
        "merge": [],
        "move": [(household, "--on", "01/11/2026", "--commune", "26740", "--address", "9 Mới")],
        "unmerge": [],
    }
    offered = cli.register.commands.keys() | stewardship.register.commands.keys()
    assert commands.keys() == offered, "a new command of the steward needs a line here"
    for name, calls in commands.items():
        for arguments in calls:
            run("register", name, *arguments)
    run("erase-proofs", nation.people()["child"], "--basis", "L-91-2025", "--order", "QĐ 12/2026")
    assert witness.looks > 8
    assert {MOTHER, FATHER} <= witness.people
    assert witness.unlogged == []


def test_everybody_in_an_export_finds_it_in_their_log(run: Run, sqlite_home: Home, tmp_path: Path) -> None:
    file = tmp_path / "population.csv"
    run("register", "export", "population", str(file), "--field", "number", "--unit", "26929")
    lines = file.read_text(encoding="utf-8-sig").splitlines()[1:]
    exported = {number for line in lines for number in line.split(",") if number.isdigit()}
    assert MOTHER in exported
    with running(sqlite_home.open()):
        covered = select(
            "SELECT p.subject FROM access_person p JOIN access a ON a.id = p.access WHERE a.act = 'export'"
        )
        assert exported <= {row[0] for row in covered}


def test_other_commands_look_at_nobody_in_silence(
    run: Run, witness: Witness, sqlite_home: Home, tmp_path: Path
) -> None:
    with running(sqlite_home.open()):
        ((entry,),) = select("SELECT min(id) FROM access")
    found = ("--agency", "G01", "--what", "Lộ tệp")
    number = run("breach", "record", *found).output.split()[0]
    follows = ("--contract", "local-feed", "--as", "H29")
    server = exchange.new_server_key(tmp_path / "server.pem")
    given = {
        "account open": (nation.people()["grandmother"],),
        "account staff": ("cb-new", *NEW_OFFICER),
        "account invite": ("cb-new",),
        "account close": ("cb-new",),
        "clock due": ("3wd", "--received", "2026-11-21T20:16"),
        "demo seed": ("--people", "150"),
        "breach record": found,
        "breach people": (number, str(tmp_path / "affected.csv")),
        "breach told": (number, "--reference", "CV 12/2026"),
        "documents verify": ("nothing",),
        "erase-proofs": (nation.people()["child"], "--basis", "L-91-2025", "--order", "QĐ 12/2026"),
        "feed follow": (str(tmp_path / "copy.sqlite"), *follows),
        "feed changes": ("--after", "1.0", "--limit", "5000", *follows),
        "feed key": (str(tmp_path / "feed.pem"),),
        "feed servers add": (server.public, "--agency", "H29"),
        "feed servers revoke": (server.key, "--reason", "thử"),
        "ledger prove": (entry,),
        "ledger export": (str(tmp_path / "ledger.jsonl"),),
        "units show": ("26929",),
        "units search": ("Bình Thạnh",),
        "units convert": (units_file(tmp_path),),
    }
    serving = {"serve", "up", "worker"}  # watched in the journey: the same pages and the same work
    copying = {"backup", "restore", "verify-backup"}  # whole files, as their operator can copy them anyway
    counting = {"feed compare"}  # reads in portions and writes one entry at its end
    names = [
        each for each in leaves(main) if each not in serving | copying | counting and not each.startswith("register ")
    ]
    for name in sorted(names, key=lambda each: list(given).index(each) if each in given else -1):
        run(*name.split(), *given.get(name, ()))
    assert witness.unlogged == []


def test_the_witness_sees_a_bypass(watched: Runtime, witness: Witness) -> None:
    question = f"SELECT payload FROM reg_population WHERE by_number = '{MOTHER}'"  # noqa: S608
    assert len(select(question)) == 1
    assert [each.split(":")[0] for each in witness.unlogged] == [
        "no entry at all",
        f"no entry about {MOTHER} in population",
    ]
    with pytest.raises(RuntimeError), runtime.current().database.transaction() as connection:
        connection.exec_driver_sql(question).all()
        raise RuntimeError
    assert witness.unlogged[-1].startswith("rolled back")


def look_everywhere(birth: Birth, everywhere: list[Address], *people: Person) -> None:
    """Let people of the birth open every page there is, with what they know of it."""
    documents = select("SELECT id FROM document WHERE dossier = :code", code=birth.code)
    known = {
        "code": birth.code,
        "draft": birth.draft,
        "document": documents[0][0] if documents else "-",
        "register": "population",
        "record": birth.mother.open("/my/data").text.split("/my/data/population/")[1].split("/")[0],
        "version": "1",
        "form": "control",
        **dict.fromkeys(("one", "other", "finding"), "-"),
        "attachment": "-",  # this birth has every answer from a register: no paper was handed in
        **roll_of_voters(),
        **dict.fromkeys(("conclusion", "meeting", "product", "task", "upload"), "-"),  # of the Committee: nobody's data
        **dict.fromkeys(
            ("batch", "row", "place", "page"), "0"
        ),  # of a steward's import: its pages are looked at by themselves
        "entry": select("SELECT max(id) FROM access WHERE subject = :mother", mother=MOTHER)[0][0],
    }
    for address in everywhere:
        if address.method == "GET":
            for who in people:
                who.look(address.filled(known))


def roll_of_voters() -> dict[str, str]:
    """Return what names the ward's roll of voters, its first area and an objection to it; drawn up once."""
    clerk = system("clerk", agency=reference.competent(role="civil-status", unit="26929").code)
    known = rolls.rolls(clerk)
    if not known:
        areas = [rolls.Area("Khu vực 1", ("26929",))]
        roll = rolls.draw_roll(clerk, roll_kind="deputies", day=date(2027, 3, 14), areas=areas)
        rolls.post_roll(clerk, roll=roll)
        rolls.object_to_roll(clerk, roll=roll, about="wrong_data", person=MOTHER, said="Sai ngày sinh")
    roll = rolls.rolls(clerk)[0].id
    objection = rolls.roll_objections(clerk, roll=roll)[0].id
    return {"roll": roll, "area": "1", "objection": objection, "suffix": "csv"}


def child_of(birth: Birth) -> str:
    """Return the number that the child was given."""
    who = Actor(kind=Kind.CITIZEN, subject=MOTHER, level=2)
    groups = services.dossier(who, code=birth.code).groups
    return next(str(each.value) for group in groups for each in group.values if each.name == "number.number")


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    """Yield the whole name of every command."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from leaves(found, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def units_file(folder: Path) -> str:
    """Return a file with a code of a commune."""
    file = folder / "units.csv"
    file.write_text("unit\n26929\n", encoding="utf-8")
    return str(file)
