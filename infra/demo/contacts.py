"""Generate phone numbers and e-mail addresses for the demo practice, in every format that people type.

No number belongs to anybody: Swiss ones are in the blocks `000` that no carrier assigns, German ones in the
range that the regulator reserves for films; the others have blocks of zeros too. Addresses end in `.example`.
"""

import random
import unicodedata
from collections.abc import Callable

from infra.demo.names import MAIL_DOMAINS

SWISS_MOBILE_SHAPES = (
    "+41 {p} 000 {a} {b}",
    "+41{p}000{a}{b}",
    "+41 (0){p} 000 {a} {b}",
    "+41(0){p}000{a}{b}",
    "0041 (0){p} 000 {a} {b}",
    "0041{p}000{a}{b}",
    "41 {p} 000 {a} {b}",
    "0{p} 000 {a} {b}",
    "0{p}000{a}{b}",
    "0{p}/000.{a}.{b}",
    "0{p}-000-{a}-{b}",
    "(0{p}) 000 {a} {b}",
    "  0{p} 000 {a} {b} ",
    "\u00a00{p}\u00a0000\u00a0{a}\u00a0{b}",
    "Natel 0{p} 000 {a} {b}",
    "tel:+41{p}000{a}{b}",
    "0{p}'000'{a}'{b}",
    "0{p} 000 {a} {b} (Mutter)",
    "0{p} 000 {a} {b} / 044 000 {a} {b}",
)
LANDLINE_SHAPES = ("044 000 {a} {b}", "+41 31 000 {a} {b}", "0041 81 000 {a} {b}", "022/000.{a}.{b}")
FOREIGN_MOBILE_SHAPES = {
    "DE": "+49 176 040690{a}",
    "FR": "+33 6 00 00 {a} {b}",
    "IT": "+39 347 000 {a}{b}",
    "AT": "0043 664 000 {a} {b}",
}
BROKEN_PHONES = (
    "0{p} 000 {a}",
    "0{p} 000 {a} {b} keine SMS",
    "0{p} 000 {a} {b} {a}",
    "+41 {p} O00 {a} {b}",
    "keines",
    "siehe Dossier",
    "?",
    "-",
    "",
    "0",
)
BROKEN_EMAILS = (
    "{name}@",
    "{name}.post.example",
    "{name}@post",
    "{name} @post.example",
    "{name}@@post.example",
    "{name}@post..example",
    "will nicht",
    "-",
    "",
)


def phone(rng: random.Random, kind: str) -> str | None:
    """A number of a kind: mobile, landline, broken, missing, or the country code of a foreign mobile."""
    if kind == "missing":
        return None
    shapes = {"mobile": SWISS_MOBILE_SHAPES, "landline": LANDLINE_SHAPES, "broken": BROKEN_PHONES}
    shape = FOREIGN_MOBILE_SHAPES.get(kind) or rng.choice(shapes[kind])
    prefix = rng.choice(("75", "76", "77", "78", "79"))
    return shape.format(p=prefix, a=f"{rng.randrange(100):02}", b=f"{rng.randrange(100):02}")


def email(rng: random.Random, kind: str, first_name: str, family_name: str) -> str | None:
    """An address of a kind: valid, broken, phone (a phone number in the wrong column) or missing."""
    name = f"{_plain(first_name)}.{_plain(family_name)}"
    makers: dict[str, Callable[[], str | None]] = {
        "missing": lambda: None,
        "valid": lambda: _valid_email(rng, name),
        "broken": lambda: rng.choice(BROKEN_EMAILS).format(name=name),
        "phone": lambda: phone(rng, "mobile"),
    }
    return makers[kind]()


def _valid_email(rng: random.Random, name: str) -> str:
    address = f"{name}{rng.choice(('', '', str(rng.randrange(50, 99))))}@{rng.choice(MAIL_DOMAINS)}"
    spellings = (f" {address} ", address.title(), f"\ufeff{address}", f"mailto:{address}", f"{name} <{address}>,")
    return rng.choice((*[address] * 6, *spellings))


def _plain(name: str) -> str:
    """`Müller-Zbinden` → `mueller-zbinden`: ASCII letters and hyphens only."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        name = name.lower().replace(umlaut, letters)
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(c for c in ascii_only if c.isalpha() or c == "-")
