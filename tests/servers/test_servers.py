"""The servers start and answer."""

import psycopg
import pytest
from kombu import Connection

from tests.servers.postgres import postgres_database
from tests.servers.rabbitmq import rabbitmq_broker


@pytest.mark.postgres
def test_postgres_gives_an_empty_database(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    assert tables == (0,)


@pytest.mark.postgres
def test_postgres_starts_from_its_binary(monkeypatch):
    monkeypatch.setenv("CORREDOR_OWN_SERVERS", "1")
    with postgres_database() as url:
        assert "127.0.0.1:5432" not in url
        with psycopg.connect(url) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def carry(url: str) -> str:
    with Connection(url) as connection, connection.SimpleBuffer("corredor-test-carry") as queue:
        queue.put("slice 7")
        message = queue.get(timeout=5)
        message.ack()
        return str(message.payload)


@pytest.mark.rabbitmq
def test_rabbitmq_carries_a_message(broker_url):
    assert carry(broker_url) == "slice 7"


@pytest.mark.rabbitmq
def test_rabbitmq_starts_from_its_binary(monkeypatch):
    monkeypatch.setenv("CORREDOR_OWN_SERVERS", "1")
    with rabbitmq_broker() as url:
        assert ":5672/" not in url
        assert carry(url) == "slice 7"
