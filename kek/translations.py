"""The portal's own texts: found in the code, kept in `locale/`, compiled with Babel alone (no GNU gettext needed).

The texts in the code are German; `locale/en` translates them all. `locale/de` rewords what Django and its packages say.
"""

import os
import re
from collections.abc import Iterator
from io import SEEK_END, BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

ROOMS = ("kek", "publicity", "participation", "catalogue", "workshops", "milestones", "district")
# What each call's arguments are: a text (1), a text and its plural (1, 2), and a context before them ("c").
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = r"""msgid ""
msgstr ""
"Language: {catalog.locale}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {catalog.plural_forms}\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def english() -> Path:
    """Return the catalog that translates the portal's texts."""
    return settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"


def catalogs() -> list[Path]:
    """Return every catalog; those of other languages replace single texts of Django and its packages."""
    return sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))


def updated(path: Path) -> Catalog:
    """Return the catalog at `path` with exactly the texts that the code has now."""
    catalog = read(path)
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def read(path: Path) -> Catalog:
    """Return the catalog at `path`, an empty one where there is none yet."""
    if not path.exists():
        return Catalog(locale=path.parent.parent.name)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def collected() -> Catalog:
    """Return every text of the rooms' Python files and of the templates."""
    catalog = Catalog()
    for path in sorted(_sources()):
        place = path.relative_to(settings.BASE_DIR).as_posix()
        try:
            for text, context in _texts(path):
                catalog.add(text, locations=[(place, 0)], context=context)
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{place}: {error}") from error
    return catalog


def write(catalog: Catalog, path: Path) -> None:
    """Keep a catalog for the translators."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_written(catalog))


def as_written(catalog: Catalog) -> bytes:
    """Return the file of a catalog: sorted, without line numbers and dates, so that two branches seldom collide."""
    file = BytesIO(HEADER.format(catalog=catalog).encode())
    file.seek(0, SEEK_END)
    write_po(file, catalog, sort_output=True, include_lineno=False, omit_header=True, width=120)
    return file.getvalue()


def compile_catalog(path: Path) -> None:
    """Write the file that Django reads, in one step: a portal that starts meanwhile never finds half of it."""
    new = path.with_suffix(f".{os.getpid()}.mo")
    with new.open("wb") as file:
        write_mo(file, read(path))
    compiled = new.replace(path.with_suffix(".mo"))
    translation_file_changed(sender=None, file_path=compiled)  # This process may have loaded the old one.


def complaints(path: Path) -> Iterator[str]:
    """Yield what is wrong with a catalog, a line for each fault."""
    catalog = updated(path) if path == english() else read(path)
    for message in catalog:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"uncertain (fuzzy): {message.id!r}"
        elif not _is_translated(message):
            yield f"not translated: {message.id!r}"
        elif _placeholders(message.string) - _placeholders(message.id):
            yield f"placeholders unknown to the German text: {message.id!r}"
        elif path == english() and _placeholders(message.id) - _placeholders(message.string):
            yield f"placeholders lost: {message.id!r}"
    if path == english() and path.read_bytes() != as_written(catalog):
        yield "the file is not as `make translations` writes it: texts added, gone or moved"


def _sources() -> Iterator[Path]:
    for kind in ("html", "txt", "svg"):
        yield from (settings.BASE_DIR / "templates").rglob(f"*.{kind}")
    for room in ROOMS:
        for path in (settings.BASE_DIR / room).rglob("*"):
            if (path.suffix == ".py" or "templates" in path.parts) and path.is_file():
                yield path


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text()
    if path.suffix != ".py":
        # Django blanks out all but the texts; without indentation Python's tokenizer reads the rest.
        source = "\n".join(line.lstrip() for line in templatize(source).split("\n"))
    file = BytesIO(source.encode())
    for _line, text, _comments, context in extract("python", file, KEYWORDS, options={"encoding": "utf-8"}):
        yield text, context


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings) and isinstance(message.string, tuple) == message.pluralizable


def _placeholders(text: str | tuple[str, ...] | list[str] | None) -> set[str]:
    texts = [text] if isinstance(text, str) else text or []
    return {placeholder for one in texts for placeholder in PLACEHOLDER.findall(one.replace("%%", ""))}
