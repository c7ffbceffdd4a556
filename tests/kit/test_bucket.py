"""A rate limit shared by all callers."""

from corredor.kit.rate_limit import TokenBucket, TokenBuckets


def test_so_many_at_once_and_no_more():
    bucket = TokenBucket(per_s=0.000001, most=3)

    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]


def test_turns_come_back():
    bucket = TokenBucket(per_s=1e9, most=1)

    assert all(bucket.take() for _ in range(10))


def test_each_key_has_its_own_and_the_oldest_is_forgotten():
    buckets = TokenBuckets(per_s=0.000001, most=1, keys=2)

    assert [buckets.take(key) for key in (b"a", b"a", b"b", b"b", b"c", b"c")] == [True, False] * 3
    assert buckets.take(b"a")  # forgotten when c came
    assert not buckets.take(b"c")
    buckets.clear()
    assert buckets.take(b"c", 0.5)
    assert buckets.take(b"c", 0.5)
    assert not buckets.take(b"c", 0.5)
