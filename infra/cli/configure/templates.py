"""`vitosms templates`: the texts (Textvorlagen) of a practice, what is to be said of them, and how they look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.columns import Columns
from rich.console import RenderableType
from rich.text import Text

from chalicelib.messages.recipient import Address
from chalicelib.messages.template import MAX_LENGTH, TemplateError, compile_template
from chalicelib.messages.template_lint import Lint, Measured, lint
from chalicelib.messages.template_set import LANGUAGES, NO_TEMPLATE
from chalicelib.practice.validation import TEMPLATES
from infra.cli.core.arguments import ArgumentError
from infra.cli.core.completion import among
from infra.cli.core.documents import text_document, text_documents
from infra.cli.core.labels import kind_words
from infra.cli.core.options import PracticeOptions, group
from infra.cli.core.output import answer, hints
from infra.cli.core.stage import connected
from infra.cli.core.suggestions import meant
from infra.cli.core.tables import new_table
from infra.cli.daily.message_frames import framed
from infra.language import counted, said

if TYPE_CHECKING:
    from chalicelib.practice.practice import Practice
    from infra.cli.configure.template_preview import Preview

_WRONG = 1  # exit code where a template cannot be used
_WHOSE = {"appointment": "Termin", "patient": "Patient"}
_ORIGINS = {"eigene": "own", "mitgeliefert": "packaged", "keine": "none"}
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Such as Terminerinnerung/SMS/de.", autocompletion=among(TEMPLATES))
]
Words = Annotated[
    list[str] | None,
    typer.Option("--word", metavar="WORD", help="Beside the packaged words that reveal too much; * for any letters."),
]

app = group()


@app.command("list")
def list_templates(options: PracticeOptions) -> None:
    """All texts: whether the practice has its own, and how they begin."""
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
    rows, documents = new_table("!Vorlage", "!Herkunft", "Text"), []
    for name in TEMPLATES:
        origin, source = _origin(found, name), _source(found, name)
        problem = found.validated.problems.get(f"Vorlagen/{name}")
        colour = "bold red" if problem else "bold cyan" if origin == "eigene" else ""
        rows.add_row(Text(name, colour), origin, Text(_shortened(source or NO_TEMPLATE), "dim"))
        documents.append({"name": name, "origin": _ORIGINS[origin], "text": source, "problem": text_document(problem)})
    problems = [problem for key, problem in found.validated.problems.items() if key.startswith("Vorlagen/")]
    answer(options.as_json, {"practice": found.id, "templates": documents}, rows, *hints(problems, "red"))


@app.command("set")
def set_(
    options: PracticeOptions,
    name: Name,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help=f"The text; {NO_TEMPLATE} for none.")] = None,
    file: Annotated[Path | None, typer.Option(metavar="PATH", help="Read the text from a file (UTF-8).")] = None,
) -> None:
    """Save a text of the practice's own; refused before it is stored where it cannot be used."""
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
           f"{found.id}: {known} is saved", *hints(remarks))  # fmt: skip


@app.command()
def unset(options: PracticeOptions, name: Name) -> None:
    """Use the text that comes with vitosms again."""
    known = _known(name)
    with connected(options.stage) as deployment:
        found = deployment.practice_to_change(options.practice)
        was_set = deployment.clients.parameters.forget(found.id, f"Vorlagen/{known}")
    text = f"{found.id}: {known} is the one that comes with vitosms{'' if was_set else ' already'}"
    answer(options.as_json, {"practice": found.id, "template": known}, text)


@app.command("lint")
def lint_(options: PracticeOptions, word: Words = None) -> None:
    """What to mend in the texts, and what they cost with the practice's own names; exit code 1 if one is broken."""
    from infra.cli.configure.template_preview import measured

    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        counts, unread = measured(deployment, found, tuple(word or ()))
    rows, documents = new_table("!Vorlage", "!Herkunft", "Befund"), []
    broken = False
    for name in TEMPLATES:
        if (origin := _origin(found, name)) == "keine":
            continue
        linted, count = _lint(found, name, tuple(word or ())), counts.get(name, Measured())
        broken = broken or linted.problem is not None
        values = found.validated.switches.values
        allowed = bool(values.get("UmschriftErlaubt")), int(values.get("MaxSMSTeile", 0))
        remarks = [*linted.remarks, *count.remarks(*allowed)]
        rows.add_row(name, origin, _findings(said(linted.problem), [*map(said, remarks)], count))
        found_of = {"problem": text_document(linted.problem), "remarks": text_documents(remarks)}
        documents.append({"name": name, "origin": _ORIGINS[origin], **found_of, **_sizes(count)})
    told = [unread] if unread else []
    document = {"practice": found.id, "templates": documents, "remarks": text_documents(told)}
    answer(options.as_json, document, rows, *hints(told))
    if broken:
        raise typer.Exit(_WRONG)


