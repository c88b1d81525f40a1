"""The appointment as a file for the patient's calendar (iCalendar, RFC 5545; METHOD:PUBLISH as in RFC 5546). Pure.

Every message about an appointment from a sender has the same UID, so that a later one replaces its entry in the
calendar; no other appointment of any practice has it. Times are in UTC, which needs no time zone data.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from chalicelib.entries.entry import Entry, entry_key, reminder_identity

LASTS = timedelta(minutes=30)  # the practice database has no end, and calendars do not show an event without length
NO_NAME = {"de": "Termin", "fr": "Rendez-vous", "it": "Appuntamento", "en": "Appointment"}


def calendar_file(entry: Entry, starts_at: datetime) -> bytes:
    """Return the file for a frozen e-mail about the appointment that starts then (UTC).

    It reveals nothing beyond the message: no name of a patient, the place only if the text has it, and no time at
    midnight, which stands for a missing one.
    """
    frozen_at = entry.reserved_at or entry.changed_at
    day = _day_alone(entry)
    event = Event()
    event.add("uid", _uid(entry))
    event.add("sequence", int(frozen_at.timestamp()) // 60)  # grows with every message about the appointment
    event.add("dtstamp", frozen_at)
    event.add("dtstart", day or starts_at)
    event.add("dtend", day + timedelta(days=1) if day else starts_at + LASTS)
    event.add("summary", entry.sender_name or NO_NAME.get(entry.language or "", NO_NAME["de"]))
    if entry.place:
        event.add("location", entry.place)
    event.add("class", "PRIVATE")  # others see the patient as «busy»
    event.add("organizer", f"mailto:{entry.sender}")  # required by RFC 5546
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//vitosms//Termin//DE")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(entry: Entry) -> str:
    """Return a name in the form of RFC 5545. Other deployments may have the same ids, but not the sender's mailbox."""
    return f"{entry_key(entry.practice, reminder_identity(entry.appointment or ''))}.{entry.sender}"


def _day_alone(entry: Entry) -> date | None:
    """Return the local day of an appointment at midnight; None at any other time."""
    day, _, clock = (entry.announced_start or "").partition("T")
    return date.fromisoformat(day) if clock == "00:00" else None
