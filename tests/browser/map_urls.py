"""The portal with one more page, on which all maps stand: as they are, without the pages of a room around."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from district import atlas
from district.choropleth import choropleth
from district.map_drawing import small_map
from kek.urls import urlpatterns as portal

# Two ideas lie at the same place in Torgau, one in Oschatz; one is nowhere in particular.
IDEAS = [
    (1, "Radweg <b>an der Elbe</b>", 13.0, 51.56),
    (2, "Bänke am Markt", 13.0, 51.56),
    (3, "Bus am Abend", 13.11, 51.3),
]

PAGE = engines["django"].from_string("""
{% extends "base.html" %}{% load static %}
{% block title %}Karten{% endblock %}
{% block styles %}
  <link rel="stylesheet" href="{% static 'vendor/leaflet/leaflet.css' %}">
  <link rel="stylesheet" href="{% static 'kek/map.css' %}">
{% endblock %}
{% block scripts %}
  <script src="{% static 'vendor/leaflet/leaflet.js' %}" defer></script>
  <script src="{% static 'kek/map.js' %}" defer></script>
{% endblock %}
{% block content %}
  <h1 class="kern-heading-large portal-title">Karten</h1>
  <div class="portal-columns">
    {% include "partials/map_ideas.html" with points="/probe/ideen.geojson" attribution=district.map_attribution %}
    <ul>{% for key, title, x, y in ideas %}<li data-idea="{{ key }}"><a href="#idee-{{ key }}">{{ title }}</a></li>{% endfor %}</ul>
  </div>
  <h2>Ort wählen</h2>
  <form>
    <label for="id_municipality">Gemeinde</label>
    <select id="id_municipality"><option value="">überall</option>{% for area in municipalities %}<option value="{{ area.pk }}">{{ area.name }}</option>{% endfor %}</select>
    <input type="hidden" id="id_latitude" value="{{ latitude }}"><input type="hidden" id="id_longitude" value="{{ longitude }}">
    {% include "partials/map_picker.html" with latitude="id_latitude" longitude="id_longitude" municipality="id_municipality" attribution=district.map_attribution %}
  </form>
  <h2>Lage</h2>
  {% include "partials/map_small.html" with map=small attribution=district.map_attribution only %}
  <h2>Ideen je Gemeinde</h2>
  {% include "partials/map_choropleth.html" with map=choropleth attribution=district.map_attribution only %}
{% endblock %}
""")


def page(request: HttpRequest) -> HttpResponse:
    sheet = atlas.current()
    counts = {area.ags: number**2 // 12 for number, area in enumerate(sheet.areas)}
    content = {
        "ideas": IDEAS,
        "municipalities": [{"pk": sheet.keys[area.ags], "name": area.name} for area in sheet.areas],
        "latitude": request.GET.get("lat", ""),
        "longitude": request.GET.get("lon", ""),
        "small": small_map(sheet.drawing, ags="14730310", latitude=51.56, longitude=13.0),
        "choropleth": choropleth(sheet.drawing, counts, title="Ideen je Gemeinde", in_words="{} Ideen".format),
    }
    return HttpResponse(PAGE.render(content, request))


def ideas(request: HttpRequest) -> JsonResponse:
    features = [
        {
            "type": "Feature",
            "id": key,
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {"url": f"/probe/idee-{key}/", "title": title, "status": "veröffentlicht", "count": 1},
        }
        for key, title, longitude, latitude in IDEAS
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


urlpatterns = [path("probe/karten/", page), path("probe/ideen.geojson", ideas), *portal]
handler404 = "kek.errors.not_found"
