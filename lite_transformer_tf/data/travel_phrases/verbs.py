"""Verbs, and the predicates that they form with objects that suit them."""

from __future__ import annotations

import re

from lite_transformer_tf.data.travel_phrases import adjectives, nouns, places
from lite_transformer_tf.data.travel_phrases.english import Verb as EnglishVerb
from lite_transformer_tf.data.travel_phrases.entries import Entry, Text, in_plural, objects, phrases, qualified
from lite_transformer_tf.data.travel_phrases.french_verbs import Verb as FrenchVerb

# english [past [participle [ing]]] = french [e if it takes être, r if it is reflexive]; "+" joins words.
# A participle that is not given is the past.
_TABLE = """
    buy bought = acheter
    eat ate eaten = manger
    drink drank drunk drinking = boire
    take took taken = prendre
    lose lost = perdre
    forget forgot forgotten forgetting = oublier
    find found = trouver
    look+for = chercher
    see saw seen = voir
    visit = visiter
    book = réserver
    rent = louer
    pay+for = payer
    cancel cancelled cancelled cancelling = annuler
    change = changer
    choose chose chosen = choisir
    order = commander
    ask+for = demander
    prepare = préparer
    bring brought = apporter
    open = ouvrir
    close = fermer
    repair = réparer
    clean = nettoyer
    sell sold = vendre
    wait+for = attendre
    miss = manquer
    watch = regarder
    listen+to = écouter
    read read = lire
    write wrote written = écrire
    send sent = envoyer
    receive = recevoir
    sign = signer
    photograph = photographier
    like = aimer
    hate = détester
    prefer preferred preferred preferring = préférer
    know knew known = connaître
    understand understood = comprendre
    learn = apprendre
    speak spoke spoken = parler
    need = avoir+besoin+de
    use = utiliser
    keep kept = garder
    carry = porter
    show showed shown = montrer
    taste = goûter
    recommend = recommander
    leave left = partir e
    arrive = arriver e
    stay = rester e
    go went gone = aller e
    come+back came come = revenir e
    go+out went gone = sortir e
    fall fell fallen = tomber e
    get+up got got getting = lever r
    go+to+bed went gone = coucher r
    rest = reposer r
    go+for+a+walk went gone = promener r
    get+dressed got got getting = habiller r
    wake+up woke woken waking = réveiller r
    have+a+swim had had having = baigner r
    hurry = dépêcher r
    work = travailler
    sleep slept = dormir
    dance = danser
    sing sang sung = chanter
    travel travelled travelled travelling = voyager
    smoke = fumer
    swim swam swum swimming = nager
    cook = cuisiner
    wait = attendre
    drive drove driven = conduire
    play = jouer
    live = habiter
    call = appeler
    help = aider
    meet met met meeting = rencontrer
    follow = suivre
    thank = remercier
    invite = inviter
    cost cost cost = coûter
    finish = finir
    start = commencer
    be was been being = être
    have had had having = avoir
    put put put putting = mettre
    hear heard = entendre
    say said = dire
    hope = espérer
    know+how knew known = savoir
    try = essayer
    wear wore worn = porter
    seem = avoir+l'air
    come came come = venir e
    dream = rêver
    feel felt = sentir r
    try+on tried = essayer
    can could = pouvoir
    must = devoir
    want = vouloir
    do did done = faire
"""


def _read(line: str) -> tuple[str, Entry]:
    en_side, fr_side = line.strip().split(" = ")
    en = [word.replace("+", " ") for word in en_side.split()]
    fr_words, *flags = fr_side.split()
    infinitive, *rest = fr_words.split("+")
    flag = "".join(flags)
    french_verb = FrenchVerb(infinitive, "".join(f" {word}" for word in rest), etre="e" in flag, reflexive="r" in flag)
    return en[0], Entry(EnglishVerb(*en), french_verb)


VERBS: dict[str, Entry] = dict(_read(line) for line in _TABLE.strip().splitlines())


def _with(verbs: str, things: list[Entry]) -> list[tuple[Entry, Entry]]:
    """Each verb (names separated by commas) with each object."""
    return [(VERBS[name.strip()], thing) for name in verbs.split(",") for thing in things]


def _unchanged(en: str, fr: str) -> Entry:
    return Entry(Text(en, any=en), Text(fr, any=fr))