@app.command()
def preview(
    options: PracticeOptions,
    patient: Annotated[str | None, typer.Option(metavar="ID", help="The greeting of this patient.")] = None,
    appointment: Annotated[str | None, typer.Option(metavar="ID", help="The reminder of this appointment.")] = None,
    with_sample: Annotated[bool, typer.Option("--sample", help="An invented patient.")] = False,
    language: Annotated[str, typer.Option(metavar="CODE", help="Of the invented patient: de, fr, it or en.")] = "de",
) -> None:
    """The messages as on a phone, with parts and credits. Nothing is sent."""
    from infra.cli.configure.template_preview import previews, sample

    if [patient is not None, appointment is not None, with_sample].count(True) != 1:
        raise ArgumentError("one of --patient ID, --appointment ID and --sample is needed")
    if language not in LANGUAGES:
        raise ArgumentError(f"--language {language!r}: allowed are {', '.join(LANGUAGES)}")
    with connected(options.stage) as deployment:
        found = deployment.practice(options.practice)
        seen = sample(deployment, found, language) if with_sample else previews(deployment, found, patient, appointment)
    document = {"practice": found.id, "messages": [one.document() for one in seen]}
    problems = [f"{kind_words(one.kind)}, {one.channel}: {said(one.problem)}" for one in seen if one.problem]
    answer(options.as_json, document, Columns([_phone(one) for one in seen if not one.problem], padding=(0, 1)),
           *hints(problems, "red"))  # fmt: skip


def _known(given: str) -> str:
    folded = {name.casefold(): name for name in TEMPLATES}
    if given.strip().casefold() not in folded:
        near = meant(given, TEMPLATES) or f"there are {', '.join(TEMPLATES)}"
        raise ArgumentError(f"template {given!r}: there is no such template; {near.strip()}")
    return folded[given.strip().casefold()]


def _given(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise ArgumentError("either TEXT or --file PATH is needed")
    try:
        source = text if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError(f"--file {file}: cannot be read as UTF-8 ({type(error).__name__})") from None
    source = (source or "").strip("\r\n")
    if not source.strip() or len(source) > MAX_LENGTH or "{{" in source:
        raise ArgumentError(f"the text must have 1 to {MAX_LENGTH} characters, and no {{{{, which AWS refuses")
    return source


def _source(found: Practice, name: str) -> str | None:
    try:
        return found.validated.templates.source(*TEMPLATES[name])
    except TemplateError:  # blank
        return found.saved.templates[name]


def _origin(found: Practice, name: str) -> str:
    if _source(found, name) is None:
        return "keine"
    return "eigene" if name in found.saved.templates else "mitgeliefert"


def _lint(found: Practice, name: str, words: tuple[str, ...] = ()) -> Lint:
    source = _source(found, name)
    if source is None:
        return Lint()
    transliterate = bool(found.validated.switches.values.get("UmschriftErlaubt"))
    kind, part, language = TEMPLATES[name]
    written_in = found.validated.templates.text_language(kind, part, language)
    return lint(kind, part, written_in, source, transliterate=transliterate, words=words)


def _findings(problem: str | None, remarks: list[str], count: Measured) -> Text:
    lines = [Text(problem, "red")] if problem else []
    lines += [Text(remark, "yellow") for remark in remarks]
    if count.parts:
        most = max(count.parts)
        usual = counted(count.median, "Teil", "Teile")
        kind, _, one = count.longest.partition(":")
        whose = f" ({_WHOSE[kind]} {one})" if most > count.median else ""
        lines.append(Text(f"{count.parts.total()} SMS: meist {usual}, höchstens {most}{whose}", "dim"))
    return Text("\n").join(lines or [Text("gut", "green")])


def _sizes(count: Measured) -> dict[str, Any]:
    if not count.parts:
        return {"messages": 0}
    kind, _, one = count.longest.partition(":")
    most = {"median": count.median, "most": max(count.parts), "longest": {kind: one}}
    return {"messages": count.parts.total(), **most, "parts": dict(sorted(count.parts.items()))}


def _phone(one: Preview) -> RenderableType:
    price = counted(one.credits, "Credit", "Credits")
    size = f"{counted(one.parts, 'Teil', 'Teile')} · {price}" if one.parts else price
    return framed(_lines(one), f"{one.channel} · {kind_words(one.kind)}", size)


def _lines(one: Preview) -> Iterator[Text]:
    yield Text(f"Von {one.sender or 'unbekannt'}", "dim")
    yield Text(f"An {one.to.value if isinstance(one.to, Address) else said(one.to.reason)}", "dim")
    yield Text()
    if one.subject:
        yield Text(one.subject, "bold")
        yield Text()
    yield Text(one.text)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
