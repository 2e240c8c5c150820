"""The whole assistant, as a process of its own, on PostgreSQL instead of SQLite."""

from pathlib import Path

import pytest

from tests.bench._client import following
from tests.bench._town import town
from tests.postgres import Cluster, postgres  # noqa: F401 - a fixture

pytestmark = [pytest.mark.integration, pytest.mark.limit(600)]


def _on_postgresql(file: Path, url: str) -> None:
    file.write_text(f"{file.read_text()}\ndatabase: '{url}'\n")


async def test_an_assistant_on_postgresql_answers_and_remembers(postgres: Cluster) -> None:  # noqa: F811
    """Also after it was killed: what a task's card is stands in the database."""
    async with town() as place:
        _on_postgresql(place.site.collectivity_file, postgres.create_database())
        bot = place.assistant()
        await bot.start()
        try:
            async with following(await place.person("anne")) as anne:
                room = await anne.make_room(bot.user_id, encrypted=True)
                await anne.hears(await anne.send(room, "!tâche ajouter relancer le SDIS"))
                await bot.kill()
                asked = await anne.send(room, "!tâche fait 1")
                await bot.start()
                await anne.hears(asked)
                await anne.hears(await anne.send(room, "!tâches"))
        finally:
            await bot.stop()
        assert not (place.site.collectivity.paths.assistant / "assistant.db").exists()
