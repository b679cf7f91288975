"""Handing out a paper of an event, or saying that its file is lost."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from district.downloads import send_file
from workshops.models import Paper


def send_paper(request: HttpRequest, paper: Paper, *, back: str) -> HttpResponseBase:
    """Send a paper, to be saved and never shown by the browser itself; `back` is the page that names it."""
    try:
        return send_file(paper.file, title=paper.title)
    except Http404:
        context = {"concept": paper.event.concept, "event": paper.event, "paper": paper, "back": back}
        return render(request, "workshops/paper_lost.html", context, status=HTTPStatus.NOT_FOUND)
