"""Where invented people live: communes in force by weight, addresses, the peoples of each province."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate

from lienthong.registers.demonstration.names import Chance, Weighted, rows
from lienthong.registers.demonstration.numbers import Numbers
from lienthong.registers.demonstration.people import Commune, Home

_STREETS = (
    "Lê Lợi", "Nguyễn Huệ", "Trần Hưng Đạo", "Hai Bà Trưng", "Lý Thường Kiệt", "Quang Trung", "Nguyễn Trãi",
    "Phan Bội Châu", "Phan Chu Trinh", "Điện Biên Phủ", "Lê Duẩn", "Hùng Vương", "Ngô Quyền", "Nguyễn Du",
    "Phạm Ngũ Lão", "Bà Triệu", "Đinh Tiên Hoàng", "Lê Hồng Phong", "Hoàng Diệu", "Nguyễn Thị Minh Khai",
    "Võ Thị Sáu", "Trần Phú", "Lê Thánh Tông", "Nguyễn Công Trứ", "Hồ Xuân Hương", "Cao Thắng", "Tôn Đức Thắng",
)  # fmt: skip
_HAMLETS = ("Đông", "Tây", "Nam", "Bắc", "Trung", "Thượng", "Hạ", "Bình An", "Tân Lập", "Hòa Bình", "Phú Thịnh")
_UPLAND = {"04", "08", "11", "12", "14", "15", "20"}
_WEIGHT_URBAN, _WEIGHT_RURAL = 1.7, 1.0
KINH = "01"


class Places:
    """The communes of the country with their weights."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        self.communes = sorted(communes, key=lambda each: each.code)
        thousands = {each["province"]: float(each["thousands"]) for each in rows("provinces_population.csv")}
        shares: defaultdict[str, float] = defaultdict(float)
        for each in self.communes:
            shares[each.province] += _WEIGHT_URBAN if each.urban else _WEIGHT_RURAL
        weights = [
            thousands[each.province] * (_WEIGHT_URBAN if each.urban else _WEIGHT_RURAL) / shares[each.province]
            for each in self.communes
        ]
        self._edges = list(accumulate(weights))
        self._peoples = _peoples(thousands)
        self._by_code = {each.code: each for each in self.communes}

    def commune(self, code: str) -> Commune:
        """Return a commune by code. Raises KeyError for one that is not in force."""
        return self._by_code[code]

    def draw(self, chance: Chance) -> Commune:
        """Return a commune, the populous ones more often."""
        return self._at(chance())

    def spread(self, count: int) -> Iterator[Commune]:
        """Yield ``count`` communes evenly over the weights: few reach every part, many every commune."""
        for place in range(count):
            yield self._at((place + 0.5) / count)

    def people(self, commune: Commune, chance: Chance) -> str:
        """Return the code of an ethnic group as common as it is in the commune's province."""
        return self._peoples[commune.province].draw(chance)

    def home(self, commune: Commune, chance: Chance, numbers: Numbers) -> Home:
        """Return a new empty home with an address in the commune."""
        return Home(commune, _address(commune, chance), f"{commune.code}{numbers.running()}")

    def _at(self, share: float) -> Commune:
        return self.communes[bisect(self._edges, share * self._edges[-1], hi=len(self.communes) - 1)]


def _peoples(provinces: dict[str, float]) -> dict[str, Weighted[str]]:
    shares: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for each in rows("ethnicity_by_province.csv"):
        shares[each["province"]].append((each["ethnicity"], float(each["percent"])))
    return {
        code: Weighted([(KINH, 100 - sum(percent for _code, percent in shares[code])), *shares[code]])
        for code in provinces
    }


def _address(commune: Commune, chance: Chance) -> str:
    door = 1 + int(chance() * 240)
    if commune.urban:
        street = _STREETS[int(chance() * len(_STREETS))]
        alley = f"/{1 + int(chance() * 30)}" if chance() < 0.4 else ""
        return f"{door}{alley} đường {street}"
    kind = "Bản" if commune.province in _UPLAND else "Ấp" if commune.province >= "75" else "Thôn"
    return f"Số {door}, {kind} {_HAMLETS[int(chance() * len(_HAMLETS))]}"
