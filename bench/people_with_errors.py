"""People as sources write them down: a seeded truth of doubles, and the errors that clerks and spreadsheets make.

The error model (rates for each copy of a person beyond the first; a copy may have several; ``ERRORS`` is the model):
a person has a second record with 6 %, of those one in eight a third. What is asked of people as a whole:
names are drawn from weighted lists (Nguyễn 31 %), births over 90 years, 2,000 communes by a skewed size, families of
1 to 4 children who share parents, phone and home (so brothers, sisters and, with 1 %, twins are there to be confused),
4 % of all people are known by year of birth only, written as the 1st of January or without a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

ERRORS = {
    "marks": 0.15,  # name written without diacritics
    "order": 0.03,  # given name first
    "initials": 0.01,  # N.V. An
    "middle": 0.03,  # a middle name left out
    "letter": 0.03,  # one letter wrong, missing or doubled
    "tone": 0.05,  # Hoà for Hòa
    "day_lost": 0.05,  # year only, or 01/01
    "day_month": 0.02,  # day and month swapped
    "date_digit": 0.02,  # one digit of the date wrong
    "year_off": 0.01,  # a year earlier or later
    "number_lost": 0.40,  # no number
    "number_digit": 0.03,  # one digit of the number wrong
    "number_other": 0.02,  # another number altogether: one person with two
    "sex": 0.005,  # wrong sex
    "sex_lost": 0.05,
    "moved": 0.12,  # lives in another commune now
    "unit_lost": 0.03,
    "phone_other": 0.25,  # another phone
    "phone_lost": 0.25,
    "parents_lost": 0.30,  # parents not written down
    "borrowed": 0.0005,  # somebody else's number: two people with one
}
FIELDS = (
    "record_id",
    "number",
    "name",
    "birth_date",
    "sex",
    "unit",
    "phone",
    "father_name",
    "mother_name",
    "mother_number",
)
FAMILY = "Nguyễn:31 Trần:11 Lê:10 Phạm:7 Hoàng:5 Huỳnh:5 Phan:5 Vũ:4 Võ:4 Đặng:3 Bùi:3 Đỗ:2 Hồ:2 Ngô:2 Lý:1 Mai:1"
_FAMILY = [each.split(":") for each in FAMILY.split()]
_MALE = [
    "Văn",
    "Văn",
    "Văn",
    "Đức",
    "Minh",
    "Quang",
    "Hữu",
    "Quốc",
    "Thanh",
    "Xuân",
    "Ngọc",
    "Công",
    "Đình",
    "Hoàng",
    "Anh",
    "Tuấn",
    "Gia",
    "Bảo",
    "Nhật",
    "Trọng",
]
_FEMALE = [
    "Thị",
    "Thị",
    "Thị",
    "Thị",
    "Thị_Thu",
    "Thị_Ngọc",
    "Thị_Thanh",
    "Thị_Hồng",
    "Ngọc",
    "Thu",
    "Thanh",
    "Kim",
    "Minh",
    "Phương",
    "Mỹ",
    "Bích",
    "Hồng",
    "Thùy",
    "Diệu",
    "Tuyết",
]
_GIVEN_M = [
    "An",
    "Anh",
    "Bình",
    "Bảo",
    "Chiến",
    "Cường",
    "Dũng",
    "Dương",
    "Đạt",
    "Đông",
    "Đức",
    "Giang",
    "Hải",
    "Hiếu",
    "Hòa",
    "Hoàng",
    "Hùng",
    "Hưng",
    "Huy",
    "Khang",
    "Khánh",
    "Khoa",
    "Kiên",
    "Lâm",
    "Long",
    "Lộc",
    "Mạnh",
    "Minh",
    "Nam",
    "Nghĩa",
    "Nhân",
    "Phát",
    "Phong",
    "Phúc",
    "Quân",
    "Quang",
    "Quý",
    "Sơn",
    "Tài",
    "Tân",
    "Thái",
    "Thắng",
    "Thành",
    "Thiện",
    "Thịnh",
    "Tiến",
    "Toàn",
    "Trung",
    "Tú",
    "Tuấn",
    "Tùng",
    "Vinh",
    "Việt",
    "Vũ",
    "Khôi",
    "Nguyên",
    "Hậu",
    "Luân",
    "Nhật",
    "Khải",
]
_GIVEN_F = [
    "An",
    "Anh",
    "Ánh",
    "Bích",
    "Châu",
    "Chi",
    "Diễm",
    "Dung",
    "Duyên",
    "Giang",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hiền",
    "Hoa",
    "Hòa",
    "Hồng",
    "Huế",
    "Hương",
    "Hường",
    "Huyền",
    "Khánh",
    "Kiều",
    "Lan",
    "Lệ",
    "Liên",
    "Linh",
    "Loan",
    "Ly",
    "Mai",
    "My",
    "Mỹ",
    "Nga",
    "Ngân",
    "Ngọc",
    "Nguyệt",
    "Nhi",
    "Nhung",
    "Oanh",
    "Phương",
    "Phượng",
    "Quyên",
    "Quỳnh",
    "Tâm",
    "Thảo",
    "Thanh",
    "Thi",
    "Thơm",
    "Thu",
    "Thúy",
    "Thủy",
    "Tiên",
    "Trang",
    "Trâm",
    "Trinh",
    "Trúc",
    "Tuyết",
    "Uyên",
    "Vân",
    "Vy",
    "Xuân",
    "Yến",
    "Thắm",
    "Tươi",
]
_TONES = {"òa": "oà", "óa": "oá", "ỏe": "oẻ", "úy": "uý", "ủy": "uỷ", "ùy": "uỳ"}
Row = list[str]


def people(count: int, seed: int = 1) -> Iterator[tuple[int, Row]]:
    """Yield about so many rows with the person (a number) each is of, doubles mixed among the others."""
    draw = Random(seed)
    shelf: list[tuple[int, Row]] = []
    made = person = 0
    while made < count:
        for row in _family(draw):
            copies = [row]
            if draw.random() < 0.06:
                copies += [_miswritten(draw, row) for _ in range(1 + (draw.random() < 0.125))]
            for each in copies:
                made += 1
                shelf.append((person, each))
            person += 1
        if len(shelf) > 20_000:
            yield from _taken(draw, shelf, 10_000)
    yield from _taken(draw, shelf, len(shelf))


def _taken(draw: Random, shelf: list[tuple[int, Row]], number: int) -> Iterator[tuple[int, Row]]:
    draw.shuffle(shelf)
    for _ in range(number):
        yield shelf.pop()


def _family(draw: Random) -> list[Row]:
    unit = f"{int(2000 * draw.random() ** 1.5) * 7 + 4:05d}"
    family = draw.choices([each[0] for each in _FAMILY], [int(each[1]) for each in _FAMILY])[0]
    father, mother = _name(draw, family, "1"), _name(draw, "", "2")
    mother_number = _number(draw, "2", 1930 + draw.randrange(70))
    phone = f"0{draw.choice('35789')}{draw.randrange(10**8):08d}"
    first = 1935 + draw.randrange(88)
    children: list[Row] = []
    born = ""
    for at in range(draw.choice([1, 1, 2, 2, 3, 4])):
        sex = draw.choice("12")
        twin = bool(born) and draw.random() < 0.01
        born = (
            born if twin else f"{min(first + 2 * at, 2025)}-{draw.randrange(12) + 1:02d}-{draw.randrange(28) + 1:02d}"
        )
        shown = born if draw.random() > 0.04 else draw.choice([born[:4], f"{born[:4]}-01-01"])
        number = _number(draw, sex, int(born[:4])) if draw.random() > 0.05 else ""
        own_phone = phone if draw.random() < 0.4 else f"0{draw.choice('35789')}{draw.randrange(10**8):08d}"
        children.append(
            ["", number, _name(draw, family, sex), shown, sex, unit, own_phone, father, mother, mother_number]
        )
    return children


def _number(draw: Random, sex: str, year: int) -> str:
    century = (year // 100 - 19) * 2 + (sex == "2")
    return f"0{draw.randrange(1, 97):02d}{century}{year % 100:02d}{draw.randrange(10**6):06d}"


def _name(draw: Random, family: str, sex: str) -> str:
    family = family or draw.choices([each[0] for each in _FAMILY], [int(each[1]) for each in _FAMILY])[0]
    middle = draw.choice(_MALE if sex == "1" else _FEMALE).replace("_", " ")
    more = f" {draw.choice(_GIVEN_M if sex == '1' else _GIVEN_F)}" if draw.random() < 0.25 else ""
    return f"{family} {middle}{more} {draw.choice(_GIVEN_M if sex == '1' else _GIVEN_F)}"


def _miswritten(draw: Random, row: Row) -> Row:  # noqa: PLR0912 - one branch for each error of the model
    """Return a person as written down once more."""
    from lienthong.kernel.text import fold

    _, number, name, born, sex, unit, phone, father, mother, mother_number = row

    def happens(error: str) -> bool:
        return draw.random() < ERRORS[error]

    words = name.split()
    if happens("order"):
        words = [words[-1], *words[:-1]]
    elif happens("initials"):
        words = [*(f"{each[0]}." for each in words[:-1]), words[-1]]
    elif len(words) > 2 and happens("middle"):
        del words[draw.randrange(1, len(words) - 1)]
    name = " ".join(words)
    if happens("letter"):
        at = draw.randrange(len(name))
        name = draw.choice([name[:at] + name[at + 1 :], name[:at] + draw.choice("aeinot") + name[at + 1 :]])
    if happens("tone"):
        for old, new in _TONES.items():
            name = name.replace(old, new)
    if happens("marks"):
        name = fold(name).title()
        father, mother = fold(father).title(), fold(mother).title()
    if len(born) == 10:
        year, month, day = born.split("-")
        if happens("day_lost"):
            born = draw.choice([year, f"{year}-01-01"])
        elif int(day) <= 12 and happens("day_month"):
            born = f"{year}-{day}-{month}"
        elif happens("date_digit"):
            born = (
                f"{year}-{month}-{(int(day) % 9) + 10}"
                if draw.random() < 0.5
                else f"{year[:3]}{draw.randrange(10)}-{month}-{day}"
            )
        elif happens("year_off"):
            born = f"{int(year) + draw.choice([-1, 1])}-{month}-{day}"
    if happens("number_lost"):
        number = ""
    elif number and happens("number_digit"):
        at = draw.randrange(6, 12)
        number = number[:at] + str((int(number[at]) + draw.randrange(1, 10)) % 10) + number[at + 1 :]
    elif happens("number_other") or happens("borrowed"):
        number = _number(draw, sex, int(born[:4]))
    sex = "" if happens("sex_lost") else ("2" if sex == "1" else "1") if happens("sex") else sex
    unit = "" if happens("unit_lost") else f"{draw.randrange(2000) * 7 + 4:05d}" if happens("moved") else unit
    phone = "" if happens("phone_lost") else f"09{draw.randrange(10**8):08d}" if happens("phone_other") else phone
    if happens("parents_lost"):
        father = mother = mother_number = ""
    return ["", number, name, born, sex, unit, phone, father, mother, mother_number]
