"""Getting around: trains and buses, tickets, timetables, driving and renting."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases
from lite_transformer_tf.data.travel_phrases.people import TRAVELLERS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_MEANS = phrases("""
    by train = en train
    by car = en voiture
    by plane = en avion
    by bus = en bus
    by taxi = en taxi
    by boat = en bateau
    by bicycle = à vélo
    on foot = à pied
    by metro = en métro
    by tram = en tramway
""")
_LONG_DISTANCE = [vehicle for vehicle in nouns.VEHICLES if vehicle.en.bare in ("train", "bus", "plane", "coach")]
_LOCAL = [vehicle for vehicle in nouns.VEHICLES if vehicle.en.bare in ("bus", "tram", "metro")]

TRANSPORT = rules(
    """
    I would like {ticket.a} to {city}, please. = Je voudrais {ticket.a} pour {city}, s'il vous plaît.
    {count} {ticket.pl} to {city}, please. = {count} {ticket.pl} pour {city}, s'il vous plaît.
    I need {ticket.a} for {day}. = J'ai besoin {ticket.of_a} pour {day}.
    How much does {ticket.a} to {city} cost? = Combien coûte {ticket.a} pour {city} ?
    {ticket.a} to {city} costs {price}. = {ticket.a} pour {city} coûte {price}.
    What time does {vehicle.the} to {city} leave? = À quelle heure part {vehicle.the} pour {city} ?
    What time does {vehicle.the} from {city} arrive? = À quelle heure arrive {vehicle.the} {city.of} ?
    {vehicle.the} to {city} leaves at {clock}. = {vehicle.the} pour {city} part à {clock}.
    {vehicle.the} to {city} leaves at {time}. = {vehicle.the} pour {city} part à {time}.
    {vehicle.the} from {city} arrives at {clock}. = {vehicle.the} {city.of} arrive à {clock}.
    {train.the} to {city} leaves from platform {number}. = {train.the} pour {city} part du quai {number}.
    {vehicle.the} from {city} is {wait} late. = {vehicle.the} {city.of} a {wait} de retard.
    When is the next {vehicle.bare} to {city}? = Quand est le prochain {vehicle.bare} pour {city} ?
    The last {vehicle.bare} to {city} left {wait} ago. = Le dernier {vehicle.bare} pour {city} est parti il y a {wait}.
    Is there {vehicle.any} to {city} on {day}? = Y a-t-il {vehicle.a} pour {city} {day} ?
    Does this {vehicle.bare} go to {city}? = Est-ce que {vehicle.this} va {city.to} ?
    {s} {s.be} going {place} {local}. = {s} {go:present {s.p}} {place} {local}.
    {s} went {place} {local}. = {s} {go:aux {s.p}} {go:part {s.g}} {place} {local}.
    {s} {s.be} going to go {far.to} {means}. = {s} {s.vais} aller {far.to} {means}.
    {s} took {vehicle.the} {city.to}. = {s} {take:aux {s.p}} pris {vehicle.the} pour aller {city.to}.
    {s} {s.have} already been {far.to} {means}. = {s} {go:aux {s.p}} déjà {go:part {s.g}} {far.to} {means}.
    It takes {wait} to go {place} {local}. = Il faut {wait} pour aller {place} {local}.
    I would like to rent {rental.a} for {stay}. = Je voudrais louer {rental.a} pour {stay}.
    How much is it to rent {rental.a} for {stay}? = Combien coûte la location {rental.of_a} pour {stay} ?
    {s} rented {rental.a} {far.at}. = {s} {s.ai} loué {rental.a} {far.at}.
    Where can I take {shuttle.the} {town}? = Où puis-je prendre {shuttle.the} pour aller {town} ?
    Take me {place}, please. = Conduisez-moi {place}, s'il vous plaît.
    Which {shuttle.bare} goes {town}? = Quel {shuttle.bare} va {town} ?
    Bus number {number} goes {town}. = Le bus numéro {number} va {town}.
    The flight to {city} has been cancelled. = Le vol pour {city} a été annulé.
    The journey from {city} to {city2} takes {trip}. = Le trajet {city.of} {city2.to} dure {trip}.
    {s} {s.have} missed {vehicle.the} to {city}. = {s} {s.ai} manqué {vehicle.the} pour {city}.
    """,
    ticket=nouns.TICKETS,
    city=places.CITIES,
    count=numerals.COUNTS,
    day=numerals.WEEKDAYS,
    price=numerals.PRICES,
    vehicle=_LONG_DISTANCE,
    train=_LONG_DISTANCE[:1],
    shuttle=_LOCAL,
    clock=numerals.TIMETABLE,
    time=numerals.CLOCK,
    number=[Entry(str(n), str(n)) for n in range(1, 40)],
    wait=numerals.WAITS,
    trip=numerals.TRIPS,
    s=TRAVELLERS,
    far=places.CITIES_AND_COUNTRIES,
    means=[m for m in _MEANS if m.en[3:] in ("train", "car", "plane", "bus", "boat")],
    local=[m for m in _MEANS if m.en[3:] not in ("train", "plane", "boat")],
    place=[Entry(en, fr) for en, fr in places.AROUND_TOWN],
    town=[Entry(f"to {en.the}", fr.to_the) for en, fr in places.BUILDINGS],
    rental=nouns.RENTALS,
    stay=numerals.STAYS,
    go=[VERBS["go"]],
    take=[VERBS["take"]],
)
