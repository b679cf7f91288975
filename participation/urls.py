from django.urls import path

from .views import ideas, rounds, status, submission, voices

app_name = "participation"

urlpatterns = [
    path("", rounds.rounds, name="rounds"),
    path("stand/", status.cut_off, name="cut_off"),
    path("stand/<str:secret>/", status.status, name="status"),
    path("stand/<str:secret>/beleg/", status.receipt, name="receipt"),
    path("stand/<str:secret>/daten.json", status.stored, name="stored"),
    path("stand/<str:secret>/datei/<int:pk>/", status.own_file, name="own_file"),
    path("stand/<str:secret>/zurueckziehen/<int:pk>/", status.withdraw_idea, name="withdraw"),
    path("stand/<str:secret>/kommentar/<int:pk>/", status.withdraw_own_comment, name="withdraw_comment"),
    path("stand/<str:secret>/link/", status.link_again, name="link_again"),
    path("stand/<str:secret>/loeschen/", status.erase_all, name="erase"),
    path("stand/<str:secret>/abbestellen/", status.unsubscribe_address, name="unsubscribe"),
    path("bestaetigen/<str:token>/", status.confirm, name="confirm"),
    path("unterstuetzung/<str:token>/", voices.confirm, name="confirm_support"),
    path("anhang/<int:pk>/", ideas.file, name="file"),
    path("<slug:round_slug>/", rounds.round_page, name="round"),
    path("<slug:round_slug>/ideen.geojson", rounds.points, name="points"),
    path("<slug:round_slug>/mitmachen/", submission.submit_idea, name="submit"),
    path("<slug:round_slug>/aehnlich/", submission.similar, name="similar"),
    path("<slug:round_slug>/ideen/<int:pk>/", ideas.idea, name="idea"),
    path("<slug:round_slug>/ideen/<int:pk>/unterstuetzen/", voices.support_idea, name="support"),
    path("<slug:round_slug>/ideen/<int:pk>/kommentieren/", voices.comment_idea, name="comment"),
    path("<slug:round_slug>/ideen/<int:pk>/melden/", voices.report_idea, name="report"),
]
