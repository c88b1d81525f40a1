"""`vitosms practice dashboard`: make a dashboard of a practice in CloudWatch, or take it away."""

from typing import Annotated

import typer

from infra.cli.core.confirmation import confirmed
from infra.cli.core.options import StageOptions, Yes
from infra.cli.core.output import answer
from infra.cli.core.stage import connected
from infra.cli.operate.practice_removal import Id
from infra.translation import tr


def dashboard(
    options: StageOptions,
    practice: Id,
    remove: Annotated[bool, typer.Option("--remove", help="Take it away.")] = False,
    yes: Yes = False,
) -> None:
    """Make a dashboard of a practice in CloudWatch: deliveries, failures and credits by day, no personal data."""
    from infra.account import dashboards

    with connected(options.stage) as deployment:
        found, practices = deployment.practice_to_change(practice), deployment.clients.practices
        if remove:
            dashboards.delete_dashboard(options.stage, found.id)
            practices.set_charted(found.id, charted=False)
            name, text = None, tr("{practice}: has no dashboard", practice=found.id)
        else:
            question = tr(
                "Make a dashboard of {practice}? It costs up to {total} USD a month: {dashboard} for the dashboard, "
                "except for the first three of the account, and {metric} for each of its three metrics.",
                practice=found.id, total=f"{dashboards.MONTHLY_USD:.2f}", dashboard=f"{dashboards.DASHBOARD_USD:.2f}",
                metric=f"{dashboards.METRIC_USD:.2f}",
            )  # fmt: skip
            confirmed(question, yes)
            name = dashboards.put_dashboard(options.stage, found)
            practices.set_charted(found.id, charted=True)
            text = tr("{practice}: has the dashboard {name}; numbers come with its next runs",
                      practice=found.id, name=name)  # fmt: skip
    answer(options.as_json, {"practice": found.id, "dashboard": name}, text)
