"""How the reasons of entries and of stops read: the words that belong to the codes."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from chalicelib.entries.receipt import not_delivered
from chalicelib.text import LANGUAGES, Suggestion, Text
from chalicelib.words.words import words_of
from infra.catalogues import CODES, read
from infra.language import said, short, suggested
from tests.builders.entries import ZURICH, at

BEGUN, CREDITS = Text("over.appointment"), Text("send.no_credits")
CANCELLED, UNKNOWN = Text("state.cancelled"), Text("state.unknown")
CASES = [
    (Text("gone.appointment"), "Der Termin ist in der Praxisdatenbank nicht mehr vorhanden."),
    (Text("gone.patient"), "Der Patient ist in der Praxisdatenbank nicht mehr vorhanden."),
    (BEGUN, "Der Termin hat begonnen."),
    (Text("over.birthday"), "Der Geburtstag ist vorbei."),
    (Text("over.last", BEGUN, CREDITS), "Der Termin hat begonnen; zuletzt: Guthaben fehlt"),
    (Text("over.last", BEGUN, Text("send.window_closed")),
     "Der Termin hat begonnen; zuletzt: Das Versandfenster ist geschlossen."),
    (Text("covered.named"), "Steht in der Erinnerung an den ersten Termin dieses Tages."),
    (Text("covered.released"), "Die gemeinsame Mitteilung ist nicht versendet worden oder nicht angekommen."),
    (Text("entry.erased"), "Personendaten auf Wunsch gelöscht."),
    (Text("carrier.refuses_number"), "Die Mobiltelefonnummer wird vom Anbieter nicht angenommen."),
    (Text("carrier.refuses_address"), "Die E-Mail-Adresse wird vom Anbieter nicht angenommen."),
    (Text("carrier.refuses_opted_out"), "Der Empfänger hat sich beim Anbieter von SMS abgemeldet."),
    (Text("deliver.too_late"), "Zu spät übernommen, der Versand wird wiederholt."),
    (Text("deliver.no_answer", said="ReadTimeoutError"), "Keine Antwort des Anbieters (ReadTimeoutError)."),
    (Text("deliver.misconfigured", said="AccessDenied"), "Der Anbieter lehnt ab (AccessDenied)."),
    (Text("sweep.claim_died"), "Der Versand ist abgebrochen; ob die Mitteilung versendet wurde, ist unbekannt."),
    (Text("sweep.no_receipt"), "Sieben Tage ohne Zustellbestätigung."),
    (Text("sweep.not_claimed"), "Nicht rechtzeitig übernommen, der Versand wird wiederholt."),
    (Text("restored.unknown"),
     "Die Daten wurden wiederhergestellt; ob die Mitteilung schon versendet wurde, ist ungewiss."),
    (Text("restored.from_log"), "Die Daten wurden wiederhergestellt; der Stand ist der letzte im Protokoll."),
    (Text("search.failed", at=at("2026-11-23 10:00").astimezone(ZURICH)),
     "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist fehlgeschlagen"),
    (Text("search.missed", at=at("2026-11-23 10:00").astimezone(ZURICH)),
     "Nicht aufbereitet: Der Lauf vom Mo 23.11. 10:00 ist ausgeblieben"),
    (Text("blocked.not_activated", Text("job.prepare-reminders")),
     "Der Auftrag «Terminerinnerungen aufbereiten» ist nicht aktiviert."),
    (Text("stop.removed"), "Die Praxis ist entfernt worden."),
    (Text("stop.misconfigured", said="AccessDenied"),
     "Der Anbieter lehnt alle Mitteilungen ab (AccessDenied); der Versand ist angehalten."),
    (Text("stop.deployment", Text("stop.by_operator", text="Wartung.")), "Das ganze System ist angehalten: Wartung."),
    (Text("stop.all", Text("stop.by_operator", text="Wartung.")), "Der Versand aller Praxen ist angehalten: Wartung."),
    (Text("stop.all_resumed"), "Der Versand aller Praxen geht weiter."),
    (Text("manual.cancelled"), "Von Hand storniert."),
    (Text("manual.cancelled.note", note="doppelt"), "Von Hand storniert: doppelt"),
    (Text("manual.delivered"), "Von Hand als zugestellt bestätigt."),
    (Text("manual.delivered.note", note="rief an"), "Von Hand als zugestellt bestätigt: rief an"),
    (Text("manual.resend"), "Von Hand zum nochmaligen Versand freigegeben."),
    (Text("manual.resend.note", note="rief an"), "Von Hand zum nochmaligen Versand freigegeben: rief an"),
    (Text("manual.released"), "Von Hand freigegeben."),
    (Text("manual.released.note", note="gut so"), "Von Hand freigegeben: gut so"),
    (Text("phoned.coming"), "telefonisch erreicht, kommt"),
    (Text("phoned.undone", Text("phoned.not_reached")), "Zurückgenommen: telefonisch nicht erreicht"),
    (Text("manual.no_data", allowed="delivered"), "Die Personendaten sind gelöscht; erlaubt ist nur noch delivered."),
    (Text("manual.over.resolve", BEGUN, allowed="delivered"),
     "Der Termin hat begonnen; erlaubt ist nur noch delivered."),
    (Text("manual.over.release", BEGUN), "Der Termin hat begonnen; zu versenden ist nichts mehr."),
    (Text("manual.cancel.sending"), "Die Mitteilung wird eben gesendet und lässt sich nicht mehr zurückholen."),
    (Text("manual.cancel.covered"),
     "Den Termin nennt die Mitteilung zum ersten Termin dieses Tages; storniert wird nur diese."),
    (Text("manual.cancel.left", CANCELLED),
     "Der Eintrag ist «storniert»; storniert wird nur, was noch nicht versendet ist."),
    (Text("manual.release.free", CANCELLED),
     "Der Eintrag ist «storniert»; freigegeben wird nur, was zurückgehalten oder von Hand storniert ist."),
    (Text("manual.settled", CANCELLED, UNKNOWN), "Der Eintrag ist «storniert»; erlaubt ist dies nur bei «ungewiss»."),
    (Text("manual.settled.why", CANCELLED, UNKNOWN, Text("manual.cancelled")),
     "Der Eintrag ist «storniert» (Von Hand storniert); erlaubt ist dies nur bei «ungewiss»."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), CASES, ids=[text.code for text, _ in CASES])
def test_a_reason_reads(text: Text, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("Blocked as spam by phone carrier", "vom Netz als Spam gesperrt"),
        ("Destination is on a blocked list", "Nummer ist gesperrt"),
        ("Invalid phone number", "Nummer ist ungültig"),
        ("Message body is invalid", "Text ist ungültig"),
        ("Phone carrier has blocked this message", "vom Netz gesperrt"),
        ("Phone carrier is currently unreachable/unavailable", "Netz nicht erreichbar"),
        ("Phone has blocked SMS", "Telefon nimmt keine SMS an"),
        ("Phone is on a blocked list", "Nummer ist gesperrt"),
        ("Phone is currently unreachable/unavailable", "Telefon ist ausgeschaltet oder ohne Empfang"),
        ("Phone number is opted out", "Nummer ist vom SMS-Empfang abgemeldet"),
        ("This delivery would exceed max price", "SMS ist zu teuer"),
        ("Unknown error attempting to reach phone", "Zustellung gescheitert, Ursache unbekannt"),
        ("Bounce Permanent General", "E-Mail-Adresse gibt es nicht"),
        ("Bounce Transient MailboxFull", "Bounce Transient MailboxFull"),
        ("No \x1b[31mred\u202e\n words", "No [31mred words"),
    ],
)
def test_what_a_provider_says_reads(provider: str, words: str) -> None:
    assert said(not_delivered(provider)) == short(not_delivered(provider)) == f"Anbieter meldet: {words}"


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        ("No route to +41790004711 (code 21)", "No route to … (code 21)"),
        ("Number +41 (79) 000-47-11 does not exist", "Number … does not exist"),
        ("+41\u200b79\u200b0004711 unreachable", "… unreachable"),
        ("550 5.1.1 <zwoelf@patient.example>: unknown", "550 5.1.1 <…>: unknown"),
        ("Bounce Transient MailboxFull", "Bounce Transient MailboxFull"),
        (f"{'x' * 94} 0790004711", f"{'x' * 94} …"),
    ],
)
def test_what_a_provider_says_names_no_address(provider: str, words: str) -> None:
    assert not_delivered(provider) == Text("receipt.failed", Text("carrier.other", said=words))


@pytest.mark.parametrize("shown", [said, short])
def test_what_a_person_wrote_steers_no_terminal(shown: Callable[[Text], str]) -> None:
    assert shown(Text("manual.cancelled.note", note="zu \x1b[31mspät\u202e")) == "Von Hand storniert: zu [31mspät"


def test_nor_does_what_a_practice_wrote_in_a_suggestion() -> None:
    renew = Suggestion("renew_licence", number="\x1b[31mL1\u202e")
    assert suggested(renew).endswith("vitosms licences add [31mL1 --to DATUM")


def test_in_a_column_a_reason_is_one_line_and_no_longer_than_it_was() -> None:
    wrong = Text("template.refused", Text("template.unknown_placeholder", line=1, name="Namen"))
    broken = Text("template.broken", wrong, template="Terminerinnerung/SMS/de")
    assert short(Text("manual.resend.note", note="rief an,\nkommt")).endswith("freigegeben: rief an, kommt")
    assert short(broken) == said(broken)[:100].rstrip() != said(broken)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_of_the_phone_networks_are_told_apart(language: str) -> None:
    """Such as «Telefon nicht erreicht» from «Telefon nicht erreichbar»."""
    codes = [str(one.id) for one in read(CODES / f"{language}.po") if str(one.id).startswith("carrier.phone_")]
    told = [words_of(language).of(Text(code)) for code in codes]
    alike = [pair for pair in combinations(told, 2) if SequenceMatcher(None, *pair).ratio() > 0.8]
    assert (len(told) > 1, alike) == (True, [])
