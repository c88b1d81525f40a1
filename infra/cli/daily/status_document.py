"""The status of a practice as a JSON document."""

from __future__ import annotations

from dataclasses import asdict

from chalicelib.reports.practice_status import PracticeStatus
from infra.cli.core.documents import local, text_document, text_documents
from infra.cli.core.output import Document


def status_document(seen: PracticeStatus) -> Document:
    zone = seen.zone
    document: Document = {"practice": seen.practice, "now": local(seen.now, zone), "zone": zone.key}
    document |= {"clock_change_at": local(seen.clock_change, zone), "stopped": text_document(seen.stopped)}
    document |= {"removed_at": local(seen.removed, zone)}
    jobs = [
        {
            "job": one.job,
            "last_run": {"started_at": local(one.started, zone), "outcome": one.outcome} if one.started else None,
            "next_run": local(one.next, zone),
        }
        for one in seen.jobs
    ]
    days = [{"day": one.day.isoformat(), "sent": one.sent, "delivered": one.delivered} for one in seen.days]
    by_appointment = [{**asdict(one), "day": one.day.isoformat()} for one in seen.appointment_days]
    document |= {"jobs": jobs, "queue": seen.queue, "held": seen.held, "ended_today": seen.today, "days": days}
    document |= {"appointment_days": by_appointment}
    balances = [
        {"mandant": one.mandant, "credits": one.credits, "low": one.low, "licence_problem": text_document(one.problem)}
        for one in seen.balances
    ]
    document |= {"to_phone": seen.to_phone, "balances": balances, "alerts": text_documents(seen.alerts)}
    return {**document, "gets_alerts": seen.gets_alerts, "problems": text_documents(seen.problems)}
