from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.text import Text, moment_from
from chalicelib.words.words import words_of

_ZONE = ZoneInfo("Europe/Zurich")
_NEW_YEAR = datetime(2029, 12, 31, 23, 30, tzinfo=UTC)  # 2030 in the zone


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        (datetime(2030, 5, 1, tzinfo=UTC), "moment", "Di 01.01. 00:30"),
        (datetime(2029, 5, 1, tzinfo=UTC), "moment_with_year", "Di 01.01.2030 00:30"),
        (datetime(2029, 12, 31, 23, 15, tzinfo=UTC), "moment", "Di 01.01. 00:30"),
    ],
)
def test_a_moment_has_its_year_unless_it_is_the_current_one(now: datetime, code: str, words: str) -> None:
    text = moment_from(now, _NEW_YEAR, _ZONE)

    assert text == Text(code, at=_NEW_YEAR)
    assert words_of("de").of(text) == words
