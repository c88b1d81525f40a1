"""Each switch, job parameter and template part with hostile values: jobs that need it stop, in German."""

from collections.abc import Mapping

import pytest
from botocore.exceptions import ClientError

from chalicelib.schedule.job import SCHEDULED, Job
from infra.language import said
from tests.hostile.practice import GOOD_NUMBERS, Played, at, check, good_tables, play, set_up
from tests.hostile.values import PLANTED

REMINDERS, BIRTHDAYS, SEND, STATUS = Job.PREPARE_REMINDERS, Job.PREPARE_BIRTHDAYS, Job.SEND, Job.STATUS
PATH = "/vitosms/local/praxis/"
NEEDED_BY: Mapping[str, set[Job]] = {
    "TerminerinnerungSenden": {REMINDERS, SEND},
    "GeburtstagsglueckwuenscheSenden": {BIRTHDAYS, SEND},
    "EineErinnerungProTag": {SEND},
    "ErinnerungBeiVerschiebung": {REMINDERS, SEND},
    "GeburtstagInaktivJahre": {BIRTHDAYS, SEND},
    "DefaultSMSMandant": {REMINDERS, BIRTHDAYS, SEND},
    "OffsetStartTage": {REMINDERS},
    "OffsetSuchTage": {REMINDERS},
    "CreditBestandPruefen": {REMINDERS, BIRTHDAYS},
    "CreditMindestbestand": {REMINDERS, BIRTHDAYS},
    "Versandfenster": {REMINDERS, BIRTHDAYS, SEND},
    "Zeitzone": set(Job),
    "Sprache": {REMINDERS, BIRTHDAYS, SEND},
    "PraxisSprache": set(),
    "BevorzugterKanal": {REMINDERS, BIRTHDAYS, SEND},
    "UmschriftErlaubt": {SEND},
    "MaxSMSTeile": {SEND},
    "UnbestaetigtAnrufen": set(),
    "MeldungAn": set(),
    "Geschlossen": {BIRTHDAYS},
    "NamenInMeldungen": set(),
    "AufbewahrungTage": {REMINDERS, BIRTHDAYS},
}
WRONG = (
    " ", "vielleicht", "1.5", "-1", "1e3", "99999999999", "٣", "0x10", "NULL", "x" * 4096, "'; DROP TABLE x; --", "😀",
    "Ja\u200f", "Ja\x00", "[[Vorname]]", "../../etc/passwd", "24:00-25:00", "08:00-08:60", "ü" * 65, "Europe", PLANTED,
)  # fmt: skip
BROKEN = (
    " ", "[[Vorname", "Vorname]]", "[[ ]]", "[[]]", "[[Unbekannt]]", "[[Vorname.__class__]]", "[[Vorname()]]",
    "[[Vorname|upper]]", "[[Vorname[0]]]", "[[1+1]]", "[[''.__class__.__mro__]]", "[[self]]", "[[config]]",
    "[[cycler.__init__.__globals__.os.popen('id').read()]]", "[% for x in Vorname %]x[% endfor %]",
    "[% set x = 1 %]", "[% include 'x' %]", "[% raw %][[x]][% endraw %]", "[% macro m() %][% endmacro %]",
    "[% if Ort %]", "[% endif %]", "[% if 1 %]x[% endif %]", "[# x", "[Vorname]", "[[ 'x' * 999999999 ]]",
    "[[" * 2000, "[% if Ort %]" * 40 + "x" + "[% endif %]" * 40, "[[" + "(" * 1000 + "Vorname" + ")" * 1000 + "]]",
)  # fmt: skip
FINE = ("Hallo [[Vorname]]", "[% if Ort %]in [[Ort]][% else %]hier[% endif %]", "; DROP TABLE x; --", "%s {0} $x", "😀")
PARTS = ("SMS", "E-Mail-Betreff", "E-Mail-Text")
OF_PARTS = [(part, text) for part in PARTS for text in (BROKEN if part == "SMS" else BROKEN[::3])]
SWITCH_CASES = len(NEEDED_BY) * len(WRONG) + len(Job) * (len(WRONG) + len(WRONG[::4]))
CASES = SWITCH_CASES + len(OF_PARTS) + len(BROKEN) + len(FINE) + 4


def played_with(name: str, value: str, since: str = "09:45") -> Played:
    cloud = set_up(good_tables())
    cloud.at(at(since), lambda: cloud.parts.parameters.put(PATH + name, value))
    return play(cloud, at("10:20"))


def sent_to(played: Played) -> set[str]:
    return {message.to for message in played.messages}


