"""What a browser would send for a form that nobody touched."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.sent: dict[str, str] = {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "form":
            self.is_inside = found.get("id") == self.form_id
        elif not self.is_inside:
            return
        elif tag == "input" and name and found.get("type") not in {"submit", "file", "button"}:
            if found.get("type") not in {"checkbox", "radio"} or "checked" in found:
                self.sent[name] = value or ("on" if found.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in found or self.select not in self.sent):
            self.sent[self.select] = value
        elif tag == "textarea":
            self.textarea, self.sent[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        elif tag == "form":
            self.is_inside = False

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.sent[self.textarea] += data


def unchanged(html: str, form_id: str) -> dict[str, str]:
    """Return the fields of the form with that id."""
    parser = _Form(form_id)
    parser.feed(html)
    return parser.sent
