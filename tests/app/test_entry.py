"""What stands around every page: address, language, session, headers, limits, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from starlette.routing import Route

from lienthong.app.asgi import make_app
from lienthong.identity import api as identity
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.webkit import static_files
from tests.browsing import Browser

SEED = system("test")


@pytest.fixture
def officer(client: Browser) -> Browser:
    staff = identity.Staff(
        subject="cb-1", name="Đặng Ngọc Trâm", position="Công chức", agency="H29.26.929",
        roles=frozenset({"one-stop-officer"}), units=frozenset({"26929"}),
    )  # fmt: skip
    identity.open_staff(SEED, member=staff, demonstration=True)
    identity.name_demonstration_person(SEED, key="officer", subject="cb-1", name=staff.name, about="Cán bộ", place=1)
    return client.as_person("officer")


def test_a_bare_address_is_taken_to_localhost_where_passkeys_exist(client: Browser) -> None:
    answer = client.request("GET", "/sign-in?next=%2Fdesk", headers={"host": "127.0.0.1:8000"})
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://localhost:8000/sign-in?next=%2Fdesk"


def test_a_foreign_name_that_points_here_is_refused(client: Browser) -> None:
    assert client.get("/", host="evil.example").status_code == 421


def test_the_welcome_page_speaks_both_languages_and_remembers(client: Browser) -> None:
    assert "Khai một lần" in client.get("/").text
    assert "Tell it once" in client.get("/?lang=en").text
    assert "Tell it once" in client.get("/").text
    assert "Khai một lần" in client.get("/?lang=vi").text


def test_every_answer_has_the_security_headers_and_no_page_is_kept(client: Browser) -> None:
    answer = client.get("/about")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/about", **{"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_static_files_are_kept_for_a_year_and_an_old_address_is_gone(client: Browser) -> None:
    answer = client.get(static_files.address("citizen.css"))
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/static/000000000000/citizen.css").status_code == 404
    assert client.get("/static/" + static_files.version() + "/../page.py").status_code == 404


def test_errors_are_a_page_for_people_and_json_for_machines(client: Browser) -> None:
    page = client.get("/khong-co")
    assert page.status_code == 404
    assert "Không có trang này" in page.text
    data = client.json("/api/khong-co")
    assert data["error"]["code"] == "page.missing"
    assert data["error"]["message_en"].startswith("This address does not exist")


def test_who_is_not_signed_in_is_taken_to_sign_in_and_back(client: Browser) -> None:
    answer = client.request("GET", "/account", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Faccount"
    assert client.request("GET", "/account", headers={"accept": "application/json"}).status_code == 401


def test_one_click_makes_you_a_demonstration_person_and_sign_out_ends_it(officer: Browser) -> None:
    page = officer.get("/account")
    assert page.status_code == 200
    assert "Đặng Ngọc Trâm" in page.text
    assert officer.post("/sign-out", seen_on="/account").status_code == 200
    assert officer.request("GET", "/account").status_code == 303


def test_demonstration_people_are_offered_on_this_machine_only(
    officer: Browser, browse: Callable[..., Browser]
) -> None:
    identity.sign_out_everywhere(identity.actor_of_session(officer.cookie("session"), request_id="r"))
    assert "Thử với một người trình diễn" in officer.get("/").text
    assert "Thử với một người trình diễn" not in browse(address="10.0.0.9").get("/").text
    behind_a_proxy = officer.get("/", **{"x-forwarded-for": "10.0.0.9"})
    assert "Thử với một người trình diễn" not in behind_a_proxy.text


def test_a_form_without_its_token_or_from_another_site_changes_nothing(officer: Browser) -> None:
    fields = officer.hidden_fields("/account")
    assert officer.send("/sign-out", {}).status_code == 403
    assert officer.send("/sign-out", {**fields, "token": "0" * 16 + "." + "0" * 64}).status_code == 403
    assert officer.send("/sign-out", fields, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert officer.send("/sign-out", fields, origin="https://evil.example").status_code == 403
    assert officer.request("GET", "/account").status_code == 200


def test_a_token_of_another_session_is_refused(officer: Browser, browse: Callable[..., Browser]) -> None:
    fields = browse().hidden_fields("/account")
    assert officer.send("/sign-out", fields).status_code == 403


def test_too_large_a_form_is_refused_before_it_is_read(officer: Browser) -> None:
    answer = officer.send("/sign-out", {**officer.hidden_fields("/account"), "x": "a" * 400_000})
    assert answer.status_code == 422
    assert "256 KB" in answer.text


def test_a_flood_is_told_to_wait(client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from limits import RateLimitItemPerMinute

    from lienthong.app.web import limits

    monkeypatch.setattr(limits, "BY_PERSON", RateLimitItemPerMinute(3))
    client.get("/about")
    codes = [client.get("/about").status_code for _ in range(4)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert int(client.get("/about").headers["retry-after"]) >= 1


def test_an_unexpected_failure_says_nothing_about_people(
    sqlite_node: Runtime, browse: Callable[..., Browser], caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_request: object) -> None:
        message = "Nguyễn Thị Thu Hà 079192990017"
        raise ValueError(message)

    app = make_app()
    app.app.router.routes.insert(0, Route("/broken", broken))  # type: ignore[attr-defined]
    answer = browse(app=app).get("/broken")
    assert answer.status_code == 500
    assert "Thu Hà" not in answer.text
    assert "Thu Hà" not in caplog.text
    assert "unexpected ValueError" in caplog.text


def test_health_and_measures_tell_an_operator_and_nobody_else(
    sqlite_node: Runtime, browse: Callable[..., Browser]
) -> None:
    client = browse(app=make_app())
    client.get("/about")
    assert client.json("/healthz")["status"] == "ok"
    text = client.get("/metrics").text
    assert 'lienthong_request_seconds_count{route="/about"} 1.0' in text
    assert "lienthong_outbox_lag" in text
    assert 'lienthong_room{figure="ledger_waiting_entries"} 0.0' in text
    elsewhere = browse(address="10.0.0.9", app=make_app(worker_alive=lambda: False))
    assert elsewhere.get("/metrics").status_code == 404
    assert elsewhere.get("/healthz").status_code == 503


def test_the_interface_page_and_the_gallery_stand(client: Browser) -> None:
    assert client.json("/openapi.json")["info"]["title"] == "Liên Thông"
    assert client.get("/api/docs").status_code == 200
    for density in ("citizen", "desk"):
        page = client.get(f"/demo/components?density={density}")
        assert page.status_code == 200
        assert " style=" not in page.text


def test_a_method_that_an_address_does_not_take_is_told_what_it_takes(client: Browser) -> None:
    answer = client.request("DELETE", "/api/ledger/checkpoint")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.json()["error"]["code"] == "page.missing"


def test_every_operation_describes_the_shape_of_its_errors(client: Browser) -> None:
    described = client.json("/openapi.json")
    for methods in described["paths"].values():
        for each in methods.values():
            shape = each["responses"]["default"]["content"]["application/json"]["schema"]["$ref"]
            assert shape.endswith("/ErrorAnswer")
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_a_database_that_does_not_answer_is_said_in_words(nation: Runtime, browse: Callable[..., Browser]) -> None:
    browser = browse().as_person("mother")

    def gone(_connection: object) -> None:
        raise OperationalError("", {}, Exception())

    event.listen(nation.database.engine, "begin", gone)
    try:
        told = browser.get("/")
        page = browser.get("/services")
    finally:
        event.remove(nation.database.engine, "begin", gone)
    assert (told.status_code, page.status_code) == (503, 503)
    assert "Cơ sở dữ liệu chưa trả lời; chưa có gì mất" in told.text
    assert browser.get("/").status_code == 200