def expected(stopped: set[Job]) -> set[str]:
    jobs = ({REMINDERS, SEND}, {BIRTHDAYS, SEND})
    return {number for number, needed in zip(GOOD_NUMBERS, jobs, strict=True) if not needed & stopped}


def check_stopped(
    played: Played, stopped: set[Job], parameter: str, allowed: str = "Erlaubt ist: ", longest: int = 300
) -> None:
    check(played, secrets=())
    for job in SCHEDULED:
        outcome, reasons = played.runs(job)[0]
        assert outcome == ("failed" if job in stopped else "done")
        named = [r for r in reasons if r.startswith(f"Der Parameter {PATH}{parameter} hat den Wert «")]
        assert len(named) == (job in stopped)
        assert all(allowed in reason and len(reason) < longest for reason in named)
    assert sent_to(played) == expected(stopped)


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("switch", NEEDED_BY)
def test_a_hostile_switch_stops_the_jobs_that_need_it_and_no_other(switch: str, value: str) -> None:
    id_like = switch == "DefaultSMSMandant" and len(value.strip()) <= 64
    no_address = switch in ("MeldungAn", "Geschlossen") and not value.strip()
    stopped = set() if id_like or no_address else NEEDED_BY[switch]
    check_stopped(played_with(f"Schalter/{switch}", value), stopped, f"Schalter/{switch}")


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize("job", SCHEDULED)
def test_a_hostile_aktiviert_stops_its_job_and_no_other(job: Job, value: str) -> None:
    check_stopped(played_with(f"Auftraege/{job}/Aktiviert", value), {job}, f"Auftraege/{job}/Aktiviert")


@pytest.mark.parametrize("value", WRONG[::4])
@pytest.mark.parametrize("job", SCHEDULED)
def test_a_hostile_schedule_stops_its_job_and_no_other(job: Job, value: str) -> None:
    played = played_with(f"Auftraege/{job}/Zeitplan", value)
    check_stopped(played, {job}, f"Auftraege/{job}/Zeitplan", allowed="Erlaubt ist zum Beispiel «", longest=500)


@pytest.mark.parametrize(("part", "text"), OF_PARTS)
def test_a_broken_template_fails_closed_and_the_other_kind_goes_on(part: str, text: str) -> None:
    played = played_with(f"Vorlagen/Terminerinnerung/{part}/de", text)
    check(played)
    outcome, reasons = played.runs(REMINDERS)[0]
    assert outcome == "with_errors"
    assert len(reasons) == 1
    assert reasons[0].startswith(f"Die Vorlage Terminerinnerung/{part}/de ist ")
    assert len(reasons[0]) < 500
    assert sent_to(played) == {GOOD_NUMBERS[1]}


@pytest.mark.parametrize("text", BROKEN)
def test_a_template_broken_after_prepare_has_its_messages_wait(text: str) -> None:
    played = played_with("Vorlagen/Terminerinnerung/SMS/de", text, since="10:02")
    check(played)
    assert sent_to(played) == {GOOD_NUMBERS[1]}
    waits = played.entries["reminder:T1"]
    assert (waits.state.value, waits.credits) == ("prepared", 0)
    assert played.runs(SEND)[0] == ("with_errors", [said(waits.reason)])


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_dangerous_is_text(text: str) -> None:
    played = played_with("Vorlagen/Terminerinnerung/SMS/de", text)
    check(played)
    assert [outcome for outcome, _ in played.runs()] == ["done"] * 4
    assert sent_to(played) == set(GOOD_NUMBERS)


@pytest.mark.parametrize("text", ["-", " - ", "a" * 4096])
def test_a_dash_or_a_text_too_long_for_an_sms_puts_the_patient_on_the_call_list(text: str) -> None:
    played = played_with("Vorlagen/Terminerinnerung/SMS/de", text)
    check(played)
    assert played.entries["reminder:T1"].state.value == "not_sendable"
    assert sent_to(played) == {GOOD_NUMBERS[1]}


def test_over_4_kb_is_refused_by_aws_and_by_the_template() -> None:
    cloud = set_up(good_tables())
    name, text = f"{PATH}Vorlagen/Terminerinnerung/SMS/de", "a" * 4097
    with pytest.raises(ClientError):
        cloud.parts.parameters.put(name, text)
    cloud.parts.parameters.write(name, text)  # an advanced parameter
    played = play(cloud)
    check(played)
    assert played.runs(REMINDERS)[0][0] == "with_errors"
    assert sent_to(played) == {GOOD_NUMBERS[1]}
