"""The page of the local provider on which a person signs in."""

import html
from collections.abc import Mapping

from infra.local.desk.http import HttpAnswer, page
from infra.translation import tr


def people_page(action: str, labels: Mapping[str, str], refused: bool) -> HttpAnswer:
    """A button for each person, by user name; the two fields for who is new."""
    action = html.escape(action)
    buttons = "".join(
        f'<p><button name="username" value="{html.escape(username)}">{html.escape(label)}</button></p>\n'
        for username, label in labels.items()
    )
    told = tr("The user name or the code is wrong, or the code was used already.") if refused else ""
    body = (
        f"<p>{tr('This stands in for the sign-in of AWS, on this machine only.')}</p>"
        f'<form method="post" action="{action}">{buttons}</form>'
        f'<h2>{tr("First sign-in")}</h2><p role="alert">{told}</p><form method="post" action="{action}">'
        f'<p><label>{tr("User name")}<br><input name="username" autocomplete="username" required></label></p>'
        f'<p><label>{tr("One-time code")}<br><input name="code" autocomplete="one-time-code" required></label></p>'
        f"<p><button>{tr('Sign in')}</button></p></form>"
    )
    return page(400 if refused else 200, tr("Sign in"), body)
