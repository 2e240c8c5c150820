"""How one asks for one's own tasks: alone with us it is one's day, in a room that room's list (pure)."""

from typing import Final

MY_TASKS: Final = (
    *(
        "mes tâches",
        "quelles sont mes tâches",
        "c'est quoi mes tâches",
        "mes tâches c'est quoi",
        "j'ai quoi comme tâches",
        "qu'est-ce que j'ai comme tâches",
        "montre mes tâches",
        "ma liste",
        "qu'y a-t-il sur ma liste",
        "qu'est-ce qu'il y a sur ma liste",
    ),
    *("my tasks", "what are my tasks", "my list", "what is on my list", "what's on my list", "what is on my plate"),
    "what's on my plate",
)
