"""Database triggers of the incidents stage."""

from corredor.kit.db_rules import Guard

GUARDS = [
    Guard(name="timeline_is_never_rewritten", table="incidents_timeline", when="UPDATE", condition="1 = 0"),
    Guard(name="timeline_is_never_cut", table="incidents_timeline", when="DELETE", condition="1 = 0"),
    Guard(
        name="verification_is_never_rewritten",
        table="incidents_verification",
        when="UPDATE",
        condition="1 = 0",
    ),
    Guard(name="verification_is_never_removed", table="incidents_verification", when="DELETE", condition="1 = 0"),
    Guard(
        name="verifier_is_trained",
        table="incidents_verification",
        when="INSERT",
        condition="EXISTS (SELECT 1 FROM people_training t JOIN people_user u ON u.id = t.user_id "
        "WHERE t.id = NEW.training_id AND t.user_id = NEW.verifier_id AND t.course = 'VERIFICATION' "
        "AND t.expires_on >= {day:NEW.checked_at} "
        "AND (NOT u.is_drill OR (SELECT i.is_drill FROM incidents_incident i WHERE i.id = NEW.incident_id)))",
    ),
    Guard(
        name="drill_reports_join_drills_only",
        table="incidents_membership",
        when="INSERT",
        condition="(SELECT r.is_drill FROM intake_report r WHERE r.id = NEW.report_id) = "
        "(SELECT i.is_drill FROM incidents_incident i WHERE i.id = NEW.incident_id)",
    ),
    Guard(
        name="drill_stays_drill",
        table="incidents_incident",
        when="UPDATE",
        columns=("is_drill",),
        condition="NEW.is_drill = OLD.is_drill",
    ),
    Guard(
        name="every_incident_begins_unchecked",
        table="incidents_incident",
        when="INSERT",
        condition="NEW.status = 'BEING_CHECKED'",
    ),
    Guard(
        name="wind_turns_only_while_a_danger_is_open",
        table="incidents_hazard",
        when="UPDATE",
        columns=("wind_to",),
        condition="NEW.wind_to = OLD.wind_to OR OLD.cleared_at IS NULL",
    ),
    Guard(
        name="nothing_confirmed_without_verification",
        table="incidents_incident",
        when="UPDATE",
        columns=("status",),
        condition="NEW.status = OLD.status OR NEW.status IN ('BEING_CHECKED') OR EXISTS "
        "(SELECT 1 FROM incidents_verification v WHERE v.incident_id = NEW.id)",
    ),
]
