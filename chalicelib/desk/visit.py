"""One request of a person, as a page sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools import Logger

from chalicelib.aws.deployment import Deployment, UnknownPracticeError
from chalicelib.desk.answers import NotFoundError
from chalicelib.desk.incoming import Incoming
from chalicelib.desk.sentences import Sentences, sentences_of
from chalicelib.people.person import Permission, Person
from chalicelib.people.session import Session, form_token
from chalicelib.schedule.time_zone import DEFAULT, zone_named
from chalicelib.text import Text, harmless, without_notes
from chalicelib.words.words import Words, words_of

if TYPE_CHECKING:
    from chalicelib.entries.stops import Stops
    from chalicelib.practice.practice import Practice
    from chalicelib.wiring import Wiring

_logger = Logger(service="vitosms")


@dataclass
class Visit:
    """`now` is UTC, `code` the support code of the page, `facts` what the audit line of the request has.

    `practice_id` is that of the path, empty where it names none. Without a session there is no person.
    """

    incoming: Incoming
    clients: Wiring
    now: datetime
    code: str
    language: str
    practice_id: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    signed_in: tuple[Person, Session, str] | None = None  # with the secret of the session
    facts: dict[str, Any] = field(default_factory=dict)
    known_zone: ZoneInfo | None = None  # of the practice, where it is not read
    to_phone: int = 0  # open lines of the call list, for the menu, where the page knows them

    @property
    def person(self) -> Person:
        assert self.signed_in  # noqa: S101 - the route has a permission
        return self.signed_in[0]

    @property
    def session(self) -> Session:
        assert self.signed_in  # noqa: S101 - the route has a permission
        return self.signed_in[1]

    @property
    def token(self) -> str:
        """The token of the forms of this session; empty without one."""
        return form_token(self.signed_in[2]) if self.signed_in else ""

    @cached_property
    def deployment(self) -> Deployment:
        return Deployment(self.clients.settings.stage, self.clients, self.now)

    @cached_property
    def practice(self) -> Practice:
        """The practice of the path, with its settings; read once. Raises NotFoundError."""
        try:
            return self.deployment.practice(self.practice_id)
        except UnknownPracticeError:
            raise NotFoundError from None

    def read_already(self, practice: Practice, stops: Stops | None) -> None:
        """Take what a page has read in its own way, so that nothing is read twice."""
        self.practice = practice
        if stops is not None:
            vars(self.deployment)["stops"] = stops

    @property
    def practice_read(self) -> Practice | None:
        """The practice, if the page has read it."""
        return self.__dict__.get("practice")

    @property
    def zone(self) -> ZoneInfo:
        """The practice's, once it is known; Switzerland's before."""
        read = self.practice_read
        return read.zone if read else self.known_zone or zone_named(DEFAULT)

    @property
    def sees_patients(self) -> bool:
        """Whether names and numbers are shown: to an operator only for a reason that the session has."""
        return not self.person.may(Permission.OPERATE) or bool(self.session.reasons.get(self.practice_id))

    @property
    def words(self) -> Words:
        return words_of(self.language)

    @property
    def sentences(self) -> Sentences:
        return sentences_of(self.language)

    def tr(self, message: str, /, **values: object) -> str:
        return self.sentences.tr(message, **values)

    def trn(self, one: str, many: str, count: int, /, **values: object) -> str:
        return self.sentences.trn(one, many, count, **values)

    def said(self, text: Text) -> str:
        return self.words.of(self._seen(text))

    def short(self, text: Text) -> str:
        """The words of a text in short, on one line."""
        return harmless(" ".join(self.words.short(self._seen(text)).split()))

    def _seen(self, text: Text) -> Text:
        """The text; without the notes of people for an operator who sees no patients."""
        return text if self.signed_in is None or self.sees_patients else without_notes(text)

    def path(self, rest: str) -> str:
        """A path of the practice's pages: `calls` for `/p/praxis/calls`."""
        return f"/p/{self.practice_id}/{rest}"

    def audit(self, action: str, **facts: Any) -> None:
        """Have the request audited, with these facts; patients by the keys of their entries."""
        self.facts |= {"action": action, **facts}

    def log(self, name: str, **facts: Any) -> None:
        """Log something of the desk itself, without names."""
        _logger.info(name, extra={"code": self.code, **facts})
