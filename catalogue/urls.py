"""Public addresses of a concept's goals and measures, below its slug."""

from django.urls import path

from . import views

app_name = "catalogue"

urlpatterns = [
    path("ziele/", views.goals, name="goals"),
    path("ziele/<int:pk>/", views.goal, name="goal"),
    path("handlungsbedarf/<int:pk>/", views.need, name="need"),
    path("massnahmen/", views.measures, name="measures"),
    path("massnahmen/<int:pk>/", views.measure, name="measure"),
]
