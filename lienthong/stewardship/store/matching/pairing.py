"""From people in columns to pairs with a score, and to clusters: what both a register and a file go through."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lienthong.kernel.columns import Workshop
from lienthong.stewardship.domain.matching import MatchRules, Pair, Person, Score, Standing, cluster, compare, odds
from lienthong.stewardship.domain.matching.clusters import Clusters
from lienthong.stewardship.store.matching import blocks, people

Today = Callable[[str], tuple[str, ...]]
Say = Callable[[str, int, int], None]
"""Told how far the work is: step, done, of how many."""


def unsaid(_step: str, _done: int, _of: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs that are not "no", by places, and the clusters they make."""

    scores: Mapping[tuple[int, int], Score]
    clusters: Clusters
    rows: int
    compared: int
    records: Mapping[int, str] = field(default_factory=dict[int, str])

    def verdict_of(self, place: int) -> str:
        """Return a row's own verdict: sure, review or no."""
        if place not in self.clusters.of:
            return "no"
        return "review" if place in self.clusters.doubtful else "sure"


def find_duplicates(
    shop: Workshop,
    *,
    rows: int,
    rules: MatchRules,
    today: Today,
    apart: Callable[[Mapping[int, str]], Collection[tuple[int, int]]] = lambda _: (),
    say: Say = unsaid,
) -> Found:
    """Compare everybody in the table ``people`` who is worth it, and put them together.

    apart: answers, for the record ids by place, which pairs a person has said are two people.
    """
    places = people.know_places(shop, today)
    people.prepare(shop, places)
    say("block", 0, rows)
    blocks.find_pairs(shop, rows=rows, start=rules.start, floor=odds(rules.review))
    scores, known = score(shop, rows=rows, rules=rules, places=places, say=say)
    records = dict(_records(shop))
    standing = {place: Standing(each.number, each.birth_date) for place, each in known.items()}
    pairs = [Pair(one, other, each.bits, each.verdict) for (one, other), each in scores.items()]
    return Found(scores, cluster(pairs, standing, apart(records)), rows, compared(shop), records)


@dataclass(frozen=True, slots=True)
class Linked:
    """Pairs of a record here and one there that are not "no", by record ids, likeliest first; rows here."""

    pairs: list[tuple[str, str, Score]]
    rows: int
    compared: int


def find_links(shop: Workshop, *, rows: int, there: int, rules: MatchRules, today: Today, say: Say = unsaid) -> Linked:
    """Compare the people of the table ``people`` with those of ``there`` who are worth it."""
    places = people.know_places(shop, today) | people.know_places(shop, today, "there")
    people.prepare(shop, places)
    people.prepare(shop, places, "there")
    most = max(rows, there)
    blocks.find_pairs(shop, rows=most, start=rules.start, floor=odds(rules.review), right="there")
    scores, _ = score(shop, rows=most, rules=rules, places=places, say=say, right="there")
    here = dict(_records(shop))
    other = {
        place: record
        for portion in people.rows_of(shop, "there JOIN picked_there USING (place)")
        for place, record in portion
    }
    found = [(here[one], other[two], made) for (one, two), made in scores.items()]
    return Linked(sorted(found, key=lambda each: (each[0], -each[2].bits, each[1])), rows, compared(shop))


def score(
    shop: Workshop, *, rows: int, rules: MatchRules, places: Mapping[str, tuple[str, ...]], say: Say, right: str = ""
) -> tuple[dict[tuple[int, int], Score], dict[int, Person]]:
    """Return the scores of the pairs in the table ``worth`` that are not "no", and the people looked at on the left."""
    both = "" if right else " UNION SELECT other FROM worth"
    shop.run(f"CREATE TABLE picked AS SELECT DISTINCT one AS place FROM worth{both}")  # noqa: S608
    known = others = people.people_at(shop, "picked", rows, places)
    if right:
        shop.run("CREATE TABLE picked_there AS SELECT DISTINCT other AS place FROM worth")
        others = people.people_at(shop, "picked_there", rows, places, right)
    total, done = compared(shop), 0
    scores: dict[tuple[int, int], Score] = {}
    for portion in shop.portions("SELECT one, other FROM worth"):
        for one, other in portion:
            made = compare(known[one], others[other], rules)
            if made.verdict != "no":
                scores[one, other] = made
        done += len(portion)
        say("compare", done, total)
    return scores, known


def compared(shop: Workshop) -> int:
    """Return how many pairs were compared."""
    return int(shop.rows("SELECT count(*) FROM worth")[0][0])


def _records(shop: Workshop) -> Iterator[tuple[int, str]]:
    for portion in shop.portions("SELECT place, record FROM people JOIN picked USING (place)"):
        yield from portion
