"""An entry shares the fate of the transaction it tells of."""

from __future__ import annotations

import pytest

from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api


def test_an_entry_needs_the_transaction_it_tells_of(node: Runtime) -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        api.record(entry_id=new_id(), digest=bytes(32))
