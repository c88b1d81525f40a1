"""Telephone numbers as links: the one number in what a practice wrote."""

import pytest

from chalicelib.reports.dialling import tel_link


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("079 000 00 01", "tel:+41790000001"),
        ("+41 (0)79 000 00 01", "tel:+41790000001"),
        ("076'000'20'27", "tel:+41760002027"),
        ("Natel 076 000 10 87", "tel:+41760001087"),
        ("078 000 79 91 (Mutter)", "tel:+41780007991"),
        ("tel:+41790001940", "tel:+41790001940"),
        ("+39 347 000 9250", "tel:+393470009250"),
        ("079 000 00 01 oder 044 000 00 02", ""),
        ("0117", ""),
        ("nur morgens", ""),
        ("079 000", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_link_dials_the_one_number(written: str, url: str) -> None:
    assert tel_link(written) == url
