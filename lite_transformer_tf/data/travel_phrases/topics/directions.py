"""Asking the way: where a place is, how to get there, how far it is, and what a place is like."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases, qualified
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.rules import rules

_SIDES = phrases("""
    on the left = à gauche
    on the right = à droite
    straight ahead = tout droit
""")
_TURNS = phrases("""
    turn left = tournez à gauche
    turn right = tournez à droite
    go straight on = allez tout droit
    cross the street = traversez la rue
    cross the square = traversez la place
    cross the bridge = traversez le pont
    follow the river = suivez la rivière
    take the first street on the left = prenez la première rue à gauche
    take the second street on the right = prenez la deuxième rue à droite
    take the third street on the left = prenez la troisième rue à gauche
    go down the stairs = descendez l'escalier
    go up to the second floor = montez au deuxième étage
""")
_RELATIONS = phrases("""
    next to = à côté
    near = près
    far from = loin
    opposite = en face
    to the left of = à gauche
    to the right of = à droite
""")
_SIMPLE_RELATIONS = phrases("""
    behind = derrière
    in front of = devant
    between the park and = entre le parc et
    after = après
    before = avant
""")
_METERS = [Entry(f"{n} metres", f"{n} mètres") for n in range(50, 1000, 50)] + [
    Entry(f"{n} kilometres", f"{n} kilomètres") for n in range(2, 60)
]
_WALKS = [Entry(f"{en} on foot", f"{fr} à pied") for en, fr in numerals.WAITS] + [
    Entry(f"{en} by car", f"{fr} en voiture") for en, fr in numerals.WAITS
]
_ORDINALS = phrases("""
    first = première
    second = deuxième
    third = troisième
    fourth = quatrième
