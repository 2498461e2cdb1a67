"""The pages of notices: one's own are for their reader, the demonstration's for this machine."""

from __future__ import annotations

from collections.abc import Callable

from lienthong.identity import api as identity
from lienthong.kernel.actor import system
from lienthong.messages import api
from lienthong.messages.web import PAGE
from tests.browsing import Browser
from tests.messages.test_messages import DATA, MOTHER

Browse = Callable[..., Browser]


def notice() -> str:
    return api.send(system("documents"), to=MOTHER, template="result-ready", data=DATA, dossier=DATA["dossier"])


def test_the_demonstration_inbox_shows_codes_on_this_machine_only(client: Browser, browse: Browse) -> None:
    api.send_code(to=MOTHER, purpose="sign-in:1")
    assert "Mã dùng một lần" in client.get("/demo/inbox").text
    assert "One-time code" in client.get("/demo/inbox?lang=en").text
    assert browse(address="10.0.0.7").get("/demo/inbox").status_code == 404


def test_an_empty_demonstration_inbox_says_so(client: Browser) -> None:
    assert "Chưa gửi tin nhắn nào." in client.get("/demo/inbox").text


def test_notices_need_their_reader_signed_in(client: Browser) -> None:
    notice()
    assert client.request("GET", "/my/messages", headers={"accept": "application/json"}).status_code == 401


def sign_in(client: Browser) -> Browser:
    who = system("test")
    identity.open_account(who, number=MOTHER, level=2, phone="0900000417", demonstration=True)
    identity.name_demonstration_person(
        who, key="mother", subject=MOTHER, name="Nguyễn Thị Thu Hà", about="Mẹ có con mới sinh", place=1
    )
    return client.as_person("mother")


def test_the_reader_reads_and_marks_and_my_page_tells_what_is_new(client: Browser) -> None:
    sign_in(client)
    assert "Chưa có thông báo nào" in client.get("/my/messages").text
    assert "/my/messages" not in client.get("/").text, "an empty panel is left out"
    message = notice()
    assert "1 mới" in client.get("/").text
    shown = client.get("/my/messages").text
    assert "Giấy khai sinh đã vào ví giấy tờ" in shown
    after = client.post("/my/messages/read", seen_on="/my/messages", message=message).text
    assert "Đánh dấu đã đọc" not in after
    assert "1 mới" not in client.get("/").text


def test_a_long_inbox_goes_on_to_the_next_page(client: Browser) -> None:
    sign_in(client)
    sent = [notice() for _ in range(PAGE + 1)]
    first = client.get("/my/messages").text
    assert f"/my/messages?before={sent[1]}" in first
    rest = client.get(f"/my/messages?before={sent[1]}").text
    assert rest.count("Giấy khai sinh đã vào ví giấy tờ") == 1
