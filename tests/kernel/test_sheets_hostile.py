"""Files that are broken or mean harm: each gets one sentence in both languages, nothing else ever comes out."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.kernel import i18n
from lienthong.kernel.errors import Invalid
from lienthong.kernel.sheets import Formula, open_book, openxml, packed
from lienthong.kernel.sheets import marks as limits
from tests.kernel import ugly, workbooks

Make = Callable[[Path], Path]
ROWS = [["DANH SÁCH"], [], ["Họ tên", "Năm"], *([each.name, each.born.year] for each in ugly.citizens(20))]


def read(path: Path) -> int:
    """Read a file whole, guess its text and read it decoded; answer how many rows it has."""
    book = open_book(path)
    for sheet in book.sheets:
        book.decode(book.guess(sheet.name).choices(), sheet=sheet.name)
        book.merged(sheet.name)
    return sum(1 for sheet in book.sheets for _ in book.rows(sheet.name))


def refused(path: Path) -> str:
    """Return the code of the refusal of a file, whose sentence must be whole in both languages."""
    with pytest.raises(Invalid) as caught:
        read(path)
    told = caught.value.as_dict()
    vietnamese, english = str(told["message_vi"]), str(told["message_en"])
    assert vietnamese != english
    assert "%(" not in vietnamese + english
    assert vietnamese.endswith((".", "}."))
    return caught.value.code


def csv_file(path: Path) -> Path:
    path = path / "a.csv"
    path.write_text("\n".join(f'"{row[0]}",{row[-1]}' if row else "" for row in ROWS), encoding="utf-8")
    return path


def tcvn3_file(path: Path) -> Path:
    ugly.tcvn3_with_titles(path / "b.csv", 10)
    return path / "b.csv"


def json_file(path: Path) -> Path:
    path = path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"ten": row[0], "nam": row[-1]}) for row in ROWS if row), encoding="utf-8")
    return path


def parquet_file(path: Path) -> Path:
    path = path / "a.parquet"
    duckdb.connect().sql("SELECT 'Hương ' || i AS ten, i FROM range(50) t(i)").write_parquet(str(path))
    return path


def xlsx_file(path: Path) -> Path:
    return workbooks.xlsx(path / "a.xlsx", {"Một": ROWS, "Hai": [["a", Formula("=1")]]}, merged=("A1:B1",))


def xls_file(path: Path) -> Path:
    return workbooks.xls(path / "a.xls", ROWS)


def ods_file(path: Path) -> Path:
    return workbooks.ods(path / "a.ods", {"Một": ROWS}, spans=2)


KINDS: dict[str, Make] = {
    "csv": csv_file,
    "tcvn3": tcvn3_file,
    "jsonl": json_file,
    "parquet": parquet_file,
    "xlsx": xlsx_file,
    "xls": xls_file,
    "ods": ods_file,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sound")
    return {kind: make(folder).read_bytes() for kind, make in KINDS.items()}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "parquet"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), blows=st.integers(1, 12))
def test_a_damaged_file_gives_rows_or_one_sentence(
    tmp_path: Path, sound: dict[str, bytes], kind: str, seed: int, blows: int
) -> None:
    look_at_damaged(tmp_path, sound, kind, seed, blows)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), blows=st.integers(1, 5))
def test_a_damaged_parquet_file_gives_rows_or_one_sentence(
    tmp_path: Path, sound: dict[str, bytes], seed: int, blows: int
) -> None:
    look_at_damaged(tmp_path, sound, "parquet", seed, blows)  # its reader takes a tenth of a second to start


def look_at_damaged(folder: Path, sound: dict[str, bytes], kind: str, seed: int, blows: int) -> None:
    """Read a sound file after some blows."""
    content = bytearray(sound[kind])
    chance = random.Random(seed)
    for _ in range(blows):
        at = chance.randrange(len(content) or 1)
        match chance.randrange(4):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                content[at:at] = chance.randbytes(chance.randrange(1, 20))
            case 2:
                del content[at : at + chance.randrange(1, 40)]
            case _:
                content[at : at + 4] = b"\xff\xff\xff\xff"
    if chance.randrange(5) == 0:
        del content[chance.randrange(len(content) or 1) :]
    path = folder / f"x.{kind if kind != 'tcvn3' else 'csv'}"
    path.write_bytes(content)
    try:
        read(path)
    except Invalid as error:
        assert error.message  # noqa: PT017


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_damaged_xml_in_a_sound_container_gives_rows_or_one_sentence(
    tmp_path: Path, sound: dict[str, bytes], kind: str, seed: int
) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(sound[kind])) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    body = parts[chance.choice([name for name in parts if name.endswith(".xml")])]
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(body) or 1)
        body[at : at + chance.randrange(3)] = chance.choice(
            [b"", b"<", b'"', b"9", b"99999999", b"XFD", b"&#0;", b"\xff"]
        )
    path = workbooks.zipped(tmp_path / f"y.{kind}", {name: bytes(content) for name, content in parts.items()})
    try:
        read(path)
    except Invalid as error:
        assert error.message  # noqa: PT017


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300),
    start=st.sampled_from([b"", b"PAR1", b"PK\3\4", b'{"', b"\xff\xfe", b'a,b\n"', b"\0"]),
)
def test_any_bytes_give_rows_or_one_sentence(tmp_path: Path, content: bytes, start: bytes) -> None:
    path = tmp_path / "z.csv"
    path.write_bytes(start + content)
    try:
        read(path)
    except Invalid as error:
        assert error.message  # noqa: PT017


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "xlsx", "xls", "ods"])
def test_a_truncated_file_is_said_to_be_so(tmp_path: Path, sound: dict[str, bytes], kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    for share in (0.3, 0.6, 0.95):
        content = sound[kind][: int(len(sound[kind]) * share)]
        path.write_bytes(content if kind != "jsonl" else content.rstrip(b"}\n"))
        assert refused(path) in {"sheet.damaged", "sheet.json"}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "sheet.empty"),
        ("a.csv", b"\r\n \n", "sheet.empty"),
        ("a.xlsx", b"%PDF-1.7 ...", "sheet.kind"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n", "sheet.kind"),
        ("a.csv", b"Rar!\x1a\x07\x00", "sheet.kind"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00\x00", "sheet.kind"),
        ("a.xls", b"<html><table><tr><td>An</td></tr></table>", "sheet.kind"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "sheet.kind"),
        ("a.xls", b"\x09\x02\x06\x00\x00\x00\x10\x00", "sheet.kind"),
        ("a.csv", bytes(range(256)) * 8, "sheet.kind"),
        ("a.jsonl", b'{"a":{"b":1}}\n', "sheet.nested"),
        ("a.jsonl", b'{"a":1}\n{"a":[1]}\n', "sheet.nested"),
        ("a.jsonl", b'{"a":1}\n{"a":', "sheet.json"),
        ("a.jsonl", b'{"a":079}\n', "sheet.json"),
        ("a.json", b'[{"a":1}]\n', "sheet.json"),
        ("a.jsonl", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "sheet.json"),
        ("a.jsonl", b'{"a":"' + b"x" * 200_000 + b'"}\n', "sheet.long_cell"),
        ("a.csv", b"a,b\n" + b"x" * 200_000 + b",1\n", "sheet.long_cell"),
        ("a.csv", b"a,b\n1," + b"x" * 5_000_000, "sheet.long_cell"),
        ("a.csv", b"a," * 3_000 + b"\n", "sheet.wide"),
        ("a.jsonl", json.dumps({f"f{n}": n for n in range(3_000)}).encode(), "sheet.wide"),
        ("a.csv", b"a,b\n" + b'"x" y,1\n' * 2_100, "sheet.csv"),
    ],
)
def test_a_file_that_is_no_table_gets_a_way_out(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == code


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.xlsx") == "sheet.missing"


def test_files_with_a_password_are_told_from_damaged_ones(tmp_path: Path) -> None:
    encrypted = tmp_path / "a.xlsx"
    encrypted.write_bytes(workbooks.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    manifest = {"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}
    for path in (
        encrypted,
        workbooks.xls(tmp_path / "a.xls", ROWS, locked=True),
        workbooks.ods(tmp_path / "a.ods", {"Một": ROWS}, **manifest),
    ):
        assert refused(path) == "sheet.locked"


def test_word_files_and_archives_are_no_tables(tmp_path: Path) -> None:
    assert refused(workbooks.zipped(tmp_path / "a.xlsx", {"word/document.xml": "<w/>"})) == "sheet.kind"
    assert refused(workbooks.zipped(tmp_path / "a.zip", {"a.csv": "a,b"})) == "sheet.kind"
    document = tmp_path / "a.xls"
    document.write_bytes(workbooks.compound({"WordDocument": b"x"}))
    assert refused(document) == "sheet.kind"


def sheet_of(body: str) -> dict[str, str]:
    """Return the part of a first sheet with this body, and no size that it claims."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<row r="1"><c r="XFD1"><v>1</v></c></row>', "sheet.wide"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="BZZ1048576"><v>1</v></c></row>', "sheet.wide"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="BZ1048576"><v>1</v></c></row>', "sheet.cells"),
        ("<row>" + "<c><v>1</v></c>" * 2_001 + "</row>", "sheet.wide"),
        ('<row r="1"><c r="A1"><v>1</row>', "sheet.damaged"),
    ],
)
def test_a_sheet_whose_cells_lie_far_apart_is_refused_before_it_is_read(tmp_path: Path, body: str, code: str) -> None:
    assert refused(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": []}, **sheet_of(body))) == code


def test_a_size_that_a_sheet_only_claims_deceives_nobody(tmp_path: Path) -> None:
    part = workbooks.worksheet([["a", "b"], ["c", "d"]])
    lying = part.replace('r="B2"', 'r="BZ1048576"')
    assert (
        refused(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": []}, **{"xl/worksheets/sheet1.xml": lying}))
        == "sheet.cells"
    )


def test_a_shared_text_in_too_many_cells_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openxml, "_MAX_TEXT_TOTAL", 50_000_000)
    shared = f"<sst><si><t>{'x' * 90_000}</t></si></sst>"
    body = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 601))
    for claims in ("", '<dimension ref="A1:A600"/>'):
        part = f"<worksheet>{claims}<sheetData>{body}</sheetData></worksheet>"
        parts = {"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": part}
        assert refused(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": []}, **parts)) == "sheet.bomb"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_zip_that_unpacks_without_end_is_a_bomb(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_SMALL", 5_000_000)
    bomb = {"xl/media/a.bin": bytes(6_000_000)}
    make = workbooks.xlsx if kind == "xlsx" else workbooks.ods
    assert refused(make(tmp_path / f"a.{kind}", {"Một": ROWS}, **bomb)) == "sheet.bomb"


