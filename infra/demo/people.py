"""The people who sign in to the desk of the demo practice, and its operator. The names are invented."""

from chalicelib.people.person import Person, Role
from infra.demo.patients import ROSSIER
from infra.demo.practice import PRACTICE

PEOPLE = (  # of each role, two managers, and one who is limited to a Mandant
    Person(PRACTICE, "am", "A. Meier", Role.FRONT_DESK),
    Person(PRACTICE, "sf", "S. Favre", Role.FRONT_DESK, mandanten=frozenset({ROSSIER})),
    Person(PRACTICE, "rb", "R. Brunner", Role.MANAGER),
    Person(PRACTICE, "nk", "N. Keller", Role.MANAGER),
    Person(PRACTICE, "lz", "L. Zaugg", Role.READER),
    Person("", "of", "O. Frei", Role.OPERATOR),
)