def _fixed(table: str) -> list[Entry]:
    """Objects from a table of phrases; after a negation an indefinite article becomes "de"."""
    return [Entry(Text(en, any=en), Text(fr, any=re.sub("^une? ", "de ", fr))) for en, fr in phrases(table)]


_COLOURED = qualified(nouns.CLOTHES[:9], adjectives.COLOURS[:6])
_DESCRIBED = objects(
    qualified(
        [n for n in nouns.SOUVENIRS if n.en.bare in ("book", "painting", "watch", "ring", "vase", "carpet")],
        adjectives.PLAIN,
    ),
    "a",
)
_EDIBLE = objects(nouns.FOODS, "a") + objects(nouns.DISHES, "a") + objects(nouns.FRUITS[:10], "a")

_USEFUL = [
    place
    for place in places.BUILDINGS
    if place.en.bare
    in (
        "hotel",
        "restaurant",
        "bank",
        "pharmacy",
        "supermarket",
        "bakery",
        "campsite",
        "garage",
        "car park",
        "petrol station",
        "bookshop",
    )
]

BUYING = (
    _with(
        "buy",
        objects(nouns.GOODS, "a")
        + objects(_COLOURED, "a")
        + _DESCRIBED
        + objects(in_plural(nouns.SOUVENIRS + nouns.SUPPLIES), "a"),
    )
    + _with("look for", objects(nouns.GOODS, "a"))
    + _with("choose", objects(nouns.GOODS, "this"))
    + _with("try on", objects(nouns.CLOTHES + nouns.FOOTWEAR, "this"))
    + _with("sell", objects(nouns.SOUVENIRS, "a"))
)
EATING = (
    _with("eat, order", _EDIBLE)
    + _with("drink, order", objects(nouns.DRINKS, "a"))
    + _with("prepare", objects(nouns.DISHES[:9], "a"))
    + _with("ask for", objects(nouns.SEASONINGS + nouns.DRINKS[:4] + nouns.TABLEWARE, "a"))
    + _with("taste", objects(nouns.FOODS, "this"))
)
TRAVELLING = (
    _with("take, wait for, miss", objects(nouns.VEHICLES, "the"))
    + _with("rent", objects(nouns.RENTALS, "a"))
    + _with("book", objects(nouns.ROOMS + nouns.TICKETS, "a"))
    + _with("buy", objects(nouns.TICKETS, "a"))
    + _with("look for, find", objects(places.BUILDINGS, "the"))
    + _with("look for, find", objects(_USEFUL, "a"))
    + _with("visit, photograph", objects(places.SIGHTS, "the"))
    + _with("visit", [_unchanged(en, fr.the) for en, fr in places.CITIES_AND_COUNTRIES])
    + _with(
        "cancel, change",
        _fixed(
            "the booking = la réservation\nthe flight = le vol\nthe appointment = le rendez-vous\nthe trip = le voyage"
        ),
    )
)
DAILY = (
    _with("read", objects([n for n in nouns.LEISURE if n.en.bare in ("book", "newspaper", "novel", "magazine")], "a"))
    + _with("watch", objects([n for n in nouns.LEISURE if n.en.bare in ("film", "match", "play", "show")], "a"))
    + _with("listen to", objects([n for n in nouns.LEISURE if n.en.bare in ("song", "concert")], "a"))
    + _with("write, send, receive", objects(nouns.PAPERWORK[:4], "a"))
    + _with("sign", objects(nouns.PAPERWORK, "this"))
    + _with(
        "open, close",
        _fixed(
            "the door = la porte\nthe window = la fenêtre\nthe suitcase = la valise\n"
            "the shop = le magasin\nthe letter = la lettre"
        ),
    )
    + _with(
        "repair",
        _fixed(
            "the car = la voiture\nthe bicycle = le vélo\nthe computer = l'ordinateur\n"
            "the lock = la serrure\nthe boat = le bateau"
        ),
    )
    + _with(
        "clean",
        _fixed(
            "the room = la chambre\nthe kitchen = la cuisine\nthe car = la voiture\n"
            "the apartment = l'appartement\nthe shoes = les chaussures"
        ),
    )
    + _with(
        "pay for",
        _fixed(
            "the meal = le repas\nthe room = la chambre\nthe taxi = le taxi\n"
            "the drinks = les boissons\nthe tickets = les billets"
        ),
    )
    + _with(
        "use",
        _fixed(
            "the computer = l'ordinateur\nthe lift = l'ascenseur\n"
            "the washing machine = la machine à laver\na dictionary = un dictionnaire"
        ),
    )
    + _with(
        "hear", _fixed("the bells = les cloches\na noise = un bruit\nthe thunder = le tonnerre\na song = une chanson")
    )
    + _with(
        "invite, meet, thank, help",
        _fixed("the neighbours = les voisins\nour friends = nos amis\nthe new teacher = le nouveau professeur"),
    )
    + _with(
        "call",
        _fixed(
            "a taxi = un taxi\nthe doctor = le médecin\nthe police = la police\nthe hotel = l'hôtel\n"
            "an ambulance = une ambulance"
        ),
    )
)
PREDICATES = BUYING + EATING + TRAVELLING + DAILY

