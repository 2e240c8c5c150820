"""Numbers and days of sentences, as their readers write them."""

from datetime import date

import pytest

from bridge.backup.saying import size
from config.spoken import Spoken
from config.texts import texts


@pytest.mark.parametrize(("language", "written"), [("fr", "2,7 of 3"), ("en", "2.7 of 3")])
def test_a_number_has_the_decimal_mark_of_its_language(language: str, written: str) -> None:
    known = texts(language)

    assert "{:.1f} of {:.0f}".format(Spoken(2.72, known), Spoken(3, known)) == written  # noqa: UP032 - as a catalogue does


@pytest.mark.parametrize(("language", "written"), [("fr", "2,7"), ("en", "2.7")])
def test_a_backup_s_size_is_one(language: str, written: str) -> None:
    assert size(int(2.7 * (1 << 20)), texts(language)).startswith(written)


@pytest.mark.parametrize(("language", "written"), [("fr", "le 30/11/2026"), ("en", "on 2026-11-30")])
def test_a_day_is_written_as_its_readers_write_it(language: str, written: str) -> None:
    assert texts(language).gettext("backed up on {day}").format(day=date(2026, 11, 30)).endswith(written)
