"""Two collectivities with their assistants, a third server that has none, and people with a strict Element."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.acceptance.assistants import Assistant
from tests.acceptance.element_client import ElementClient
from tests.servers import RIVEMONT, THIRD, VALBOURG, Background, Servers, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for each in items:
        if each.path.is_relative_to(Path(__file__).parent):
            each.add_marker(pytest.mark.acceptance)


@dataclass(frozen=True, slots=True)
class Country:
    """Three homeservers that federate; two of them have an assistant, listed in this order."""

    servers: Servers
    assistants: Mapping[str, Assistant]


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """The servers and assistants that all acceptance tests share; whoever stops one starts it again."""
    directory = tmp_path_factory.mktemp("country")
    background = Background()
    with running(directory, [VALBOURG, RIVEMONT, THIRD]) as servers:
        members = directory / "members.yaml"
        members.write_text(_without(servers.layout.federation_file, THIRD.server_name))
        sites = {each.town.label: each for each in servers.layout.sites}
        assistants = {label: Assistant(sites[label], members, background) for label in (VALBOURG.label, RIVEMONT.label)}
        try:
            for each in assistants.values():
                each.start()
            yield Country(servers, assistants)
        finally:
            for each in assistants.values():
                each.stop()
            background.close()


def _without(federation_file: Path, server_name: str) -> str:
    federation = yaml.safe_load(federation_file.read_text())
    federation["members"] = [each for each in federation["members"] if each["server_name"] != server_name]
    text: str = yaml.safe_dump(federation, sort_keys=False)
    return text


@dataclass(frozen=True, slots=True)
class People:
    """Makes people who are gone when the test is over.

    ``arrive("valbourg", "anne")`` is somebody new there, with a strict Element. ``intrude(anne)`` is a device of anne's
    that she never signed.
    """

    arrive: Callable[[str, str], Awaitable[ElementClient]]
    intrude: Callable[[ElementClient], Awaitable[ElementClient]]


@pytest.fixture
async def people(country: Country) -> AsyncIterator[People]:
    """People with an Element, on the shared servers."""
    async with AsyncExitStack() as stack:

        async def arrive(town: str, name: str) -> ElementClient:
            account = await country.servers[town].user(name)
            client = await ElementClient.start(account.client_url, account.user_id, account.password)
            await stack.enter_async_context(client)
            return client

        async def intrude(victim: ElementClient) -> ElementClient:
            return await stack.enter_async_context(await victim.another_device())

        yield People(arrive, intrude)
