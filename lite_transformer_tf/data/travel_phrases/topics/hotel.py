"""The hotel: booking, the room, what is missing or broken, services."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases, qualified
from lite_transformer_tf.data.travel_phrases.people import RELATIVES, TRAVELLERS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_FLOORS = phrases("""
    on the ground floor = au rez-de-chaussée
    on the first floor = au premier étage
    on the second floor = au deuxième étage
    on the third floor = au troisième étage
    on the fourth floor = au quatrième étage
    on the top floor = au dernier étage
""")
_CHORES = phrases("""
    call a taxi = appeler un taxi
    clean the room = nettoyer la chambre
    change the sheets = changer les draps
    close the window = fermer la fenêtre
    carry our suitcases = porter nos valises
    keep our luggage = garder nos bagages
    show me the room = me montrer la chambre
    repair the shower = réparer la douche
    prepare the bill = préparer la note
    give me the key = me donner la clé
    wake me up at seven o'clock = me réveiller à sept heures
    bring breakfast to the room = apporter le petit-déjeuner dans la chambre
    turn on the heating = allumer le chauffage
    turn off the television = éteindre la télévision
    give us another room = nous donner une autre chambre
    help me with the bags = m'aider avec les sacs
""")
_STARTS = [Entry(f"from {day.en}", f"à partir de {day.fr}") for day in numerals.WEEKDAYS] + [
    Entry(f"from {date.en}", f"à partir du {date.fr[3:]}") for date in numerals.DATES[::6]
]
_TODAY = phrases("""
    this morning = ce matin
    this evening = ce soir
    today = aujourd'hui
    now = maintenant
    tomorrow morning = demain matin
    after lunch = après le déjeuner
    before noon = avant midi
""")

HOTEL = rules(
    """
    I would like {room.a} for {stay}. = Je voudrais {room.a} pour {stay}.
    Do you have {room.any} for {stay}? = Avez-vous {room.a} pour {stay} ?
    Do you have {room.any} {start}? = Avez-vous {room.a} {start} ?
    I have booked {room.a} {start}. = J'ai réservé {room.a} {start}.
    We have booked {count} {room.pl} for {stay}. = Nous avons réservé {count} {room.pl} pour {stay}.
    {s} {want:{s.p}} to stay for {stay}. = {s} {want:present {s.p}} rester {stay}.
    {room.the} costs {price} per night. = {room.the} coûte {price} par nuit.
    How much is {room.a} for {stay}? = Combien coûte {room.a} pour {stay} ?
    We do not have {room.any} for {stay}. = Nous n'avons pas {room.any} pour {stay}.
    {part.the} {part.do} not work. = {part.the} ne march{part.ent} pas.
    {part.the} in room {number} {part.be} {defect}. = {part.the} de la chambre {number} {part.est} {defect:{part.g}}.
    There is no {thing.bare} in the {spot}. = Il n'y a pas {thing.any} dans {spot}.
    There are no {thing.pl} in room {number}. = Il n'y a pas de {thing.pl} dans la chambre {number}.
    Could you bring me {count} {thing.pl}? = Pourriez-vous m'apporter {count} {thing.pl} ?
    Could you bring {thing.a} to room {number}? = Pourriez-vous apporter {thing.a} à la chambre {number} ?
    We need {described.a} and {thing.a}. = Nous avons besoin {described.of_a} et {thing.of_a}.
    Can you {chore}, please? = Pouvez-vous {chore}, s'il vous plaît ?
    Can you {chore} {today}? = Pouvez-vous {chore} {today} ?
    Is there {service.any} in the hotel? = Y a-t-il {service.a} dans l'hôtel ?
    {indoor.the} is {floor}. = {indoor.the} est {floor}.
    Is {service.the} open at {time}? = Est-ce que {service.the} est {open:{service.g}} à {time} ?
    Our room is {floor}, next to {service.the}. = Notre chambre est {floor}, à côté {service.of_the}.
    Your room is number {number}, {floor}. = Votre chambre est la numéro {number}, {floor}.
    Here is the key to room {number}. = Voici la clé de la chambre {number}.
    I am in room {number} with {relative}. = Je suis dans la chambre {number} avec {relative}.
    Please wake us up at {time}. = Réveillez-nous à {time}, s'il vous plaît.
    Please wake me up at {clock} tomorrow morning. = Réveillez-moi demain matin à {clock}, s'il vous plaît.
    Breakfast is from {start_time} to {end_time}. = Le petit-déjeuner est servi de {start_time} à {end_time}.
    You must leave the room before {time}. = Vous devez quitter la chambre avant {time}.
    """,
    room=nouns.ROOMS,
    stay=numerals.STAYS,
    start=_STARTS,
    count=numerals.COUNTS,
    s=TRAVELLERS,
    want=[VERBS["want"]],
    price=numerals.PRICES,
    part=nouns.ROOM_PARTS,
    defect=adj.DEFECTS,
    number=[Entry(str(n), str(n)) for floor in (100, 200, 300, 400) for n in range(floor + 1, floor + 25)],
    thing=nouns.ROOM_THINGS,
    described=qualified(nouns.ROOM_THINGS, [adj.NEW, *adj.SIZES]),
    spot=phrases("room = la chambre\nbathroom = la salle de bains\nwardrobe = l'armoire\napartment = l'appartement"),
    chore=_CHORES,
    today=_TODAY,
    service=nouns.SERVICES,
    indoor=[n for n in nouns.SERVICES if n.en.bare not in ("garden", "lift", "car park", "safe")],
    floor=_FLOORS,
    open=[Entry("open", adj.PLACES_ARE[7].fr)],
    time=numerals.CLOCK,
    clock=numerals.TIMETABLE[:72],
    start_time=[
        time
        for time in numerals.CLOCK
        if time.en in ("six o'clock", "half past six", "seven o'clock", "half past seven", "quarter past seven")
    ],
    end_time=[
        time
        for time in numerals.CLOCK
        if time.en in ("nine o'clock", "half past nine", "ten o'clock", "half past ten", "eleven o'clock", "noon")
    ],
    relative=RELATIVES,
)
