"""Imported once by the fork server of the walks: what the package defines is read once, and every life has it."""

import tempfile
from pathlib import Path

from lienthong.kernel import i18n
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.services import api as services
from tests.conftest import MOMENT


def read_definitions() -> None:
    """Read the definitions as a node of the first day does."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=f"sqlite:///{folder}/none.sqlite")
        with running(start(settings, clock=SetClock(MOMENT))):
            services.catalogue()
            i18n.say("en", "Hồ sơ")


read_definitions()
