"""Matrix, through an account of the network's own: a room of two for each person, or a room they name."""

from .channel import MatrixChannel, MatrixSettings

__all__ = ["MatrixChannel", "MatrixSettings"]
