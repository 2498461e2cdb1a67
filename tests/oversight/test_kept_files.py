"""Equal bytes are kept once for every room: what one room lets go of, another that names it still finds."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import NotFound
from lienthong.kernel.keeping import is_kept, let_go
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api
from lienthong.stewardship import api as stewardship
from tests.keeping import an_hour_passes

STEWARD = system("steward", agency="G01")
SECRETARY = Actor(kind=Kind.OFFICER, subject="thu-ky", agency="G22", roles=frozenset({"committee-secretary"}))


def imported(path: Path, person: str) -> str:
    """Bring a list of one person in; answer the SHA-256 of its bytes."""
    path.write_text(f"number,full_name,sex,birth_date\n{person}\n", encoding="utf-8")
    batch = stewardship.begin_path(STEWARD.again(), register="population", path=path)
    stewardship.confirm(STEWARD.again(), batch=batch.id, settings=stewardship.preview(STEWARD, batch=batch.id).settings)
    stewardship.run(STEWARD.again(), batch=batch.id)
    return stewardship.progress(STEWARD, batch=batch.id).batch.digest


def test_an_import_that_is_purged_leaves_the_bytes_another_room_keeps(
    node: Runtime, tmp_path: Path, clock: SetClock
) -> None:
    shared = imported(tmp_path / "a.csv", "079060990003,Trần Văn An,1,1960-01-01")
    alone = imported(tmp_path / "b.csv", "079061990004,Lê Quốc Huy,1,1961-07-25")
    api.stage(SECRETARY.again(), name="ke-hoach.csv", content=(tmp_path / "a.csv").read_bytes())
    clock.advance(timedelta(days=366))
    an_hour_passes(node)
    assert stewardship.purge() == 2
    assert node.files.get(shared) == (tmp_path / "a.csv").read_bytes()
    with pytest.raises(NotFound):
        node.files.get(alone)
    stewardship.purge()
    assert is_kept(shared), "looked at again every day, and kept"
    assert not is_kept(alone)


def test_what_no_row_names_goes_but_not_while_somebody_may_be_about_to_name_it(node: Runtime) -> None:
    digest = node.files.put(b"nobody's")
    let_go(digest)
    assert node.files.get(digest) == b"nobody's"
    an_hour_passes(node)
    assert node.files.put(b"nobody's") == digest
    let_go(digest)
    assert node.files.get(digest) == b"nobody's", "put once more, by somebody who has not committed yet"
    an_hour_passes(node)
    assert node.files.take(BytesIO(b"nobody's")) == (digest, 8)
    let_go(digest)
    assert node.files.get(digest) == b"nobody's"
    an_hour_passes(node)
    let_go(digest)
    with pytest.raises(NotFound):
        node.files.get(digest)
    let_go(digest)
