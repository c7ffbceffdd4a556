"""Error pages in the user's language, and logs without personal data."""

import errno
import logging
import sqlite3

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from corredor.people.errors import NotAllowed

SECRET = "312-555-0142 Calle Falsa 123"


def _database_error(name):
    cause = sqlite3.OperationalError(f"{name}: {SECRET}")
    cause.sqlite_errorname = name
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def _postgres_error(state):
    cause = Exception(SECRET)
    cause.sqlstate = state
    error = OperationalError(SECRET)
    error.__cause__ = cause
    return error


ERRORS = {
    "busy": (lambda: _database_error("SQLITE_BUSY"), 503, "muy ocupados"),
    "busy-snapshot": (lambda: _database_error("SQLITE_BUSY_SNAPSHOT"), 503, "muy ocupados"),
    "full": (lambda: _database_error("SQLITE_FULL"), 507, "disco está lleno"),
    "readonly": (lambda: _database_error("SQLITE_READONLY"), 503, "guardar"),
    "pg-deadlock": (lambda: _postgres_error("40P01"), 503, "muy ocupados"),
    "pg-full": (lambda: _postgres_error("53100"), 507, "disco está lleno"),
    "pg-gone": (lambda: _postgres_error("57P01"), 503, "guardar"),
    "pg-refused": (lambda: OperationalError(f"connection refused {SECRET}"), 503, "guardar"),
    "disk": (lambda: OSError(errno.ENOSPC, "No space left", SECRET), 507, "disco está lleno"),
    "large": (lambda: RequestDataTooBig(SECRET), 413, "demasiado"),
    "encoding": (lambda: UnicodeEncodeError("utf-8", SECRET + "\ud800", 3, 4, "surrogates"), 400, "caracteres"),
    "nul": (lambda: ValueError("A string literal cannot contain NUL (0x00) characters."), 400, "caracteres"),
    "bad": (lambda: BadRequest(SECRET), 400, "incompleto"),
    "denied": (lambda: PermissionDenied(SECRET), 403, "no está abierta"),
    "role": (lambda: NotAllowed("VERIFIER"), 403, "Verificador"),
    "missing": (lambda: Http404(SECRET), 404, "no existe"),
    "unknown": (lambda: KeyError(SECRET), 500, "salió mal"),
}


def _fail(request, kind):
    raise ERRORS[kind][0]()


def _read_post(request):
    return HttpResponse(request.POST.get("text", request.GET.get("text", "")))


class _Urls:
    urlpatterns = [
        path("fail/<str:kind>/", _fail),
        path("hooks/fail/<str:kind>/", _fail),
        path("read/", _read_post),
    ]
    handler400 = "corredor.web.faults.bad_request"
    handler403 = "corredor.web.faults.not_allowed"
    handler404 = "corredor.web.faults.not_found"
    handler500 = "corredor.web.faults.went_wrong"


@pytest.fixture
def client(db):
    with override_settings(ROOT_URLCONF=_Urls):
        yield Client(raise_request_exception=False, headers={"Accept-Language": "es"})


@pytest.mark.parametrize("kind", ERRORS)
def test_each_fault_has_its_page_and_status(client, kind, caplog):
    _, status, words = ERRORS[kind]
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/fail/{kind}/?q={SECRET}")
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert '<html lang="es"' in page
    assert SECRET not in page
    logged = caplog.text + repr([record.exc_text for record in caplog.records])
    assert "555" not in logged
    assert "Calle" not in logged
    if status >= 500:
        assert "test_faults.py" in logged, "the log says where"


@pytest.mark.parametrize("kind", ["busy", "full", "unknown", "missing"])
def test_english_speakers_are_answered_in_english(client, kind):
    page = client.get(f"/fail/{kind}/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en"' in page
    assert not any(word in page for word in ("Vuelva", "disco", "salió"))


def test_programs_get_json_and_gateways_a_line(client):
    answer = client.get("/fail/busy/", headers={"Accept": "application/json"})
    assert answer.json()["error"] == "BUSY"
    assert answer["Retry-After"] == "5"
    answer = client.post("/hooks/fail/full/")
    assert (answer.status_code, answer["Content-Type"]) == (507, "text/plain; charset=utf-8")
    assert answer.content.startswith(b"FULL: ")


def test_a_piece_of_a_page_gets_a_piece(client):
    answer = client.get("/fail/large/", headers={"HX-Request": "true"})
    assert answer.status_code == 413
    assert b"<html" not in answer.content
    assert b'role="alert"' in answer.content


def test_too_much_at_once(client, settings):
    answer = client.post("/read/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1000)})
    # the test client sends multipart, whose fields count as well
    assert answer.status_code == 413
    assert "demasiado" in answer.content.decode()


def test_too_many_fields(client, settings):
    form = "&".join(f"f{n}=1" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = client.post("/read/", form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert client.get(f"/read/?{form}").status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x00\xff\xfe", "multipart/form-data; boundary=x"),
        (b"text=a", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data"),
    ],
)
def test_bodies_that_are_not_what_they_say(client, body, kind):
    answer = client.post("/read/", body, content_type=kind)
    assert answer.status_code in (200, 400)
    assert b"Traceback" not in answer.content


def test_raw_bytes_are_no_fault(client):
    answer = client.post("/read/", b"text=%ff%fe%00", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


def test_a_form_that_is_not_ours(client):
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "es"})
    answer = strict.post("/read/", {"text": SECRET})
    assert answer.status_code == 403
    assert "abierta demasiado tiempo" in answer.content.decode()


def test_a_host_that_is_not_ours(client):
    answer = client.get("/read/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_the_page_is_there_even_when_the_database_is_not(client, monkeypatch):
    def refuse(*_, **__):
        raise _database_error("SQLITE_BUSY")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        answer = client.get("/fail/busy/")
    assert answer.status_code == 503
    assert "muy ocupados" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_really_locked(settings, tmp_path):
    """Another program holds the write lock; a page that must write says so and keeps nothing half-written."""
    from corredor.people.models import User
    from tests.factories import make_user

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's lock")
    user = make_user("Ana")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 50")
    try:
        other.execute("BEGIN IMMEDIATE")
        client = Client(headers={"Accept-Language": "es"}, raise_request_exception=False)
        answer = client.post("/staff/login/", {"login": "ana", "password": "a long password"})
        assert answer.status_code == 503
        assert "muy ocupados" in answer.content.decode()
    finally:
        other.rollback()
        other.close()
        connection.connection.execute("PRAGMA busy_timeout = 20000")
    assert User.objects.get(pk=user.pk).last_login is None
    assert client.post("/staff/login/", {"login": "ana", "password": "a long password"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_really_full():
    """SQLite itself is given no page more; what was there before is whole afterwards."""
    from corredor.people.models import Invite
    from corredor.web.fault_kind import FULL, find_fault
    from tests.factories import NOW, make_user

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's page limit")
    user = make_user("Ana")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count")
        before = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    try:
        with pytest.raises(OperationalError) as caught:
            Invite.objects.bulk_create(
                Invite(token_digest=f"{n:064}", roles=["x" * 4000], made_by=user, made_at=NOW, expires_at=NOW)
                for n in range(2_000)
            )
        assert find_fault(caught.value) is FULL
        assert Invite.objects.count() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
