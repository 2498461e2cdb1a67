"""``lienthong``: one process per home, one mode per home, honest exit codes, the address people are told."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import click
import httpx
import pytest
from click.testing import CliRunner, Result

from lienthong.app import node, rooms
from lienthong.app.command_line import main
from lienthong.kernel.errors import Conflict
from lienthong.kernel.runtime import running
from lienthong.kernel.settings import Settings


def run(home: Path, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"LIENTHONG_HOME": str(home), **environment})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(home: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a server as a person does, and stop it as the system does."""
    environment = {**os.environ, "LIENTHONG_HOME": str(home), "PORT": str(port), "LIENTHONG_DATABASE": ""}
    command = [sys.executable, "-m", "lienthong.app.command_line", "serve", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def opened(url: str, *, trusting: Path | None = None) -> httpx.Response:
    """Open an address as soon as it answers, following redirects."""
    context = ssl.create_default_context(cafile=trusting)
    for _attempt in range(200):
        try:
            return httpx.get(url, verify=context, follow_redirects=True)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(url)


def test_serves_at_localhost_refuses_a_second_process_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port) as server:
        assert opened(f"http://127.0.0.1:{port}/healthz").json()["status"] == "ok"
        assert opened(f"http://127.0.0.1:{port}/about?lang=en").url == f"http://localhost:{port}/about?lang=en"
        second = run(tmp_path, "serve", "--json", PORT=str(free_port()))
        assert second.exit_code == 2
        error = json.loads(second.stdout)["error"]
        assert (error["code"], error["data"]["process"]) == ("home.busy", server.pid)
        assert run(tmp_path, "worker").exit_code == 2
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
        assert server.stdout is not None
        assert f"http://localhost:{port}" in server.stdout.read()


@pytest.mark.parametrize("engine", ["granian", "uvicorn"])
def test_both_engines_serve_over_tls_and_cookies_are_secure_then(tmp_path: Path, engine: str) -> None:
    certificate, key = self_signed(tmp_path)
    port = free_port()
    with started(tmp_path / "home", port, "--engine", engine, "--tls", str(certificate), str(key)):
        answer = opened(f"https://127.0.0.1:{port}/about", trusting=certificate)
    assert answer.url == f"https://localhost:{port}/about"
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = run(tmp_path, "serve", PORT=str(other.getsockname()[1]))
    assert result.exit_code == 2
    assert "PORT=8001" in result.output


def test_other_machines_need_tls(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", LIENTHONG_HOST="192.0.2.7")
    assert result.exit_code == 2
    assert "--tls" in result.output


def test_demonstration_and_production_never_share_a_home(tmp_path: Path) -> None:
    assert run(tmp_path / "demo", "purge").exit_code == 0
    mixed = run(tmp_path / "demo", "purge", LIENTHONG_MODE="production")
    assert mixed.exit_code == 2
    assert "home.mode" in mixed.output
    assert run(tmp_path / "real", "purge", LIENTHONG_MODE="production").exit_code == 0
    assert run(tmp_path / "real", "purge").exit_code == 2
    assert run(tmp_path / "real", "demo", "seed", "--people", "10", LIENTHONG_MODE="production").exit_code == 2


def test_another_home_at_the_same_demonstration_database_is_still_refused(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    assert run(tmp_path / "one", "purge", LIENTHONG_DATABASE=address).exit_code == 0
    mixed = run(tmp_path / "two", "purge", LIENTHONG_DATABASE=address, LIENTHONG_MODE="production")
    assert mixed.exit_code == 2
    assert "home.mode" in mixed.output


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'lienthong.sqlite'}")
    with running(node.open_node(settings)):
        node.prepare()
        node.remember("schema", str(node.SCHEMA_VERSION + 1))
        with pytest.raises(Conflict, match=r"schema\.newer"):
            node.prepare()


def test_seeding_twice_changes_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, "demo", "seed", "--people", "60", "--json")
    assert first.exit_code == 0, first.output
    assert {"registers", "identity"} <= set(json.loads(first.stdout)["rooms"])

    def rows() -> dict[str, int]:
        with sqlite3.connect(tmp_path / "lienthong.sqlite") as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            people = [name for name in names if name.startswith(("reg_", "account", "staff"))]
            return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in people}  # noqa: S608

    before = rows()
    assert sum(before.values()) > 60
    assert run(tmp_path, "demo", "seed", "--people", "60").exit_code == 0
    assert rows() == before


