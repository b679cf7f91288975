"""Addresses of the ground: what belongs to the district as a whole, in no language and to no concept."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("gemeinden.geojson", views.boundaries, name="boundaries"),
]
