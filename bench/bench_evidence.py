"""Evidence with 20 million facts of 10 million dossiers: counting, drilling down, freshness, the month's report.

The facts are written straight as evidence in its real shape, as files of the size that arrive in bulk, listed in the
manifest; then the house merges them as it does by itself. The floor is DuckDB's bare aggregate over the same files.
"""
# ruff: noqa: S608  every name here is ours

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator

from measure import Timing, node, percentile, timed, write

from lienthong.evidence import api as evidence
from lienthong.evidence import store
from lienthong.evidence.store.listing import Written, commit
from lienthong.evidence.store.writing import source
from lienthong.kernel import clock, events
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.runtime import current
from lienthong.oversight import api, spec
from lienthong.reference import api as reference
from lienthong.services.events import DossierFiled

DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "10000000"))
FILE_ROWS = 500_000
MONTHS = 13
FIRST = 1_761_930_000  # 01/11/2025 in Viet Nam, seconds since 1970
LAST = 1_795_280_000  # 22/11/2026
BY = ("province", "month", "procedure")
SECRETARY = Actor(kind=Kind.OFFICER, subject="bench", roles=frozenset({"committee-secretary"}))
COMMON = """u.unit AS unit, t.at AS recorded, strftime(to_timestamp(t.at + 25200), '%Y-%m-%d') AS day,
    strftime(to_timestamp(t.at + 25200), '%Y-%m') AS month, u.province AS province"""
SHAPES = {
    "filings": """'H' || u.province || '.' || u.unit || '-' || t.n AS dossier,
        'procedure-' || (hash(t.n) % 40) AS procedure,
        1::BIGINT AS version, 'H' || u.province || '.' || u.unit AS agency,
        ['online_full', 'online_full', 'online_full', 'counter', 'online_part', 'post'][1 + (hash(t.n + 1) % 6)::INT]
        AS channel, t.at AS filed_at, t.at AS received_at, t.at + 259200 AS due_at,
        (20 + hash(t.n + 2) % 10)::BIGINT AS values_total, (12 + hash(t.n + 3) % 8)::BIGINT AS values_prefilled,
        5::BIGINT AS values_declared""",
    "outcomes": """'H' || u.province || '.' || u.unit || '-' || t.n AS dossier,
        'procedure-' || (hash(t.n) % 40) AS procedure,
        'granted' AS outcome, t.at AS finished_at, t.at + 3600 AS due_at, hash(t.n + 4) % 100 < 97 AS on_time""",
}


def shipped() -> dict[str, spec.Indicator]:
    """Return the shipped indicators that count dossiers, by id."""
    return {name: each for name, each in spec.indicators().items() if each.measure.facts in SHAPES}


