"""AbsenderSMS as an SNS SenderID."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.recipient import sender_id

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(),
    st.text(),
    st.text(st.sampled_from("+0123456789 ()/-.@abcü;=ext\u00a0"), max_size=80),
    st.lists(st.integers(), max_size=2),
    st.sampled_from([10**4000, -(10**4000), "9" * 10_000, "a" * 10_000 + "@example.com"]),
)


@pytest.mark.parametrize(
    ("raw", "sender"),
    [
        ("Praxis", "Praxis"),
        ("Praxis Müller", "PraxisMuell"),
        ("Dr. Äbi", "DrAebi"),
        ("Du\u0308rst", "Duerst"),
        ("Genève Prévôt", "GenevePrevo"),
        ("Strasse/Straße", "StrasseStra"),
        ("Ł. Żółć", "LZolc"),
        ("Praxis24", "Praxis24"),
        ("+41 79 123 45 67", None),
        ("12345678901A", None),
        ("日本", None),
        ("½ ²", None),
        ("", None),
        ("  ", None),
        (None, None),
        (42, None),
        (b"Praxis", None),
    ],
)
def test_sender_ids(raw: object, sender: str | None) -> None:
    assert sender_id(raw) == sender


@given(ANYTHING)
def test_a_sender_id_is_none_or_what_sns_takes(raw: object) -> None:
    sender = sender_id(raw)
    if sender is not None:
        assert 1 <= len(sender) <= 11
        assert sender.isascii()
        assert sender.isalnum()
        assert any(char.isalpha() for char in sender)
