"""URL routes of the published files: the same paths as in the snapshot folder."""

from django.urls import path

from . import files

app_name = "files"

urlpatterns = [
    path("live.json", files.live, name="live"),
    path("feeds/<path:name>", files.feed, name="feed"),
]
