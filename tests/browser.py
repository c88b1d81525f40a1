"""A browser without scripts: cookies, redirects, forms, over HTTP to a desk on loopback."""

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """`url` is where it came from, after redirects that were followed; `set_cookies` are whole headers."""

    status: int
    url: str
    headers: dict[str, str]
    set_cookies: tuple[str, ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def field(self, name: str) -> str:
        """The value of a hidden field; it is the same in each form of a page."""
        return unescape(re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.text)[0])

    @property
    def location(self) -> str:
        """Where a redirect leads to, as a whole URL."""
        return urljoin(self.url, self.headers["location"])


@dataclass
class Browser:
    """One profile at one desk. Raises OSError if the desk does not answer within the time."""

    home: str
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 300

    def ask(self, method: str, url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """The answer to one request; no redirect is followed. Headers as keywords, `Sec_Fetch_Site="none"`."""
        parts = urlsplit(urljoin(self.home, url))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            named.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        body = None
        if form is not None:
            body, named["Content-Type"] = urlencode(form).encode(), FORM
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        try:
            connection.request(method, parts._replace(scheme="", netloc="").geturl() or "/", body, named)
            told = connection.getresponse()
            found = Answer(
                told.status,
                parts.geturl(),
                {name.lower(): value for name, value in told.getheaders()},
                tuple(told.headers.get_all("Set-Cookie", [])),
                told.read(),
            )
        finally:
            connection.close()
        for cookie in found.set_cookies:
            self._keep(cookie)
        return found

    def get(self, url: str, **headers: str) -> Answer:
        """The page at the end of the redirects."""
        return self._followed(self.ask("GET", url, None, **headers))

    def post(self, url: str, **fields: str) -> Answer:
        """The page at the end of the redirects after a form was sent from a page of the desk."""
        return self._followed(self.ask("POST", url, fields, Sec_Fetch_Site="same-origin"))

    def sign_in(self, username: str, code: str = "", start: str = "/") -> Answer:
        """Ask for a page without a session, and choose a person on the page of the provider, or type the code.

        Nobody is signed in at the provider, as in a new browser.
        """
        self.cookies.pop("cognito", None)
        offered = self.get(start)
        (action, *_) = re.findall(r'<form method="post" action="(/_login/[^"]*)"', offered.text)
        fields = {"username": username} | ({"code": code} if code else {})
        return self.post(unescape(action), **fields)

    def _followed(self, answer: Answer) -> Answer:
        for _ in range(10):
            if answer.status not in (302, 303):
                return answer
            answer = self.ask("GET", answer.location)
        raise AssertionError(f"redirects without an end, at {answer.url}")

    def _keep(self, header: str) -> None:
        pair, _, attributes = header.partition(";")
        name, _, value = pair.partition("=")
        if re.search(r"max-age=0\b", attributes, re.IGNORECASE) or not value:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value
