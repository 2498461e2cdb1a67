"""The shape of ``catalogue/messages/*.yaml``: one notice in both languages."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lienthong.kernel import definitions
from lienthong.kernel.errors import Fault, Invalid
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.messages.domain import OUTSIDE_PLACES, Template, places


class MessageSpec(BaseModel):
    """One notice. data: the names its text may use; every language uses the same ones.

    outside: what goes by SMS or mail in place of the usual sentence; it may name the dossier and a due date only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    message: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Bilingual
    body: Bilingual
    data: frozenset[str] = frozenset()
    outside: Bilingual | None = None

    @model_validator(mode="after")
    def _places_are_named(self) -> Self:
        for text in (self.title.vi, self.title.en, self.body.vi, self.body.en):
            if places(text) - self.data:
                raise ValueError(N_("Câu có chỗ điền không kể trong “data”; thêm tên đó vào “data”."))
        if places(self.title.vi + self.body.vi) != places(self.title.en + self.body.en):
            raise ValueError(N_("Hai ngôn ngữ phải có cùng những chỗ điền; sửa một trong hai câu."))
        if self.outside and places(self.outside.vi + self.outside.en) - (self.data & OUTSIDE_PLACES):
            raise ValueError(N_("Câu gửi ra ngoài (“outside”) không mang dữ liệu của người; bỏ chỗ điền đó."))
        return self


def load() -> dict[str, Template]:
    """Return every notice by id. Raises Invalid with every fault and its place."""
    found, faults = definitions.load("messages", MessageSpec)
    if faults:
        raise Invalid("messages.definitions", N_("Mẫu thông báo có lỗi; sửa các chỗ nêu dưới đây."), faults)
    specs = [each.model for each in found]
    return {spec.message: Template(spec.message, spec.title, spec.body, spec.data, spec.outside) for spec in specs}


def check() -> list[Fault]:
    """Return every fault of the notices' files, each with file and line."""
    return definitions.load("messages", MessageSpec)[1]
