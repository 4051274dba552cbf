"""
What virtual people say: short scripts by product and language, names and companies. All of it is invented.

An ASC opens with the topic; then agent and ASC take turns. Whoever has no script for a product or a language speaks the
general one in English.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation: the topic the ASC types, then what agent and ASC say in turn, the agent first."""

    topic: str
    turns: tuple[str, ...]

    @property
    def agent_lines(self) -> tuple[str, ...]:
        """What the agent says, in order."""
        return self.turns[0::2]

    @property
    def asc_lines(self) -> tuple[str, ...]:
        """What the ASC answers, in order."""
        return self.turns[1::2]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH: Final[dict[str, tuple[Script, ...]]] = {
    "expense": (
        Script(
            "Receipt does not show in the report",
            (
                "Hello, I am looking at the report now. When did you upload the receipt?",
                "About an hour ago, from my phone.",
                "I see it in your gallery. It is not attached yet because the amounts differ by 0.50.",
                "Ah, that is the tip. What do I do?",
                "Open the line, choose Edit amount and enter 42.50. The receipt then attaches itself.",
                "That worked, thank you!",
                "You are welcome. I have noted it in the case.",
            ),
        ),
        Script(
            "Report is stuck with an approver who left",
            (
                "Hello, which report is it?",
                "The one from last month, total 318.20.",
                "Found it. I can send it to the approver's deputy; is that all right?",
                "Yes please.",
                "Done. The deputy has the report and a reminder.",
                "Perfect, thanks a lot.",
            ),
        ),
        Script(
            "Card transaction appears twice",
            (
                "Hello, let me compare the two entries for you.",
                "Thanks. Both say hotel, same day.",
                "One is the reservation, it will drop out by itself within two days. Please submit the other.",
                "So I leave the first alone?",
                "Exactly. I have marked it, so that it does not count as unmatched.",
                "Great, that is all.",
            ),
        ),
    ),
    "travel": (
        Script(
            "Train was cancelled, need another one",
            (
                "Hello, I have your trip open. Where are you right now?",
                "At the station. I must arrive before six.",
                "The next one leaves in 40 minutes and arrives at 17:20. Shall I book it?",
                "Yes, a seat by the window if there is one.",
                "Booked, with a window seat. The ticket is in your mailbox.",
                "You saved my day.",
                "Safe journey!",
            ),
        ),
        Script(
            "Hotel does not find my booking",
            (
                "Hello, I am calling up the confirmation.",
                "They say the name is unknown.",
                "It was booked under your company's name. The number to give is 7F3K-21.",
                "One moment… yes, they have it now.",
                "Good. I have asked them to add your name as well.",
                "Thank you!",
            ),
        ),
    ),
    "invoice": (
        Script(
            "Invoice was matched to the wrong order",
            (
                "Hello, which invoice number is it?",
                "INV-20418, it belongs to order 1180.",
                "I see it under 1108; two digits are swapped. I move it now.",
                "Will it be paid this week?",
                "Yes, it is in Thursday's run.",
                "Wonderful, thanks.",
            ),
        ),
        Script(
            "Supplier changed the bank account",
            (
                "Hello, changes of accounts need a second look. Do you have the supplier's letter?",
                "Yes, signed, as a file.",
                "Please attach it to the supplier's record; our colleagues check it today.",
                "It is attached.",
                "I see it. You get a message when the account is released.",
                "All clear, thanks.",
            ),
        ),
    ),
    "request": (
        Script(
            "Purchase request has no approver",
            (
                "Hello, I have your request open. Which cost centre is it for?",
                "4100, the lab.",
                "4100 has had no owner since Friday. Who stands in?",
                "Mrs. Okafor does.",
                "I have assigned her; she has the request now.",
                "Thank you, that was quick.",
            ),
        ),
    ),
}

_FRENCH: Final[dict[str, tuple[Script, ...]]] = {
    "expense": (
        Script(
            "Mon reçu n’apparaît pas dans la note de frais",
            (
                "Bonjour, je regarde votre note. Quand avez-vous envoyé le reçu ?",
                "Il y a une heure, depuis mon téléphone.",
                "Je le vois. Les montants diffèrent de 0,50, il n’est donc pas encore rattaché.",
                "C’est le pourboire. Que dois-je faire ?",
                "Ouvrez la ligne, corrigez le montant à 42,50 : le reçu se rattachera tout seul.",
                "Ça marche, merci beaucoup !",
                "Avec plaisir, bonne journée.",
            ),
        ),
        Script(
            "La note est bloquée chez un valideur absent",
            (
                "Bonjour, de quelle note s’agit-il ?",
                "Celle du mois dernier, 318,20 au total.",
                "Je peux l’envoyer à son remplaçant, cela vous convient-il ?",
                "Oui, s’il vous plaît.",
                "C’est fait, il a reçu la note et un rappel.",
                "Parfait, merci.",
            ),
        ),
    ),
    "travel": (
        Script(
            "Train annulé, il m’en faut un autre",
            (
                "Bonjour, votre voyage est ouvert devant moi. Où êtes-vous ?",
                "À la gare. Je dois arriver avant dix-huit heures.",
                "Le prochain part dans 40 minutes et arrive à 17 h 20. Je le réserve ?",
                "Oui, côté fenêtre si possible.",
                "Réservé, côté fenêtre. Le billet est dans votre messagerie.",
                "Vous me sauvez, merci !",
                "Bon voyage !",
            ),
        ),
    ),
    "invoice": (
        Script(
            "Facture rattachée à la mauvaise commande",
            (
                "Bonjour, quel est le numéro de la facture ?",
                "INV-20418, elle va avec la commande 1180.",
                "Elle est sous 1108, deux chiffres sont inversés. Je la déplace.",
                "Sera-t-elle payée cette semaine ?",
                "Oui, jeudi.",
                "Merci beaucoup.",
            ),
        ),
    ),
}

