"""What one command changes of tasks, on their board."""

from bots.assistant.talk import editing
from bots.assistant.talk.request import Request
from bots.tasks.kept.model import Board


class Editing(editing.Editing):
    """Gathers what a command does to the tasks on :attr:`board`, which stays as it was."""

    def __init__(self, request: Request) -> None:
        self.board = Board(request.state, (*request.inverse, *request.made))
        super().__init__(request, self.board)