def generate() -> None:
    """Write and list the facts, two for each dossier, in the order in which they would have been told."""
    engine = store.engine()
    units = [f"('{each.code}', '{each.parent}', {n})" for n, each in enumerate(reference.units(level="commune"))]
    engine.run(f"CREATE TABLE units AS SELECT * FROM (VALUES {', '.join(units)}) AS v(unit, province, n)")
    files: list[Written] = []
    for facts, shape in SHAPES.items():
        (engine.folder / facts).mkdir(parents=True, exist_ok=True)
        for at in range(0, DOSSIERS, FILE_ROWS):
            upto = min(DOSSIERS, at + FILE_ROWS)
            step = (LAST - FIRST) / DOSSIERS
            number = "2 * n + 1" if facts == "filings" else "2 * n + 2"
            told = f"SELECT n, {number} AS position, {FIRST} + (n * {step})::BIGINT AS at FROM range({at}, {upto}) r(n)"
            name = f"{facts}/{2 * at + 1:012d}-{2 * upto:012d}-bench.parquet"
            place = f"JOIN units u ON u.n = hash(t.n + 7) % {len(units)}"
            chosen = f"SELECT t.position AS position, {shape}, {COMMON} FROM ({told}) t {place}"
            columns = ", ".join(f'"{each}"' for each in evidence.SETS[facts].columns)
            engine.run(
                f"COPY (SELECT {columns} FROM ({chosen}) ORDER BY position) TO '{engine.folder / name}' "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            files.append(Written(name, facts, 2 * at + 1, 2 * upto, upto - at))
    engine.run("DROP TABLE units")
    before, _at = store.read_cursor()
    assert commit(before, before, files)


def forget() -> None:
    """Let the node forget what it counted, as after a start."""
    for part in ("evidence.cells", "oversight.counts"):
        current()._parts.pop(part, None)  # pyright: ignore[reportPrivateUsage]


def floor(measure: evidence.Measure, files: list[str]) -> str:
    """Return the bare aggregate of a shipped indicator over the same files."""
    wanted = {
        "outcomes": "count(*), count(*) FILTER (WHERE on_time)",
        "filings": "count(*), count(*) FILTER (WHERE channel = 'online_full')",
    }[measure.facts]
    if measure.of_sum:
        wanted = "sum(values_total), sum(values_prefilled)"
    condition = "WHERE channel <> 'post'" if measure.facts == "filings" and not measure.of_sum else ""
    return f"SELECT {', '.join(BY)}, {wanted} FROM {source(measure.facts, files)} {condition} GROUP BY ALL"


def counting(name: str) -> None:
    """Count the shipped indicators over province × month × procedure, nothing kept from before."""
    measures = [each.measure for each in shipped().values()]
    files = {each.facts: [one.file for one in store.listed(each.facts)] for each in measures}
    with timed() as bare:
        expected = [sorted(store.engine().query(floor(each, files[each.facts]))) for each in measures]
    forget()
    with timed() as timing:
        counted = [evidence.cells(each, by=BY) for each in measures]
    for cells, rows in zip(counted, expected, strict=True):
        assert sorted((*cell.keys, cell.of, cell.part) for cell in cells) == rows
    scanned = 3 * DOSSIERS
    with timed() as again:
        for each in measures:
            evidence.cells(each, by=BY)
    write(
        name,
        engine="duckdb",
        rows=scanned,
        timing=timing,
        floor_rate=scanned / bare.seconds,
        cells=sum(map(len, counted)),
        files=sum(map(len, files.values())),
        kept_ms=round(1000 * again.seconds, 1),
    )


def latencies(asked: Iterator[Callable[[], object]]) -> tuple[list[float], Timing]:
    """Time each question alone."""
    taken: list[float] = []
    with timed() as whole:
        for question in asked:
            begun = time.perf_counter()
            question()
            taken.append(1000 * (time.perf_counter() - begun))
    return taken, whole


def drilling() -> None:
    """Open the records behind figures: of communes, provinces and the nation, in months and sides at random."""
    chance = random.Random(1)
    communes = [each.code for each in reference.units(level="commune")]
    provinces = [each.code for each in reference.units(level="province")]
    indicators = list(shipped())
    months = [f"2026-{month:02d}" for month in range(1, 12)]
    for name, units in (("commune", communes), ("province", provinces), ("nation", [""])):
        chosen = [chance.choice(units) for _ in range(60)]

        def opened(unit: str) -> Callable[[], object]:
            how = {
                "indicator": chance.choice(indicators),
                "month": chance.choice(months),
                "side": chance.choice(api.SIDES),
            }
            return lambda: api.drill(SECRETARY, unit=unit, **how)

        for each in indicators:  # the figure above the records is counted before people open it
            api.figure(SECRETARY, indicator=each, unit=chosen[0])
        taken, timing = latencies(opened(unit) for unit in chosen)
        files = [one.file for one in store.listed("filings", ["2026-05"])]
        bare = f"SELECT * FROM {source('filings', files)} WHERE month = '2026-05' ORDER BY position LIMIT 51"
        with timed() as least:
            for _ in range(5):
                store.engine().query(bare)
        write(
            f"evidence-drill-{name}",
            engine="duckdb",
            rows=len(chosen),
            timing=timing,
            floor_rate=5 / least.seconds,
            latencies_ms=taken,
            facts=2 * DOSSIERS,
        )


def looking() -> None:
    """Open the dashboard of each province the first time (its communes are counted then), and again."""
    forget()
    provinces = [each.code for each in reference.units(level="province")]
    taken, timing = latencies((lambda code=code: api.dashboard(SECRETARY, place=code)) for code in provinces)
    again, _timing = latencies((lambda code=code: api.dashboard(SECRETARY, place=code)) for code in provinces)
    write(
        "evidence-province",
        engine="duckdb",
        rows=len(provinces),
        timing=timing,
        latencies_ms=taken,
        again_p95_ms=round(percentile(again, 0.95), 2),
        facts=2 * DOSSIERS,
    )


def reporting() -> None:
    """The month's report of 34 provinces: every indicator of the nation, of each province and of each commune."""
    forget()
    with timed() as timing:
        told = [api.dashboard(SECRETARY, chosen=each, month="2026-10") for each in shipped()]
        for province in reference.units(level="province"):
            told += [api.dashboard(SECRETARY, chosen=each, month="2026-10", place=province.code) for each in shipped()]
    assert sum(len(each.rows) for each in told) == 3 * (34 + 3321)
    files = [one.file for one in store.listed("filings")]
    counted = "count(*), count(*) FILTER (WHERE channel = 'online_full')"
    sql = f"SELECT unit, month, {counted} FROM {source('filings', files)} GROUP BY ALL"
    with timed() as bare:
        store.engine().query(sql)
    write(
        "evidence-report",
        engine="duckdb",
        rows=len(told),
        timing=timing,
        floor_rate=len(told) / (3 * bare.seconds),
        facts=2 * DOSSIERS,
    )


def freshness() -> None:
    """From the commit of an event until the dashboard says the new figure, the house keeping itself fresh meanwhile."""
    from lienthong.app.schedule import Background

    taken: list[float] = []
    unit = reference.units(level="commune")[0].code
    worker = Background()
    worker.start()
    try:
        for number in range(10):
            before = api.figure(SECRETARY, indicator="values-prefilled-share", unit=unit, month="2026-11").of
            now = clock.stamp(current().clock.now())
            with current().database.transaction():
                events.publish(system("bench"), _filing(f"FRESH-{number}", unit, now))
            begun = time.perf_counter()
            while api.figure(SECRETARY, indicator="values-prefilled-share", unit=unit, month="2026-11").of == before:
                time.sleep(0.01)
            api.dashboard(SECRETARY, chosen="values-prefilled-share", place="01")
            taken.append(1000 * (time.perf_counter() - begun))
    finally:
        worker.stop()
    write(
        "evidence-fresh",
        engine="duckdb",
        rows=len(taken),
        timing=Timing(sum(taken) / 1000),
        latencies_ms=taken,
        facts=2 * DOSSIERS,
    )


def _filing(code: str, unit: str, now: str) -> DossierFiled:
    times = {"filed_at": now, "received_at": now, "due_at": now}
    values = {"values_total": 20, "values_prefilled": 18, "values_declared": 2}
    return DossierFiled(
        dossier=code,
        procedure="linked-birth",
        version=1,
        unit=unit,
        agency="H26.1",
        channel="online_full",
        **values,
        **times,
    )


def main() -> None:
    """Generate, count, tidy, count again, drill, report, and see how fast something new shows."""
    with node():
        with timed() as generating:
            generate()
        print(f"generated in {generating.seconds:.0f} s")
        counting("evidence-count-as-arrived")
        with timed() as tidying:
            merged = evidence.tidy()
        print(f"tidied {merged} files in {tidying.seconds:.0f} s")
        counting("evidence-count")
        looking()
        drilling()
        reporting()
        freshness()


if __name__ == "__main__":
    main()
