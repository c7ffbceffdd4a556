"""A limit for everybody together."""

from corredor.kit.bucket import Bucket


def test_so_many_at_once_and_no_more():
    bucket = Bucket(per_s=0.000001, most=3)

    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]


def test_turns_come_back():
    bucket = Bucket(per_s=1e9, most=1)

    assert all(bucket.take() for _ in range(10))
