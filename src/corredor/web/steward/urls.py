"""URLs below /staff/: sign-in, one's own account, and the stewards' pages.

Only the allauth pages named here exist: no sign-up, no e-mail, no password reset by mail. Their names are those
that allauth looks up, so they carry no prefix.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as passkey
from django.urls import include, path
from django.views.generic import RedirectView

from . import join, me, network, partners, people, places, sending, sign_in, unlit

_own = [
    path("", RedirectView.as_view(pattern_name="steward:me"), name="home"),
    path("join/<str:token>/", join.join, name="join"),
    path("begin/", sign_in.begin, name="begin"),
    path("me/", me.me, name="me"),
    path("me/sessions/<int:session_id>/end/", me.end_session, name="end_session"),
    path("me/sessions/end-others/", me.end_other_sessions, name="end_other_sessions"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invites/<int:invite_id>/withdraw/", people.withdraw, name="withdraw"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/grant/", people.grant, name="grant"),
    path("people/<int:user_id>/revoke/", people.revoke, name="revoke"),
    path("people/<int:user_id>/training/", people.train, name="train"),
    path("people/<int:user_id>/sign-out/", people.sign_out, name="sign_out"),
    path("people/<int:user_id>/close/", people.close, name="close"),
    path("people/<int:user_id>/reopen/", people.reopen, name="reopen"),
    path("people/<int:user_id>/way-back/", people.way_back, name="way_back"),
    path("channels/", network.channels, name="channels"),
    path("channels/switch/", network.switch, name="switch"),
    path("channels/second/", network.failover, name="failover"),
    path("sending/", sending.sending, name="sending"),
    path("network/", network.network, name="network"),
    path("places/", places.places, name="places"),
    path("places/add/", places.add_place, name="add_place"),
    path("places/<int:place_id>/remove/", places.remove_place, name="remove_place"),
    path("places/names/add/", places.add_alias, name="add_alias"),
    path("places/names/<int:alias_id>/remove/", places.remove_alias, name="remove_alias"),
    path("unlit/", unlit.unlit, name="unlit"),
    path("unlit/near/", unlit.near, name="unlit_near"),
    path("unlit/<int:unlit_id>/remove/", unlit.take_back, name="remove_unlit"),
    path("partners/", partners.partners, name="partners"),
    path("partners/add/", partners.add, name="add_partner"),
    path("partners/<int:partner_id>/test/", partners.test, name="test_partner"),
    path("partners/<int:partner_id>/secret/", partners.secret, name="partner_secret"),
    path("partners/<int:partner_id>/token/", partners.token, name="partner_token"),
    path("partners/<int:partner_id>/switch/", partners.switch, name="switch_partner"),
    path("partners/<int:partner_id>/remove/", partners.remove, name="remove_partner"),
    path("check/", network.check, name="check"),
    path("exposure/", network.exposure, name="exposure"),
]

urlpatterns = [
    path("", include((_own, "steward"))),
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("login/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("login/code/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("logout/", account.LogoutView.as_view(template_name="steward/sign_out.html"), name="account_logout"),
    path(
        "closed/",
        sign_in.Closed.as_view(),
        name="account_inactive",
    ),
    path("signup/", sign_in.by_invitation, name="account_signup"),
    path(
        "again/",
        account.ReauthenticateView.as_view(template_name="steward/password_again.html"),
        name="account_reauthenticate",
    ),
    path(
        "again/code/",
        factor.ReauthenticateView.as_view(template_name="steward/code_again.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "again/passkey/",
        passkey.ReauthenticateWebAuthnView.as_view(template_name="steward/passkey_again.html"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "me/password/",
        account.PasswordChangeView.as_view(template_name="steward/password.html"),
        name="account_change_password",
    ),
    path("me/second-step/", sign_in.Factors.as_view(), name="mfa_index"),
    path("me/second-step/app/", sign_in.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("me/second-step/app/remove/", sign_in.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path(
        "me/second-step/passkeys/",
        RedirectView.as_view(pattern_name="mfa_index"),
        name="mfa_list_webauthn",
    ),
    path("me/second-step/passkeys/add/", sign_in.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "me/second-step/passkeys/<int:pk>/remove/",
        sign_in.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "me/second-step/recovery/",
        recovery.ViewRecoveryCodesView.as_view(template_name="steward/recovery.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/second-step/recovery/new/",
        recovery.GenerateRecoveryCodesView.as_view(template_name="steward/recovery_new.html"),
        name="mfa_generate_recovery_codes",
    ),
]
