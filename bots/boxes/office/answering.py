"""The errand that tells whoever made a deposit what became of it, signed and sealed for them (shell)."""

from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload, tried_later, unsaid
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.boxes.office.counter import Counter, OtherKeys
from bots.boxes.talk import deposit as register
from bots.boxes.talk import errands
from bots.links.box.receipt import State, TownStatement, signed, statement_of
from bots.links.client.errors import Away, ShareRefused
from bots.matrix.errors import Unreachable
from bots.matrix.port import Edge

REFUSED: Final = b"\x00"
"""What is said of a deposit that nobody could open, so that nobody has a key to answer under."""


@dataclass(frozen=True, slots=True)
class AnswerTeller:
    """Tells whoever made a deposit what became of it; the server then lets its ciphertexts go."""

    counter: Counter

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Sign what we have, seal it for them, and leave it at the server."""
        del edge
        name = str(payload["deposit"])
        if payload.get("refused") is True:
            await tried_later(self.counter.server().say(name, REFUSED), Away)
            return
        found = register.find(request.state, name, request.served_by)
        if found is None:
            return
        try:
            box, sealed, content = await self.counter.content(name)
        except ShareRefused:
            # It is forgotten there: nobody comes back for it.
            return
        except OtherKeys as exc:
            raise Unreachable("the keys of a box") from exc
        keys = self.counter.maker.keys(box.room_id, box.cause)
        labels = [field.label for field in box.made.fields]
        answers = [
            (labels[place] if place < len(labels) else "", answer) for place, answer in enumerate(content.answers)
        ]
        statement = statement_of(box.box_id, name, sealed.kept, answers, content.files)
        state: State = found.status
        said = TownStatement(state, self.counter.now_ms(), statement, signed(statement, keys.ed25519))
        await tried_later(self.counter.server().say(name, said.sealed(content.reply, box.box_id, name)), Away)

    def finish(self, request: Request, payload: Payload, prepared: None) -> None:
        """Say nothing in the room."""

    # Where it was not told, the deposit is found waiting, and told again.
    failed = unsaid


def tell(deposit: str, *, refused: bool = False) -> Errand:
    """Return the errand that tells whoever made *deposit* how far it is, or that nobody could open it."""
    # Not at once: that would answer a command, and nobody has given one.
    return Errand(errands.TELL, deposit, {"deposit": deposit, **({"refused": True} if refused else {})}, due=1)
