"""How many numbers, times, prices and dates a translation keeps: English-French sentences around drawn ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lite_transformer_tf.data.numbers import with_other_numbers
from lite_transformer_tf.decoding.copying import items_of, missing

COUNT = 1000
MONTHS = tuple(
    "January/janvier February/février March/mars April/avril May/mai June/juin July/juillet August/août "
    "September/septembre October/octobre November/novembre December/décembre".split()
)
TEMPLATES = """
price = My brother spent {price} on books. = Mon frère a dépensé {price} en livres.
price = They wanted {price} for the old bicycle. = Ils voulaient {price} pour le vieux vélo.
price = She sold her car for {price}. = Elle a vendu sa voiture {price}.
price = Our dinner was only {price}. = Notre dîner n'a coûté que {price}.
price = He earns {price} a week. = Il gagne {price} par semaine.
price = The new roof will cost us {price}. = Le nouveau toit nous coûtera {price}.
price = Parking costs {price}, but a taxi costs {price2}. = Le parking coûte {price}, mais un taxi coûte {price2}.
price = We saved {price} last year. = Nous avons économisé {price} l'année dernière.
price = The repair was {price} more expensive. = La réparation a coûté {price} de plus.
price = Tom lost {price} at the casino. = Tom a perdu {price} au casino.
time = The doctor can see you at {time}. = Le médecin peut vous recevoir à {time}.
time = My mother called at {time} yesterday. = Ma mère a appelé à {time} hier.
time = Be back before {time}. = Soyez de retour avant {time}.
time = The ferry sails at {time} and arrives at {time2}. = Le ferry part à {time} et arrive à {time2}.
time = School begins at {time}. = L'école commence à {time}.
time = The alarm rang at {time}. = L'alarme a sonné à {time}.
time = We had lunch at {time}. = Nous avons déjeuné à {time}.
room = The conference is in room {room}. = La conférence est dans la salle {room}.
room = Please take your bags to room {room}. = Portez vos bagages dans la chambre {room}, s'il vous plaît.
room = There is a problem with the shower in room {room}. = Il y a un problème avec la douche de la chambre {room}.
room = He slept in room {room}. = Il a dormi dans la chambre {room}.
date = The elections are on {date}. = Les élections auront lieu le {date}.
date = Her daughter was born on {date}. = Sa fille est née le {date}.
date = The war ended on {date}. = La guerre s'est terminée le {date}.
date = The shop will be closed from {date}. = Le magasin sera fermé à partir du {date}.
year = The bridge was destroyed in {year}. = Le pont a été détruit en {year}.
year = He moved to Canada in {year}. = Il est parti au Canada en {year}.
year = The company was founded in {year}. = L'entreprise a été fondée en {year}.
phone = The number of the hotel is {phone}. = Le numéro de l'hôtel est le {phone}.
phone = My sister's number is {phone}. = Le numéro de ma sœur est le {phone}.
phone = If you are lost, call {phone}. = Si vous êtes perdu, appelez le {phone}.
count = The library has {large} books. = La bibliothèque a {large} livres.
count = {large} people live in this town. = {large} personnes vivent dans cette ville.
count = The oldest tree here is {small} years old. = Le plus vieil arbre ici a {small} ans.
count = He ran {decimal} kilometres this morning. = Il a couru {decimal} kilomètres ce matin.
count = The mountain is {metres} metres high. = La montagne fait {metres} mètres de haut.
count = Mix {small} grams of sugar with {small2} of flour. = Mélangez {small} grammes de sucre et {small2} de farine.
count = The box weighs {decimal} kilos. = La boîte pèse {decimal} kilos.
count = Unemployment fell by {decimal} percent. = Le chômage a baissé de {decimal} pour cent.
count = We drove {metres} kilometres in {small} hours. = Nous avons roulé {metres} kilomètres en {small} heures.
code = My ticket number is {code}. = Mon numéro de billet est le {code}.
code = The password is {code}. = Le mot de passe est {code}.
"""


@dataclass(frozen=True)
class NumberSentence:
    """A sentence with numbers, its translation, and what kind of number it is about."""

    english: str
    french: str
    kind: str


def _between(rng: random.Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low + 1))


def _grouped(number: int) -> tuple[str, str]:
    return f"{number:,}", f"{number:,}".replace(",", " ")


def _price(rng: random.Random) -> tuple[str, str]:
    sign, form = "€$£€"[_between(rng, 0, 3)], _between(rng, 0, 3)
    whole = _between(rng, 2, (99, 999, 9999, 99999)[_between(rng, 0, 3)])
    english, french = _grouped(whole)
    if form < 2:
        cents = _between(rng, 1, 99)
        english, french = f"{english}.{cents:02d}", f"{french},{cents:02d}"
    if form == 3:
        names = {"€": ("euros", "euros"), "$": ("dollars", "dollars"), "£": ("pounds", "livres")}[sign]
        return f"{english} {names[0]}", f"{french} {names[1]}"
    return f"{sign}{english}", f"{french} {sign}"


def _time(rng: random.Random) -> tuple[str, str]:
    hour, minute = _between(rng, 1, 23), _between(rng, 0, 59)
    english = f"{(hour - 1) % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
    return english, f"{hour} h {minute:02d}" if minute else f"{hour} h"


def _date(rng: random.Random) -> tuple[str, str]:
    english, french = MONTHS[_between(rng, 0, 11)].split("/")
    day, year = _between(rng, 2, 28), _between(rng, 1900, 2040)
    return f"{english} {day}, {year}", f"{day} {french} {year}"


def _decimal(rng: random.Random) -> tuple[str, str]:
    whole, tenth = _between(rng, 2, 90), _between(rng, 1, 9)
    return f"{whole}.{tenth}", f"{whole},{tenth}"


def _phone(rng: random.Random) -> tuple[str, str]:
    text = " ".join([f"0{_between(rng, 1, 9)}", *(f"{_between(rng, 10, 99)}" for _ in range(4))])
    return text, text


def _same(low: int, high: int, rng: random.Random) -> tuple[str, str]:
    text = str(_between(rng, low, high))
    return text, text


def _values(rng: random.Random) -> dict[str, tuple[str, str]]:
    """English and French value of each slot."""
    return {
        "price": _price(rng),
        "price2": _price(rng),
        "time": _time(rng),
        "time2": _time(rng),
        "room": _same(101, 999, rng),
        "date": _date(rng),
        "year": _same(1500, 2030, rng),
        "phone": _phone(rng),
        "large": _grouped(_between(rng, 1000, 999_999)),
        "small": _same(21, 99, rng),
        "small2": _same(100, 900, rng),
        "decimal": _decimal(rng),
        "metres": _same(110, 990, rng),
        "code": _same(10_000, 9_999_999, rng),
    }


def number_sentences(count: int = COUNT, frames: Iterable[tuple[str, str]] = (), seed: int = 1) -> list[NumberSentence]:
    """Sentences around drawn numbers, English and French; the same ones for the same arguments.

    Their templates are in no training phrase of this library.

    Args:
        count: Number of sentences.
        frames: English-French pairs of a test set. Those that have the same numbers on both sides get other ones, and
            make up to 40 % of the sentences, of the kind "real".
        seed: Seed of the numbers.
    """
    rng = random.Random(seed)
    found: dict[str, NumberSentence] = {}
    for english, french in frames:
        if len(found) < count * 2 // 5 and (pair := with_other_numbers(english, french, rng)) is not None:
            found.setdefault(pair[0], NumberSentence(*pair, "real"))
    templates = [line.split(" = ") for line in TEMPLATES.strip().splitlines()]
    while len(found) < count:
        kind, english, french = templates[len(found) % len(templates)]
        values = _values(rng)
        one, other = ({name: value[side] for name, value in values.items()} for side in (0, 1))
        found.setdefault(english.format(**one), NumberSentence(english.format(**one), french.format(**other), kind))
    return list(found.values())


def numbers_kept(sources: Sequence[str], answers: Sequence[str]) -> list[tuple[str, ...]]:
    """What each answer lacks of its source's numbers, times, signs and codes, by the copy check; empty if nothing.

    Raises:
        ValueError: The numbers of sources and answers differ.
    """
    if len(sources) != len(answers):
        raise ValueError(f"Each source must have one answer. Received: {len(sources)} and {len(answers)}")
    return [missing(items_of(source), items_of(answer)) for source, answer in zip(sources, answers, strict=True)]
