"""Words for the demo practice: names of four languages and of English speakers, places, practitioners.

The names are common ones combined at random; no real person is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NamesOfALanguage:
    """First names of women and men, and family names, of one language."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


# Some of these letters are outside GSM-7 (ç ê â î ô ë ’), and make an SMS longer: they are included on purpose.
NAMES: Mapping[str, NamesOfALanguage] = {
    "de": NamesOfALanguage(
        female=(
            *("Anna", "Bärbel", "Claudia", "Elsbeth", "Käthi", "Lea", "Marianne", "Nadja", "Regula", "Rösli"),
            *("Sandra", "Ursula", "Vreni", "Zoë", "Anna-Lena", "Heidi"),
        ),
        male=(
            *("Beat", "Christoph", "Hansjürg", "Jörg", "Jürg", "Köbi", "Lukas", "Matthias", "Rolf", "Ruedi"),
            *("Stefan", "Thomas", "Ueli", "Urs", "Hans-Peter", "Noël"),
        ),
        family=(
            *("Aeschbacher", "Baumann", "Bürgi", "Frösch", "Gerber", "Hürlimann", "Käser", "Künzli", "Lüthi"),
            *("Meier-Zbinden", "Müller", "Nägeli", "Rüegg", "Schläpfer", "Stäubli", "Tschudi", "von Arx"),
            *("Wüthrich", "Zgraggen", "Zürcher", "Bösch", "Keller", "Dätwyler-Schmid"),
        ),
    ),
    "fr": NamesOfALanguage(
        female=(
            *("Aimée", "Amélie", "Anne-Sophie", "Chloé", "Françoise", "Hélène", "Joëlle", "Maëlle", "Noémie"),
            *("Océane", "Sylvie", "Gaëlle", "Michèle"),
        ),
        male=(
            *("André", "Benoît", "Cédric", "François", "Jean-Luc", "Jérôme", "Loïc", "Mathieu", "Rémy"),
            *("Thierry", "Yves", "Côme"),
        ),
        family=(
            *(
                "Aubert",
                "Bovet",
                "Crêtier",
                "Décosterd",
                "Favre",
                "Genêt",
                "Guérin",
                "L'Eplattenier",
                "Maître",
            ),
            *("Monnier", "Perret-Gentil", "Prêtre", "Rochat", "Tâche", "Vuilleumier", "d’Aubigny"),
        ),
    ),
    "it": NamesOfALanguage(
        female=("Alessia", "Chiara", "Donatella", "Fabiola", "Giulia", "Loredana", "Noemi", "Piera", "Sofia"),
        male=("Angelo", "Fabio", "Gianluca", "Ivo", "Niccolò", "Paolo", "Renzo", "Sandro", "Tiziano"),
        family=(
            *("Bernasconi", "Cattaneo", "D'Angelo", "De Bernardi", "Dell'Acqua", "Fontana", "Galfetti"),
            *("Lurà", "Pedrazzini", "Quadri", "Rezzonico", "Solcà", "Togni"),
        ),
    ),
    "rm": NamesOfALanguage(
        female=("Annina", "Braida", "Flurina", "Ladina", "Madlaina", "Mengia", "Seraina", "Urschla"),
        male=("Andri", "Curdin", "Duri", "Flurin", "Gian-Marchet", "Jachen", "Not", "Riet"),
        family=(
            *("Arquint", "Bezzola", "Cadruvi", "Camenisch", "Denoth", "Gaudenz", "Janett", "Luzzi-Caviezel"),
            *("Nuotclà", "Pitschen", "Tönett"),
        ),
    ),
    "en": NamesOfALanguage(
        female=("Abigail", "Charlotte", "Eleanor", "Grace", "Imogen", "Mary-Jane", "Siobhán", "Tessa"),
        male=("Callum", "Duncan", "Graham", "Oliver", "Ravi", "Seán", "Tobias", "Wesley"),
        family=(
            "Ashworth",
            "Fairweather",
            "Hollis",
            "MacLeod",
            "O'Brien",
            "Pemberton",
            "Smith-Jones",
            "Whitaker",
        ),
    ),
}

SALUTATIONS: Mapping[str, tuple[str, str]] = {
    "de": ("Frau", "Herr"),
    "fr": ("Madame", "Monsieur"),
    "it": ("Signora", "Signor"),
    "en": ("Ms", "Mr"),
}

# `.example` can never be registered (RFC 2606): no e-mail to these addresses reaches anybody.
MAIL_DOMAINS = ("post.example", "bergmail.example", "see-und-tal.example", "romandie.example", "lago.example")

PRACTITIONERS = (
    "Dr. med. Anna Brunner",
    "Dr. med. Yves Rossier",
    "Dr. med. Livia Capaul",
    "Dr. med. Jürg Hämmerli",
    "Petra Lötscher (MPA)",
    "Marco Solcà (Physiotherapie)",
    None,
)

PLACES = (
    "Praxis Sonnenhof, 1. Stock",
    "Praxis Sonnenhof, Labor",
    "Praxis Sonnenhof, Röntgen",
    "Gartenweg 4, Sonnwil",
    None,
)

REASONS = ("Kontrolle", "Impfung", "Blutentnahme", "Besprechung", "Verbandswechsel", "Physiotherapie", None)