def test_the_catalogue_is_checked_and_a_fault_is_a_finding(tmp_path: Path) -> None:
    good = run(tmp_path, "check", "--json")
    assert (good.exit_code, json.loads(good.stdout)) == (0, {"faults": []})
    folder = tmp_path / "catalogue" / "registers"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("register: broken\n")
    bad = run(tmp_path, "check", "--json")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["faults"][0]["at"].startswith("broken.yaml")


@pytest.mark.parametrize(
    "environment",
    [{"PORT": "x"}, {"LIENTHONG_MODE": "x"}, {"LIENTHONG_DATABASE": "x"}, {"LIENTHONG_ORIGIN": "http://x"}],
)
def test_settings_that_cannot_be_used_are_said_at_once(tmp_path: Path, environment: dict[str, str]) -> None:
    result = run(tmp_path, "purge", **environment)
    assert result.exit_code == 2
    assert next(iter(environment)) in result.output


def test_help_speaks_both_languages_and_every_command_has_json(tmp_path: Path) -> None:
    def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            for each in command.list_commands(click.Context(command)):
                found = command.get_command(click.Context(command), each)
                assert found is not None
                yield from leaves(found, f"{name} {each}")
        else:
            yield name, command

    commands = dict(leaves(main, "lienthong"))
    assert {"lienthong up", "lienthong check", "lienthong ledger verify"} <= set(commands)
    for name, command in commands.items():
        assert " | " in (command.help or ""), name
        assert "as_json" in {each.name for each in command.params}, name
    shown = " ".join(run(tmp_path, "--help").output.split())
    assert "Kiểm mọi tệp định nghĩa" in shown
    assert "Check every definition" in shown


def test_what_rooms_offer_is_found_by_name() -> None:
    assert {each.name for each in rooms.offered("cli", "commands")} >= {"ledger"}
    assert "registers" in dict(rooms.verbs("spec", "check"))
    assert rooms.module("kernel", "web") is None


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for localhost, valid for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_erasing_a_person_is_a_command_with_a_ground_and_an_order(tmp_path: Path) -> None:
    person, ground = "079192990017", ("--basis", "L-91-2025")
    assert run(tmp_path, "erase-proofs", person, *ground).exit_code == 2, "not without the decision"
    order = (*ground, "--order", "QĐ 12 ngày 20/11/2026", "--before", "01/01/2020")
    done = run(tmp_path, "erase-proofs", person, *order, "--json")
    assert done.exit_code == 0, done.output
    rooms_asked = json.loads(done.stdout)["rooms"]
    assert rooms_asked == dict.fromkeys(("registers", "identity", "exchange", "services"), 0)
    assert "sổ vẫn nguyên vẹn" in run(tmp_path, "erase-proofs", person, *order).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("units", "convert"), ("Thiếu FILE: ghi đường dẫn của tệp.", "FILE is missing: give the path of the file.")),
        (("units", "convert", "khong-co.csv"), ("FILE: không có tệp này", "Check the path.")),
        (("register", "export", "population"), ("Thiếu FILE: ghi đường dẫn của tệp.", "give the path of the file.")),
        (("register", "merge", "population", "1", "2"), ("Thiếu --reason.", "--reason is missing.")),
        (
            ("register", "roll", "population", "--day", "20/12/2026"),
            ("--day: giá trị này không dùng được.", "%Y-%m-%d"),
        ),
        (("register", "lookup", "population", "1", "--nope"), ("Không có tùy chọn --nope.", "There is no option")),
        (("nope",), ("Lệnh gọi chưa đúng.", "nope")),
    ],
)
def test_a_call_that_is_wrong_is_told_in_both_languages(
    tmp_path: Path, arguments: tuple[str, ...], said: tuple[str, str]
) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert all(each in result.stderr for each in said), result.stderr
    assert "--help`" in result.stderr
    assert "Usage:" not in result.output