""")
# In the order of adjectives.PLACES_ARE.
_COMPARATIVES = ("bigger", "smaller", "", "older", "", "", "", "", "", "quieter", "noisier", "cleaner")
_DESCRIBED = qualified(places.BUILDINGS[:24], [*adj.SIZES, adj.OLD, adj.NEW])

DIRECTIONS = rules(
    """
    Where is {place.the}? = Où est {place.the} ?
    Where is {described.the}, please? = Où est {described.the}, s'il vous plaît ?
    Excuse me, where is {place.the}? = Excusez-moi, où se trouve {place.the} ?
    Is {place.the} near here? = Est-ce que {place.the} est près d'ici ?
    Is {place.the} far from {place2.the}? = Est-ce que {place.the} est loin {place2.of_the} ?
    Is there {described.any} near {place.the}? = Y a-t-il {described.a} près {place.of_the} ?
    Is there {place.any} in this {area}? = Y a-t-il {place.a} dans {area} ?
    How do I get {to}, please? = Comment puis-je aller {to}, s'il vous plaît ?
    How can we go from {place.the} {to}? = Comment pouvons-nous aller {place.of_the} {to} ?
    {place.the} is {side}. = {place.the} est {side}.
    {place.the} is {relation} {place2.the}. = {place.the} est {relation} {place2.of_the}.
    {described.the} is {position} {place.the}. = {described.the} est {position} {place.the}.
    {turn}, then {turn2}. = {turn}, puis {turn2}.
    {street_turn} after {place.the}. = {street_turn} après {place.the}.
    {turn} and you will see {described.the}. = {turn} et vous verrez {described.the}.
    To go {to}, {turn}. = Pour aller {to}, {turn}.
    It is {metres} from here. = C'est à {metres} d'ici.
    {place.the} is {metres} from {place2.the}. = {place.the} est à {metres} {place2.of_the}.
    {place.the} is {walk} from here. = {place.the} est à {walk} d'ici.
    {city} is {trip} by plane from {city2}. = {city} est à {trip} d'avion {city2.of}.
    It is the {ordinal} street after {place.the}. = C'est la {ordinal} rue après {place.the}.
    I am looking for {place.the}. = Je cherche {place.the}.
    We are lost, we are looking for {described.the}. = Nous sommes perdus, nous cherchons {described.the}.
    Can you show me {place.the} on the map? = Pouvez-vous me montrer {place.the} sur le plan ?
    Excuse me, is this the way {to}? = Excusez-moi, est-ce le chemin pour aller {to} ?
    You can go {to} on foot. = Vous pouvez aller {to} à pied.
    Is it far {to}? = C'est loin pour aller {to} ?
    """,
    place=places.BUILDINGS,
    described=_DESCRIBED,
    area=phrases("street = cette rue\nneighbourhood = ce quartier\ntown = cette ville\nvillage = ce village"),
    to=[Entry(en, fr) for en, fr in places.AROUND_TOWN],
    side=_SIDES,
    relation=_RELATIONS,
    position=_SIMPLE_RELATIONS,
    turn=_TURNS,
    street_turn=_TURNS[:10],
    metres=_METERS,
    walk=_WALKS,
    trip=numerals.TRIPS,
    city=places.CITIES,
    ordinal=_ORDINALS,
)

PLACES = rules(
    """
    {place.the} is very {quality}. = {place.the} est très {quality:{place.g}}.
    Is {shop.the} {state} {day}? = Est-ce que {shop.the} est {state:{shop.g}} {day} ?
    {shop.the} is {state} {day}. = {shop.the} est {state:{shop.g}} {day}.
    {shop.the} is not {state} on {weekday}s. = {shop.the} n'est pas {state:{shop.g}} le {weekday}.
    There is {described.a} near {place.the}. = Il y a {described.a} près {place.of_the}.
    There are {count} {place.pl} in {city}. = Il y a {count} {place.pl} {city.to}.
    There is no {place.bare} in this {area}. = Il n'y a pas {place.any} dans {area}.
    {described.this} is {quality}. = {described.this} est {quality:{described.g}}.
    {sight.the} in {city} is {comparative} than {sight2.the}. = \
    {sight.the} {city.of} est plus {comparative:{sight.g}} que {sight2.the}.
    {sight.the} in {city} is the most {superlative} in the country. = \
    {sight.the} {city.of} est {sight.les} plus {superlative:{sight.g}} du pays.
    I have never seen such a {superlative} {sight.bare}. = Je n'ai jamais vu {sight.a} aussi {superlative:{sight.g}}.
    Have you visited {sight.the} in {city}? = Avez-vous visité {sight.the} {city.of} ?
    We would like to visit {sight.the} and {sight2.the}. = Nous voudrions visiter {sight.the} et {sight2.the}.
    How old is {old.the}? = De quand date {old.the} ?
    {old.the} was {built} in {year}. = {old.the} a été {built:{old.g}} en {year}.
    What time does {shop.the} open on {weekday}? = À quelle heure ouvre {shop.the} {weekday} ?
    What time does {shop.the} close? = À quelle heure ferme {shop.the} ?
    {shop.the} opens at {time}. = {shop.the} ouvre à {time}.
    {shop.the} closes at {time} on {weekday}s. = {shop.the} ferme à {time} le {weekday}.
    The entrance to {old.the} is free on {weekday}s. = L'entrée {old.of_the} est gratuite le {weekday}.
    How much is a ticket for {old.the}? = Combien coûte un billet pour {old.the} ?
    What is your {favourite} {sight.bare}? = {sight.quel} est votre {sight.bare} {favourite:{sight.g}} ?
    In {city}, {place.the} is next to {sight.the}. = {city.to}, {place.the} est à côté {sight.of_the}.
    """,
    place=places.BUILDINGS,
    sight=places.SIGHTS,
    old=[
        n
        for n in places.SIGHTS
        if n.en.bare not in ("old town", "island", "cave", "vineyard", "village", "exhibition", "market", "zoo")
    ],
    shop=[
        n
        for n in places.BUILDINGS
        if n.en.bare
        not in ("beach", "bus stop", "taxi rank", "old town", "port", "marina", "metro station", "airport", "station")
    ],
    built=[Entry("built", Adjective("construit"))],
    favourite=[Entry("favourite", Adjective("préféré"))],
    described=qualified(places.BUILDINGS[:30], [adj.BEAUTIFUL, adj.NEW, adj.OLD, *adj.SIZES]),
    quality=[
        a for a in adj.PLACES_ARE if a.en in ("modern", "famous", "interesting", "quiet", "noisy", "clean", "busy")
    ],
    comparative=[
        *(
            Entry(f"more {a.en}", a.fr)
            for a in adj.PLACES_ARE
            if a.en in ("famous", "interesting", "beautiful", "modern")
        ),
        *(Entry(en, a.fr) for a, en in zip(adj.PLACES_ARE, _COMPARATIVES, strict=False) if en),
    ],
    superlative=[a for a in adj.PLACES_ARE if a.en in ("famous", "interesting", "beautiful", "modern")],
    state=[a for a in adj.PLACES_ARE if a.en in ("open", "closed")],
    day=[Entry(f"on {en}", fr) for en, fr in numerals.WEEKDAYS]
    + phrases(
        "today = aujourd'hui\ntomorrow = demain\nnow = maintenant\n"
        "this afternoon = cet après-midi\nin winter = en hiver\nat noon = à midi"
    ),
    weekday=numerals.WEEKDAYS,
    count=numerals.COUNTS,
    city=places.CITIES,
    area=phrases("street = cette rue\nneighbourhood = ce quartier\ntown = cette ville\nvillage = ce village"),
    time=numerals.CLOCK,
    year=[Entry(str(year), str(year)) for year in range(1890, 2010)],
)
