"""`vitosms queue`: the open entries of a practice (Versand-Queue), and what a person does about one."""

from infra.cli.core.options import group
from infra.cli.daily.queue_change import cancel, release
from infra.cli.daily.queue_list import list_entries
from infra.cli.daily.queue_resolve import resolve
from infra.cli.daily.queue_send_again import send_again
from infra.cli.daily.queue_show import show

app = group()
app.command("list")(list_entries)
for command in (show, cancel, release, resolve):
    app.command()(command)
app.command("send-again")(send_again)
