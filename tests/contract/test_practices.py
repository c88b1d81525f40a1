"""Practices, their raised alerts and stop marks: the same on the fake and on DynamoDB."""

from dataclasses import replace
from datetime import date, timedelta

from chalicelib.aws.stop_marks import by_operator
from chalicelib.entries.credits import TopUp
from chalicelib.entries.stops import Stops
from chalicelib.planning.alerts import AlertKind
from chalicelib.practice.record import Licence
from chalicelib.schedule.job import Job
from chalicelib.text import Text
from tests.contract.entries import SOON, entry, written
from tests.contract.sides import NOW, Side, job_record, new_practice, registered

HOUR = timedelta(hours=1)
BOUNCED = Text("stop.emails.bounce", found=13, last=500, most=12)
FAILED, LOW, MISSING = (f"{name}#0123456789abcdef" for name in ("run-failed#send", "low-balance#M1", "no-credits#M1"))


def test_a_practice_is_read_as_a_whole(side: Side) -> None:
    jobs = [job_record(Job.SEND, done=NOW - HOUR), job_record(Job.STATUS, NOW + HOUR)]
    practice = registered(side, *jobs)
    licences = [Licence("L-1", date(2026, 1, 1), date(2026, 12, 31)), Licence("L-2", revoked=True)]
    for licence in licences:
        side.parts.practices.add_licence(practice, licence)
    written(side, entry(practice))
    record = side.parts.practices.record(practice)
    assert record is not None
    assert record.email_senders == {"praxis@beispiel.example"}
    assert record.jobs == {job.job: replace(job, practice=practice) for job in jobs}
    assert record.licences == {licence.number: licence for licence in licences}
    assert (record.stopped, record.alerts) == (None, frozenset())
    assert side.parts.practices.record(new_practice()) is None


def test_adding_a_practice_again_replaces_it_and_keeps_its_licences_and_alerts(side: Side) -> None:
    practice = registered(side, job_record(done=NOW))
    side.parts.practices.add_licence(practice, Licence("L-1"))
    side.parts.practices.add_licence(practice, Licence("L-1", revoked=True))
    record = side.parts.practices.record(practice)
    assert record is not None
    assert side.parts.raised_alerts.add(practice, FAILED, NOW)
    assert side.parts.stops.stop(practice, by_operator("angehalten"))
    side.parts.practices.add(practice, [], [replace(job_record(), practice=practice, due=SOON)])
    record = side.parts.practices.record(practice)
    assert record is not None
    assert (record.email_senders, record.stopped, record.jobs[Job.SEND].done) == (frozenset(), None, None)
    assert record.licences["L-1"].revoked
    assert record.alerts == {FAILED}


def test_the_optional_columns_of_a_practice_stay_until_it_is_added_again_or_forgotten(side: Side) -> None:
    practices, practice = side.parts.practices, registered(side, job_record())
    for columns in (frozenset({"Termin.MandantId", "Patient.TelefonPrivat"}), frozenset[str]()):
        practices.set_optional_columns(practice, columns)
        record = practices.record(practice)
        assert record is not None
        assert record.optional_columns == columns
        assert record.email_senders == {"praxis@beispiel.example"}
    practices.set_optional_columns(practice, frozenset({"Termin.MandantId"}))
    practices.add(practice, [], [])
    record = practices.record(practice)
    assert record is not None
    assert record.optional_columns == frozenset()
    practices.forget(record)
    practices.set_optional_columns(practice, frozenset({"Termin.MandantId"}))
    assert practices.record(practice) is None


def test_an_alert_is_raised_once_until_its_cause_is_over(side: Side) -> None:
    practice = registered(side)
    raised = [side.parts.raised_alerts.add(practice, cause, NOW) for cause in (LOW, MISSING)]
    assert raised == [True, True]
    assert not side.parts.raised_alerts.add(practice, LOW, NOW)  # another run came first
    known = side.parts.practices.record(practice)
    assert known is not None
    assert known.alerts == {LOW, MISSING}
    side.parts.raised_alerts.end(known, AlertKind.LOW_BALANCE, "M1")
    side.parts.raised_alerts.end(known, AlertKind.UNKNOWN, "never raised")
    assert side.parts.raised_alerts.add(practice, LOW, NOW)