def test_a_zip_with_too_many_or_equal_names_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MAX_ENTRIES", 100)
    many = {f"x/{n}": "" for n in range(101)}
    assert refused(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": ROWS}, **many)) == "sheet.bomb"
    path = workbooks.xlsx(tmp_path / "b.xlsx", {"Một": ROWS})
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refused(path) == "sheet.bomb"


def test_a_part_that_holds_more_than_it_says_is_a_bomb(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"Một": ROWS * 50})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    size = struct.pack("<I", entry.file_size)
    assert content.count(size) == 2
    path.write_bytes(content.replace(size, struct.pack("<I", 100)))
    assert refused(path) == "sheet.bomb"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "content.xml"])
def test_entities_are_not_for_spreadsheets(tmp_path: Path, part: str) -> None:
    evil = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    make = workbooks.ods if part == "content.xml" else workbooks.xlsx
    assert refused(make(tmp_path / f"a.{part[:2]}", {"Một": ROWS}, **{part: evil})) == "sheet.entities"


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('table:number-columns-repeated="1000000000"', "sheet.wide"),
        ('table:number-columns-repeated="1500" table:formula="of:=1"', "sheet.cells"),
    ],
)
def test_repeated_cells_of_ods_are_counted_before_they_are_laid_out(tmp_path: Path, attributes: str, code: str) -> None:
    path = workbooks.ods(tmp_path / "a.ods", {"Một": [[1]]})
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    row = '<table:table-row table:number-rows-repeated="1000000">'
    content = content.replace("<table:table-row>", row).replace("<table:table-cell", f"<table:table-cell {attributes}")
    assert refused(workbooks.ods(path, {"Một": [[1]]}, **{"content.xml": content})) == code


