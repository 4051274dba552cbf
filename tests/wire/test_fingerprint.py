"""The quick fingerprint is the one that the desk's keys define."""

from hypothesis import given
from hypothesis import strategies as st

from router.wire.fingerprint import Fingerprint
from router.wire.sealing import DeskKeys


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300))
def test_the_quick_way_gives_the_same_value(key, data):
    """A node that hashes quickly and one that asks the keys recognise the same repetitions."""
    keys = DeskKeys(b"k" * 32, key, b"t" * 32)

    assert keys.body_hash(data) == Fingerprint(key).of(data)
