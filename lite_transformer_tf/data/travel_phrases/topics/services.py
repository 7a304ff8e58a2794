"""Post, bank, telephone and internet, and leisure: going out, films, books, sport."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import moments, nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases, qualified
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.people import NAMES, RELATIVES, TRAVELLERS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_FORMALITIES = phrases("""
    change some money = changer de l'argent
    open an account = ouvrir un compte
    send this parcel = envoyer ce colis
    receive a transfer = recevoir un virement
    pay by card = payer par carte
    pay in cash = payer en espèces
    print a document = imprimer un document
    make a phone call = téléphoner
    connect to the internet = me connecter à internet
    buy some stamps = acheter des timbres
    leave my luggage = laisser mes bagages
    speak to the manager = parler au directeur
    cancel my booking = annuler ma réservation
    confirm my flight = confirmer mon vol
""")
_SPORTS = phrases("""
    tennis = au tennis
    football = au football
    basketball = au basket
    golf = au golf
    cards = aux cartes
    chess = aux échecs
    rugby = au rugby
    volleyball = au volley
    boules = à la pétanque
""")
_CULTURE = [entry for entry in nouns.LEISURE if entry.en.bare not in ("newspaper", "magazine", "match", "festival")]
_REVIEWS = adj.after(
    "interesting = intéressant\nfunny = drôle\nsad = triste\nboring = ennuyeux/ennuyeuse\n"
    "long = long/longue\ndifficult = difficile"
)

SERVICES = rules(
    """
    I would like to send {mail.a} {abroad.to}. = Je voudrais envoyer {mail.a} {abroad.to}.
    How much does it cost to send {mail.a} {abroad.to}? = Combien coûte l'envoi {mail.of_a} {abroad.to} ?
    I need {count} stamps for {abroad}. = J'ai besoin de {count} timbres pour {abroad.the}.
    I would like to change {price}. = Je voudrais changer {price}.
    Where can I {formality}? = Où puis-je {formality} ?
    I would like to {formality}, please. = Je voudrais {formality}, s'il vous plaît.
    I would like to {formality} {near}. = Je voudrais {formality} {near}.
    Is it possible to {task} {place}? = Est-ce possible de {task} {place} ?
    Can I have the {mail.bare} before {day}? = Puis-je avoir {mail.the} avant {day} ?
    {mail.the} will arrive on {day}. = {mail.the} arrivera {day}.
    {mail.the} has not arrived yet. = {mail.the} n'est pas encore {arrived:{mail.g}}.
    {mail.the} was {sent} on {date}. = {mail.the} a été {sent:{mail.g}} {date}.
    {person} {person.have} received {count} {mail.pl} from {abroad}. = \
    {person} {person.ai} reçu {count} {mail.pl} {abroad.fro}.
    {person} {person.be} {call.ing} from {abroad}. = {person} {call:present {person.p}} {abroad.fro}.
    {person} will call {other} at {time}. = {person} {call:future {person.p}} {other} à {time}.
    Can I speak to {other}, please? = Puis-je parler à {other}, s'il vous plaît ?
    {other} is not here, can you call back at {time}? = {other} n'est pas là, pouvez-vous rappeler à {time} ?
    My phone number is {pair} {pair2} {pair3}. = Mon numéro de téléphone est le {pair} {pair2} {pair3}.
    The code is {number} {number2} {number3}. = Le code est {number} {number2} {number3}.
    The password for room {pair} is {pair2} {pair3}. = Le mot de passe de la chambre {pair} est {pair2} {pair3}.
    The bank is open from {time} to {time2}. = La banque est ouverte de {time} à {time2}.
    You must sign {signed.this} before {day}. = Vous devez signer {signed.this} avant {day}.
    You must fill in {paper.this} and show your {identity.bare}. = \
    Vous devez remplir {paper.this} et montrer {identity:2p}.
    """,
    mail=nouns.PAPERWORK[:6],
    abroad=places.CITIES_AND_COUNTRIES,
    count=numerals.COUNTS,
    price=numerals.PRICES,
    formality=_FORMALITIES,
    task=[entry for entry in _FORMALITIES if " my " not in entry.en and "internet" not in entry.en],
    place=[
        Entry(en.at, fr)
        for en, fr in places.AROUND_TOWN
        if en.at[7:] in ("hotel", "bank", "post office", "station", "airport", "library", "tourist office")
    ],
    near=moments.NEAR_FUTURE,
    day=numerals.WEEKDAYS,
    date=numerals.DATES,
    arrived=[Entry("arrived", Adjective("arrivé"))],
    sent=[Entry("sent", Adjective("envoyé"))],
    person=TRAVELLERS,
    other=[s for s in RELATIVES + NAMES if s.en.p == "3s"],
    call=[VERBS["call"]],
    time=numerals.CLOCK,
    pair=numerals.DIGIT_COUNTS[8:],
    number=numerals.NUMBERS[:9],
    paper=[n for n in nouns.PAPERWORK if n.en.bare in ("document", "form")],
    signed=[n for n in nouns.PAPERWORK if n.en.bare in ("letter", "document", "form", "invoice")],
    identity=[n for n in nouns.BELONGINGS if n.en.bare in ("passport", "identity card", "driving licence", "visa")],
)

LEISURE = rules(
    """
    {s} {play:{s.p}} {sport} {often}. = {s} {play:present {s.p}} {sport} {often}.
    {s} {s.be} going to play {sport} with {person}. = {s} {s.vais} jouer {sport} avec {person}.
    {s} played {sport} with {person} {past}. = {s} {s.ai} joué {sport} avec {person} {past}.
    Do you want to play {sport} {near}? = Voulez-vous jouer {sport} {near} ?
    {work.the} was very {review}. = {work.the} était très {review:{work.g}}.
    {s} {s.do} not like {work.this}, it is too {review}. = \
    {s} ne {like:present {s.p}} pas {work.this}, {work.ils} est trop {review:{work.g}}.
    I think that {work.this} is {review}. = Je pense que {work.this} est {review:{work.g}}.
    Have you seen {nation.the}? = Avez-vous vu {nation.the} ?
    {s} {s.have} read {text.a} about {place}. = {s} {s.ai} lu {text.a} sur {place.the}.
    {s} {s.have} {count} tickets for {show.the} on {day}. = {s} {s.ai} {count} billets pour {show.the} de {day}.
    What time does {show.the} start {near}? = À quelle heure commence {show.the} {near} ?
    {work.the} is more {dull} than {work2.the}. = {work.the} est plus {dull:{work.g}} que {work2.the}.
    This is the most {dull} {work.bare} of the year. = C'est {work.the} {work.les} plus {dull:{work.g}} de l'année.
    {s} {s.be} going to listen to {nation_music} {near}. = {s} {s.vais} écouter {nation_music} {near}.
    {s} {s.have} been {learn.ing} to {skill} for {span}. = {s} {learn:present {s.p}} à {skill} depuis {span}.
    {s} {s.have} just bought {text.a}. = {s} {come:present {s.p}} d'acheter {text.a}.
    {s} {s.have} just arrived {place.at}. = {s} {come:present {s.p}} d'arriver {place.to}.
    {s} {s.be} taking a photo of {sight.the}. = {s} {take:present {s.p}} une photo {sight.of_the}.
    {s} {s.have} taken {count} photos of {sight.the}. = {s} {s.ai} pris {count} photos {sight.of_the}.
    {person} and I are going to the {venue.bare} {near}. = {person} et moi allons {venue.to_the} {near}.
    Would you like to come to the {venue.bare} with {person}? = Voulez-vous venir {venue.to_the} avec {person} ?
    What do you think of {work.this}? = Que pensez-vous {work.of_this} ?
    """,
    s=TRAVELLERS,
    play=[VERBS["play"]],
    sport=_SPORTS,
    often=moments.PRESENT,
    person=[s for s in RELATIVES + NAMES if s.en.p == "3s"],
    past=moments.PAST,
    near=moments.NEAR_FUTURE,
    work=_CULTURE,
    show=[entry for entry in _CULTURE if entry.en.bare in ("film", "concert", "play", "show")],
    review=_REVIEWS,
    dull=[a for a in _REVIEWS if a.en in ("interesting", "boring", "difficult")],
    like=[VERBS["like"]],
    nation=qualified(_CULTURE, adj.NATIONALITIES),
    nation_music=[Entry(f"some {a.en} music", f"de la musique {a.fr:fs}") for a in adj.NATIONALITIES],
    text=[n for n in nouns.LEISURE if n.en.bare in ("book", "novel", "magazine")],
    place=places.CITIES_AND_COUNTRIES,
    day=numerals.WEEKDAYS,
    skill=phrases(
        "swim = nager\ndance = danser\nsing = chanter\ncook = cuisiner\ndrive = conduire\n"
        "speak French = parler français"
    ),
    span=numerals.SPANS[4:],
    learn=[VERBS["learn"]],
    come=[VERBS["come"]],
    take=[VERBS["take"]],
    sight=places.SIGHTS,
    count=numerals.COUNTS,
    venue=[
        n
        for n in places.BUILDINGS
        if n.en.bare
        in ("museum", "restaurant", "beach", "market", "theatre", "cinema", "swimming pool", "zoo", "ice rink")
    ],
)
