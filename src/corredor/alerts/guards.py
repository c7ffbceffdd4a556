"""Database triggers of the alerts stage: no alert without verification, none approved by its author."""

from corredor.kit.db_rules import Guard

_CURRENT = (
    "EXISTS (SELECT 1 FROM incidents_verification v JOIN incidents_incident i ON i.id = v.incident_id "
    "JOIN incidents_place p ON p.incident_id = i.id "
    "WHERE v.id = NEW.verification_id AND v.incident_id = NEW.incident_id AND i.is_drill = NEW.is_drill "
    # a place they moved to must be verified again before anyone there is warned
    "AND p.id = NEW.place_id AND (p.kind IN ('FIRST', 'CORRECTED') OR v.checked_at >= p.since) "
    "AND v.outcome IN {outcomes})"
)
_FITS = " OR ".join(
    f"(NEW.kind IN {kinds} AND {_CURRENT.format(outcomes=outcomes)})"
    for kinds, outcomes in (
        (
            "('CONFIRMED', 'UPDATE', 'MOVED_HERE', 'MOVED_AWAY', 'RETURNED', 'HAZARD')",
            "('CONFIRMED_ACTIVE', 'CONFIRMED_ENDED')",
        ),
        ("('ALL_CLEAR')", "('CONFIRMED_ENDED')"),
        ("('CORRECTION', 'DENIAL')", "('NOT_IMMIGRATION', 'COULD_NOT_VERIFY')"),
    )
)
_APPROVED = "(SELECT a.state FROM alerts_alert a WHERE a.id = {row}.alert_id) IN ('APPROVED', 'STOPPED', 'HELD')"

_NO_DRILL_ACTOR = (
    "NEW.is_drill OR NOT EXISTS (SELECT 1 FROM people_user u "
    "WHERE u.is_drill AND u.id IN (NEW.written_by_id, NEW.approved_by_id))"
)

GUARDS = [
    Guard(name="drill_people_write_no_alert", table="alerts_alert", when="INSERT", condition=_NO_DRILL_ACTOR),
    Guard(
        name="drill_people_approve_no_alert",
        table="alerts_alert",
        when="UPDATE",
        columns=("approved_by_id",),
        condition=_NO_DRILL_ACTOR,
    ),
    Guard(name="alert_rests_on_a_verification", table="alerts_alert", when="INSERT", condition=_FITS),
    Guard(
        name="alert_keeps_its_ground",
        table="alerts_alert",
        when="UPDATE",
        columns=(
            "incident_id",
            "verification_id",
            "kind",
            "is_drill",
            "written_by_id",
            "place_id",
            "radius_m",
        ),
        condition="NEW.incident_id = OLD.incident_id AND NEW.verification_id = OLD.verification_id "
        "AND NEW.kind = OLD.kind AND NEW.is_drill = OLD.is_drill AND NEW.written_by_id = OLD.written_by_id "
        "AND NEW.place_id = OLD.place_id AND NEW.radius_m = OLD.radius_m",
    ),
    Guard(
        name="an_overtaken_alert_is_not_approved",
        table="alerts_alert",
        when="UPDATE",
        columns=("state",),
        condition="NEW.state <> 'APPROVED' OR OLD.state = 'APPROVED' OR (OLD.state IN ('WAITING', 'HELD') AND "
        "(SELECT i.closed_at FROM incidents_incident i WHERE i.id = NEW.incident_id) IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM incidents_verification later JOIN incidents_verification own ON own.id = NEW.verification_id "
        "WHERE later.incident_id = NEW.incident_id AND later.id > own.id AND later.outcome <> own.outcome))",
    ),
    Guard(
        name="a_third_person_releases",
        table="alerts_alert",
        when="UPDATE",
        columns=("state",),
        condition="NEW.state <> 'APPROVED' OR OLD.state <> 'HELD' OR (NEW.released_by_id IS NOT NULL "
        "AND NEW.released_by_id <> NEW.written_by_id AND NEW.released_by_id <> NEW.approved_by_id)",
    ),
    Guard(
        name="approval_is_not_taken_over",
        table="alerts_alert",
        when="UPDATE",
        columns=("approved_by_id",),
        condition="OLD.approved_by_id IS NULL OR NEW.approved_by_id = OLD.approved_by_id",
    ),
    Guard(
        name="approved_text_is_not_changed",
        table="alerts_text",
        when="UPDATE",
        condition=f"NOT {_APPROVED.format(row='OLD')} AND NOT {_APPROVED.format(row='NEW')}",
    ),
    Guard(
        name="approved_text_is_not_removed",
        table="alerts_text",
        when="DELETE",
        condition=f"NOT {_APPROVED.format(row='OLD')}",
    ),
    Guard(
        name="approved_text_is_not_added_to",
        table="alerts_text",
        when="INSERT",
        condition=f"NOT {_APPROVED.format(row='NEW')}",
    ),
]
