"""A paper that no register answers for: its pages are handed in, one is replaced, one is taken back, one looked at."""

from __future__ import annotations

from typing import Any

from lienthong.services import api as services
from tests.kernel.test_uploads import photo
from tests.proofs.stage import Act, World, works

PROCEDURE, ITEM = "linked-birth", "birth"


def begins(world: World) -> str:
    """The draft of a mother whose hospital has sent no birth notice."""
    return services.begin(world.citizen("daughter"), procedure=PROCEDURE)


def fetches(world: World) -> None:
    """The registers are read."""
    services.fetch_facts(world.citizen("daughter"), draft=world.told["begins"])


def hands_in(world: World) -> list[str]:
    """Three pages at once; handed in again they are the same three."""
    who, draft = world.citizen("daughter"), world.told["begins"]
    files = [services.Handed(f"trang {at}.jpg", photo(width=40 + at)) for at in range(3)]
    services.hand_in(who, draft=draft, item=ITEM, files=files)
    return [page.id for page in pages(world)]


def pages(world: World) -> list[Any]:
    """The pages as she sees them."""
    view = services.draft(world.citizen("daughter"), draft=world.told["begins"])
    return [page for paper in view.papers for page in paper.pages]


def replaces_one(world: World) -> None:
    """A sharper picture in place of the first."""
    files = [services.Handed("trang 1 rõ.jpg", photo(width=64))]
    who, first = world.citizen("daughter"), world.told["hands_in"][0]
    if first in [page.id for page in pages(world)]:
        services.hand_in(who, draft=world.told["begins"], item=ITEM, files=files, instead_of=first)


def takes_one_back(world: World) -> None:
    """The last page is not wanted."""
    who, last = world.citizen("daughter"), world.told["hands_in"][2]
    services.take_back(who, draft=world.told["begins"], attachment=last)


def looks(world: World) -> None:
    """She opens a page."""
    who, page = world.citizen("daughter"), world.told["hands_in"][1]
    _kept, content = services.attachment(who, dossier=world.told["begins"], attachment=page)
    assert content


def everything_stands(world: World) -> dict[str, Any]:
    """The pages that are left, and the files that lie there for them."""
    folder = world.folder / "home" / "attachments"
    files = [each for each in folder.rglob("*") if each.is_file() and not each.name.startswith(".")]
    return {"pages": sorted(page.name for page in pages(world)), "no more files": len(files) <= 2 * len(pages(world))}


ACTS: tuple[Act, ...] = (begins, fetches, hands_in, replaces_one, takes_one_back, looks, works, everything_stands)
