"""Hostile values that a careless practice database, parameter or id may hold, by a short name."""

from collections.abc import Mapping

LONG = "x" * 10_000
FIRST_NAME, LAST_NAME = "Zephyrine", "Quastenflosser"
PLANTED = f"{FIRST_NAME} {LAST_NAME}, +41790010000"
SECRETS = (FIRST_NAME, LAST_NAME, LAST_NAME.lower(), "+4179001", "079001")  # may appear in no log

MISSING: Mapping[str, object] = {
    "NULL": None,
    "empty": "",
    "blank": " ",
    "blanks": " \t\r\n ",
    "no-break space": "\u00a0\u2003",
    "word NULL": "NULL",
}
TEXTS: Mapping[str, object] = {
    "long": LONG,
    "long umlauts": "ü" * 10_000,
    "65 characters": "y" * 65,
    "NUL": "Hans\x00Muster",
    "controls": "\x01\x07\x1b[31mrot\x7f\x85",
    "line breaks": "eins\r\nzwei\u2028drei",
    "right to left": "\u202eredro\u202c \u200f\u2067abc\u2069",
    "zero width": "a\u200bb\ufeffc\u2060d",
    "combining": "Z" + "\u0301" * 200,
    "emoji": "😀👩‍👩‍👧🇨🇭",
    "lone surrogate replaced": "Mu\ufffdster",
    "quotes": 'O\'Hara "x" `y` «z» \\',
    "SQL": "'; DROP TABLE Patient; --",
    "SQL or": "' OR '1'='1",
    "placeholder": "[[Vorname]] [% if Ort %]",
    "jinja": "{{ 7*7 }}{% for x in y %}",
    "percent": "%s %(name)s %n {0}",
    "markup": "<script>alert(1)</script>&amp;",
    "JSON": '{"practice": "other", "keys": []}',
    "path": "../../etc/passwd",
    "address list": "a@beispiel.example, b@beispiel.example",
    "header": "a@beispiel.example\r\nBcc: b@beispiel.example",
    "text for a number": "siebzehn",
    "planted": PLANTED,
}
# Of the patients PX1 to PX5 (see practice.py), so that no two patients get the same message.
ADDRESSES: Mapping[str, object] = {
    "number with a remark": "079 001 00 01 (Mutter)",
    "two numbers": "044 000 00 01 / 079'001'00'02",
    "number nobody wants": "079 001 00 03 keine SMS",
    "link after a mark": f"\ufeffmailto:{LAST_NAME.lower()}4@beispiel.example",
    "name and address": f"{FIRST_NAME} <{LAST_NAME.lower()}5@beispiel.example>,",
}
NUMBERS: Mapping[str, object] = {
    "zero": 0,
    "minus one": -1,
    "int": 20261124,
    "largest int": 2**63 - 1,
    "smallest int": -(2**63),
    "float": 3.5,
    "tiny float": 5e-324,
    "infinite": float("inf"),
    "NaN": float("nan"),
    "true": True,
    "false": False,
    "number as text": "12345",
    "float as text": "1e3",
    "NaN as text": "NaN",
    "digits of Arabic": "٠٧٩",
    "comma": "1'234,50",
}
BITS: Mapping[str, object] = {
    "bit 0": "0",
    "bit 1": "1",
    "bit Ja": "Ja",
    "bit Nein": "Nein",
    "bit true": "true",
    "bit perhaps": "vielleicht",
    "bit two": 2,
}
BYTES: Mapping[str, object] = {
    "no bytes": b"",
    "bytes": b"definitiv",
    "no UTF-8": b"\xff\xfe\x00",
}
DATES: Mapping[str, object] = {
    "YYYYMMDD": "20261124",
    "YYYYMMDD birthday": "19801123",
    "YYYYMMDD and time": "20261124 090000",
    "year 1": "0001-01-01 00:00:00",
    "year 1 birthday": "0001-11-23",
    "year 0": "0000-11-23",
    "year 9999": "9999-12-31 23:59:59",
    "31 February": "2026-02-31 09:00:00",
    "31 November": "2026-11-31 09:00:00",
    "29 February": "1981-02-29",
    "no seconds": "2026-11-24 09:00",
    "no minutes": "2026-11-24 09",
    "with T": "2026-11-24T09:00:00",
    "fraction": "2026-11-24 09:00:00.1234567",
    "with zone": "2026-11-24 09:00:00+01:00",
    "Zulu": "2026-11-24T08:00:00Z",
    "midnight": "2026-11-24 00:00:00",
    "hour 24": "2026-11-24 24:00:00",
    "hour 25": "2026-11-24 25:61:00",
    "date alone": "2026-11-24",
    "Swiss date": "24.11.2026 09:00",
    "American date": "11/24/2026 9:00 AM",
    "week date": "2026-W48-2",
    "birthday and rubbish": "1980-11-23" + "z" * 100,
    "not quite a birthday": "xxxx-11-23",
    "long ago": "1753-01-01",
}

VALUES: Mapping[str, object] = {**MISSING, **TEXTS, **ADDRESSES, **NUMBERS, **BITS, **BYTES, **DATES}