def test_a_size_that_an_old_workbook_claims_is_not_believed(tmp_path: Path) -> None:
    assert refused(workbooks.xls(tmp_path / "a.xls", ROWS, size=(2**31, 60_000))) == "sheet.cells"
    wide = [["x"] + [""] * 2_500 + ["y"]]
    assert refused(workbooks.xls(tmp_path / "b.xls", wide)) == "sheet.wide"


def test_an_absurd_parquet_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.connect().sql(f"SELECT {', '.join(f'{n} AS c{n}' for n in range(2_100))}").write_parquet(str(path))
    assert refused(path) == "sheet.wide"
    for column in ("[1, 2]", "{'a': 1}", "'a'::BLOB", "MAP {'a': 1}"):
        duckdb.connect().sql(f"SELECT {column} AS c").write_parquet(str(path))
        assert refused(path) == "sheet.nested"


def test_a_gigantic_cell_of_a_workbook_is_told_with_its_row(tmp_path: Path) -> None:
    path = workbooks.xlsx(tmp_path / "a.xlsx", {"Một": [["a"], ["x" * 150_000]]})
    assert refused(path) == "sheet.long_cell"
    with pytest.raises(Invalid) as caught:
        read(path)
    with i18n.speaking("en"):
        assert "Row 2" in caught.value.message


def test_what_fits_below_the_limits_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[str(n) for n in range(2_000)], ["x"]]
    assert read(workbooks.xlsx(tmp_path / "a.xlsx", {"Một": rows})) == 2
    assert limits.MAX_CELLS > 1_048_576 * 15  # the longest sheet of Excel with the columns of a usual list
