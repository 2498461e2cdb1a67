"""A whole house on its own port, as `make up` starts it, and a real Chromium to walk through it."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "docs" / "screenshots"
PEOPLE = 1_500
STANDARD = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
"""What axe asks of every page: WCAG 2.2 AA (the size of targets too), and good practice."""
WIDTHS = {"desktop": 1280, "phone": 390}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey is walked in the order it is written: its chapters follow each other."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass
class House:
    """A running house: where it is, where it keeps its things, and how to stop and start it."""

    address: str
    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = os.environ | {"LIENTHONG_HOME": str(self.home), "PORT": str(self.port), "LIENTHONG_DATABASE": ""}
        command = [sys.executable, "-c", "from lienthong.app.command_line import main; main()", "up"]
        with (self.home.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--people", str(PEOPLE)], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
            if self.process.poll() is not None:
                break
        pytest.fail((self.home.parent / "server.log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        """Stop it politely."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)


def open_house(folder: Path) -> Iterator[House]:
    """Start a house with a small demonstration nation in a folder of its own; stop it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = House(f"http://localhost:{port}", folder / "var", port)
    running.home.mkdir()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of the journeys that follow each other."""
    yield from open_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium as Debian packages it."""
    path = os.environ.get("LIENTHONG_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("Chromium is missing: run `make journeys`, which installs it")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


class Walker:
    """One person at a browser. Every page they see is checked: no sideways scrolling, no axe violation, no error."""

    def __init__(self, page: Page, house: House) -> None:
        self.page = page
        self.house = house
        self.errors: list[str] = []
        page.on("console", lambda message: self._noted(message.type, message.text))

    def _noted(self, kind: str, text: str) -> None:
        """Keep what the browser complains of: refused scripts and styles, missing files; a refused form is no fault."""
        if kind == "error" and "status of 422" not in text:
            self.errors.append(text)

    def sign_in(self, name: str) -> Walker:
        """Sign in with one click as a named person."""
        self.page.goto(f"{self.house.address}/sign-in")
        return self.press(name)

    def go(self, path: str) -> Walker:
        """Open a page of the house."""
        answer = self.page.goto(self.house.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def press(self, name: str) -> Walker:
        """Press a button by its words; one that hands a form in has been answered when this returns."""
        button = self.page.get_by_role("button", name=name).first
        if button.evaluate("button => button.type === 'submit' && Boolean(button.form)"):
            with self.page.expect_navigation():  # a click alone may return before the house has answered
                button.click()
        else:
            button.click()
        return self

    def look(self, picture: str = "") -> Walker:
        """Look hard at the page: width, accessibility, errors; leave a picture on both widths when it has a name."""
        self.page.wait_for_load_state()
        for size, width in WIDTHS.items():
            self.page.set_viewport_size({"width": 360 if size == "phone" else width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= (360 if size == "phone" else width), f"{self.page.url} is {wide} px wide on a {size}"
            found = Axe().run(self.page, options=STANDARD).response["violations"]
            assert not found, f"{self.page.url} on a {size}: " + "; ".join(
                f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found
            )
            if picture:
                self.page.set_viewport_size({"width": width, "height": 900})
                save(self.page.screenshot(full_page=True), f"{picture}-{size}")
        self.page.set_viewport_size({"width": WIDTHS["desktop"], "height": 900})
        assert self.errors == [], self.errors
        return self

    def sees(self, text: str) -> Walker:
        """Fail unless the page says this."""
        assert text in self.page.inner_text("body"), f"{self.page.url} does not say {text!r}"
        return self


def save(png: bytes, name: str) -> None:
    """Keep a screenshot small: 64 colours, at most 1,800 px high."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, 1800)))
    small = picture.quantize(64, dither=Image.Dither.NONE)
    small.save(SCREENSHOTS / f"{name}.png", optimize=True)


@pytest.fixture
def walk(chromium: Browser, house: House) -> Iterator[Callable[..., Walker]]:
    """Make walkers: ``walk("Nguyễn Thị Thu Hà")`` is signed in, ``walk()`` is a stranger."""
    contexts = []

    def make(name: str = "", *, javascript: bool = True) -> Walker:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=javascript, locale="vi-VN"
        )
        contexts.append(context)
        walker = Walker(context.new_page(), house)
        return walker.sign_in(name) if name else walker

    yield make
    for context in contexts:
        context.close()
