"""Papers as they are printed: every letter, hostile text as text, the code readable, PDF/A as far as we can look."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp
from PIL import Image

from lienthong.documents import api, spec
from lienthong.documents.domain import statement
from lienthong.kernel import typeset
from lienthong.kernel.errors import Invalid, Unavailable
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.typeset import FONTS, PACKAGES, Typesetter, typesetter
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference
from tests.conftest import MOMENT
from tests.documents.conftest import CHILD, COMMUNE, MOTHER, SERVICES, agency_code, ask, citizen, open_chair, run_jobs

HOSTILE = '#image("/etc/passwd") *đậm* $x^2$ <nhãn> @ai \\ // [ ] `mã` #{1+1} = tiêu đề ~ "nháy" \u202e\u0000'
VIETNAMESE = "".join(map(chr, range(0x1EA0, 0x1EFA))) + "ĂăÂâĐđÊêÔôƠơƯưÀÁÃàáãÈÉèéÌÍĨìíĩÒÓÕòóõÙÚŨùúũÝý"


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def receipt(**changes: Any) -> api.Receipt:
    values: dict[str, Any] = {
        "dossier": "H29.26.929-261121-0012",
        "agency": agency_code(),
        "applicant": "Nguyễn Thị Thu Hà",
        "procedure": "Khai sinh, thường trú, thẻ BHYT, thẻ căn cước",
        "term": "3 ngày làm việc",
        "filed_at": MOMENT,
        "received_at": MOMENT,
        "due_at": MOMENT,
        "follow": "http://localhost:8000/dossiers/H29.26.929-261121-0012",
        "items": ("Giấy chứng sinh điện tử",),
    }
    return api.Receipt(**{**values, **changes})


@pytest.fixture
def typeset_with(sqlite_node: Runtime, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Mapping[str, Any]]]:
    """Note the template and the data of every paper that is typeset."""
    seen: list[tuple[Path, Mapping[str, Any]]] = []
    setter = typesetter()
    original = setter.pdf

    def noted(template: Path, data: Mapping[str, Any], **how: Any) -> bytes:
        seen.append((template, data))
        return original(template, data, **how)

    monkeypatch.setattr(setter, "pdf", noted)
    return seen


def test_the_birth_certificate_says_what_the_law_lists(issued_on_sqlite: api.Document) -> None:
    said = text_of(api.pdf(citizen(MOTHER), issued_on_sqlite.id))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN PHƯỜNG BÌNH THẠNH",
        "Số: 26929/KS/2026/12",
        "GIẤY KHAI SINH",
        "Họ, chữ đệm, tên: Lê Nguyễn Minh An",
        "sinh: 14/11/2026",
        "ngày mười bốn tháng mười một năm hai nghìn không trăm hai mươi sáu",
        "Giới tính: Nữ",
        "Dân tộc: Kinh",
        "Quốc tịch: Việt Nam",
        "Số định danh cá nhân: 079326999912",
        "tên người mẹ: Nguyễn Thị Thu Hà",
        "tên người cha: Lê Quốc Huy",
        "Ngày sinh: 1994",
        "năm đăng ký: 25/11/2026",
        "CHỦ TỊCH",
        "Trần Văn Khải",
        "không có giá trị pháp lý",
        "http://localhost:8000/verify",
        ledger.checkpoint().root.hex(),
    ):
        assert part in said, part


def test_the_code_on_the_paper_is_read_by_a_scanner(
    typeset_with: list[tuple[Path, Mapping[str, Any]]], sqlite_node: Runtime
) -> None:
    open_chair(agency_code())
    ask()
    run_jobs()
    ((template, data),) = typeset_with
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(typesetter().picture(template, data, ppi=150))))
    assert len(code.text) <= statement.PAPER_LIMIT
    said = api.verify(code.text)
    assert said.state == "genuine"
    assert dict(said.facts) == {
        "Số": "26929/KS/2026/12",
        "Họ, chữ đệm, tên": "Lê Nguyễn Minh An",
        "Ngày, tháng, năm sinh": "14/11/2026",
    }


def test_the_insurance_card(sqlite_node: Runtime) -> None:
    branch = reference.competent(role="insurance", unit=COMMUNE).code
    open_chair(branch, "branch-1")
    card = api.issue(
        SERVICES,
        type="health-insurance-card",
        values=spec.document_type("health-insurance-card").spec.sample,
        holders=[CHILD],
        subject=CHILD,
        dossier="",
        signer="branch-1",
        agency=branch,
        issue_key="card",
    )
    run_jobs()
    said = text_of(api.pdf(citizen(CHILD), card.id))
    for part in (
        "THẺ BẢO HIỂM Y TẾ",
        "TE1790999912345",
        "Lê Nguyễn Minh An",
        "14/11/2026 – 14/11/2032",
        "Bệnh viện Nhi",
    ):
        assert part in said, part


def test_the_receipt(sqlite_node: Runtime, typeset_with: list[tuple[Path, Mapping[str, Any]]]) -> None:
    said = text_of(api.receipt_pdf(receipt(result_channel="electronic")))
    for part in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "H29.26.929-261121-0012",
        "Nguyễn Thị Thu Hà",
        "3 ngày làm việc",
        "Thời gian trả kết quả: 21/11/2026 09:30",
        "Giấy chứng sinh điện tử",
        ledger.checkpoint().root.hex(),
    ):
        assert part in said, part
    ((template, data),) = typeset_with
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(typesetter().picture(template, data))))
    assert code.text == "http://localhost:8000/dossiers/H29.26.929-261121-0012"


def test_a_receipt_with_a_wrong_value_is_refused(sqlite_node: Runtime) -> None:
    with pytest.raises(Invalid) as refusal:
        api.receipt_pdf(receipt(dossier="12", phone="mười", applicant=""))
    assert {each.at for each in refusal.value.faults} == {"dossier_code", "phone", "applicant"}


def test_hostile_text_is_printed_as_text(sqlite_node: Runtime) -> None:
    pdf = api.receipt_pdf(receipt(procedure=HOSTILE, items=(HOSTILE, "= không phải tiêu đề", "- không phải gạch đầu")))
    said = text_of(pdf)
    for part in ('#image("/etc/passwd")', "*đậm*", "$x^2$", "<nhãn>", "@ai", "`mã`", "#{1+1}", "= không phải tiêu đề"):
        assert part in said, part
    assert "root:" not in said


def test_letters_from_afar_do_not_stop_a_paper(sqlite_node: Runtime) -> None:
    assert "Thủ tục □□ □" in text_of(api.receipt_pdf(receipt(procedure="Thủ tục 漢字 🙂")))


def test_every_vietnamese_letter_is_in_every_face(sqlite_node: Runtime, tmp_path: Path) -> None:
    covered = "".join(chr(point) for point in range(0x20, 0x2600) if not typeset._MISSING.match(chr(point)))
    assert len(covered) > 800
    for style in ("[#data]", "strong(data)", "emph(data)"):
        template = tmp_path / f"{len(style)}" / "template.typ"
        template.parent.mkdir()
        template.write_text(
            "#let data = json(bytes(sys.inputs.data)).text\n"
            f'#set text(font: "Tinos", lang: "vi", fallback: false)\n#set document(title: "x")\n#{style}\n'
        )
        pdf = Typesetter().pdf(template, {"text": VIETNAMESE + " " + covered}, at=MOMENT)  # a missing glyph is an error
        said = text_of(pdf).replace(" ", "")
        assert VIETNAMESE in said
        fonts = [
            each.get_object()["/BaseFont"]
            for each in pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
        ]
        assert all("Tinos" in each for each in fonts)


def test_a_glyph_that_is_missing_fails(sqlite_node: Runtime, tmp_path: Path) -> None:
    template = tmp_path / "template.typ"
    template.write_text('#set document(title: "x")\n#set text(font: "Tinos", lang: "vi")\n漢')
    with pytest.raises(Unavailable):
        Typesetter().pdf(template, {}, at=MOMENT)


def test_a_warning_of_typst_fails_the_paper(sqlite_node: Runtime, tmp_path: Path) -> None:
    template = tmp_path / "template.typ"
    template.write_text('#set document(title: "x")\n#set text(font: ("Chữ Không Có", "Tinos"), lang: "vi")\nXin chào')
    with pytest.raises(Unavailable):
        Typesetter().pdf(template, {}, at=MOMENT)


def test_a_template_reads_no_file_outside_its_folder(sqlite_node: Runtime, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("bí mật")
    template = tmp_path / "type" / "template.typ"
    template.parent.mkdir()
    template.write_text('#set text(font: "Tinos")\n#read("../secret.txt")')
    with pytest.raises(Unavailable):
        Typesetter().pdf(template, {}, at=MOMENT)


def test_what_can_be_looked_at_of_pdf_a(issued_on_sqlite: api.Document, sqlite_node: Runtime) -> None:
    for pdf in (api.pdf(citizen(MOTHER), issued_on_sqlite.id), api.receipt_pdf(receipt())):
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        root = reader.trailer["/Root"]
        xmp = root["/Metadata"].get_data().decode()
        assert "pdfaid:part>2<" in xmp
        assert "pdfaid:conformance>A<" in xmp
        assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"].startswith("vi")
        assert reader.metadata is not None
        assert str(reader.metadata.title) in xmp
        assert not reader.is_encrypted
        assert all(_embedded(font) for font in reader.pages[0]["/Resources"]["/Font"].values())


def _embedded(font: Any) -> bool:
    (inner,) = font.get_object()["/DescendantFonts"]
    descriptor = inner.get_object()["/FontDescriptor"]
    return "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_same_paper_is_the_same_bytes(sqlite_node: Runtime) -> None:
    assert api.receipt_pdf(receipt()) == api.receipt_pdf(receipt())


def test_fonts_and_their_licence_are_shipped() -> None:
    assert sum(each.stat().st_size for each in FONTS.glob("*.ttf")) <= 600_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
    assert (PACKAGES / "lienthong" / "paper" / "1.0.0" / "lib.typ").is_file()
