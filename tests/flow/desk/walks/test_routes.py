"""Every route of the desk, asked by everybody: it answers as its line in `routes.py` says, and nobody else gets in."""

from __future__ import annotations

import re

import pytest

from chalicelib.desk.headers import _ALWAYS
from chalicelib.desk.route import ROUTES
from tests.flow.desk.browser import Answer
from tests.flow.desk.walks.html_rules import mistakes
from tests.flow.desk.walks.routes import WALKS, WHO, Route
from tests.flow.desk.walks.world import World
from tests.flow.iam.needs import own_log
from tests.flow.permissions import DESK, Permission, Watch, permissions_of

GUARDED = [route for route, declared in ROUTES.items() if declared.permission]
FORMS = [route for route in ROUTES if route[0] == "POST"]
# What pages ask that the walk does not meet.
RARE = {
    "cognito-idp:AdminUpdateUserAttributes userpool/${UserPool}",  # a person has a new name
    "dynamodb:ConditionCheckItem table/vitosms-${Stage}",  # a manager goes, and another one stays
    "logs:CreateLogStream log-group:/vitosms/${Stage}/Aktivitaeten:*",  # the first line of a practice
}


def test_every_route_has_its_line() -> None:
    assert set(WALKS) == set(ROUTES), "add the route to tests/flow/desk/walks/routes.py"


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_a_route_answers_as_its_line_says(walked: World, route: Route) -> None:
    found = {who: walked.walked[route, who].status for who in WHO}
    assert found == WALKS[route].statuses


def test_without_a_session_one_signs_in_first(walked: World) -> None:
    for route in GUARDED:
        answer = walked.walked[route, "nobody"]
        assert (answer.status, answer.location.partition("?")[0]) == (303, "/signin"), route


def test_a_form_without_its_token_changes_nothing(walked: World) -> None:
    before = walked.table()
    for route in set(FORMS) & set(GUARDED):
        for token in (None, "x", "é"):
            answer = walked.ask(route, walked.browser(walked.who(route)), fields={"token": token})
            assert (answer.status, "geändert" in answer.text) == (403, True), route
    assert walked.table() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site", "?"])
def test_a_form_of_another_site_changes_nothing(walked: World, site: str) -> None:
    before = walked.table()
    for route in FORMS:
        answer = walked.ask(route, walked.browser(walked.who(route)), headers={"Sec-Fetch-Site": site})
        assert (answer.status, answer.cookies) == (403, ()), route
    assert walked.table() == before


def test_another_practice_and_one_that_there_is_not_are_one_page(walked: World) -> None:
    for route in ROUTES:
        if "{practice}" in route[1]:
            unknown = walked.path(route, practice="gibtsnicht")
            browser, path = walked.browser("stranger"), walked.path(route)
            foreign = walked.ask(route, browser, path)
            assert foreign.status == 404, route
            assert _same(foreign, path) == _same(walked.ask(route, browser, unknown), unknown), route


def test_what_there_is_not_is_the_same_page(walked: World) -> None:
    for route, declared in ROUTES.items():
        for name in re.findall(r"{(\w+)}", route[1]):
            reads = name != "practice" or (
                route[0] == "GET" and not declared.passive
            )  # the others lead to one that does
            if name != "version" and reads:
                browser, path = walked.browser(walked.who(route)), walked.path(route, **{name: "gibtsnicht"})
                answer = walked.ask(route, browser, path)
                other = browser.get("/static/0/gibtsnicht")
                assert (answer.status, _same(answer, path)) == (404, _same(other, "/static/0/gibtsnicht")), route


def test_a_method_that_a_route_does_not_take_is_a_page(walked: World) -> None:
    for method, path in ROUTES:
        other = "POST" if method == "GET" else "GET"
        if (other, path) not in ROUTES:
            answer = walked.browser("manager").ask(other, walked.path((method, path)))
            assert (answer.status, answer.headers["allow"]) == (405, method)
            assert not mistakes(answer.body)


def test_every_answer_has_the_headers(walked: World) -> None:
    for (route, who), answer in walked.walked.items():
        assert {name: answer.headers.get(name.lower()) for name in _ALWAYS} == _ALWAYS, (route, who)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; "), route
        assert "unsafe" not in policy, route
        assert "frame-ancestors 'none'" in policy, route
        assert answer.headers["strict-transport-security"], route
        assert answer.headers["cache-control"] == ("no-cache" if "/static/" in route[1] else "no-store"), route
        for cookie in answer.cookies:
            assert cookie.startswith("__Host-"), route
            assert cookie.endswith("; HttpOnly; SameSite=Lax; Secure"), route


def test_every_page_is_good_html(walked: World) -> None:
    wrong = {
        (" ".join(route), who): found
        for (route, who), answer in walked.walked.items()
        if answer.headers["content-type"].startswith("text/html") and answer.body and (found := mistakes(answer.body))
    }
    assert wrong == {}


def test_the_policy_allows_what_the_pages_ask_and_nothing_else(walked: World, watch: Watch) -> None:
    """The page of a refused request would be an error, which another test finds."""
    assert walked.walked
    needed = watch.needed[DESK] | set(own_log(DESK))
    unused = {_short(one) for one in permissions_of(DESK) if not any(map(one.allows, needed))}
    assert unused == RARE


def _same(answer: Answer, path: str) -> str:
    """A page without its support code, the path that was asked for, and its place in the menu."""
    page = re.sub(r"\b[2-9A-Z]-[2-9A-Z]{3}\b", "CODE", answer.body)
    return page.replace(path, "PATH").replace(' aria-current="page"', "")


def _short(permission: Permission) -> str:
    return f"{permission.action} {permission.resource.partition('${AWS::AccountId}:')[2]}"
