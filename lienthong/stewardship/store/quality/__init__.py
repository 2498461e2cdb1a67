"""Quality: what was found (tables), and how it is found (a DuckDB for one measure)."""

from lienthong.stewardship.store.quality import tables
from lienthong.stewardship.store.quality.bench import Bench, bench

__all__ = ["Bench", "bench", "tables"]
