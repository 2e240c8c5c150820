"""How long one sentence takes to be searched for a date: each phrase of the table, in both languages."""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bots.when.finding import find, grammar
from bots.when.values import Locale
from tests.bench._results import Foreign, save
from tests.bench._tables import show

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 10, tzinfo=PARIS)
_TABLES = Path(__file__).parents[1] / "unit" / "when"
_LOCALES: tuple[Locale, ...] = ("fr", "en")


def main() -> None:
    """Measure in rounds and write ``results/when.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    for number in range(asked.rounds):
        for locale in _LOCALES:
            rounds.append({"round": number, "locale": locale, **_measured(locale)})
    save("when", {"rounds": asked.rounds}, rounds)
    show("when")


def phrases(locale: Locale) -> list[str]:
    """Return the phrases of the table, without its marks."""
    lines = (_TABLES / f"phrases_{locale}.txt").read_text("utf-8").splitlines()
    marked = [each.rsplit(" => ", 1)[0] for each in lines if " => " in each and not each.startswith("# ")]
    return [each.replace("[", "").replace("]", "") for each in marked]


def _measured(locale: Locale) -> dict[str, Any]:
    foreign = Foreign.look(())
    started = time.perf_counter()
    grammar.__wrapped__(locale)
    compiled = time.perf_counter() - started
    texts = phrases(locale)
    # A phrase is only as slow as its fastest try: whatever else the machine did is not the grammar's.
    took = sorted(min(_once(text, locale) for _ in range(15)) for text in texts)
    return {
        "phrases": len(texts),
        "compile_ms": round(compiled * 1000, 2),
        "p50_us": round(took[len(took) // 2] * 1e6),
        "p95_us": round(took[len(took) * 95 // 100] * 1e6),
        "max_us": round(took[-1] * 1e6),
        "hostile_ms": round(_once(("le 12 du 3 à " * 8000)[:8000], locale) * 1000),
        "foreign_percent": foreign.percent(),
    }


def _once(text: str, locale: Locale) -> float:
    started = time.perf_counter()
    find(text, NOW, PARIS, locale)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
