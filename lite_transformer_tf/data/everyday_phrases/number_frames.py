"""Sentences around numbers for English-German and English-Spanish, whose own corpora have few: prices, times, dates.

The numbers are those of `figures`, written as each language writes them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from lite_transformer_tf.data.everyday_phrases import figures
from lite_transformer_tf.data.everyday_phrases.corpus import HELD_OUT, position
from lite_transformer_tf.data.travel_phrases.corpus import Pair
from lite_transformer_tf.data.travel_phrases.entries import Entry

LANGUAGES = ("en", "de", "es")
PER_FRAME = 60
"""Most sentences of one frame."""
FRAMES = """
It costs {price}. = Es kostet {price}. = Cuesta {price}.
That's {price}. = Das macht {price}. = Son {price}.
That will be {price}, please. = Das macht {price}, bitte. = Son {price}, por favor.
The ticket costs {price}. = Die Fahrkarte kostet {price}. = El billete cuesta {price}.
The room costs {price} per night. = Das Zimmer kostet {price} pro Nacht. = La habitación cuesta {price} por noche.
The total is {price}. = Die Gesamtsumme beträgt {price}. = El total es de {price}.
I paid {price}. = Ich habe {price} bezahlt. = Pagué {price}.
I only have {price}. = Ich habe nur {price}. = Solo tengo {price}.
You owe me {price}. = Du schuldest mir {price}. = Me debes {price}.
Can you lend me {price}? = Kannst du mir {price} leihen? = ¿Puedes prestarme {price}?
I would like to change {price}. = Ich möchte {price} wechseln. = Quisiera cambiar {price}.
The rent is {price} a month. = Die Miete beträgt {price} im Monat. = El alquiler es de {price} al mes.
It costs {price} per person. = Es kostet {price} pro Person. = Cuesta {price} por persona.
It costs {price} a kilo. = Es kostet {price} pro Kilo. = Cuesta {price} el kilo.
Is it {price} or {price2}? = Kostet es {price} oder {price2}? = ¿Son {price} o {price2}?
The price rose from {price} to {price2}. = Der Preis stieg von {price} auf {price2}. = \
El precio subió de {price} a {price2}.
He earns {price} an hour. = Er verdient {price} pro Stunde. = Gana {price} por hora.
The shirt costs {price}. = Das Hemd kostet {price}. = La camisa cuesta {price}.
The train leaves at {clock}. = Der Zug fährt um {clock} ab. = El tren sale a las {clock}.
The bus leaves at {clock} from platform {small}. = Der Bus fährt um {clock} von Steig {small} ab. = \
El autobús sale a las {clock} del andén {small}.
The flight arrives at {clock}. = Der Flug kommt um {clock} an. = El vuelo llega a las {clock}.
Let's meet at {clock}. = Treffen wir uns um {clock}. = Quedemos a las {clock}.
I'll be there at {clock}. = Ich werde um {clock} da sein. = Estaré allí a las {clock}.
The film starts at {clock}. = Der Film beginnt um {clock}. = La película empieza a las {clock}.
The shop closes at {clock}. = Das Geschäft schließt um {clock}. = La tienda cierra a las {clock}.
The museum is open from {clock} to {clock2}. = Das Museum ist von {clock} bis {clock2} geöffnet. = \
El museo está abierto de {clock} a {clock2}.
I have an appointment at {clock}. = Ich habe um {clock} einen Termin. = Tengo una cita a las {clock}.
Please wake me up at {clock}. = Bitte wecken Sie mich um {clock}. = Despiérteme a las {clock}, por favor.
Dinner is at {clock}. = Das Abendessen ist um {clock}. = La cena es a las {clock}.
I get up at {clock}. = Ich stehe um {clock} auf. = Me levanto a las {clock}.
I'm in room {room}. = Ich bin in Zimmer {room}. = Estoy en la habitación {room}.
The key to room {room}, please. = Den Schlüssel zu Zimmer {room}, bitte. = \
La llave de la habitación {room}, por favor.
Room {room} costs {price}. = Zimmer {room} kostet {price}. = La habitación {room} cuesta {price}.
Take bus number {small}. = Nehmen Sie den Bus Nummer {small}. = Tome el autobús número {small}.
I am {small} years old. = Ich bin {small} Jahre alt. = Tengo {small} años.
My son is {small} years old. = Mein Sohn ist {small} Jahre alt. = Mi hijo tiene {small} años.
It takes {small} minutes. = Es dauert {small} Minuten. = Se tarda {small} minutos.
The train is {small} minutes late. = Der Zug hat {small} Minuten Verspätung. = \
El tren lleva {small} minutos de retraso.
It's {small} degrees today. = Heute sind es {small} Grad. = Hoy hace {small} grados.
It's {large} metres from here. = Es ist {large} Meter von hier. = Está a {large} metros de aquí.
It's {measure} kilometres from here. = Es ist {measure} Kilometer von hier. = Está a {measure} kilómetros de aquí.
The suitcase weighs {measure} kilos. = Der Koffer wiegt {measure} Kilo. = La maleta pesa {measure} kilos.
There is a discount of {small}%. = Es gibt einen Rabatt von {small} %. = Hay un descuento del {small} %.
Prices rose by {measure}%. = Die Preise stiegen um {measure} %. = Los precios subieron un {measure} %.
The city has {amount} inhabitants. = Die Stadt hat {amount} Einwohner. = La ciudad tiene {amount} habitantes.
More than {amount} people came. = Mehr als {amount} Menschen kamen. = Vinieron más de {amount} personas.
My phone number is {phone}. = Meine Telefonnummer ist {phone}. = Mi número de teléfono es el {phone}.
Please call {phone}. = Bitte rufen Sie {phone} an. = Por favor, llame al {phone}.
I was born on {date}. = Ich wurde am {date} geboren. = Nací el {date}.
The letter arrived on {date}. = Der Brief kam am {date} an. = La carta llegó el {date}.
The contract ends on {date}. = Der Vertrag endet am {date}. = El contrato termina el {date}.
I was born in {year}. = Ich wurde {year} geboren. = Nací en {year}.
The house was built in {year}. = Das Haus wurde {year} gebaut. = La casa se construyó en {year}.
The code is {large}. = Der Code ist {large}. = El código es {large}.
My booking number is {order}. = Meine Buchungsnummer ist {order}. = Mi número de reserva es {order}.
I would like {small} stamps. = Ich hätte gern {small} Briefmarken. = Quisiera {small} sellos.
"""
_NAMES = {
    "de": {"euros": "Euro", "dollars": "Dollar", "livres": "Pfund"},
    "es": {"euros": "euros", "dollars": "dólares", "livres": "libras"},
}
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
}


def _marked(entry: Entry, language: str) -> str:
    """A number, with a currency or without: groups are divided by points, decimals by a comma."""
    text = re.sub(r"(?<=\d) (?=\d{3})", ".", entry.fr)
    for french, name in _NAMES[language].items():
        text = text.replace(french, name)
    return text


def _clock(entry: Entry, language: str) -> str:
    """A time: "3:45 pm" = "15:45 Uhr" = "15:45"."""
    hour, _, minute = entry.fr.partition(" h")
    text = f"{hour}:{minute.strip() or '00'}"
    return f"{text} Uhr" if language == "de" else text


def _date(entry: Entry, language: str) -> str:
    """A date: "May 5, 2012" = "5. Mai 2012" = "5 de mayo de 2012"."""
    month, day, year = entry.en.replace(",", "").split()
    name = _MONTHS[language][[month.en for month in figures.MONTHS].index(month)]
    return f"{day}. {name} {year}" if language == "de" else f"{day} de {name} de {year}"


def _same(entry: Entry, language: str) -> str:
    return entry.fr


_SLOTS: dict[str, tuple[list[Entry], Callable[[Entry, str], str]]] = {
    "price": (figures.PRICES, _marked),
    "clock": (figures.CLOCKS, _clock),
    "small": (figures.SMALL, _same),
    "large": (figures.LARGE, _same),
    "room": (figures.ROOMS, _same),
    "measure": (figures.MEASURES, _marked),
    "amount": (figures.AMOUNTS, _marked),
    "phone": (figures.PHONES, _same),
    "date": (figures.DATES, _date),
    "year": (figures.YEAR, _same),
    "order": (figures.ORDERS, _same),
}


def number_frames(language: str, split: str = "train") -> list[Pair]:
    """English sentences around numbers with their translations; the same ones in every process.

    Args:
        language: `"de"` or `"es"`.
        split: `"train"`, or one of forty sentences each for `"valid"` and `"test"`.
    """
    rng = random.Random(1)
    side = LANGUAGES.index(language)
    found: dict[str, Pair] = {}
    for line in FRAMES.strip().splitlines():
        parts = line.split(" = ")
        for _ in range(PER_FRAME):
            drawn = {}
            for name, (entries, form) in _SLOTS.items():
                for key in (name, f"{name}2"):
                    entry = entries[int(rng.random() * len(entries))]
                    drawn[key] = entry.en, form(entry, language)
            source = parts[0].format(**{name: value[0] for name, value in drawn.items()})
            target = parts[side].format(**{name: value[1] for name, value in drawn.items()})
            found.setdefault(source, Pair(source, target, "numbers"))
    places = {"valid": range(1), "test": range(1, 2), "train": range(2, HELD_OUT)}[split]
    return [pair for pair in found.values() if position(pair.source) % HELD_OUT in places]
