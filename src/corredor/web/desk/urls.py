"""URLs of the desk."""

from django.urls import path

from . import alert, board, call, drill, follow, halt, incident, photo, place, report, sending

app_name = "desk"

urlpatterns = [
    path("", board.desk, name="desk"),
    path("live/", board.live, name="live"),
    path("reports/<int:report_id>/", board.report, name="report"),
    path("reports/<int:report_id>/open/", report.open_new, name="report_open"),
    path("reports/<int:report_id>/join/", report.join, name="report_join"),
    path("reports/<int:report_id>/split/", report.split, name="report_split"),
    path("reports/<int:report_id>/set-aside/", report.set_aside, name="report_set_aside"),
    path("reports/<int:report_id>/hold/", report.hold, name="report_hold"),
    path("reports/<int:report_id>/take-back/", report.take_back, name="report_take_back"),
    path("reports/<int:report_id>/ask/", report.ask, name="report_ask"),
    path("reports/<int:report_id>/places/", place.for_report, name="report_places"),
    path("photos/<int:photo_id>/", photo.show, name="photo"),
    path("places/", place.find, name="places"),
    path("incidents/<slug:slug>/", board.incident, name="incident"),
    path("incidents/<slug:slug>/claim/", incident.claim, name="claim"),
    path("incidents/<slug:slug>/release/", incident.release, name="release"),
    path("incidents/<slug:slug>/pin/", incident.pin, name="pin"),
    path("incidents/<slug:slug>/verify/", incident.verify, name="verify"),
    path("incidents/<slug:slug>/close/", incident.close, name="close"),
    path("incidents/<slug:slug>/draft/", alert.draft, name="draft"),
    path("incidents/<slug:slug>/write/", alert.write, name="write"),
    path("incidents/<slug:slug>/move/", follow.move, name="move"),
    path("incidents/<slug:slug>/return/", follow.return_back, name="return"),
    path("incidents/<slug:slug>/seen/", follow.seen, name="seen"),
    path("incidents/<slug:slug>/hazard/", follow.hazard, name="hazard"),
    path("hazards/<int:hazard_id>/still/", follow.still, name="hazard_still"),
    path("hazards/<int:hazard_id>/wind/", follow.wind, name="hazard_wind"),
    path("hazards/<int:hazard_id>/clear/", follow.clear, name="hazard_clear"),
    path("alerts/<int:alert_id>/approve/", alert.approve, name="approve"),
    path("alerts/<int:alert_id>/send-back/", alert.send_back, name="send_back"),
    path("alerts/<int:alert_id>/release/", alert.release_held_alert, name="release_held_alert"),
    path("alerts/<int:alert_id>/", sending.sending, name="sending"),
    path("alerts/<int:alert_id>/live/", sending.sending_live, name="sending_live"),
    path("alerts/<int:alert_id>/stop/", alert.stop, name="stop"),
    path("chain/", board.chain, name="chain"),
    path("halt/", halt.halt, name="halt"),
    path("call/", call.call, name="call"),
    path("drills/", drill.drills, name="drills"),
    path("drills/start/", drill.start, name="drill_start"),
    path("drills/stop/", drill.stop, name="drill_stop"),
    path("drills/<int:run_id>/", drill.run, name="drill_run"),
]