_GENERAL: Final = {
    "en": Script(
        "A question about my account",
        (
            "Hello, thank you for waiting. Tell me what happened, please.",
            "I cannot find my last entry.",
            "I have it here. It was saved as a draft; you find it under Drafts.",
            "I see it now. Thank you!",
            "You are welcome.",
        ),
    ),
    "fr": Script(
        "Une question sur mon compte",
        (
            "Bonjour, merci d’avoir patienté. Dites-moi ce qui s’est passé.",
            "Je ne trouve plus ma dernière saisie.",
            "Elle est enregistrée comme brouillon, vous la trouverez sous Brouillons.",
            "Je la vois, merci !",
            "Je vous en prie.",
        ),
    ),
}

_SCRIPTS: Final = {"en": _ENGLISH, "fr": _FRENCH}

GREETING: Final = {language: script.agent_lines[0] for language, script in _GENERAL.items()}
"""How a virtual agent greets somebody whose matter is in no script."""

TO_VISITORS: Final = {
    "en": (
        "I see. Let me look at that for a moment.",
        "Thank you, that helps. I have found the place.",
        "I have changed it for you; please reload your page.",
        "Is there anything else I can do for you?",
        "This is a virtual agent of the demo, so I have run out of things to say. Thank you for trying it!",
    ),
    "fr": (
        "Je vois. Je regarde cela un instant.",
        "Merci, cela m’aide. J’ai trouvé l’endroit.",
        "C’est corrigé ; rechargez votre page, s’il vous plaît.",
        "Puis-je faire autre chose pour vous ?",
        "Je suis un agent virtuel de la démo et je n’ai plus rien à dire. Merci d’avoir essayé !",
    ),
}
"""What a virtual agent answers to a visitor, message by message; the last line stays the last."""

FAREWELL: Final = {"en": "Thank you for chatting. Have a good day!", "fr": "Merci pour cet échange. Bonne journée !"}

FIRST_NAMES: Final = _words(
    """
    Ada Amir Anouk Aroha Bea Camille Chidi Clara Dario Elif Emeka Farah Felix Gita Hana Hugo Ines Ivo Jonas Jun Kaia
    Kofi Lea Liam Lucia Mads Maya Milan Nadia Nils Noor Oskar Paula Priya Rafael Rosa Samir Selin Sofia Tariq Tomas Uma
    Vera Viktor Wanda Yara Yusuf Zoe
    """
)
LAST_NAMES: Final = _words(
    """
    Abara Alvarez Bauer Becker Bianchi Costa Dubois Eriksen Fontaine Garcia Haas Ito Jansen Keller Kowalski Laurent
    Lopez Marek Moreau Nakata Novak Okafor Olsen Park Petit Quinn Rossi Sato Schmid Silva Tanaka Torres Varga Weber
    Yilmaz Zeman
    """
)
COMPANIES: Final = (
    "Alder & Finch", "Brightwater Foods", "Cobalt Rail", "Dunmore Labs", "Eastgate Energy", "Fernhill Clinics",
    "Granite Works", "Harbour Freight Lines", "Isar Optics", "Juniper Textiles", "Kestrel Aviation", "Linden Press",
    "Meridian Pumps", "Northmoor Dairy", "Oakridge Schools", "Pinewood Media", "Quarry Lane", "Rowan Logistics",
    "Saltmarsh Ferries", "Thornbury Glass",
)  # fmt: skip


def scripts(product: str, language: str) -> tuple[Script, ...]:
    """The scripts for a line, at least one."""
    found = _SCRIPTS.get(language, {}).get(product)
    return found if found is not None else (_GENERAL.get(language, _GENERAL["en"]),)


def script_of(product: str, language: str, topic: str) -> Script | None:
    """The script a topic comes from, or None when a person typed it."""
    return next((script for script in scripts(product, language) if script.topic == topic), None)