_ERRANDS = "buy order book rent prepare ask+for cancel change send sign open close repair clean pay+for call choose"
_OUTINGS = "eat drink order taste visit photograph watch rent take wait+for read prepare try+on"


def _limited(verbs: str) -> list[tuple[Entry, Entry]]:
    """The predicates of some verbs."""
    allowed = [id(VERBS[name.replace("+", " ")]) for name in verbs.split()]
    return [pair for pair in PREDICATES if id(pair[0]) in allowed]


AIMS = [
    pair for pair in PREDICATES if id(pair[0]) not in [id(VERBS[name]) for name in ("miss", "find", "receive", "hear")]
]
# What one asks another to do, and what people do together or ask leave to do.
ERRANDS, OUTINGS = _limited(_ERRANDS), _limited(_OUTINGS)

# What one does without an object: phrases in both languages after a verb.
_MANNER = {
    "leave": "with our friends = avec nos amis\nby train = en train\nby car = en voiture\n"
    "by plane = en avion\nby taxi = en taxi\nby bus = en bus",
    "arrive": "by train = en train\nby car = en voiture\nby boat = en bateau\nby bus = en bus",
    "come back": "by train = en train\nby car = en voiture\non foot = à pied\nby taxi = en taxi",
    "go out": "with some friends = avec des amis\nafter dinner = après le dîner",
    "rest": "at the hotel = à l'hôtel\non the beach = sur la plage\nin the garden = dans le jardin",
    "go for a walk": "in the park = dans le parc\non the beach = sur la plage\n"
    "in the old town = dans la vieille ville\nby the sea = au bord de la mer",
    "have a swim": "in the lake = dans le lac\nin the sea = dans la mer\nin the river = dans la rivière",
    "work": "in a hospital = dans un hôpital\nin a bank = dans une banque\nat home = à la maison\n"
    "in a restaurant = dans un restaurant",
    "sleep": "in a tent = sous une tente\non the train = dans le train\nat the hotel = à l'hôtel\n"
    "in the car = dans la voiture",
    "dance": "in the street = dans la rue\non the beach = sur la plage\nafter dinner = après le dîner",
    "travel": "by train = en train\nby car = en voiture\nwith two children = avec deux enfants\nby boat = en bateau",
    "swim": "in the lake = dans le lac\nin the sea = dans la mer\nbefore breakfast = avant le petit-déjeuner",
    "play": "tennis = au tennis\nfootball = au football\ncards = aux cartes\nchess = aux échecs\n"
    "the piano = du piano\nthe guitar = de la guitare",
    "stay": "at the hotel = à l'hôtel\nat home = à la maison\nin bed = au lit\nin town = en ville",
}
ACTIVITIES = [(VERBS[name], entry) for name, table in _MANNER.items() for entry in phrases(table)]
_AT_AN_HOUR = ("leave", "arrive", "come back", "go out", "get up", "go to bed", "wake up")
TIMED = [VERBS[name] for name in _AT_AN_HOUR]
ALONE = [
    VERBS[name]
    for name in (
        "work",
        "sleep",
        "dance",
        "sing",
        "travel",
        "smoke",
        "swim",
        "cook",
        "wait",
        "drive",
        "hurry",
        "rest",
        "get dressed",
    )
]
