"""The texts of conformance vectors: what people write, and what breaks ports (docs/porting.md)."""

from __future__ import annotations

EVERYDAY = (
    "Good morning!",
    "Where is the nearest pharmacy?",
    "I would like a table for two, please.",
    "Can you help me carry this suitcase upstairs?",
    "My sister has been learning the piano since she was six.",
    "If it doesn't rain tomorrow, we'll go to the beach.",
    "She didn't say why she left so early.",
    "Thank you very much for your kind letter.",
    "help",
    "i am allergic to peanuts",
    "THE TRAIN IS LATE AGAIN.",
    "what time does the museum open",
    "Où est la gare, s'il vous plaît ?",
    "Je voudrais une chambre pour deux nuits.",
    "Wie komme ich zum Bahnhof? Ich möchte nach Köln.",
    "¿Dónde está el baño? Tengo prisa.",
)
"""Plain sentences, some without capitals or marks, some in other languages."""

NUMBERS = (
    "It costs €45.67.",
    "The room is 120 euros a night, breakfast included.",
    "The train leaves at 7:45 from platform 12.",
    "Call me at +33 6 12 34 56 78 before 19h30.",
    "On 17.05.2020 we paid $1,200.50 for 3 tickets.",
    "Flight AB-1234 is delayed by 2 hours.",
    "Write to ann.lee@example.org or see https://example.org/help?lang=fr.",
    "1234567890",
)
"""Numbers, prices, times, codes, addresses: what the copy check looks at."""

CHARACTERS = (
    "I\u2019m sure it\u2019s \u201cfine\u201d \u2014 isn\u2019t it\u2026",
    "\u00abBonjour\u00bb, dit-elle.",
    "cafe\u0301 nai\u0308ve A\u030angstro\u0308m",
    "a\u0323\u0301 and a\u0301\u0323",
    "\ufb01ne \ufb02our \u00bd \u2460 \uff21\uff22\uff23 \uff11\uff12\uff13",
    "\u212a \u212b \u017f \u1e9b\u0323",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "\U0001f642",
    "See you! \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \u2764\ufe0f \U0001f1eb\U0001f1f7",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f wins",
    "\u4e2d\u6587\u5b57\u7b26",
    "\u0645\u0631\u062d\u0628\u0627 \u202eabc\u202c",
    "\u0928\u092e\u0938\u094d\u0924\u0947",
    "so\u00adft hy\u200bphen\u2060s \ufeffand marks",
    "Zug" * 20,
    "!" * 20,
    "ab" * 40,
)
"""Quotes, combining marks, compatibility forms, emoji, other scripts, invisible characters, runs."""

SPACES = (
    "",
    " ",
    "\t\n",
    "\u3000\u200b",
    "  Where   is it ?  ",
    "tab\there",
    "a\nnew line",
    "no\u00a0break\u202fspace\u2003em",
    "\u2581a \u2581 b\u2581",
    "<s> </s> <unk> <0x41>",
)
"""White space, alone and between words; signs of the vocabulary as text."""

_LONG = (
    "The house stood on a hill, and from the window of the kitchen one could see the river, the old bridge, the road "
    "to the village, the church with its crooked tower, the fields behind it, and on clear days even the mountains"
)
PARAGRAPHS = (
    "We met in Paris. It was raining, and Dr. Jones had no umbrella! Do you remember?",
    "Dear Ann,\n\nthe keys are at the reception.\n  - The red one is yours.\n  - The blue one is mine.\n\n"
    "See you soon.",
    '<p>Please <b>do not</b> open the <a href="x.html">window</a>.</p><p>Thank you!</p>',
    "Hello {name}, you have %d new messages in %s.",
    "Tom &amp; Ann said: &quot;Come in!&quot;",
    "Visit www.example.com. It opens at 9 a.m. on weekdays, e.g. on Mondays.",
    f"{_LONG}.",
    f"{_LONG}, and {_LONG.lower()}; {_LONG.lower()}.",
    "It is late. " * 6,
    "One. Two! Three? 4. Five... six",
)
"""Several sentences, lines, markup, placeholders, entities; a sentence that is longer than small files read."""

TEXTS = (*EVERYDAY, *NUMBERS, *CHARACTERS, *SPACES, *PARAGRAPHS)
