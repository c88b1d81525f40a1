"""Examples of every command, shown by its `--help`. Each line is held to the command's own parser by a test.

Notes and reasons in quotes are English here, and shown in the reader's language.
"""

import re

from typer.core import TyperCommand

from infra.translation import tr

LINES = """\
vitosms demo --seed 2
vitosms desk
vitosms desk --port 8080 --no-browser
vitosms rehearse --database sqlite:////data/practice.db --from 2026-11-23T09:45 --to 2026-11-23T10:30 --topup M1=500
vitosms simulate --days 200 --seed 1 --trouble heavy

vitosms status
vitosms status --practice praxis --json
vitosms sent
vitosms sent --date 2026-11-23 --csv versendet.csv
vitosms calls
vitosms calls --csv anrufe.csv
vitosms calls reached 0ed002 4d7348
vitosms calls reached 0ed002 --not-coming --note "Phones again"
vitosms calls not-reached reminder:T-4711
vitosms calls claim 0ed002
vitosms calls undo reminder:T-4711
vitosms patients find Keller
vitosms patients find "079 000 00 01"
vitosms patients unreachable
vitosms patients unreachable --csv adressen.csv
vitosms patients stop 4711 --reason "Has died"
vitosms patients release 4711
vitosms patients stopped
vitosms daily-check
vitosms daily-check --date 2026-11-23
vitosms history --since 3d --errors
vitosms history --job send
vitosms activity --patient 4711
vitosms activity --entry reminder:T-4711
vitosms explain Keller Anna
vitosms explain --patient 4711 --on 2026-11-24
vitosms explain --appointment T-4711
vitosms doctor --practice praxis
vitosms preview --switch OffsetSuchTage=2

vitosms export --patient 4711 --to patient-4711.json
vitosms erase --patient 4711

vitosms queue list
vitosms queue list --group held --kind reminder
vitosms queue show reminder:T-4711
vitosms queue cancel reminder:T-4711 --reason "Entered twice"
vitosms queue release reminder:T-4711
vitosms queue release --all
vitosms queue resolve reminder:T-4711 delivered --note "Patient has confirmed"
vitosms queue send-again reminder:T-4711 --note "Has deleted it"

vitosms switches list
vitosms switches set OffsetSuchTage 2
vitosms switches set TerminerinnerungSenden Ja --yes
vitosms switches sync --all
vitosms switches unset OffsetSuchTage
vitosms switches check --practice praxis
vitosms templates list
vitosms templates lint
vitosms templates preview --sample
vitosms templates set Terminerinnerung/SMS/de --file sms.txt
vitosms templates unset Terminerinnerung/SMS/de
vitosms jobs list
vitosms jobs next send --count 3
vitosms jobs enable send
vitosms jobs disable prepare-birthdays
vitosms jobs schedule prepare-reminders Mo-Fr 10:00
vitosms jobs schedule --all 09:00
vitosms jobs run prepare-reminders
vitosms jobs run send --yes
vitosms licences add L-1 --from 2026-01-01 --to 2026-12-31
vitosms licences revoke L-1
vitosms licences list
vitosms people list --practice praxis
vitosms people add AM --name "A. Meier" --role front_desk --practice praxis
vitosms people add TM --name "T. Moser" --role front_desk --last-day 2026-12-31 --mandant M1
vitosms people add OW --name "O. Wyss" --operator
vitosms people change AM --role manager
vitosms people code AM
vitosms people remove AM
vitosms people sign-out AM
vitosms people pin-reset AM
vitosms credits balance --mandant M1
vitosms credits topup M1 100 --reference R-2026-117 --yes
vitosms credits transfer M1 M2 50 --reference "Share of November" --yes
vitosms credits order M2 500 --note "For December"
vitosms credits orders --all
vitosms credits fulfil 7 --yes
vitosms credits automatic M2 --below 100 --amount 500
vitosms credits ledger --since 30d
vitosms credits forecast --days 14
vitosms optout add "079 000 00 01"
vitosms optout remove "079 000 00 01"
vitosms optout remove --patient 4711
vitosms optout list --address anna@patient.example

vitosms practice add praxis --database - --sender praxis@praxis.example --meldung-an empfang@praxis.example
vitosms practice list
vitosms practice policy praxis
vitosms practice dashboard praxis
vitosms practice pause praxis --reason "Wrong text"
vitosms practice resume praxis --yes
vitosms practice remove praxis
vitosms practice reinstate praxis
vitosms practice database praxis -
vitosms canary add --to betrieb@firma.example --at 07:00
vitosms canary status
vitosms canary remove
vitosms pause --all --reason "Maintenance"
vitosms resume --all
vitosms restored --since 2026-11-23T10:03
vitosms deploy --stage prod --parameter SpendLimitUsd=200
vitosms setup --stage prod --identity praxis.example
vitosms destroy --stage test --yes test

vitosms local up --demo
vitosms local up --start 2026-11-23T09:45
vitosms local play --to 10:30
vitosms local messages
vitosms local mailbox
vitosms local mailbox 2
vitosms local provider --next silent
vitosms local provider --next throttle --count 50
vitosms local database --down
vitosms local database --up
vitosms local tick --lose
vitosms local tick --lose --rule send --count 25
"""
NOTE = re.compile(r'(?<=")[A-Z][a-z][^"]*(?=")')


def examples_of(command: str) -> list[str]:
    """The lines about one command, in the reader's language."""
    lines = [line for line in LINES.splitlines() if f"{line} ".startswith(f"vitosms {command} ")]
    return [NOTE.sub(lambda note: tr(note[0]), line) for line in lines]


def show_examples(name: str, command: TyperCommand) -> None:
    """Put its examples, a line each, below the help of a command."""
    if lines := examples_of(name):
        command.epilog = "\n".join(["\b", tr("Examples:"), *(f"  {line}" for line in lines)])
