"""URL routes of the public API."""

from django.urls import path

from . import files

app_name = "api"

urlpatterns = [
    path("<slug:language>.atom", files.old_feed, name="feed"),
]
