"""The habits of the practices in a simulation."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.schedule.job import GRID_MINUTE, SCHEDULED, TICK_OF
from tests.simulation.settings import Settings
from tests.simulation.trouble import Dice

ZONES = ("Europe/Zurich", "Europe/Zurich", "Europe/Zurich", "America/New_York")
FIRST_NAMES = ("Anna", "Noël", "Živa")  # two of them have a letter outside the SMS alphabet
OFTEN = {
    "prepare-reminders/Zeitplan": "täglich alle 2 Stunden 08:00-18:00",
    "send/Zeitplan": "täglich alle 2 Stunden 08:05-18:05",
}


@dataclass(frozen=True)
class Habits:
    """The habits of a practice. `days_ahead` is how far ahead its appointments are entered at most."""

    name: str
    zone: str
    credits: int
    window: str = "08:00-20:00"
    days_ahead: int = 1
    weekends: bool = True
    greets: bool = True
    inactive_years: int = 0
    tells_moves: bool = False
    once_a_day: bool = False
    plain_letters: bool = False
    often: bool = False  # prepares and sends several times a day
    gets_mail: bool = True
    wrong_zone: bool = False  # corrected, and wrong again
    two_sign: bool = False  # the appointments are of two Mandanten, one of whom pays
    least: int = 0  # credits below which a balance is low

    @property
    def settings(self) -> Settings:
        """Settings of the reminder searches."""
        daily = OFTEN["prepare-reminders/Zeitplan"] if self.often else "täglich 10:00"
        return Settings(self.zone, daily if self.weekends else "Mo-Fr 10:00", days=self.days_ahead)

    @property
    def parameters(self) -> dict[str, str]:
        """A practice that reminds far ahead keeps personal data for less time: only the anonymised entry is left."""
        values = {"Schalter/Versandfenster": self.window, "Schalter/OffsetSuchTage": f"{self.days_ahead}"}
        values |= {"Schalter/AufbewahrungTage": "10"} if self.days_ahead > 10 else {}
        values |= {"Schalter/MeldungAn": "empfang@praxis.example"} if self.gets_mail else {}
        values |= {"Schalter/GeburtstagInaktivJahre": f"{self.inactive_years}"} if self.inactive_years else {}
        values |= {"Schalter/ErinnerungBeiVerschiebung": "Ja"} if self.tells_moves else {}
        values |= {"Schalter/EineErinnerungProTag": "Ja"} if self.once_a_day else {}
        values |= {"Schalter/UmschriftErlaubt": "Ja"} if self.plain_letters else {}
        values |= {"Schalter/CreditMindestbestand": f"{self.least}"} if self.least else {}
        values |= OFTEN if self.often else {}
        values |= {} if self.greets else {"Schalter/GeburtstagsglueckwuenscheSenden": "Nein"}
        for job in () if self.weekends else SCHEDULED:
            values[f"{job}/Zeitplan"] = f"Mo-Fr 10:{GRID_MINUTE[TICK_OF[job]]:02}"
        return values


def habits_of(number: int, dice: Dice) -> Habits:
    """Some of each kind: short of credits, a narrow sending window, reminding far ahead, closed at weekends …"""
    return Habits(
        name=f"p{number}",
        zone=dice.pick(*ZONES),
        credits=3 if number % 4 == 1 else 500,
        window="08:00-20:00" if number % 5 else "10:00-10:20",
        days_ahead=25 if number % 6 == 0 else 1 if number % 2 else 3,
        weekends=bool(number % 2),
        greets=bool(number % 3),
        inactive_years=3 if number % 7 == 1 else 0,
        tells_moves=number % 4 > 1,
        once_a_day=number % 8 > 3,
        plain_letters=bool(number % 2),  # with the two before: every combination among eight practices
        often=number % 8 == 3 or number % 8 == 6,
        gets_mail=number % 4 < 2,
        wrong_zone=number % 5 == 3,
        two_sign=number % 5 == 2,
        least=(0, 3, 0, 495)[number % 4],
    )
