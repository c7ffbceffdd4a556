"""E-mail through providers' APIs: every listed provider, over our own HTTP client, with one-click unsubscribe."""

import json
import re

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.email.api.provider import KINDS, EmailApiProvider
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

LEAVE = "https://corredor.example/leave/abc?x=1&y=2"
ACCEPTED = {
    "brevo": (201, {"messageId": "<1@brevo>"}),
    "mailersend": (202, None),
    "mailgun": (200, {"id": "<1@mg>", "message": "Queued. Thank you."}),
    "mailjet": (200, {"Messages": [{"Status": "success", "To": [{"Email": "vecina@example.org", "MessageID": 12}]}]}),
    "mailtrap": (200, {"success": True, "message_ids": ["m1"]}),
    "mandrill": (200, [{"email": "vecina@example.org", "status": "sent", "_id": "abc"}]),
    "postal": (200, {"status": "success", "data": {"message_id": "x", "messages": {"vecina@example.org": {"id": 7}}}}),
    "postmark": (200, {"To": "vecina@example.org", "MessageID": "b7", "ErrorCode": 0, "Message": "OK"}),
    "resend": (200, {"id": "49a3"}),
    "scaleway": (200, {"emails": [{"id": "s1", "mail_rcpt": "vecina@example.org", "status": "new"}]}),
    "sparkpost": (200, {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "11"}}),
    "unisender_go": (200, {"status": "success", "job_id": "1j", "emails": ["vecina@example.org"]}),
}


def answer_of(name):
    status, body = ACCEPTED[name]
    headers = {"X-Message-Id": "x1", "Content-Type": "text/html" if body is None else "application/json"}
    return status, headers, "" if body is None else json.dumps(body)


def settings_of(name, url):
    return {
        "provider": name,
        "key": "secret-word",
        "second": "example.org",
        "url": url,
        "sender": "Red Vecinal <red@example.org>",
    }


def test_every_named_provider_has_a_recorded_answer():
    assert set(ACCEPTED) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_each_provider_is_asked_in_its_own_form(name):
    with ProviderServer(answer_of(name)) as remote:
        provider = EmailApiProvider.from_mapping(settings_of(name, remote.url))
        (outcome,) = provider.send_many([make_message(7, "vecina@example.org")])
        provider.close()
    (asked,) = remote.asked
    assert (outcome.result, outcome.code) == (Result.ACCEPTED, str(ACCEPTED[name][0]))
    told = json.dumps(asked.form if "urlencoded" in asked.headers["content-type"] else asked.json, ensure_ascii=False)
    assert "vecina@example.org" in told
    assert "red@example.org" in told
    assert "Quédese dentro" in told  # plain text
    assert "<h1" in told  # and the page
    assert LEAVE in told
    assert re.search(r"List-Unsubscribe=One-Click", told)
    assert "secret-word" not in asked.path


def test_nobody_is_watched():
    with ProviderServer(answer_of("mandrill")) as remote:
        provider = EmailApiProvider.from_mapping(settings_of("mandrill", remote.url))
        list(provider.send_many([make_message(7, "vecina@example.org")]))
        provider.close()
    message = remote.asked[0].json["message"]
    assert (message["track_opens"], message["track_clicks"]) == (False, False)


@pytest.mark.parametrize("address", ["vecina", "a b@example.org", "a@example.org\r\nBcc: z@y.org", "@", "a@b,c@d.org"])
def test_what_is_no_address_is_not_sent_anywhere(address):
    with ProviderServer() as remote:
        provider = EmailApiProvider.from_mapping(settings_of("postmark", remote.url))
        (outcome,) = provider.send_many([make_message(7, address)])
        provider.close()
    assert (outcome.result, outcome.code) == (Result.INVALID_ADDRESS, "BAD_ADDRESS")
    assert remote.asked == []


def test_somebody_on_the_providers_own_list_is_not_erased():
    told = {
        "ErrorCode": 406,
        "Message": "Found inactive addresses: vecina@example.org. Inactive recipients are ones that have bounced.",
    }
    with ProviderServer((422, {}, json.dumps(told))) as remote:
        provider = EmailApiProvider.from_mapping(settings_of("postmark", remote.url))
        (outcome,) = provider.send_many([make_message(7, "vecina@example.org")])
        provider.close()
    assert (outcome.result, outcome.code) == (Result.FAILED, "REJECTED")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"provider": ""}, "provider"),
        ({"provider": "pigeon"}, "provider"),
        ({"key": ""}, "key"),
        ({"sender": "red"}, "sender"),
        ({"provider": "mailjet", "second": ""}, "second"),
        ({"provider": "postal", "url": ""}, "url"),
        ({"url": "ftp://x"}, "url"),
    ],
)
def test_what_is_missing_is_named(changes, named):
    with pytest.raises(ProviderNotConfigured, match=f"email_provider.*'{named}'"):
        EmailApiProvider.from_mapping({**settings_of("postmark", "https://example.org"), **changes})
