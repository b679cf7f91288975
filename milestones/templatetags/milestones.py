"""Filters that put moves and dates into words (`milestones.wording`)."""

from __future__ import annotations

from django import template

from milestones import wording

register = template.Library()

register.filter("move", wording.move)
register.filter("expected", wording.expected)
