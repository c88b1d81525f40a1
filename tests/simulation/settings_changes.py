"""A practice's people change the settings of the reminder searches, mostly for some hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from tests.flow.fake_build import Desk
from tests.simulation.habits import Habits
from tests.simulation.settings import SettingsOverTime
from tests.simulation.trouble import Dice

SETTINGS = ("switch", "off", "offset", "days", "plan", "zone")
SEARCHES = ("täglich 10:00", "täglich 09:00", "täglich 16:15", "Mo-Fr 10:00", "Di 10:00", "alle 2 Tage 11:00")
WRONG_ZONE = "Europe/London"
PARAMETERS: Mapping[str, Callable[[Any], tuple[str, str]]] = {
    "wanted": lambda yes: ("Schalter/TerminerinnerungSenden", "Ja" if yes else "Nein"),
    "active": lambda yes: ("prepare-reminders/Aktiviert", "Ja" if yes else "Nein"),
    "offset": lambda days: ("Schalter/OffsetStartTage", f"{days}"),
    "days": lambda days: ("Schalter/OffsetSuchTage", f"{days}"),
    "schedule": lambda text: ("prepare-reminders/Zeitplan", text),
    "zone": lambda name: ("Schalter/Zeitzone", name),
}


class SettingsChanges:
    """Change the parameters of a practice, and note since when which settings are in force."""

    def __init__(self, desk: Desk, habits: Habits, settings: SettingsOverTime, dice: Dice) -> None:
        self._desk, self._habits, self._settings, self._dice = desk, habits, settings, dice

    def change(self, kind: str) -> None:
        """Change a setting, one of SETTINGS, for some minutes or days; a zone stays until it is corrected."""
        dice, usual = self._dice, self._habits.settings
        match kind:
            case "switch":
                self._set(timedelta(minutes=dice.between(5, 300)), wanted=False)
            case "off":
                self._set(timedelta(hours=dice.between(1, 72)), active=False)
            case "offset":
                self._set(timedelta(hours=dice.between(1, 96)), offset=dice.between(0, 3))
            case "days":
                self._set(timedelta(hours=dice.between(1, 96)), days=dice.between(1, 3))
            case "plan":
                self._set(timedelta(hours=dice.between(1, 96)), schedule=dice.pick(*SEARCHES))
            case "zone" if self._habits.wrong_zone:
                wrong = self._settings.now.zone == WRONG_ZONE
                self._set(None, zone=usual.zone if wrong else WRONG_ZONE)

    def _set(self, back: timedelta | None, **changed: Any) -> None:
        now = self._desk.cloud.world.now
        self._settings.change(now, **changed)
        for name, value in changed.items():
            self._desk.set(*PARAMETERS[name](value))
        if back is not None:
            usual = {name: getattr(self._habits.settings, name) for name in changed}
            self._desk.cloud.at(now + back, partial(self._set, None, **usual))
