"""Accessible PDFs (PDF/UA-1) set by typst: a template lays out, the content comes beside it as JSON and is never read as markup."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import typst

_FONTS: Final = Path(__file__).parent / "fonts"
# Stands for a sign that none of the fonts has, such as an emoji: PDF/UA forbids an empty box that means nothing.
SUBSTITUTE: Final = "□"
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
# All but what every font has that is worth the name: Latin, punctuation, euro.
_UNCERTAIN: Final = re.compile(r"[^\n\x20-\x7e\xa0-\u017f\u2013-\u2026\u20ac]")


def typeset(template: Path, content: Mapping[str, object], *, made_at: datetime.datetime) -> bytes:
    """Return the PDF of a typst template, which reads `content` by `json(bytes(sys.inputs.content))`.

    The template must set title and language. A sign that cannot be shown becomes `SUBSTITUTE`.
    """
    try:
        return _compile(template, content, made_at)
    except typst.TypstError as error:
        missing = {_CODE.sub(lambda code: chr(int(code[1], 16)), each) for each in _MISSING.findall(error.diagnostic)}
        if not missing:
            raise
    by_length = sorted(map(re.escape, missing), key=len, reverse=True)
    try:
        return _compile(template, _substituted(content, re.compile("|".join(by_length))), made_at)
    except typst.TypstError:
        return _compile(template, _substituted(content, _UNCERTAIN), made_at)


def _compile(template: Path, content: object, made_at: datetime.datetime) -> bytes:
    if _first_process() != os.getpid():
        raise RuntimeError("typst was used before this process was forked: it would wait for ever for its threads.")
    words = json.dumps(content, ensure_ascii=False).encode(errors="replace").decode()
    return typst.compile(
        template,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"content": words},
        pdf_standards=["ua-1"],
        timestamp=int(made_at.timestamp()),
    )


def _substituted(content: object, signs: re.Pattern[str]) -> object:
    if isinstance(content, str):
        return signs.sub(SUBSTITUTE, content)
    if isinstance(content, dict):
        return {key: _substituted(value, signs) for key, value in content.items()}
    return [_substituted(each, signs) for each in content] if isinstance(content, list | tuple) else content


@cache
def _first_process() -> int:
    """Return the process that typeset first, which is the present one unless that one was forked since."""
    return os.getpid()


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: ours and those within typst, but none of the machine, so that a PDF is everywhere the same."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_FONTS])