def test_a_cause_that_all_practices_share_is_known_since_its_latest_alert(side: Side) -> None:
    raised = side.parts.raised_alerts
    raised.end_shared("shared")  # no effect
    assert raised.shared_since("shared") is None
    for at in (NOW, SOON):
        raised.share("shared", at)
        assert raised.shared_since("shared") == at
    raised.end_shared("shared")
    assert raised.shared_since("shared") is None


def test_all_causes_of_a_subject_end_but_those_that_are_named(side: Side) -> None:
    practice = registered(side)
    before, now, other = (f"invalid#{rest}" for rest in ("Schalter/Sprache#0", "Schalter/Sprache#1", "Schalter#0"))
    of_hash = "invalid#Schalter/Sprache#x#0"  # a subject with a # in it is another one
    for cause in (before, now, other, of_hash):
        side.parts.raised_alerts.add(practice, cause, NOW)
    known = side.parts.practices.record(practice)
    assert known is not None
    side.parts.raised_alerts.end(known, AlertKind.INVALID, "Schalter/Sprache", but={now})
    left = side.parts.practices.record(practice)
    assert left is not None
    assert left.alerts == {now, other, of_hash}


def test_a_stop_mark_keeps_its_first_reason(side: Side) -> None:
    practice, nobody = registered(side), new_practice()
    assert side.parts.stops.stop_of(practice) == Stops()
    assert side.parts.stops.stop(practice, by_operator("zuerst"))
    assert not side.parts.stops.stop(practice, by_operator("danach"))
    assert not side.parts.stops.stop(nobody, by_operator("nicht registriert"))
    assert side.parts.stops.stop_of(practice) == Stops(by_operator("zuerst"))
    assert side.parts.stops.stop_of(nobody) == Stops()


def test_the_last_stop_of_a_patient_is_read_with_the_entries(side: Side) -> None:
    practice, stops = registered(side), side.parts.stops
    assert stops.entries_and_stop(practice, [])[2] is None
    for at in (NOW, NOW + timedelta(hours=1)):
        stops.patient_stopped(practice, at)
        assert stops.entries_and_stop(practice, []) == ([], Stops(), at)
    stops.patient_stopped(new_practice(), NOW)
    side.parts.practices.add(practice, [], [])
    assert stops.entries_and_stop(practice, [])[2] is None


def test_entries_are_read_together_with_balances(side: Side) -> None:
    practice, stops = registered(side), side.parts.stops
    made = written(side, *(entry(practice, n) for n in range(2)))
    side.parts.store.top_up(practice, TopUp("M1", "r", 30, NOW))
    stops.stop_all(by_operator("Wartung"))
    entries, found, balances = stops.entries_stop_and_balances(practice, [made[0].key, "f" * 32], ["M1", "M2"])
    assert (entries, found, balances) == ([made[0]], Stops(by_operator("Wartung")), {"M1": 30, "M2": 0})
    stops.resume_all(NOW)
    assert stops.entries_stop_and_balances(practice, [], []) == ([], Stops(), {})


def test_entries_are_read_together_with_the_marks_that_would_stop_them(side: Side) -> None:
    practice, stopped = registered(side), registered(side)
    made = written(side, *(entry(practice, n) for n in range(3)))
    side.parts.stops.stop(stopped, by_operator("angehalten"))

    def read(of: str, *keys: str) -> tuple[set[str], Text | None]:
        entries, stops, _ = side.parts.stops.entries_and_stop(of, keys)
        return {entry.key for entry in entries}, stops.everything

    keys = [entry.key for entry in made]
    assert read(practice, *keys, keys[0], "f" * 32) == (set(keys), None)
    assert read(stopped, keys[0]) == (set(), by_operator("angehalten"))
    side.parts.stops.stop_all(by_operator("Wartung"))
    assert read(practice, keys[0]) == ({keys[0]}, by_operator("Wartung"))
    assert read(stopped) == (set(), by_operator("angehalten"))  # its own reason goes first
    for one in (practice, new_practice()):
        assert side.parts.stops.stop_of(one) == Stops(by_operator("Wartung"))
    side.parts.stops.resume_all(NOW)
    assert (read(practice), read(stopped)) == ((set(), None), (set(), by_operator("angehalten")))


