"""Typesetting across processes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from district import typesetting

AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_process_forked_after_typesetting_is_told_so_instead_of_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "sheet.typ"
    template.write_text('#set document(title: "Blatt")\n#set text(lang: "de")\n= Blatt\n')
    assert typesetting.typeset(template, {}, made_at=AT).startswith(b"%PDF")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(RuntimeError, match="forked"):
        typesetting.typeset(template, {}, made_at=AT)
