"""`vitosms templates`: the texts of a practice, what is to be said of them, and how they look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.columns import Columns
from rich.text import Text

from chalicelib.messages.template import TemplateError, compile_template
from chalicelib.messages.template_lint import Lint, Measured, lint
from chalicelib.messages.template_set import NO_TEMPLATE
from chalicelib.practice.names import folded, nearest
from chalicelib.practice.parameter_names import TEMPLATES
from chalicelib.text import LANGUAGES
from infra.cli.configure.parameter_store import check_storable
from infra.cli.configure.template_screen import findings, origin_words, phone, shortened
from infra.cli.core.arguments import ArgumentError, allowed_names, refused
from infra.cli.core.completion import among
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.labels import channel_words, kind_words, labelled
from infra.cli.core.options import PracticeOptions, group
from infra.cli.core.os_errors import why_no_file
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.tables import new_table
from infra.language import said
from infra.translation import tr

if TYPE_CHECKING:
    from chalicelib.practice.practice import Practice

_WRONG = 1  # exit code where a template cannot be used
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Such as Terminerinnerung/SMS/de.", autocompletion=among(TEMPLATES))
]
Words = Annotated[
    list[str] | None,
    typer.Option(
        "--word",
        metavar="WORD",
        help="A word that reveals too much, besides the built-in ones; * stands for any letters.",
    ),
]

app = group()


@app.command("list")
def list_templates(options: PracticeOptions) -> None:
    """List all templates: whether the practice has its own, and how they begin."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    rows, documents = new_table("!" + tr("Template"), "!" + tr("Origin"), tr("Text")), []
    for name in TEMPLATES:
        origin, source = _origin(found, name), _source(found, name)
        problem = found.validated.problems.get(f"Vorlagen/{name}")
        colour = "bold red" if problem else "bold cyan" if origin == "own" else ""
        rows.add_row(Text(name, colour), origin_words(origin), Text(shortened(source or NO_TEMPLATE), "dim"))
        documents.append({"name": name, "origin": origin, "text": source, "problem": text_document(problem)})
    problems = [problem for key, problem in found.validated.problems.items() if key.startswith("Vorlagen/")]
    answer(options.as_json, {"practice": found.id, "templates": documents}, rows, *hints(problems, "red"))


@app.command("set")
def set_(
    options: PracticeOptions,
    name: Name,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The text; - for no message.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="PATH", help="Read the text from this file (UTF-8).")] = None,
) -> None:
    """Save a template of the practice. One that cannot be used is not stored."""
    known, source = _known(name), _given(text, file)
    if source.strip() != NO_TEMPLATE:
        try:
            compile_template(source)
        except TemplateError as error:
            raise ArgumentError(f"{known}: {said(error.text)}") from None
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        deployment.clients.parameters.save(found.id, f"Vorlagen/{known}", source)
    after = found.with_saved(replace(found.saved, templates={**found.saved.templates, known: source}))
    remarks = _lint(after, known).remarks
    answer(options.as_json, {"practice": found.id, "template": known, "remarks": text_documents(remarks)},
           tr("{practice}: {template} is saved", practice=found.id, template=known), *hints(remarks))  # fmt: skip


@app.command()
def unset(options: PracticeOptions, name: Name) -> None:
    """Use the built-in template again."""
    known = _known(name)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        was_set = deployment.clients.parameters.forget(found.id, f"Vorlagen/{known}")
    text = tr(
        "{practice}: {template} is the built-in text again"
        if was_set
        else "{practice}: {template} is already the built-in text",
        practice=found.id, template=known,
    )  # fmt: skip
    answer(options.as_json, {"practice": found.id, "template": known}, text)


