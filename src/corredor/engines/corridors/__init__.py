"""Safe corridors: plan a tree of guarded streets from a school's gate for its children and its adults."""

from __future__ import annotations

from .describe import count_by_age
from .hazard import is_near, outline, touches
from .model import (
    GATE,
    AgeGroup,
    Alternate,
    Corridor,
    Costs,
    Gap,
    Hazard,
    Move,
    NoPlan,
    Plan,
    Post,
    PostKind,
    Problem,
    Proposal,
    ProposalKind,
    Reason,
    Refuge,
    Ring,
    SafePlace,
    WalkNetwork,
)
from .planner import plan, tighten
from .refuge import GATE_PLACE
from .replan import fall_back, replan
from .shed import list_reached

__all__ = [
    "GATE",
    "GATE_PLACE",
    "AgeGroup",
    "Alternate",
    "Corridor",
    "Costs",
    "Gap",
    "Hazard",
    "Move",
    "NoPlan",
    "Plan",
    "Post",
    "PostKind",
    "Problem",
    "Proposal",
    "ProposalKind",
    "Reason",
    "Refuge",
    "Ring",
    "SafePlace",
    "WalkNetwork",
    "count_by_age",
    "fall_back",
    "is_near",
    "list_reached",
    "outline",
    "plan",
    "replan",
    "tighten",
    "touches",
]
