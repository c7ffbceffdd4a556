"""Addresses for machines that read what is public."""

from django.urls import path

from . import feed

app_name = "api"

urlpatterns = [
    path("<slug:language>.atom", feed.feed, name="feed"),
]
