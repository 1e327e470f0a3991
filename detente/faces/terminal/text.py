"""The views that a command names without a module of its own: brief, price, replicate."""

from __future__ import annotations

from detente.faces.terminal.brief_text import brief
from detente.faces.terminal.price_text import price
from detente.faces.terminal.replication_text import replicate

__all__ = ["brief", "price", "replicate"]
