"""Which records break which rules: the rules of a register over a bench that holds the records to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from lienthong.kernel.actor import Actor
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register, Rule, leads_back
from lienthong.stewardship.store.quality import Bench

_decode = msgspec.json.Decoder(dict[str, object]).decode


class Judging:
    """One measure: ``whole`` when the bench holds the register, otherwise what stands beside is fetched."""

    def __init__(self, who: Actor, bench: Bench, grounds: Grounds, *, whole: bool) -> None:
        self._who, self._bench, self._grounds, self._whole = who, bench, grounds, whole
        self._spec: Register = bench.spec

    def judge(self) -> None:
        """Note every judged record that breaks a rule."""
        spec, bench = self._spec, self._bench
        self._know_places()
        for rule in spec.quality:
            if rule.that:
                text, parameters = bench.sql(spec.expressions[rule.id])
                bench.note_broken(rule.id, f"({text}) IS FALSE", parameters)
            elif rule.unique:
                self._unique(rule)
            elif rule.acyclic:
                self._acyclic(rule)
            else:
                self._elsewhere(rule)

    def _know_places(self) -> None:
        spec, bench = self._spec, self._bench
        units = bench.values([name for name, kind in spec.types.items() if kind == "unit"])
        found = {code: reference.unit(code) for code in units}
        bench.keep("unit_in_force", [code for code, unit in found.items() if unit and unit.valid_to is None])
        heads = bench.values([name for name, kind in spec.types.items() if kind == "personal_number"], start=3)
        odd = {
            head
            for head in heads
            for each in reference.number_doubts(f"{head:0>3}000000000")
            if each.code == "number.province"
        }
        bench.keep("number_place", [head for head in heads if head not in odd])

    def _unique(self, rule: Rule) -> None:
        spec, bench = self._spec, self._bench
        by = next((name for name in rule.unique if name in spec.lookups and spec.lookups[name] == "exact"), "")
        if not self._whole and by:
            self._beside(by, bench.values([by]))
        keys = ", ".join(f'"{name}"' for name in rule.unique)
        told = " AND ".join(f'"{name}" IS NOT NULL' for name in rule.unique)
        where, parameters = bench.where(rule.id)
        bench.note_broken(
            rule.id,
            f"{told} AND ({keys}) IN (SELECT ({keys}) FROM r WHERE {told} AND {where}"  # noqa: S608
            f" GROUP BY {keys} HAVING COUNT(*) > 1)",
            parameters,
        )

    def _elsewhere(self, rule: Rule) -> None:
        other, bench = rule.elsewhere, self._bench
        if other is None:
            return
        column = f'"{other.field}"'
        if self._whole and other.register_id == self._spec.id and not other.where:
            there = f'SELECT "{other.by}" FROM r WHERE "{other.by}" IS NOT NULL'  # noqa: S608
        else:
            bench.keep("there", self._there(rule))
            there = "SELECT code FROM there"
        sign = "IN" if rule.absent else "NOT IN"
        bench.note_broken(rule.id, f"{column} IS NOT NULL AND {column} {sign} ({there})", [])

    def _there(self, rule: Rule) -> list[str]:
        """Return the values that a record of the other register has; its owner sees how many were asked."""
        other, bench = rule.elsewhere, self._bench
        assert other is not None  # noqa: S101  for the type checker
        where, parameters = bench.where(rule.id)
        sql = f'SELECT DISTINCT "{other.field}" FROM r WHERE _focus AND "{other.field}" IS NOT NULL AND {where}'  # noqa: S608
        asked = [row[0] for row in bench.rows(sql, parameters)]
        found = registers.having(
            self._who,
            register=other.register_id,
            grounds=self._grounds,
            fields=[other.by],
            by=other.by,
            values=asked,
            where=other.where,
        )
        return list({str(value) for each in found if (value := _decode(each[3]).get(other.by))})

    def _acyclic(self, rule: Rule) -> None:
        """Note who is their own ancestor: who has no way up or down is peeled off, the rest is looked at one by one."""
        spec, bench = self._spec, self._bench
        if not self._whole:
            self._ancestors(rule)
        key = f'"{spec.key}"'
        edges = " UNION ALL ".join(
            f'SELECT {key} AS child, "{name}" AS parent FROM r WHERE {key} IS NOT NULL AND "{name}" IS NOT NULL'  # noqa: S608
            for name in rule.acyclic
        )
        bench.run(f"CREATE OR REPLACE TABLE kin AS {edges}")
        left = -1
        while (now := bench.rows("SELECT COUNT(*) FROM kin")[0][0]) != left:
            left = now
            bench.run(
                "CREATE OR REPLACE TABLE kin AS SELECT * FROM kin"
                " WHERE parent IN (SELECT child FROM kin) AND child IN (SELECT parent FROM kin)"
            )
        ancestors: dict[str, set[str]] = {}
        for child, parent in bench.rows("SELECT child, parent FROM kin"):
            ancestors.setdefault(child, set()).add(parent)
        circles = [each for each in ancestors if leads_back(each, ancestors)]
        bench.keep("there", circles)
        bench.note_broken(rule.id, f"{key} IN (SELECT code FROM there)", [])  # noqa: S608

    def _ancestors(self, rule: Rule) -> None:
        seen: set[str] = set()
        waiting = self._bench.values(rule.acyclic)
        while waiting:
            seen |= set(waiting)
            rows = self._beside(self._spec.key, waiting)
            waiting = list({str(each[name]) for each in rows for name in rule.acyclic if each.get(name)} - seen)

    def _beside(self, by: str, values: Sequence[str]) -> list[dict[str, object]]:
        """Lay records out beside the judged ones, found by a lookup field; answer what they say."""
        found = registers.having(
            self._who, register=self._spec.id, grounds=self._grounds, fields=[by], by=by, values=values
        )
        self._bench.load(_portions(found), focus=False)
        return [_decode(each[3]) for each in found]


def _portions(rows: Sequence[registers.Swept]) -> Iterable[Sequence[registers.Swept]]:
    yield from ([rows] if rows else [])
