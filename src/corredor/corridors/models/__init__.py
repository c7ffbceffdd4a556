"""Tables of the corridors stage. Children are only numbers: how many live in a coarse cell, how many passed a post."""

from .dismissal import Alarm, CodeShown, Count, Dismissal, Proposal
from .message import Following, Message
from .plan import Plan, Post
from .roster import Assignment, Attendance
from .school import Bell, ChildrenInCell, ChildrenOfAge, GuardianCode, Lead, Outline, School, SpecialDay

__all__ = [
    "Alarm",
    "Assignment",
    "Attendance",
    "Bell",
    "ChildrenInCell",
    "ChildrenOfAge",
    "CodeShown",
    "Count",
    "Dismissal",
    "Following",
    "GuardianCode",
    "Lead",
    "Message",
    "Outline",
    "Plan",
    "Post",
    "Proposal",
    "School",
    "SpecialDay",
]
