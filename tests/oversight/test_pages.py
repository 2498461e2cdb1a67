"""The pages of oversight say names, not codes, and open only within one's own units."""

from __future__ import annotations

from collections.abc import Callable

from lienthong.evidence import api as evidence
from lienthong.kernel import clock, events
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.services.events import DossierFiled
from tests.browsing import Browser


def test_records_say_names_and_open_to_ones_own_units_only(nation: Runtime, browse: Callable[..., Browser]) -> None:
    now = clock.stamp(nation.clock.now())
    times = {"filed_at": now, "received_at": now, "due_at": now}
    with nation.database.transaction():
        events.publish(
            system("test"),
            DossierFiled(
                dossier="H29.26.929-261121-0001",
                procedure="linked-birth",
                version=1,
                unit="26929",
                agency="H29.26.929",
                channel="online_full",
                values_total=20,
                values_prefilled=17,
                values_declared=3,
                **times,
            ),
        )
    evidence.ingest()
    leader = browse().as_person("provincial-chairman")
    page = leader.get("/oversight/records?indicator=online-full-share&unit=26929").text
    assert "H29.26.929-261121-0001" in page
    assert "Khai sinh, thường trú" in page
    assert "766/QĐ-TTg" in page
    assert "linked-birth" not in page
    assert leader.get("/oversight/records?indicator=online-full-share&unit=01").status_code == 403
    assert leader.get("/oversight?place=79").status_code == 200
    assert browse().as_person("mother").get("/oversight").status_code == 403
