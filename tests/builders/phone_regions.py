"""People, practices and telephones of each language's region: typical ones and the longest that are real. No person
is meant: names are common ones put together by chance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.demo.names import NAMES, SALUTATIONS


@dataclass(frozen=True)
class Region:
    salutations: tuple[str, ...]
    longest_salutation: str
    first_names: tuple[str, ...]
    family_names: tuple[str, ...]
    longest_first_name: str
    longest_family_name: str
    practices: tuple[str, ...]
    longest_practice: str
    phone: str
    places: tuple[str, ...]
    longest_place: str
    longest_practitioner: str


def _region(language: str, **own: Any) -> Region:
    names = NAMES[language]
    return Region(
        salutations=SALUTATIONS[language], first_names=(*names.female, *names.male), family_names=names.family, **own
    )


REGIONS: Mapping[str, Region] = {
    "de": _region(
        "de",
        longest_salutation="Frau Prof. Dr. med.",
        longest_first_name="Maria-Magdalena Elisabeth",
        longest_family_name="von Allmen-Schwarzenbach Rüegsegger",
        practices=("Praxis Dr. Beispiel", "Praxis am Bach", "Dr. med. Anna Brunner", "Hausarztpraxis Dorf",
                   "Praxis Seeblick", "Ärztehaus Bahnhof", "Dr. med. Jürg Hämmerli"),
        longest_practice="Gemeinschaftspraxis für Hausarztmedizin Oberwinterthur und Umgebung",
        phone="+41 44 000 40 40",
        places=("Zimmer 3", "1. Stock", "Gartenweg 4, Sonnwil"),
        longest_place="Schwarzenburgstrasse 157, 3. Stock, 3097 Liebefeld bei Bern",
        longest_practitioner="Prof. Dr. med. Maria-Magdalena von Allmen-Schwarzenbach",
    ),
    "fr": _region(
        "fr",
        longest_salutation="Madame la Professeure",
        longest_first_name="Marie-Antoinette Geneviève",
        longest_family_name="de Montmollin-Perregaux de Rougemont",
        practices=("Cabinet médical Dr Rossier", "Cabinet Dr Favre", "Dr Yves Rossier", "Cabinet du Lac",
                   "Centre médical Gare", "Cabinet Les Tilleuls", "Dresse Anne Monnier"),
        longest_practice="Centre médical pluridisciplinaire de La Chaux-de-Fonds et des Montagnes",
        phone="+41 21 000 40 40",
        places=("2e étage", "Rue du Lac 4, Morges", "Salle 3"),
        longest_place="Avenue de la Gare-de-Cornavin 157, 1er étage, 2300 La Chaux-de-Fonds",
        longest_practitioner="Professeure Marie-Antoinette de Montmollin-Perregaux",
    ),
    "it": _region(
        "it",
        longest_salutation="Signora Professoressa",
        longest_first_name="Maria Immacolata Concetta",
        longest_family_name="Bernasconi Pedrazzini dell'Acqua",
        practices=("Studio medico Fontana", "Studio Dr. Fontana", "Dr. med. Paolo Quadri", "Studio medico al Lago",
                   "Centro medico", "Studio Togni", "Ambulatorio Stazione"),
        longest_practice="Centro medico interdisciplinare della Svizzera italiana, Bellinzona",
        phone="+41 91 000 40 40",
        places=("2° piano", "Via al Lago 4, Locarno", "Sala 3"),
        longest_place="Via San Gottardo 157, terzo piano, 6828 Balerna-Castel San Pietro",
        longest_practitioner="Prof. Dr. med. Maria Immacolata Bernasconi Pedrazzini",
    ),
    "en": _region(
        "en",
        longest_salutation="Professor Dame",
        longest_first_name="Alexandra-Victoria Elizabeth",
        longest_family_name="Featherstonehaugh-Cholmondeley",
        practices=("Dr. med. Anna Brunner", "Lakeside Practice", "Praxis Dr. Beispiel", "Dr Duncan MacLeod",
                   "Praxis am Bach", "City Doctors Zug", "Riverside Clinic"),
        longest_practice="International Family Medical Practice Geneva-Cornavin and Nations",
        phone="+41 44 000 40 40",
        places=("Room 3", "2nd floor", "Gartenweg 4, Sonnwil"),
        longest_place="Schwarzenburgstrasse 157, third floor, 3097 Liebefeld near Berne",
        longest_practitioner="Professor Alexandra-Victoria Featherstonehaugh-Cholmondeley",
    ),
}  # fmt: skip


def middle(words: tuple[str, ...]) -> str:
    """The word of median length, the longer of two."""
    return sorted(words, key=len)[len(words) // 2]
