"""URLs of public pages. Those used in messages are short: /a, /i, /r, /s."""

from django.urls import path

from . import (
    manage_views,
    map_view,
    now_views,
    receipt_views,
    report_views,
    subscribe_views,
    text_views,
    tile_views,
    verify_views,
)

app_name = "public"

urlpatterns = [
    path("", now_views.home, name="home"),
    path("now/", now_views.now, name="now"),
    path("now/list/", now_views.now_list, name="now_list"),
    path("drill/", now_views.drill, name="drill"),
    path("drill/list/", now_views.drill_list, name="drill_list"),
    path("i/<slug:slug>", now_views.incident, name="incident"),
    path("a/<slug:slug>", now_views.alert, name="alert"),
    path("a/<slug:slug>/signed.json", verify_views.proof, name="proof"),
    path("verify/", verify_views.verify, name="verify"),
    path(".well-known/corredor-keys.json", verify_views.keys, name="keys"),
    path("map/<str:city>.pmtiles", tile_views.tiles, name="tiles"),
    path("map/<slug:world>.svg", map_view.still, name="still"),
    path("map/<slug:world>.geojson", map_view.shapes, name="shapes"),
    path("report/", report_views.report, name="report"),
    path("r/", receipt_views.receipt, name="receipt"),
    path("s/", subscribe_views.subscribe, name="subscribe"),
    path("s/push/", subscribe_views.subscribe_push, name="subscribe_push"),
    path("s/asked/", subscribe_views.asked_push, name="asked_push"),
    path("s/code/", manage_views.typed_code, name="typed_code"),
    path("s/leave/<str:token>", manage_views.leave_page, name="leave"),
    path("s/<str:token>/", manage_views.preferences, name="wishes"),
    path("s/<str:token>/places/", manage_views.places, name="places"),
    path("s/<str:token>/text/", manage_views.text, name="text"),
    path("s/<str:token>/yes/<str:code>", manage_views.confirm, name="confirm"),
    path("push/key/", subscribe_views.push_key, name="push_key"),
    path("push/needed/", subscribe_views.push_needed, name="push_needed"),
    path("push/renew/", subscribe_views.push_renew, name="push_renew"),
    path("rights/", text_views.rights, name="rights"),
    path("how/", text_views.how, name="how"),
    path("privacy/", text_views.privacy, name="privacy"),
    path("feeds/", text_views.feeds, name="feeds"),
    path("about/", text_views.about, name="about"),
    path("offline/", text_views.offline, name="offline"),
    path("manifest.webmanifest", text_views.manifest, name="manifest"),
    path("sw.js", text_views.worker, name="worker"),
    path("robots.txt", text_views.robots, name="robots"),
]
