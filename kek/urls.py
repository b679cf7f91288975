"""Addresses of the portal. Fixed ones come first: a concept's slug never hides them (`district.models.RESERVED_SLUGS`)."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from district.models import LegalText
from kek import demo_mailbox, errors, home, views

handler400 = "kek.errors.bad_request"
handler403 = "kek.errors.permission_denied"
handler404 = "kek.errors.not_found"
handler429 = "kek.errors.too_many_requests"  # asked for by allauth
handler500 = "kek.errors.server_error"

LEGAL_KINDS = "|".join(LegalText.Kind.values)

# What allauth offers and the portal does not: accounts and their addresses are kept in Verwaltung.
CLOSED_ACCOUNT_PATHS = ["email/", "confirm-email/", "3rdparty/", "3rdparty/signup/", "password/set/"]

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("wappen", views.coat_of_arms, name="coat_of_arms"),
    path("", include("district.urls")),
    path("demo/post/", demo_mailbox.mailbox, name="demo_mailbox"),
    path("demo/post/<slug:name>/<int:number>/", demo_mailbox.mail, name="demo_mail"),
    path("verwaltung/", admin.site.urls),
    *(path(f"konto/{closed}", errors.not_found) for closed in CLOSED_ACCOUNT_PATHS),
    path("konto/", include("allauth.urls")),
]

urlpatterns += i18n_patterns(
    path("", views.current, name="current"),
    re_path(rf"^(?P<kind>{LEGAL_KINDS})/$", views.legal, name="legal"),
    path("<slug:concept_slug>/", home.home, name="home"),
    path("<slug:concept_slug>/", include("milestones.urls")),
    path("<slug:concept_slug>/", include("catalogue.urls")),
    path("<slug:concept_slug>/", include("workshops.urls")),
    path("<slug:concept_slug>/beteiligung/", include("participation.urls")),
    prefix_default_language=False,
)
