"""A passkey in a real browser: set up after an invitation, used to sign in, and refused without user verification."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from corredor.flows.network.staff import invite_person
from corredor.people.enums import Role
from corredor.people.models import StaffSession, User
from corredor.people.second_factor import list_factors, make_totp, read_totp
from tests.factories import make_user
from tests.web.signing_in import PASSWORD

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
NEW_PASSWORD = "four unrelated quiet words"


@pytest.fixture(autouse=True)
def _no_tries_remembered():
    cache.clear()


class Phone:
    """The part of a phone that keeps passkeys, as Chromium's developer tools imitate it."""

    def __init__(self, page: Page, *, knows_owner: bool = True) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": knows_owner,
            "automaticPresenceSimulation": True,
        }
        answer = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = answer["authenticatorId"]

    def list_keys(self) -> list[dict]:
        """What it keeps."""
        return self._tools.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"]

    def recognise(self, *, owner: bool) -> None:
        """Whether the finger that is laid on it is its owner's."""
        self._tools.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": owner})


def _join(page: Page, origin: str) -> None:
    steward = make_user("Estela", Role.STEWARD)
    invited = invite_person(roles=[Role.OPERATOR], by=steward, now=timezone.now())
    page.goto(f"{origin}/staff/join/{invited.token}/")
    page.get_by_label("Un nombre para entrar").fill("nube")
    page.get_by_label("Cómo le llaman los demás").fill("Nube")
    page.get_by_label("Una contraseña nueva").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Seguir").click()
    expect(page).to_have_url(f"{origin}/staff/begin/")


def test_from_an_invitation_to_the_desk_and_back_with_a_passkey_alone(screens):
    page = screens.open(None, "/", viewport=PHONE, locale="es-MX")
    phone = Phone(page)
    _join(page, screens.origin)
    page.get_by_role("link", name="Preparar una llave de acceso").click()
    page.get_by_label("Nombre de esta llave de acceso").fill("mi teléfono")
    page.get_by_role("button", name="Prepararla").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    assert page.locator(".codes li").count() == 10
    user = User.objects.get(username="nube")
    assert {factor.type for factor in list_factors(user)} == {"webauthn", "recovery_codes"}
    (key,) = phone.list_keys()
    assert key["isResidentCredential"]
    assert key["rpId"] == "localhost"

    page.goto(f"{screens.origin}/staff/me/")
    expect(page.get_by_role("heading", name="Nube")).to_be_visible()
    page.get_by_role("button", name="Cerrar sesión", exact=True).click()
    page.goto(f"{screens.origin}/staff/me/")
    expect(page).to_have_url(f"{screens.origin}/staff/login/?next=/staff/me/")

    page.get_by_role("button", name="Entrar con una llave de acceso").click()
    page.wait_for_url(f"{screens.origin}/staff/me/")
    expect(page.get_by_role("heading", name="Nube")).to_be_visible()
    assert StaffSession.objects.filter(user=user).count() == 1, "the one signed out of is gone from the list"


def test_the_second_step_by_passkey_and_a_finger_that_is_not_the_owners(screens):
    page = screens.open(None, "/", viewport=PHONE, locale="es-MX")
    phone = Phone(page)
    _join(page, screens.origin)
    page.get_by_role("link", name="Preparar una llave de acceso").click()
    page.get_by_role("button", name="Prepararla").click()
    expect(page.locator(".codes")).to_be_visible()
    page.context.clear_cookies()
    phone.recognise(owner=False)

    page.goto(f"{screens.origin}/staff/login/")
    page.get_by_role("button", name="Entrar con una llave de acceso").click()
    expect(page.locator("[data-passkey-error]")).to_have_text("Se canceló o tardó demasiado. Intente otra vez.")
    page.get_by_label("Su nombre de acceso").fill("nube")
    page.get_by_label("Su contraseña").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Seguir").click()
    expect(page).to_have_url(f"{screens.origin}/staff/login/code/")
    page.get_by_role("button", name="Usar su llave de acceso").click()
    expect(page.locator("[data-passkey-error]")).to_be_visible()
    page.goto(f"{screens.origin}/desk/")
    expect(page).to_have_url(f"{screens.origin}/staff/login/code/")

    phone.recognise(owner=True)
    page.get_by_role("button", name="Usar su llave de acceso").click()
    page.wait_for_url(f"{screens.origin}/desk/")


def test_without_javascript_the_app_is_enough(screens):
    user = make_user("Ana", Role.OPERATOR)
    make_totp(user)
    page = screens.open(None, "/staff/login/", viewport=PHONE, java_script_enabled=False)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    page.get_by_label("Your sign-in name").fill("ana")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Code of your app").fill(read_totp(user))
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(f"{screens.origin}/desk/")
    assert StaffSession.objects.filter(user=user).count() == 1
