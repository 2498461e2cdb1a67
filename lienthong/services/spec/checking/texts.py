"""Both languages of every text, and law in force behind every rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from lienthong.exchange import api as exchange
from lienthong.kernel.errors import Fault, NotFound, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.services.spec.parts import Shape
from lienthong.services.spec.shape import Defined, Procedure

Place = tuple[str | int, ...]
_DUTY = N_("Hồ sơ cần thỏa thuận “ground: public-duty” đang có hiệu lực; “%(id)s” thì không.")
_CONSENT = N_("Chỉ hỏi đồng ý cho thỏa thuận “ground: consent” đang có hiệu lực; “%(id)s” thì không.")


def languages(one: Defined) -> Iterator[Fault]:
    """Yield texts that lack one of the two languages: an empty one is as good as missing."""
    for at, text in _texts(one.model, ()):
        if not text.vi.strip() or not text.en.strip():
            yield fault(one.place(*at), "language", N_("Thiếu tiếng Việt hoặc tiếng Anh ở đây; ghi đủ cả hai."))


def law(one: Defined, on: date) -> Iterator[Fault]:
    """Yield grounds that do not exist or are no longer in force on the day (on its first day when that is later)."""
    procedure = one.model
    if procedure.valid[1] is not None and procedure.valid[1] < procedure.valid[0]:
        yield fault(one.place("valid"), "valid", N_("Ngày hết hiệu lực đứng trước ngày có hiệu lực."))
    for at, basis_id in _cited(procedure):
        try:
            ground = reference.basis(basis_id)
        except NotFound:
            yield fault(
                one.place(*at),
                "basis.unknown",
                N_("Không có căn cứ pháp lý “%(id)s”; sửa mã, hoặc thêm văn bản vào catalogue/bases."),
                id=basis_id,
            )
            continue
        day = max(on, procedure.valid[0])
        if not ground.in_force(min(day, procedure.valid[1] or day)):
            message = N_("Căn cứ “%(id)s” đã hết hiệu lực; dẫn văn bản thay thế.")
            yield fault(one.place(*at), "basis.repealed", message, id=basis_id)


def grounds(one: Defined) -> Iterator[Fault]:
    """Yield contracts on another ground than the procedure says: its own a public duty, those it offers consent."""
    procedure = one.model
    for at, contract, ground, message in (
        (("contract",), procedure.contract, "public-duty", _DUTY),
        *((("consents", index), each, "consent", _CONSENT) for index, each in enumerate(procedure.consents)),
    ):
        if exchange.ground(contract) != ground:
            yield fault(one.place(*at), "contract.ground", message, id=contract)


def _texts(value: object, at: Place) -> Iterator[tuple[Place, Bilingual]]:
    if isinstance(value, Bilingual):
        yield at, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, (*at, str(key)))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _texts(each, (*at, index))
    elif isinstance(value, Shape):
        for key in type(value).model_fields:
            yield from _texts(getattr(value, key), (*at, key))


def _cited(procedure: Procedure) -> Iterator[tuple[Place, str]]:
    for index, each in enumerate(procedure.basis):
        yield ("basis", index), each
    if procedure.fee:
        yield ("fee", "basis"), procedure.fee.basis
    for kind, reasons in (
        ("approve", procedure.reasons.approve),
        ("extend", procedure.reasons.extend),
        ("supplement", procedure.reasons.supplement),
        ("refuse", procedure.reasons.refuse),
    ):
        for code, reason in reasons.items():
            yield ("reasons", kind, code), reason.basis
