"""Tags for what an include cannot do: wrap a table, number the pages of a list, write days and numbers."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.template.defaultfilters import date as formatted
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
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


@register.filter(expects_localtime=True)
def day(date: datetime.date | None) -> str:
    """Write a day out, for people and machines: `{{ round.closes_on|day }}`; nothing where there is none."""
    if date is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', formatted(date, "Y-m-d"), formatted(date, "DATE_FORMAT"))


@register.filter
def grouped(number: int) -> str:
    """Write a large number as people do: `{{ idea.support_count|grouped }}` says „12.345“."""
    return number_format(number, force_grouping=True)
