"""How fast and how rightly scanned lists become drafts, clean and worn, against the bare reading program on a page.

Each page is a ruled list of ``ROWS`` invented people, printed in one of the typefaces of the house; worn: askew by up
to a degree and spotted, as an office scanner sees it. A field is right when the draft says exactly what was printed;
told: those among the wrong ones that were marked as doubtful before anybody looked; needless: right ones that were
marked. Floor: ``tesseract`` alone on the same pictures. ``--pages``: how many of each kind (6). Handwriting is not
measured.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path
from random import Random

import crowd
import duckdb
import measure
from PIL import Image

from lienthong.kernel.actor import system
from lienthong.kernel.scans import words
from lienthong.kernel.text import partial_day
from lienthong.reference import api as reference
from lienthong.stewardship import api
from lienthong.stewardship.api import Draft

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.stewardship import pages as paper

ROWS = 25
WHO = system("bench", agency="G01")
FACES = ("Tinos-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Italic.ttf")
FIELDS = ("full_name", "number", "birth_date", "sex", "home_commune")
WIDEST = 36
Person = dict[str, str]
"""field → as it is printed."""


def people(count: int) -> list[Person]:
    """Return people as they are printed."""
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        file = Path(folder) / "people.parquet"
        crowd.write(4 * count + 4000, file)
        asked = f"SELECT full_name, number, birth_date, sex, home_commune FROM '{file}' OFFSET 4000"  # noqa: S608
        rows = duckdb.sql(asked).fetchall()
    found: list[Person] = []
    for name, number, birth, sex, home in rows:
        said = {"full_name": name, "number": number, "birth_date": partial_day(birth)}
        said |= {"sex": "Nam" if sex == "1" else "Nữ", "home_commune": place_of(home)}
        if len(said["home_commune"]) <= WIDEST:
            found.append(said)
    return found[:count]


def place_of(code: str) -> str:
    """Return a commune with its province as it is printed."""
    commune, province = reference.unit(code), reference.unit(reference.province_of(code))
    assert commune
    assert province
    return f"{commune.full_name}, {province.full_name}"


def printed(listed: list[Person], chance: Random, *, worn: bool) -> Image.Image:
    """Return people as one scanned page."""
    shown = ("full_name", "number", "sex", "birth_date", "home_commune")
    rows = [[str(at), *(one[name] for name in shown)] for at, one in enumerate(listed, 1)]
    page = paper.listed(rows, face=chance.choice(FACES))
    return paper.worn(page, angle=chance.uniform(-1, 1)) if worn else page


def drafts_of(pages: list[Image.Image]) -> tuple[list[Draft], measure.Timing]:
    """Return what a scan's drafts say, and how long it took until they could be confirmed."""
    source = io.BytesIO(paper.pdf(*pages))
    with measure.timed() as timing:
        batch = api.begin(WHO.again(), register="population", name="quet.pdf", source=source, reason="CV 1").id
        api.read_pages(WHO, batch=batch)
        api.confirm(WHO, batch=batch, settings=api.preview(WHO, batch=batch).settings)
        api.run(WHO, batch=batch)
    return api.drafts(WHO, batch=batch), timing


def wrong(drafts: list[Draft], listed: list[Person]) -> tuple[int, int, int]:
    """Return how many fields differ from the print, how many of those were marked as doubtful, and how many others."""
    said = [{each.name: (each.text, each.name in one.doubtful) for each in one.fields} for one in drafts]
    differ = told = needless = 0
    for at, person in enumerate(listed):
        here = said[at] if at < len(said) else {}
        for name in FIELDS:
            text, doubt = here.get(name, ("", True))
            if text != person[name]:
                differ, told = differ + 1, told + doubt
            else:
                needless += doubt
    return differ, told, needless


def bench(kind: str, count: int) -> None:
    """Measure one kind of paper."""
    chance = Random(kind)
    listed = people(count * ROWS)
    pages = [printed(listed[at : at + ROWS], chance, worn=kind == "worn") for at in range(0, len(listed), ROWS)]
    with measure.timed() as bare:
        for page in pages:
            words.words(page)
    with measure.node():
        drafts, timing = drafts_of(pages)
    fields = len(listed) * len(FIELDS)
    differ, told, needless = wrong(drafts, listed)
    measure.write(
        f"scans-{kind}",
        engine="sqlite",
        rows=count,
        timing=timing,
        floor_rate=count / bare.seconds,
        seconds_a_page=round(timing.seconds / count, 2),
        fields=fields,
        wrong=differ,
        told=told,
        needless=needless,
        right=round(1 - differ / fields, 4),
    )


def main() -> None:
    """Measure clean and worn paper."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=6)
    count = parser.parse_args().pages
    for kind in ("clean", "worn"):
        bench(kind, count)


if __name__ == "__main__":
    main()
