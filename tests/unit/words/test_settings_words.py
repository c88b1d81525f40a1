"""The German words about a practice's settings: schedules, switches, templates."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.messages.template import NAMES
from chalicelib.practice.switches import SWITCHES
from chalicelib.schedule.job import Job, job_label
from chalicelib.text import Text, joined
from chalicelib.words.words import words_of

SEND, STATUS = job_label(Job.SEND), job_label(Job.STATUS)
EXAMPLE = "«täglich alle 30 Minuten 08:00-18:00»"


def weekdays(*numbers: int) -> Text:
    return joined("and", [Text(f"weekday.long.{number}") for number in numbers])


def at(*times: str) -> Text:
    return Text("advice.at", joined("and", [Text("advice.time", time=time) for time in times]))


WEEKEND, ONE_DAY = Text("advice.on_weekdays", weekdays(5, 6)), Text("advice.date", day=date(2026, 11, 23))
TWO_DAYS = joined("and", [ONE_DAY, Text("advice.date", day=date(2026, 11, 24))])
EMPTY = Text("schedule.empty")
PART, PARTS = Text("sms.parts", count=1), Text("sms.parts", count=3000)
PLACE = Text("lint.place", character="ç", code_point="U+00E7", line=2, column=7)
WAIT = Text("advice.all_wait")


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (EMPTY, "Er ist leer"),
        (Text("schedule.no_span", every="alle 45 Minuten"),
         "Nach «alle 45 Minuten» fehlt, von wann bis wann, etwa «täglich alle 45 Minuten 08:00-18:00»"),
        (Text("schedule.no_step", start="08:00", end="18:00"),
         f"Es fehlt, wie oft von 08:00 bis 18:00, in ganzen Minuten oder Stunden, etwa {EXAMPLE}"),
        (Text("schedule.no_time"), "Am Schluss fehlt die Uhrzeit, oder sie ist nicht lesbar"),
        (Text("schedule.no_days"), "Am Anfang fehlen die Tage, etwa «täglich» oder «Mo-Fr»"),
        (Text("schedule.wrong_days"), "Bei «alle N Tage» geht N von 1 bis 365"),
        (Text("schedule.wrong_weeks"), "Bei «alle N Wochen» geht N von 1 bis 52"),
        (Text("schedule.no_weekday"),
         "Nach «wöchentlich» oder «alle N Wochen» fehlt der Wochentag, etwa «wöchentlich Mo»"),
        (Text("schedule.unreadable_days"), "Die Tage sind nicht lesbar"),
        (Text("schedule.wrong_day_of_month"),
         "Bei «monatlich N» geht N von 1 bis 31, oder es heisst «monatlich letzter»"),
        (Text("schedule.wrong_hours"), "Bei «alle N Stunden» geht N von 1 bis 23"),
        (Text("schedule.wrong_minutes"), "Bei «alle N Minuten» ist N ein Vielfaches von 15, höchstens 1425"),
        (Text("schedule.no_tick", SEND, first="10:05", second="10:20", given="10:00"),
         "Mitteilungen senden kann um 10:05 oder 10:20 laufen, nicht um 10:00"),
        (Text("schedule.over_midnight", first="22:00", last="06:00"),
         "22:00-06:00 geht über Mitternacht; das Ende ist spätestens 24:00"),
        (Text("schedule.no_tick_in_span", STATUS, ticks=":10, :25", first="23:56", last="24:00"),
         "Status aktualisieren läuft nur um :10, :25, das gibt es von 23:56 bis 24:00 nicht"),
        (Text("schedule.no_clock_time", given="25:00"), "25:00 ist keine Uhrzeit"),
        (Text("schedule.midnight"), "24:00 ist nur als Ende möglich; Mitternacht ist 00:00"),
        (Text("schedule.invalid", Text("schedule.why", EMPTY, at="10:05"), given="nie"),
         "Der Zeitplan «nie» gilt nicht: Er ist leer. Erlaubt ist zum Beispiel «täglich 10:05», «Mo-Fr 10:05», "
         f"«alle 2 Wochen Mo 10:05», «monatlich letzter 10:05» oder {EXAMPLE}."),
    ],
)  # fmt: skip
def test_why_a_schedule_is_refused(text: Text, german: str) -> None:
    assert words_of("de").of(text) == german


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (Text("advice.send_disabled", SEND),
         "«Mitteilungen senden» ist nicht aktiviert: Was aufbereitet wird, geht nicht hinaus."),
        (Text("advice.unsearched_by_days", Text("advice.on_weekdays", weekdays(2, 4, 6, 0)), days=3),
         "Termine am Mittwoch, Freitag, Sonntag und Montag werden nie gesucht; "
         "mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        (Text("advice.unsearched_by_days", Text("advice.on_weekdays", weekdays(1, 3, 5)), days=3),
         "Termine am Dienstag, Donnerstag und Samstag werden nie gesucht; "
         "mit OffsetSuchTage 3 wären alle Tage abgedeckt."),
        (Text("advice.unsearched_by_runs", Text("advice.on_days", TWO_DAYS, count=183)),
         "Termine an 183 Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) werden nie gesucht; "
         "dafür müsste der Auftrag häufiger laufen."),
        (Text("advice.unsearched_by_days", Text("advice.on_days", ONE_DAY, count=1), days=2),
         "Termine an einem Tag des Jahres (als nächstes am 23.11.2026) werden nie gesucht; "
         "mit OffsetSuchTage 2 wären alle Tage abgedeckt."),
        (Text("advice.ungreeted", WEEKEND),
         "Zu Geburtstagen am Samstag und Sonntag wird nie gratuliert; dafür müsste der Auftrag täglich laufen."),
        (Text("advice.nothing_to_send"),
         "Zu senden gibt es nichts: Von dem, was eingeschaltet ist, ist kein Auftrag zum Aufbereiten aktiviert."),
        (Text("advice.idle", WEEKEND),
         "Am Samstag und Sonntag wird gesendet, obwohl an diesen Tagen nichts aufbereitet wird."),
        (Text("advice.unsent", Text("advice.on_weekdays_and_days", weekdays(5), ONE_DAY, count=1), WAIT),
         "Am Samstag sowie an einem weiteren Tag des Jahres (als nächstes am 23.11.2026) wird aufbereitet, "
         "aber nicht gesendet; die Mitteilungen warten bis zum nächsten Senden."),
        (Text("advice.unsent", Text("advice.on_weekdays_and_days", weekdays(5), TWO_DAYS, count=2),
              Text("advice.greetings_lost")),
         "Am Samstag sowie an 2 weiteren Tagen des Jahres (als nächstes am 23.11.2026 und 24.11.2026) wird "
         "aufbereitet, aber nicht gesendet; diese Glückwünsche verfallen."),
        (Text("advice.late", at("16:00"), Text("advice.reminders_lost"), last="10:05"),
         "Um 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; "
         "Termine vor dem nächsten Senden bleiben ohne Erinnerung."),
        (Text("advice.late", at("11:00", "16:00"), Text("advice.greetings_and_reminders_lost"), last="10:05"),
         "Um 11:00 und 16:00 wird erst nach dem letzten Senden (10:05) aufbereitet; "
         "diese Glückwünsche verfallen, und Termine vor dem nächsten Senden bleiben ohne Erinnerung."),
        (Text("advice.late", at("16:00", "17:00", "18:00"), WAIT, last="15:05"),
         "Um 16:00, 17:00 und 18:00 wird erst nach dem letzten Senden (15:05) aufbereitet; "
         "die Mitteilungen warten bis zum nächsten Senden."),
        (Text("advice.late", Text("advice.at_many", first="15:00", second="16:00", last="18:00"), WAIT, last="14:05"),
         "Um 15:00, 16:00 … 18:00 wird erst nach dem letzten Senden (14:05) aufbereitet; "
         "die Mitteilungen warten bis zum nächsten Senden."),
        (Text("advice.before_window", at("07:50"), window="08:00-20:00", opens="08:00"),
         "Um 07:50 ist das Versandfenster 08:00-20:00 noch zu; gesendet wird ab 08:00."),
        (Text("advice.after_window", at("20:05"), window="08:00-20:00"),
         "Um 20:05 ist das Versandfenster 08:00-20:00 schon zu; dann geht nichts hinaus."),
        (Text("advice.months_without.29", STATUS), "Den 29. gibt es im Februar nur in Schaltjahren: "
         "«Status aktualisieren» läuft dann nicht, mit «monatlich letzter» immer."),
        (Text("advice.months_without.30", STATUS), "Den 30. gibt es im Februar nicht: "
         "«Status aktualisieren» läuft dann nicht, mit «monatlich letzter» immer."),
        (Text("advice.months_without.31", STATUS), "Den 31. gibt es im Februar, April, Juni, September und November "
         "nicht: «Status aktualisieren» läuft dann nicht, mit «monatlich letzter» immer."),
    ],
)  # fmt: skip
def test_advice_on_schedules(text: Text, german: str) -> None:
    assert words_of("de").of(text) == german


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (Text("parameter.invalid", SWITCHES["Sprache"].allowed, parameter="/p/Schalter/Sprache", value="rm"),
         "Der Parameter /p/Schalter/Sprache hat den Wert «rm». Erlaubt ist: de, fr, it oder en."),
        (Text("parameter.invalid", SWITCHES["PraxisSprache"].allowed, parameter="PraxisSprache", value="rm"),
         "Der Parameter PraxisSprache hat den Wert «rm». Erlaubt ist: de, fr, it, en oder wie Sprache."),
        (Text("parameter.invalid", Text("parameter.yes_or_no"), parameter="send/Aktiviert", value="?"),
         "Der Parameter send/Aktiviert hat den Wert «?». Erlaubt ist: Ja oder Nein."),
        (Text("parameter.invalid_schedule", WAIT, parameter="send/Zeitplan", value="nie"),
         "Der Parameter send/Zeitplan hat den Wert «nie». die Mitteilungen warten bis zum nächsten Senden"),
        (Text("parameter.no_switch", parameter="S/Zeitzohne"),
         "Der Parameter S/Zeitzohne ist kein Schalter und wird nicht beachtet."),
        (Text("parameter.no_job", parameter="A/Unsinn"),
         "Der Parameter A/Unsinn gehört zu keinem Auftrag und wird nicht beachtet."),
        (Text("parameter.unread", parameter="/p/Notiz"),
         "Der Parameter /p/Notiz hat keine Bedeutung und wird nicht beachtet."),
        (Text("parameter.meant", name="Zeitzone"), "Gemeint ist vielleicht Zeitzone."),
        (Text("switch.MaxSMSTeile.allowed"), "eine ganze Zahl von 0 bis 10; 0 heisst: so viele wie nötig"),
        (Text("switch.OffsetStartTage.meaning"), "erster Suchtag, in Tagen nach heute"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_parameter(text: Text, german: str) -> None:
    assert words_of("de").of(text) == german


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_has_its_words(name: str) -> None:
    assert words_of("de").of(SWITCHES[name].meaning)
    assert words_of("de").of(SWITCHES[name].allowed)


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (Text("template.broken", Text("template.blank_when_filled"), template="Geburtstag/SMS/de"),
         "Die Vorlage Geburtstag/SMS/de ist fehlerhaft. Der Text ist leer, sobald die Platzhalter ausgefüllt sind."),
        (Text("template.own_empty", template="Geburtstag/SMS/de", none="-"),
         "Die Vorlage Geburtstag/SMS/de ist leer. Für «keine Vorlage» schreiben Sie «-»."),
        (Text("template.none", kind="Geburtstag", part="SMS", language="de"),
         "Für Geburtstag gibt es keine Textvorlage SMS (de)."),
        (Text("template.empty"), "Die Vorlage ist leer."),
        (Text("template.too_long", most=4096), "Die Vorlage ist zu lang: höchstens 4096 Zeichen sind erlaubt."),
        (Text("template.raw"), "«raw» ist nicht erlaubt."),
        (Text("template.wrong_syntax", line=2), "Bei Zeile 2 stimmen die Klammern oder die Bedingung nicht."),
        (Text("template.too_deep"), "Die Vorlage ist zu tief verschachtelt."),
        (Text("template.too_deep_at", line=2), "Bei Zeile 2 ist die Vorlage zu tief verschachtelt."),
        (Text("template.unknown_placeholder", line=2, name="Vornahme"),
         "Bei Zeile 2 steht der unbekannte Platzhalter «Vornahme»."),
        (Text("template.not_allowed", line=3),
         "Bei Zeile 3 steht etwas anderes als ein Platzhalter oder eine Bedingung."),
        (Text("template.stray_bracket", bracket="]]"), "Die Klammer ]] steht allein."),
        (Text("template.single_brackets", name="Vorname"), "Der Platzhalter «Vorname» braucht doppelte Klammern."),
        (Text("template.remark", Text("lint.missing", name="Datum"), template="Terminerinnerung/SMS/de"),
         "Die Vorlage Terminerinnerung/SMS/de: [[Datum]] fehlt: Der Patient erfährt nicht, wann der Termin ist."),
        (Text("lint.conditional", name="Uhrzeit"),
         "[[Uhrzeit]] steht in einer Bedingung und fehlt bei manchen Patienten."),
        (Text("lint.revealing_text", word="Impfung"),
         "«Impfung» kann den Besuchsgrund oder das Fachgebiet verraten."),
        (Text("lint.revealing_value", count=1, word="Labor"),
         "«Labor» steht aus Ort, Behandler oder Praxis in 1 Mitteilung und kann den Besuchsgrund verraten."),
        (Text("lint.revealing_value", count=2000, word="Labor"),
         "«Labor» steht aus Ort, Behandler oder Praxis in 2'000 Mitteilungen und kann den Besuchsgrund verraten."),
        (Text("lint.outside_gsm7", PLACE, Text("lint.parts_still", count=1)),
         "«ç» (U+00E7) in Zeile 2, Zeichen 7: Damit fasst eine SMS nur 70 Zeichen; mit Beispielnamen noch 1 Teil."),
        (Text("lint.outside_gsm7", Text("lint.more_places", PLACE, count=1), Text("lint.parts_still", count=2)),
         "«ç» (U+00E7) in Zeile 2, Zeichen 7 und 1 weitere: Damit fasst eine SMS nur 70 Zeichen; "
         "mit Beispielnamen noch 2 Teile."),
        (Text("lint.outside_gsm7", Text("lint.more_places", joined("comma", [PLACE, PLACE]), count=2),
              Text("lint.parts_instead", count=2, usual=1)),
         "«ç» (U+00E7) in Zeile 2, Zeichen 7, «ç» (U+00E7) in Zeile 2, Zeichen 7 und 2 weitere: "
         "Damit fasst eine SMS nur 70 Zeichen; mit Beispielnamen 2 Teile statt 1."),
        (Text("lint.costlier", PART, count=1, characters="Ж"), "1 SMS kostet wegen «Ж» zusammen 1 Teil mehr."),
        (Text("lint.costlier", PARTS, count=2, characters="Ж"), "2 SMS kosten wegen «Ж» zusammen 3'000 Teile mehr."),
        (Text("lint.costlier_than_transliterated", PARTS, count=1, characters="ç"),
         "1 SMS kostet wegen «ç» zusammen 3'000 Teile mehr; UmschriftErlaubt = Ja schreibt Buchstaben einfacher."),
        (Text("lint.costlier_than_transliterated", PARTS, count=2, characters="ç"),
         "2 SMS kosten wegen «ç» zusammen 3'000 Teile mehr; UmschriftErlaubt = Ja schreibt Buchstaben einfacher."),
        (Text("lint.too_many_parts", count=1, most=1), "1 SMS hat mehr Teile als MaxSMSTeile (1): nicht sendbar."),
        (Text("lint.too_many_parts", count=2, most=1), "2 SMS haben mehr Teile als MaxSMSTeile (1): nicht sendbar."),
        (Text("sms.too_long", length=1601, most=1600),
         "Der Text ist mit 1601 Zeichen zu lang für eine SMS (höchstens 1600)."),
        (Text("sms.too_many_parts", parts=3, most=2),
         "Der Text ergibt 3 SMS-Teile, erlaubt sind höchstens 2 (MaxSMSTeile)."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template(text: Text, german: str) -> None:
    assert words_of("de").of(text) == german


def test_a_refused_template_names_every_placeholder() -> None:
    names = ", ".join(f"[[{name}]]" for name in NAMES)
    assert words_of("de").of(Text("template.refused", Text("template.empty"))) == (
        f"Die Vorlage ist leer. Erlaubt sind die Platzhalter {names} "
        "und Bedingungen wie [% if Ort %] … [% else %] … [% endif %]."
    )
