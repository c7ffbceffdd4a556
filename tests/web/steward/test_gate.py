"""No staff page opens without a second factor used in this session, whatever the URL."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.cache.backends.locmem import _caches
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from corredor.people.actions import end_sessions
from corredor.people.models import StaffSession, User
from corredor.people.second_factor import make_totp, read_totp
from corredor.web.staff_gate import AREAS, OPEN, PROVING, SETTING_UP, is_staff_area
from tests.factories import make_user
from tests.web.signing_in import PASSWORD, pass_gate, sign_in_through_pages

pytestmark = pytest.mark.django_db
SAMPLE = {"int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def _walk(resolver, prefix="/", namespace=""):
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, path, inner)
        elif isinstance(entry, URLPattern):
            for name, kind in entry.pattern.converters.items():
                sample = next(v for k, v in SAMPLE.items() if k in type(kind).__name__.lower())
                path = path.replace(f"<{name}>", sample)
                for written in SAMPLE:
                    path = path.replace(f"<{written}:{name}>", sample)
            yield path, namespace + (entry.name or "")


STAFF_PAGES = [(path, name) for path, name in _walk(get_resolver()) if is_staff_area(path)]


def test_the_walk_finds_the_pages():
    names = {name for _, name in STAFF_PAGES}
    assert {"steward:people", "account_login", "mfa_activate_totp", "desk:desk"} <= names
    assert all("<" not in path for path, _ in STAFF_PAGES), "a path converter without a sample value"


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_signing_in(client, method):
    for path, name in STAFF_PAGES:
        if name not in OPEN:
            answer = getattr(client, method)(path)
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/staff/login/?next="), name


def test_addresses_that_do_not_exist_are_closed_too(client):
    for area in AREAS:
        assert client.get(f"{area}/no-such-page/").status_code == 302
    assert client.get("/%64esk/").status_code == 302
    assert client.get("/desk").status_code in (301, 302)


def test_a_piece_of_a_page_answers_401_so_that_the_script_can_tell(client):
    assert client.get("/desk/", headers={"HX-Request": "true"}).status_code == 401


def test_with_a_password_alone_only_setting_up_is_open(client):
    user = make_user("Ana", "STEWARD", "OPERATOR", "APPROVER")
    assert client.post("/staff/login/", {"login": user.username, "password": PASSWORD}).status_code == 302
    for path, name in STAFF_PAGES:
        answer = client.get(path)
        is_sent_back = (answer.status_code, answer.get("Location")) == (302, "/staff/begin/")
        assert is_sent_back != (name in OPEN | SETTING_UP), name


def test_who_has_a_factor_must_use_it_before_anything_else(client):
    """A session that began before the factor was set up on another phone must not add a factor of its own."""
    user = make_user("Ana", "STEWARD", "OPERATOR", "APPROVER")
    client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    make_totp(user)
    for path, name in STAFF_PAGES:
        answer = client.get(path)
        is_sent_back = (answer.status_code, answer.get("Location")) == (302, "/staff/again/code/")
        assert is_sent_back != (name in OPEN | PROVING), name


def test_using_the_factor_opens_the_session(client):
    user = make_user("Ana", "STEWARD")
    client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    make_totp(user)
    assert client.post("/staff/again/code/", {"code": read_totp(user)}).status_code == 302
    assert client.get("/staff/me/").status_code == 200


def test_signing_in_with_an_app(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    sign_in_through_pages(client, user)
    answer = client.get("/staff/me/", headers={"Accept-Language": "es"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    listed = StaffSession.objects.get(user=user)
    assert listed.session_key == client.session.session_key


def test_the_device_is_named_coarsely(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    agent = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A) AppleWebKit/537.36 Chrome/131.0.1 Mobile Safari/537.36"
    client.defaults["HTTP_USER_AGENT"] = agent
    sign_in_through_pages(client, user)
    assert StaffSession.objects.get(user=user).device == "Chrome on Android"


def test_a_wrong_code_does_not_open(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    wrong = f"{(int(read_totp(user)) + 1) % 10**6:06}"
    answer = client.post("/staff/login/code/", {"code": wrong})
    assert answer.status_code == 200
    assert client.get("/staff/me/").status_code == 302


def test_a_code_counts_once(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    code = read_totp(user)
    client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    client.post("/staff/login/code/", {"code": code})
    assert client.get("/staff/me/").status_code == 200
    other = Client()
    other.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    # allauth itself would take it again after half a minute, while the code is still within its tolerance
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    answer = other.post("/staff/login/code/", {"code": f"{code[:3]} {code[3:]}"})
    assert answer.status_code == 200
    assert other.get("/staff/me/").status_code == 302


def test_guessing_passwords_is_stopped(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    for _ in range(5):
        assert client.post("/staff/login/", {"login": user.username, "password": "wrong"}).status_code == 200
    answer = client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 200  # refused although it is right
    assert "/staff/login/code/" not in answer.get("Location", "")


def test_guessing_codes_is_stopped(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    for n in range(5):
        client.post("/staff/login/code/", {"code": f"{n:06}"})
    client.post("/staff/login/code/", {"code": read_totp(user)})
    assert client.get("/staff/me/").status_code == 302


def test_many_tries_from_one_place_get_a_plain_answer(client):
    answers = {client.post("/staff/login/", {"login": f"n{n}", "password": "x"}).status_code for n in range(40)}
    assert 429 in answers
    answer = client.post("/staff/login/", {"login": "n", "password": "x"}, headers={"Accept-Language": "es"})
    assert answer.status_code == 429
    assert "Retry-After" in answer


def test_an_ended_session_is_out_at_its_next_request(client):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    other = pass_gate(Client(), user)
    mark = StaffSession.objects.get(session_key=other.session.session_key)
    assert client.post(f"/staff/me/sessions/{mark.pk}/end/").status_code == 302
    assert not Session.objects.filter(session_key=mark.session_key).exists()
    assert other.get("/staff/me/")["Location"].startswith("/staff/login/")
    assert client.get("/staff/me/").status_code == 200


def test_a_session_that_is_not_listed_is_refused_even_with_a_valid_cookie(client):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    StaffSession.objects.all().delete()  # the cookie's own row is still there
    assert client.get("/staff/me/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_one_cannot_end_the_sessions_of_others(client):
    ana, beto = make_user("Ana", "OPERATOR"), make_user("Beto", "OPERATOR")
    pass_gate(client, ana)
    other = pass_gate(Client(), beto)
    mark = StaffSession.objects.get(user=beto)
    client.post(f"/staff/me/sessions/{mark.pk}/end/")
    assert other.get("/staff/me/").status_code == 200


def test_a_session_lasts_a_shift(client):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    StaffSession.objects.update(begun_at=timezone.now() - timedelta(hours=12, seconds=1))
    assert client.get("/staff/me/").status_code == 302


def test_using_a_session_is_noted_once_a_minute(client, django_assert_num_queries):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    before = timezone.now() - timedelta(minutes=5)
    StaffSession.objects.update(seen_at=before)
    client.get("/staff/me/")
    noted = StaffSession.objects.get().seen_at
    assert noted > before
    client.get("/staff/me/")
    assert StaffSession.objects.get().seen_at == noted


def test_changing_the_password_keeps_this_session_and_ends_the_others(client):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    other = pass_gate(Client(), user)
    new = "four unrelated quiet words"
    answer = client.post("/staff/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 302
    assert client.get("/staff/me/").status_code == 200
    assert other.get("/staff/me/").status_code == 302
    # the listed session follows the cookie's new key, so that ending it still works
    end_sessions(user_id=user.pk)
    assert client.get("/staff/me/").status_code == 302


def test_a_closed_account_is_out_at_once(client):
    user = make_user("Ana", "STEWARD")
    pass_gate(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/staff/me/").status_code == 302
    answer = client.post("/staff/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 200


def test_people_of_a_drill_cannot_sign_in_by_any_door(client):
    ghost = make_user("Ghost", "APPROVER", is_drill=True)
    ghost.set_password(PASSWORD)
    with pytest.raises(IntegrityError, match="drill_people_have_no_password"), transaction.atomic():
        ghost.save()
    client.force_login(ghost)
    assert client.get("/desk/").status_code == 302
    with pytest.raises(IntegrityError, match="drill_people_never_sign_in"), transaction.atomic():
        StaffSession.objects.create(
            user=ghost, session_key="k", device="x", begun_at=timezone.now(), seen_at=timezone.now()
        )


def test_no_ip_address_is_kept_anywhere(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"
    client.post("/staff/login/", {"login": user.username, "password": "wrong"})
    sign_in_through_pages(client, user)
    client.get("/staff/me/")
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            assert "203.0.113" not in repr(cursor.fetchall()), table
    session = client.session
    assert "203.0.113" not in repr(dict(session.items()))
    assert any(_caches.values()), "the limits are expected in memory"
    assert "203.0.113" not in repr(_caches)


def test_allauths_other_doors_do_not_exist(client):
    for path in (
        "signup/passkey/",
        "email/",
        "confirm-email/x/",
        "password/reset/",
        "password/set/",
        "login/code/confirm/",
    ):
        assert client.get(f"/staff/{path}").status_code in (302, 404), path
        assert client.post(f"/staff/{path}").status_code in (302, 404), path
    for path in ("/accounts/login/", "/accounts/signup/", "/admin/", "/_allauth/"):
        assert client.get(path).status_code == 404, path


def test_nobody_signs_up(client):
    before = User.objects.count()
    answer = client.post("/staff/signup/", {"username": "eve", "password1": "a very long password"})
    assert answer.status_code == 403
    assert User.objects.count() == before


def test_a_link_to_another_host_is_not_followed_after_signing_in(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    client.post("/staff/login/?next=https://evil.example/", {"login": user.username, "password": PASSWORD})
    answer = client.post("/staff/login/code/", {"code": read_totp(user)})
    assert answer["Location"] == "/desk/"


def test_the_page_asked_for_comes_after_signing_in(client):
    user = make_user("Ana", "STEWARD")
    make_totp(user)
    login = client.get("/staff/people/")["Location"]
    assert login == "/staff/login/?next=/staff/people/"
    client.post(login, {"login": user.username, "password": PASSWORD, "next": "/staff/people/"})
    answer = client.post("/staff/login/code/", {"code": read_totp(user)})
    assert answer["Location"] == "/staff/people/"


@pytest.mark.parametrize(("proxies", "is_shared"), [(0, True), (1, False)])
def test_behind_a_proxy_visitors_are_told_apart_only_when_it_is_trusted(settings, proxies, is_shared):
    """Nobody can dodge the limits with a header of their own; nobody shuts out those behind one proxy."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    make_user("Ana", "STEWARD")
    for n in range(12):
        wrong = {"login": f"n{n}", "password": "x"}
        Client().post("/staff/login/", wrong, headers={"X-Forwarded-For": "198.51.100.7"})
    right = {"login": "ana", "password": PASSWORD}
    answer = Client().post("/staff/login/", right, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code == 200) is is_shared


@pytest.mark.parametrize(
    ("page_speaks", "account_says", "kept"), [("es", "en", "es"), ("en", "en", "en"), ("en", "es", "es")]
)
def test_the_first_sign_in_keeps_the_language_of_its_page(page_speaks, account_says, kept):
    user = make_user("Nube")
    User.objects.update(language=account_says)
    make_totp(user)
    client = Client(headers={"Accept-Language": page_speaks})
    sign_in_through_pages(client, user)

    user.refresh_from_db()
    assert user.language == kept
    assert client.get("/staff/me/")["Content-Language"] == kept


def test_a_later_sign_in_leaves_the_language_alone():
    user = make_user("Nube")
    make_totp(user)
    User.objects.update(last_login=timezone.now())
    sign_in_through_pages(Client(headers={"Accept-Language": "es"}), user)

    user.refresh_from_db()
    assert user.language == "en"
