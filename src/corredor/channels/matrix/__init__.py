"""Matrix, through an account of the network's own: a room of two for each person, or a room they name."""

from .provider import MatrixProvider, MatrixSettings

__all__ = ["MatrixProvider", "MatrixSettings"]
