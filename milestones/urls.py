from django.urls import path

from district.freshness import kept_for_readers

from . import calendar, feeds, views

app_name = "milestones"

urlpatterns = [
    path("zeitplan/", views.timeline, name="timeline"),
    path("zeitplan/verschiebungen/", views.postponements, name="postponements"),
    path("zeitplan/methode/", views.method, name="method"),
    path("zeitplan/methode.svg", views.method_svg, name="method_svg"),
    path("zeitplan/zeitplan.svg", views.timeline_svg, name="timeline_svg"),
    path("beschluss/", views.resolutions, name="resolutions"),
    path("beschluss/<int:pk>/", views.resolution, name="resolution"),
    path("beschluss/anlage/<int:pk>/", views.attachment, name="attachment"),
    path("kalender.ics", calendar.calendar, name="calendar"),
    path("aenderungen.atom", kept_for_readers(feeds.Changes()), name="changes"),
]