@app.command("lint")
def lint_(options: PracticeOptions, word: Words = None) -> None:
    """Show what to fix in the templates, and how long the messages get. Exit code 1 if a template is broken."""
    from infra.cli.configure.template_preview import measured

    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        counts, unread = measured(deployment, found, tuple(word or ()))
    rows, documents = new_table("!" + tr("Template"), "!" + tr("Origin"), tr("Finding")), []
    broken = False
    for name in TEMPLATES:
        if (origin := _origin(found, name)) == "none":
            continue
        linted, count = _lint(found, name, tuple(word or ())), counts.get(name, Measured())
        broken = broken or linted.problem is not None
        values = found.validated.switches.values
        allowed = bool(values.get("UmschriftErlaubt")), int(values.get("MaxSMSTeile", 0))
        remarks = [*linted.remarks, *count.remarks(*allowed)]
        rows.add_row(name, origin_words(origin), findings(said(linted.problem), [*map(said, remarks)], count))
        found_of = {"problem": text_document(linted.problem), "remarks": text_documents(remarks)}
        documents.append({"name": name, "origin": origin, **found_of, **_sizes(count)})
    told = [unread] if unread else []
    document = {"practice": found.id, "templates": documents, "remarks": text_documents(told)}
    answer(options.as_json, document, rows, *hints(told))
    if broken:
        raise typer.Exit(_WRONG)


@app.command()
def preview(
    options: PracticeOptions,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="The birthday greeting of this patient.")] = None,
    appointment: Annotated[str | None, typer.Option(metavar="ID", help="The reminder of this appointment.")] = None,
    with_sample: Annotated[bool, typer.Option("--sample", help="Use an invented patient.")] = False,
    language: Annotated[
        str, typer.Option(metavar="CODE", help="The language of the invented patient: de, fr, it or en.")
    ] = "de",
) -> None:
    """Show messages as on a phone, with parts and credits. Nothing is sent."""
    from infra.cli.configure.template_preview import previews, sample

    if [patient is not None, appointment is not None, with_sample].count(True) != 1:
        raise ArgumentError(tr("give exactly one of --patient ID, --appointment ID and --sample"))
    if language not in LANGUAGES:
        raise refused("--language", language, allowed_names(LANGUAGES))
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        seen = sample(deployment, found, language) if with_sample else previews(deployment, found, patient, appointment)
    document = {"practice": found.id, "messages": [one.document() for one in seen]}
    problems = [
        labelled(f"{kind_words(one.kind)}, {channel_words(one.channel)}", said(one.problem))
        for one in seen
        if one.problem
    ]
    answer(options.as_json, document, Columns([phone(one) for one in seen if not one.problem], padding=(0, 1)),
           *hints(problems, "red"))  # fmt: skip


def _known(given: str) -> str:
    known = {name.casefold(): name for name in TEMPLATES}
    if given.strip().casefold() not in known:
        near, every = nearest(given, TEMPLATES, fold=folded), ", ".join(TEMPLATES)
        raise ArgumentError(
            tr("template {given!r}: there is no such template; did you mean {near}?", given=given, near=near[0])
            if near
            else tr(
                "template {given!r}: there is no such template; it must be one of {names}", given=given, names=every
            )
        )
    return known[given.strip().casefold()]


def _given(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise ArgumentError(tr("give either TEXT or --file PATH"))
    try:
        source = text if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise refused("--file", str(file), tr("it is not UTF-8")) from None
    except OSError as error:
        raise refused("--file", str(file), tr("it cannot be read: {why}", why=why_no_file(error))) from None
    source = (source or "").strip("\r\n")
    check_storable(source)
    return source


def _source(found: Practice, name: str) -> str | None:
    try:
        return found.validated.templates.source(*TEMPLATES[name])
    except TemplateError:  # blank
        return found.saved.templates[name]


def _origin(found: Practice, name: str) -> str:
    if _source(found, name) is None:
        return "none"
    return "own" if name in found.saved.templates else "packaged"


def _lint(found: Practice, name: str, words: tuple[str, ...] = ()) -> Lint:
    source = _source(found, name)
    if source is None:
        return Lint()
    transliterate = bool(found.validated.switches.values.get("UmschriftErlaubt"))
    kind, part, language = TEMPLATES[name]
    written_in = found.validated.templates.text_language(kind, part, language)
    return lint(kind, part, written_in, source, transliterate=transliterate, words=words)


def _sizes(count: Measured) -> dict[str, Any]:
    if not count.parts:
        return {"messages": 0}
    kind, _, one = count.longest.partition(":")
    most = {"median": count.median, "most": max(count.parts), "longest": {kind: one}}
    return {"messages": count.parts.total(), **most, "parts": dict(sorted(count.parts.items()))}
