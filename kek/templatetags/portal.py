"""Tags for what an include cannot do: wrap a table, and number the pages of a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def table(content: SafeString, caption: str) -> str:
    """Wrap rows into a KERN table that scrolls in itself: `{% table _("Beratungsfolge") %}<thead>…{% endtable %}`."""
    return render_to_string("partials/table.html", {"content": content, "caption": caption})


@register.inclusion_tag("partials/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Number the pages of a list and keep its filters: `{% pagination page_obj %}`."""
    return {
        "page": page,
        "numbers": list(page.paginator.get_elided_page_range(page.number)),
        "ellipsis": Paginator.ELLIPSIS,
        "request": context["request"],
    }
