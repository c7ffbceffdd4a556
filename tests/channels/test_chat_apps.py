"""Signal, Telegram, Matrix and ntfy: the requests posted, and the behaviour specific to each."""

import json

import pytest

from corredor.channels.base import ProviderNotConfigured, Result
from corredor.channels.chat_text import render_chat
from corredor.channels.inbound import BadInbound
from corredor.channels.matrix.provider import MatrixProvider
from corredor.channels.ntfy.provider import NtfyProvider
from corredor.channels.signal.provider import SignalProvider
from corredor.channels.telegram.inbound import BotEvent, is_secret_right, parse_update
from corredor.channels.telegram.provider import TelegramProvider
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

MATRIX = {"user": "@red:example.org", "token": "t", "room_key": "k", "per_s": 0}
TOPIC = "cQ2YpKdmgA7kZx1v"


def send(provider_class, remote, *messages, **values):
    provider = provider_class.from_mapping({"url": remote.url, **values})
    outcomes = {o.delivery_id: o for o in provider.send_many(messages)}
    provider.close()
    return outcomes


def test_the_words_say_what_it_is_where_more_is_and_how_to_leave():
    text = render_chat(make_message(1, "x"))
    assert text.startswith("Confirmado: Pershing y Kedzie\n\nConfirmado por dos personas.")
    assert "\n\nMás información: https://corredor.example/i/7kq\n\n" in text
    assert text.endswith("Para no recibir más estos mensajes: https://corredor.example/leave/abc?x=1&y=2")
    assert render_chat(make_message(1, "x", language="en")).endswith("/leave/abc?x=1&y=2")
    bare = make_message(1, "x", standard="Ya. https://corredor.example/i/7kq", unsubscribe_link="")
    assert render_chat(bare).count("https://") == 1


def test_signal_gets_one_message_for_each_person():
    with ProviderServer((201, {}, '{"timestamp": "1764000000000"}')) as remote:
        messages = [make_message(n, f"+1312555010{n}") for n in (1, 2)]
        outcomes = send(SignalProvider, remote, *messages, number="+13125550100", per_s=0)
    assert {tuple(asked.json["recipients"]) for asked in remote.asked} == {("+13125550101",), ("+13125550102",)}
    assert {asked.json["number"] for asked in remote.asked} == {"+13125550100"}
    assert {asked.path for asked in remote.asked} == {"/v2/send"}
    assert outcomes[1].reference == "1764000000000"


def test_signal_that_may_have_delivered_in_spite_of_its_answer_is_in_doubt():
    with ProviderServer((429, {}, '{"error": "rate limiting", "challenge_tokens": [""]}')) as remote:
        outcomes = send(SignalProvider, remote, make_message(1, "+13125550101"), number="+13125550100")
    assert outcomes[1].outcome_unknown


def test_telegram_posts_as_the_bot():
    with ProviderServer((200, {}, json.dumps({"ok": True, "result": {"message_id": 5}}))) as remote:
        outcomes = send(TelegramProvider, remote, make_message(1, "7001"), token="12:ab", bot="@red_bot", per_s=0)
    (asked,) = remote.asked
    assert asked.path == "/bot12:ab/sendMessage"
    assert asked.json["chat_id"] == 7001
    assert asked.json["link_preview_options"] == {"is_disabled": True}
    assert outcomes[1].reference == "5"


@pytest.mark.parametrize("address", ["-100123", "0", "@name", "start:abc", "7001 "])
def test_telegram_writes_to_people_alone(address):
    with ProviderServer() as remote:
        outcomes = send(TelegramProvider, remote, make_message(1, address), token="12:ab", bot="red_bot")
    assert (outcomes[1].result, outcomes[1].code) == (Result.INVALID_ADDRESS, "BAD_ADDRESS")
    assert remote.asked == []


def update(text="/start", kind="private", chat=7001, **more):
    return {"update_id": 1, "message": {"chat": {"id": chat, "type": kind}, "text": text, **more}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", BotEvent("7001", "/start", is_start=True)),
        ("/start aB-_9", BotEvent("7001", "/start aB-_9", is_start=True, token="aB-_9")),
        ("/start@red_bot aB9", BotEvent("7001", "/start@red_bot aB9", is_start=True, token="aB9")),
        ("ALTO", BotEvent("7001", "ALTO")),
        ("/start <x>", BotEvent("7001", "/start <x>")),
    ],
)
def test_telegram_updates(text, expected):
    assert parse_update(update(text)) == expected


def test_somebody_who_blocks_the_bot_has_left():
    told = {"my_chat_member": {"chat": {"id": 7001, "type": "private"}, "new_chat_member": {"status": "kicked"}}}
    assert parse_update(told) == BotEvent("7001", has_left=True)
    told["my_chat_member"]["new_chat_member"]["status"] = "member"
    assert parse_update(told) is None


