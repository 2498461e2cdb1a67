"""Coded reasons of a procedure: chosen, kept beside an officer's own words, and said again with their legal ground."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.services.spec.parts import Reason


def chosen(known: Mapping[str, Reason], given: Sequence[str], *, step: str = "") -> list[str]:
    """Return the reasons given, each once and allowed at a step ("" for the whole dossier). Raises Invalid."""
    wrong = [code for code in given if code not in known or (known[code].steps and step not in known[code].steps)]
    faults = [fault("reasons", "reason", N_("Không có lý do mã %(reason)s ở bước này."), reason=code) for code in wrong]
    if not given:
        faults.append(fault("reasons", "required", N_("Chọn ít nhất một lý do có mã.")))
    if faults:
        raise Invalid("decide.reason", N_("Chọn ít nhất một lý do có mã."), faults)
    return list(dict.fromkeys(given))


def usable(known: Mapping[str, Reason], papers: Collection[str]) -> dict[str, Reason]:
    """Return the reasons that fit a dossier standing on these papers: those that want another paper do not."""
    return {code: each for code, each in known.items() if set(each.papers) <= set(papers)}


def kept(codes: Sequence[str], text: str) -> str:
    """Return codes, and words of the officer's own, as one line of a clock or a history keeps them."""
    return "\n".join((",".join(codes), " ".join(clean(text)[:1000].split())))


def told(line: str, known: Mapping[str, Reason]) -> Bilingual:
    """Return in words what ``kept`` made; a line from before there were codes is words alone."""
    codes, _, text = line.partition("\n")
    found = [known[code] for code in codes.split(",") if code in known]
    if not found:
        return Bilingual(line, line)
    grounds = [(each.say, reference.basis(each.basis).title) for each in found]
    said = Bilingual(
        "; ".join(f"{say.vi} ({basis.vi})" for say, basis in grounds),
        "; ".join(f"{say.en} ({basis.en})" for say, basis in grounds),
    )
    return Bilingual(f"{said.vi}. {text}", f"{said.en}. {text}") if text else said
