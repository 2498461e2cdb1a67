"""Proposes a field for every column: title and content are weighed, and no field is given to two whole columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.mapping import content
from lienthong.stewardship.domain.mapping.assigning import assign
from lienthong.stewardship.domain.mapping.parts import Part, Piece, find_parts
from lienthong.stewardship.domain.mapping.titles import Known, Match, Title, take_apart
from lienthong.stewardship.domain.understanding import Settings

_LEAST = 0.5
_WORTH_A_LOOK = 0.3
_COUNTERS = {"stt", "tt", "so tt", "so thu tu", "thu tu", "no", "order", "id stt", "stt ho", "s tt", "tt ho"}
_SETTINGS = Settings(today=date(2100, 1, 1))
"""Only whether a cell could be the term is asked here."""


class Other(NamedTuple):
    """Another field that a column may be."""

    field: str
    score: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one column is taken for. column: from 0. field: "" when nothing fits; its cells stay with the raw row.

    part: which part of the field the column holds, "" for the whole. score: 0 to 1. reasons: why, each a sentence.
    others: what else it may be, best first. also: further fields the same cells fill (an address also tells the unit).
    """

    column: int
    field: str
    part: Part
    score: float
    reasons: tuple[Fault, ...]
    others: tuple[Other, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reasons in words."""
        return " ".join(each.text for each in self.reasons)


@dataclass(frozen=True, slots=True)
class _Score:
    score: float
    match: Match
    fit: float


def propose(
    titles: Sequence[str],
    samples: Sequence[Sequence[Any]],
    fields: Mapping[str, DataTerm],
    *,
    field_titles: Mapping[str, str] | None = None,
) -> list[Proposal]:
    """Return one proposal per column, in order.

    titles: one per column, "" where there is none (levels joined with ``headers.BETWEEN``). samples: cells of each
    column (not of each row); some tens are enough. fields: a register's fields with their dictionary terms.
    field_titles: Vietnamese titles that the register itself gives to fields.
    """
    width = max(len(titles), len(samples))
    titles = [*titles, *[""] * (width - len(titles))]
    cells = [content.sample(samples[at]) if at < len(samples) else [] for at in range(width)]
    known = Known(fields, field_titles or {}, reference.terms())
    pieces = find_parts(titles, cells, fields)
    taken = {piece.field for piece in pieces.values()} | {name for piece in pieces.values() for name in piece.also}
    names = list(fields)
    scores = [{} if at in pieces else _scores(take_apart(titles[at]), cells[at], fields, known) for at in range(width)]
    table = [
        [
            found.score if (found := scores[at].get(name)) and found.score >= _LEAST and name not in taken else 0.0
            for name in names
        ]
        for at in range(width)
    ]
    chosen = assign(table)
    proposals = [
        _of_piece(at, pieces[at], titles[at])
        if at in pieces
        else _of_score(at, names, chosen.get(at), scores[at], titles[at])
        for at in range(width)
    ]
    return _with_units(proposals, cells, fields)


def _scores(title: Title, cells: Sequence[Any], fields: Mapping[str, DataTerm], known: Known) -> dict[str, _Score]:
    """Return every field that a column may be, with how likely it is."""
    if title.bare in _COUNTERS or (not title.bare and content.is_serial(cells)):
        return {}
    found: dict[str, _Score] = {}
    matches = {name: known.match(title, name) for name in fields}
    told = max((match.score for match in matches.values()), default=0.0) >= _LEAST
    for name, term in fields.items():
        match = matches[name]
        if match.score >= _WORTH_A_LOOK:
            fit = content.fit(term, cells, _SETTINGS)
            found[name] = _Score(round(match.score * (0.55 + 0.45 * fit), 3), match, fit)
        if not told and (sure := content.alone(term, cells)):
            score = round(0.75 * sure * (0.7 if known.role[name] else 1.0), 3)
            if score > (found[name].score if name in found else 0):
                found[name] = _Score(score, Match(0.0), sure)
    return found


def _of_score(at: int, names: Sequence[str], chosen: int | None, scores: Mapping[str, _Score], title: str) -> Proposal:
    field = names[chosen] if chosen is not None else ""
    ranked = sorted(((each.score, name) for name, each in scores.items() if name != field), reverse=True)
    others = tuple(Other(name, score) for score, name in ranked[:3])
    if not field:
        message = N_("Không có trường nào khớp với cột này; nội dung vẫn được giữ cùng dòng gốc.")
        return Proposal(at, "", "", 0.0, (fault(title, "mapping.none", message),), others)
    found = scores[field]
    reasons: list[Fault] = []
    if found.match.score >= 0.9:
        message = N_("Tên cột cùng nghĩa với “%(known)s”.")
        reasons.append(fault(title, "mapping.title", message, known=found.match.known))
    elif found.match.score:
        message = N_("Tên cột gần với “%(known)s”.")
        reasons.append(fault(title, "mapping.near", message, known=found.match.known))
    share = round(100 * found.fit)
    if not found.match.score:
        message = N_("Không dựa vào tên cột: %(share)s%% số ô xem thử có dạng của trường này.")
        reasons.append(fault(title, "mapping.content", message, share=share))
    elif found.fit < 0.8:
        message = N_("Chỉ %(share)s%% số ô xem thử đọc được theo trường này.")
        reasons.append(fault(title, "mapping.doubt", message, share=share))
    return Proposal(at, field, "", found.score, tuple(reasons), others)


_PARTS: Mapping[Part, str] = {
    "family": N_("họ và chữ đệm"),
    "middle": N_("chữ đệm"),
    "given": N_("tên"),
    "house": N_("số nhà, đường"),
    "village": N_("thôn, tổ dân phố"),
    "commune": N_("xã, phường"),
    "district": N_("huyện, quận"),
    "province": N_("tỉnh, thành phố"),
    "day": N_("ngày"),
    "month": N_("tháng"),
    "year": N_("năm"),
    "male": N_("cột Nam"),
    "female": N_("cột Nữ"),
}


def _of_piece(at: int, piece: Piece, title: str) -> Proposal:
    message = N_("Cột này là một phần (%(part)s); các cột cùng nhóm được ghép lại.")
    reason = fault(title, f"mapping.part.{piece.part}", message, part=_PARTS[piece.part])
    return Proposal(at, piece.field, piece.part, piece.score, (reason,), (), piece.also)


ADDRESS_OF = {"home_address": "home_commune", "current_address": "current_commune", "address": "commune",
              "head_address": "head_commune", "stay_address": "stay_commune"}  # fmt: skip
"""Term of an address → term of the unit that it ends with."""


def _with_units(
    proposals: Sequence[Proposal], cells: Sequence[Sequence[Any]], fields: Mapping[str, DataTerm]
) -> list[Proposal]:
    """Let a whole address fill both its fields, street and unit, where no other column tells one of them."""
    by_term = {term.id: name for name, term in fields.items()}
    pairs = [(by_term[a], by_term[u]) for a, u in ADDRESS_OF.items() if a in by_term and u in by_term]
    given = {each.field for each in proposals} | {name for each in proposals for name in each.also}
    found: list[Proposal] = []
    for each in proposals:
        address = next((address for address, unit in pairs if unit == each.field), "")
        unit = next((unit for address, unit in pairs if address == each.field), "")
        if not each.part and unit and unit not in given:
            found.append(replace(each, also=(unit,)))
        elif not each.part and address and address not in given and content.are_addresses(cells[each.column]):
            found.append(replace(each, field=address, also=(each.field,)))
        else:
            found.append(each)
        given |= {found[-1].field, *found[-1].also}
    return found