def test_the_mark_of_the_deployment_keeps_its_first_reason(side: Side) -> None:
    stops = side.parts.stops
    assert (stops.deployment_stops(), stops.resume_all(NOW)) == (Stops(), False)
    assert (stops.stop_all(by_operator("zuerst")), stops.stop_all(by_operator("danach"))) == (True, False)
    assert stops.deployment_stops() == Stops(by_operator("zuerst"))
    assert (stops.resume_all(NOW), stops.resume_all(NOW), stops.deployment_stops()) == (True, False, Stops())
    assert stops.stop_all(by_operator("wieder"))  # the item is there already
    assert stops.resume_all(NOW)


def test_the_e_mails_of_a_practice_are_stopped_apart_and_resumed_with_the_rest(side: Side) -> None:
    practice, other, stops = registered(side), registered(side), side.parts.stops
    assert (stops.stop_emails(practice, BOUNCED), stops.stop_emails(practice, by_operator("danach"))) == (True, False)
    assert not stops.stop_emails(new_practice(), BOUNCED)
    assert (stops.stop_of(practice), stops.stop_of(other)) == (Stops(emails=BOUNCED), Stops())
    assert stops.stop(practice, by_operator("auch"))
    assert stops.entries_and_stop(practice, [])[1] == Stops(by_operator("auch"), emails=BOUNCED)
    assert [stops.resume(practice, NOW) for _ in range(2)] == [True, False]
    assert stops.stop_emails(practice, BOUNCED)
    assert stops.resume(practice, NOW + timedelta(hours=1))
    record = side.parts.practices.record(practice)
    assert record
    assert (record.emails_stopped, record.resumed) == (None, NOW + timedelta(hours=1))


def test_a_practice_has_a_dashboard_or_none(side: Side) -> None:
    practice, nobody, practices = registered(side), new_practice(), side.parts.practices
    for charted in (True, True, False, False):
        practices.set_charted(practice, charted)
        found = practices.record(practice)
        assert found
        assert found.charted is charted
    practices.set_charted(nobody, charted=True)
    assert practices.record(nobody) is None


def test_one_caller_tells_the_operator_of_stopped_sms_whom_nobody_could_tell(side: Side) -> None:
    practice, stops = registered(side), side.parts.stops
    stops.resume_all(NOW)
    assert not stops.claim_untold(NOW)
    assert stops.stop_sms(Text("stop.sms"), told=False)
    assert stops.stop_of(practice) == stops.deployment_stops() == Stops(sms=Text("stop.sms"), untold=True)
    assert [stops.claim_untold(NOW + timedelta(seconds=s)) for s in (0, 1, 60)] == [True, False, True]
    stops.told()
    assert (stops.claim_untold(NOW + timedelta(hours=1)), stops.deployment_stops().untold) == (False, False)
    assert stops.resume_all(NOW)
    assert stops.stop_sms(Text("stop.sms"), told=False)
    assert stops.resume_all(NOW)
    assert stops.deployment_stops() == Stops()


def test_the_sms_of_all_practices_are_stopped_apart_and_resumed_with_the_rest(side: Side) -> None:
    practice, stops, limit, later = registered(side), side.parts.stops, Text("stop.sms"), NOW + timedelta(days=1)
    stops.resume_all(NOW)
    assert (stops.stop_sms(limit), stops.stop_sms(by_operator("danach"))) == (True, False)
    assert stops.deployment_stops() == stops.stop_of(practice) == stops.entries_and_stop(practice, [])[1]
    assert stops.stop_of(practice) == Stops(sms=limit)
    assert stops.stop_all(by_operator("auch"))
    assert stops.stop_of(practice) == Stops(by_operator("auch"), limit)
    assert stops.resume_all(later)
    assert (stops.stop_of(practice), stops.sms_resumed()) == (Stops(), later)
    assert not stops.resume_all(NOW)  # nothing is resumed
    assert stops.sms_resumed() == later
