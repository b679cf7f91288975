from django.urls import path

from .views import dates, events, groups, own_registration, registration

app_name = "workshops"

urlpatterns = [
    path("arbeitsgruppen/", groups.groups, name="groups"),
    path("arbeitsgruppen/<slug:group_slug>/", groups.group, name="group"),
    path("arbeitsgruppen/<slug:group_slug>/kalender.ics", groups.calendar, name="group_calendar"),
    path("termine/", dates.dates, name="dates"),
    path("termine/monat/", dates.this_month, name="this_month"),
    path("termine/monat/<int:year>/<int:month>/", dates.month, name="month"),
    path("termine/kalender.ics", dates.calendar, name="calendar"),
    path("termine/kalender/<slug:kind>.ics", dates.kind_calendar, name="kind_calendar"),
    path("termine/unterlagen/<int:pk>/", events.paper, name="paper"),
    path("termine/<int:pk>/", events.event, name="event"),
    path("termine/<int:pk>/termin.ics", events.calendar, name="event_calendar"),
    path("termine/<int:pk>/protokoll.<slug:ending>", events.minutes, name="minutes"),
    path("termine/<int:pk>/anmelden/", registration.register, name="register"),
    path("termine/anmeldung/", own_registration.cut_off, name="cut_off"),
    path("termine/anmeldung/bestaetigen/<str:token>/", registration.confirm, name="confirm"),
    path("termine/anmeldung/<str:secret>/", own_registration.registration, name="registration"),
    path("termine/anmeldung/<str:secret>/zusagen/", own_registration.accept, name="accept"),
    path("termine/anmeldung/<str:secret>/absagen/", own_registration.cancel, name="cancel"),
    path("termine/anmeldung/<str:secret>/rueckmeldung/", own_registration.feedback, name="feedback"),
    path("termine/anmeldung/<str:secret>/termin.ics", own_registration.own_calendar, name="own_calendar"),
    path("termine/anmeldung/<str:secret>/unterlagen/<int:pk>/", own_registration.own_paper, name="own_paper"),
    path("termine/anmeldung/<str:secret>/daten.json", own_registration.stored, name="stored"),
    path("termine/anmeldung/<str:secret>/loeschen/", own_registration.erase_own, name="erase"),
]
