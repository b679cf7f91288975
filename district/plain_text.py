"""Words of citizens as they come from keyboards, phones and other programs."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

TOO_LONG: Final = {"max_length": _("Zu lang: %(show_value)d Zeichen, erlaubt sind %(limit_value)d.")}

# Signs nobody sees: control characters, and those that turn the direction of what stands around a text.
_UNSEEN: Final = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_KEPT: Final = frozenset("\n\t")
# Letters and signs by their category, and yet there is nothing to see.
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\ufe0f\uffa0")
_SIGNS: Final[dict[int, str | None]] = {
    **{code: None for code in _UNSEEN if chr(code) not in _KEPT},
    0x2028: "\n",
    0x2029: "\n",
}


class PlainTextField(forms.CharField):
    """Text of one line or, with a text area, of several: each line end counts as one sign, as in the reader's counter."""

    def to_python(self, value: Any) -> str:
        """Return the text without signs nobody sees."""
        if value in self.empty_values:
            return ""
        text = unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n").translate(_SIGNS))
        if not isinstance(self.widget, forms.Textarea):
            text = " ".join(text.split())
        return text.strip() if any(map(_is_seen, text)) else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let people write and paste more than fits: cut off silently, it would be lost."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


def _is_seen(sign: str) -> bool:
    """Whether a sign shows by itself; those that only join or part others stay where there are others."""
    return sign not in _BLANK and unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp", "Zs")