@pytest.mark.parametrize("told", [{}, {"poll": {}}, update(kind="group"), {"message": []}, {"message": {"chat": {}}}])
def test_updates_that_are_no_concern_of_ours(told):
    assert parse_update(told) is None


def test_a_picture_is_no_text_and_a_broken_chat_is_refused():
    assert parse_update({"message": {"chat": {"id": 1, "type": "private"}, "photo": []}}) is None
    for chat in ("7001", None, True, -5, 10**30):
        with pytest.raises(BadInbound):
            parse_update(update(chat=chat))


def test_the_bots_secret():
    assert is_secret_right("abc", "abc")
    for given, expected in (("", ""), ("abc", ""), ("abd", "abc"), ("ñ", "abc"), ("\ud800", "abc")):
        assert not is_secret_right(given, expected)


class HomeServer:
    """Keeps rooms by their alias, as a home server does."""

    def __init__(self):
        self.rooms, self.said = {}, []

    def __call__(self, asked):
        if asked.path.endswith("/createRoom"):
            alias = asked.json["room_alias_name"]
            if alias in self.rooms:
                return 400, {}, '{"errcode": "M_ROOM_IN_USE"}'
            self.rooms[alias] = f"!room{len(self.rooms)}:example.org"
            return 200, {}, json.dumps({"room_id": self.rooms[alias]})
        if "/directory/room/" in asked.path:
            alias = asked.path.rpartition("/")[2].removeprefix("%23").partition("%3A")[0]
            return 200, {}, json.dumps({"room_id": self.rooms[alias], "servers": ["example.org"]})
        self.said.append(asked)
        return 200, {}, json.dumps({"event_id": f"$e{len(self.said)}"})


def test_matrix_invites_once_and_finds_the_room_again():
    server = HomeServer()
    with ProviderServer(server) as remote:
        for n in (1, 2):  # two workers, or one that was started again
            send(MatrixProvider, remote, make_message(n, "@vecina:example.org"), **MATRIX)
    made = [asked for asked in remote.asked if asked.path.endswith("/createRoom")]
    assert len(made) == 2
    assert made[0].json["invite"] == ["@vecina:example.org"]
    assert made[0].json["is_direct"] is True
    assert "vecina" not in made[0].json["room_alias_name"]
    assert len(server.rooms) == 1
    assert {asked.path.split("/")[5] for asked in server.said} == {"%21room0%3Aexample.org"}
    assert [asked.method for asked in server.said] == ["PUT", "PUT"]


def test_matrix_says_the_same_twice_under_one_name_and_other_words_under_another():
    with ProviderServer(HomeServer()) as remote:
        again = make_message(1, "!aB:example.org")
        send(MatrixProvider, remote, again, **MATRIX)
        send(MatrixProvider, remote, again, **MATRIX)
        send(MatrixProvider, remote, make_message(1, "!aB:example.org", standard="Otra cosa."), **MATRIX)
    first, second, third = (asked.path for asked in remote.asked)
    assert first == second != third


def test_nobody_can_work_out_a_room_without_the_key():
    aliases = set()
    for key in ("k", "other"):
        with ProviderServer(HomeServer()) as remote:
            send(MatrixProvider, remote, make_message(1, "@vecina:example.org"), **MATRIX | {"room_key": key})
        aliases.add(remote.asked[0].json["room_alias_name"])
    assert len(aliases) == 2


def test_a_matrix_account_has_a_whole_name():
    with pytest.raises(ProviderNotConfigured, match=r"matrix.*'user'"):
        MatrixProvider.from_mapping({"url": "https://example.org", **MATRIX, "user": "red"})


def test_ntfy_replaces_what_it_said_of_the_same_incident():
    with ProviderServer((200, {}, '{"id": "hwQ2"}')) as remote:
        outcomes = send(NtfyProvider, remote, make_message(1, TOPIC, topic="i7"), token="tk_1")
    (asked,) = remote.asked
    assert asked.headers["authorization"] == "Bearer tk_1"
    assert asked.json["topic"] == TOPIC
    assert asked.json["sequence_id"] == "i7"
    assert asked.json["priority"] == 4
    assert asked.json["click"] == "https://corredor.example/i/7kq"
    assert asked.json["actions"][0]["url"].endswith("/leave/abc?x=1&y=2")
    assert outcomes[1].reference == "hwQ2"


@pytest.mark.parametrize("topic", ["short", "a/b" * 8, "ñ" * 20, "x" * 65])
def test_ntfy_topics_that_could_be_guessed_or_lead_elsewhere(topic):
    with ProviderServer() as remote:
        outcomes = send(NtfyProvider, remote, make_message(1, topic))
    assert (outcomes[1].result, outcomes[1].code) == (Result.INVALID_ADDRESS, "BAD_ADDRESS")
    assert remote.asked == []
