"""Small real text for the tests of this room, and strings made to break tokenizers."""

from __future__ import annotations

import functools
import random

from lite_transformer_tf.text import Vocabulary

ENGLISH = """Where is the nearest bus stop?
I would like a room for two nights, please.
How much does a ticket to the airport cost?
The museum opens at nine o'clock and closes at six.
Could you speak a little more slowly?
My suitcase has not arrived yet.
We have a reservation for four people at half past seven.
Is there a pharmacy near here that is open on Sundays?
I am allergic to nuts and cannot eat this cake.
The train to the coast leaves from platform eleven.
Can I pay by card, or do you only take cash?
She lost her passport at the market this morning.
Turn left at the traffic lights and then walk straight on.
It has been raining since yesterday evening.
Do you have this shirt in a larger size?
Our flight was cancelled because of the storm.""".splitlines()
FRENCH = """Où est l'arrêt de bus le plus proche ?
Je voudrais une chambre pour deux nuits, s'il vous plaît.
Combien coûte un billet pour l'aéroport ?
Le musée ouvre à neuf heures et ferme à six heures.
Pourriez-vous parler un peu plus lentement ?
Ma valise n'est pas encore arrivée.
Nous avons une réservation pour quatre personnes à sept heures et demie.
Y a-t-il une pharmacie près d'ici qui est ouverte le dimanche ?
Je suis allergique aux noix et je ne peux pas manger ce gâteau.
Le train pour la côte part du quai onze.
Puis-je payer par carte, ou ne prenez-vous que les espèces ?
Elle a perdu son passeport au marché ce matin.
Tournez à gauche aux feux, puis continuez tout droit.
Il pleut depuis hier soir.
Avez-vous cette chemise dans une taille plus grande ?
Notre vol a été annulé à cause de la tempête.""".splitlines()

HOSTILE = [
    *(
        "",
        " ",
        "   ",
        "a  b   c",
        "  lead",
        "trail  ",
        "\t\n\r",
        "a\nb",
        "a\tb",
        "\u00a0a\u00a0b",
        "\u3000",
        "\u2028",
        "\x85",
        "\u200b",
        "\ufeff",
    ),
    *(
        "\u2581",
        "\u2581\u2581",
        "a\u2581b",
        " \u2581 a",
        "a \u2581",
        "\u2581\u2581x",
        "\x00",
        "a\x00b",
        "\x00\x00 a",
        "<s> </s> <pad> <unk>",
        "<0x41>",
    ),
    *(
        "\ufb01 \ufb02 \u00bd \u2460",
        "e\u0301",
        "\u1112\u1161\u11ab",
        "a\u0323\u0301",
        "\u1e9b\u0323",
        "\u212a \u212b \u017f",
        "\ufdfa",
        "\u2026",
        "\u0344",
    ),
    *("👩\u200d👩\u200d👧\u200d👦 🇫🇷", "中文字符", "مرحبا", "नमस्ते", "\u2047", "\ufffd", "\U0010ffff", "\ud7ff\ue000"),
    *(
        "a\xadb",
        "\u200ea\u200f \u202ab\u202c \u2066c\u2069",
        "a\u2028b\x85c\x0bd\x1fe",
        "e\xad\u0301",
        "\u2585 a\u2585b",
        "\u0600\u0661 \u180e\u200c\u2764\ufe0f\ufe01",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f \U0001f3f4\U000e0067 \U000e0041\U000e007f",
        "\x1b[31m\x07\x7f\x92",
    ),
    *("x" * 500, "ab" * 300, "ZZZZ QQQQ", "!" * 20, "1234567890" * 3, "Zug" * 50),
]


def random_texts(count: int) -> list[str]:
    """Random strings over an alphabet of trouble."""
    generator = random.Random(1)
    alphabet = "abcdeoé ▁ \t中\x00ß👍ﬁ\u0301\u00a0\xad\u200b\u2028"
    return ["".join(generator.choice(alphabet) for _ in range(generator.randrange(30))) for _ in range(count)]


@functools.cache
def trained(kind: str, size: int = 420) -> Vocabulary:
    """One vocabulary for all tests; `trained.__wrapped__` trains another."""
    return Vocabulary.train(ENGLISH + FRENCH, size, kind)  # type: ignore[arg-type]
