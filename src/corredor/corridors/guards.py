"""Database triggers of the corridors stage."""

from corredor.kit.db_rules import Guard

_TRAINED = (
    "EXISTS (SELECT 1 FROM people_training t JOIN people_user u ON u.id = t.user_id "
    "WHERE t.user_id = NEW.changed_by_id AND t.course = 'SCHOOL_LEAD' "
    "AND t.expires_on >= {day:NEW.changed_at} AND (NOT u.is_drill OR NEW.is_drill))"
)

GUARDS = [
    Guard(
        name="a_trained_lead_lets_children_go",
        table="corridors_dismissal",
        when="UPDATE",
        columns=("state",),
        # Holding and closing are always safe; only a trained lead may let children walk.
        condition="NEW.state NOT IN ('OPEN', 'DIVERTED') OR NEW.state = OLD.state OR " + _TRAINED,
    ),
    Guard(
        name="dismissal_starts_planned",
        table="corridors_dismissal",
        when="INSERT",
        condition="NEW.state = 'PLANNED' AND NEW.is_drill = "
        "(SELECT s.is_drill FROM corridors_school s WHERE s.id = NEW.school_id)",
    ),
    Guard(
        name="closed_dismissal_stays_closed",
        table="corridors_dismissal",
        when="UPDATE",
        columns=("state", "is_drill"),
        condition="NEW.is_drill = OLD.is_drill AND (OLD.state <> 'CLOSED' OR NEW.state = 'CLOSED')",
    ),
    Guard(
        name="a_plan_is_never_rewritten",
        table="corridors_plan",
        when="UPDATE",
        columns=("school_id", "number", "data", "posts_asked"),
        condition="1 = 0",
    ),
    Guard(
        name="a_count_is_never_rewritten",
        table="corridors_count",
        when="UPDATE",
        columns=("dismissal_id", "at", "post_id", "children", "counted_at"),
        condition="NEW.dismissal_id = OLD.dismissal_id AND NEW.at = OLD.at AND NEW.children = OLD.children "
        "AND NEW.counted_at = OLD.counted_at "
        "AND (NEW.post_id = OLD.post_id OR (NEW.post_id IS NULL AND OLD.post_id IS NULL))",
    ),
    Guard(
        name="only_accepted_members_attend",
        table="corridors_attendance",
        when="INSERT",
        condition="EXISTS (SELECT 1 FROM volunteers_member m JOIN volunteers_volunteer v ON v.id = m.volunteer_id "
        "JOIN corridors_dismissal d ON d.id = NEW.dismissal_id "
        "WHERE m.id = NEW.member_id AND m.accepted_at IS NOT NULL AND m.left_at IS NULL "
        "AND m.group_kind = 'SCHOOL' AND m.group_id = d.school_id AND v.is_drill = d.is_drill)",
    ),
    Guard(
        name="a_sent_message_to_parents_is_not_changed",
        table="corridors_message",
        when="UPDATE",
        condition="OLD.state = 'WAITING' AND NEW.dismissal_id = OLD.dismissal_id AND NEW.kind = OLD.kind "
        "AND NEW.is_drill = OLD.is_drill AND NEW.written_by_id = OLD.written_by_id",
    ),
    Guard(
        name="only_approved_messages_reach_parents",
        table="delivery_transactional_message",
        when="INSERT",
        condition="NEW.kind <> 'SCHOOL' OR EXISTS (SELECT 1 FROM corridors_message m WHERE m.id = NEW.about "
        "AND m.state = 'APPROVED' AND m.approved_by_id IS NOT NULL AND m.is_drill = NEW.is_drill)",
    ),
]
