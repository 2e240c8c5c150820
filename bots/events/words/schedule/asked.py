"""How people ask for what takes place: « les réunions de demain », « il y a quoi au programme ? » (pure)."""

from typing import Final

AGENDA: Final = (
    *("mon agenda", "l'agenda", "mes rendez-vous", "mes réunions", "my calendar", "my agenda", "my meetings"),
    *("qu'est-ce qu'on a", "qu'avons-nous", "qu'est-ce qu'il y a", "qu'y a-t-il", "on a quoi", "y a quoi"),
    *("il y a quoi", "quoi de prévu", "qu'est-ce qui est prévu", "mes rdv", "quels sont mes rdv", "j'ai quoi"),
    *("planning", "le planning", "programme", "le programme", "c'est quoi le programme", "c koi le programme"),
    *("c'est quoi le planning", "quel est le programme", "combien de réunions", "combien de rendez-vous"),
    *("y a-t-il une réunion", "y a t il une réunion", "il y a une réunion", "est-ce qu'il y a une réunion"),
    *("quelles sont les réunions", "quels sont les rendez-vous", "rien de prévu", "on a quoi de prévu"),
    *("y a-t-il des réunions", "y a une réunion", "quelle réunion", "des réunions", "quels sont mes rendez-vous"),
    *("quelles sont mes réunions", "quelles réunions", "qu'ai-je", "c'est quoi l'agenda", "quel est l'agenda"),
    *("quel est le planning", "les réunions", "les rendez-vous", "les événements", "la liste des réunions"),
    *("liste des réunions", "la liste des rendez-vous", "nos réunions", "la liste des événements"),
    *("liste des événements", "liste des rendez-vous", "quels événements", "quels rendez-vous"),
    *("quels sont les événements", "nos rendez-vous", "le calendrier", "les rdv", "quels rdv"),
    *("y a-t-il quelque chose", "y a quelque chose", "il y a quelque chose", "est-ce qu'il y a quelque chose"),
    *("y a-t-il quelque chose de prévu", "y a quelque chose de prévu", "il y a quelque chose de prévu"),
    *("il y a quoi au programme", "on a quoi au programme", "qu'avons-nous au programme", "quoi au programme"),
    *("qu'est-ce qu'il y a au programme", "qu'est-ce qu'on a au programme", "qu'y a-t-il au programme"),
    *("quoi de prévu au programme", "qu'est-ce qui se passe", "il se passe quoi", "il y a quoi de prévu"),
    *("qu'est-ce qu'on a de prévu", "qu'est-ce qu'il y a de prévu", "qu'avons-nous de prévu", "j'ai quoi de prévu"),
    *("the agenda", "the calendar", "what's on", "our calendar", "our agenda", "the meetings", "which meetings"),
    *("imprime l'agenda", "imprimer l'agenda", "montre l'agenda", "affiche l'agenda", "what do we have", "what is on"),
    *("show the calendar", "qu'y a-t-il de prévu", "qu'est-il prévu", "qu'a-t-on", "qu'a-t-on de prévu"),
    *("que se passe-t-il", "quelles sont les dates", "qu'est-ce qui est programmé", "y a-t-il quoi de prévu"),
)
"""Before days, or alone."""
