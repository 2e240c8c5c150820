"""How long something lasts, or how long before it one is reminded, as dates know it (``when/lengths``; pure)."""

from bots.when.lengths import AMOUNT, amount

__all__ = ["AMOUNT", "amount"]
