"""Health and emergencies: pain, illness, medicine, loss and theft."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, in_singular, phrases, qualified
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.moments import PAST
from lite_transformer_tf.data.travel_phrases.people import HE, NAMES, PRONOUNS, RELATIVES, SHE, TRAVELLERS, YOU, I
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_SINCE = (
    phrases("""
        since yesterday = depuis hier
        since this morning = depuis ce matin
        since last night = depuis hier soir
    """)
    + [Entry(f"since {en}", f"depuis {fr}") for en, fr in numerals.WEEKDAYS]
    + [Entry(f"for {en}", f"depuis {fr}") for en, fr in numerals.SPANS]
)
_ILLNESSES = phrases("""
    a fever = de la fièvre
    a cold = un rhume
    the flu = la grippe
    a cough = de la toux
    a rash = une éruption
    asthma = de l'asthme
    diabetes = du diabète
    a temperature of 39 degrees = 39 degrés de fièvre
    an ear infection = une otite
    a sunburn = un coup de soleil
""")
_DOSES = phrases("""
    once a day = une fois par jour
    twice a day = deux fois par jour
    three times a day = trois fois par jour
    every morning = tous les matins
    every evening = tous les soirs
    before meals = avant les repas
    after meals = après les repas
    with a glass of water = avec un verre d'eau
    before going to bed = avant d'aller au lit
    every four hours = toutes les quatre heures
    every six hours = toutes les six heures
""")
_HELP = phrases("""
    a doctor = un médecin
    a dentist = un dentiste
    an ambulance = une ambulance
    the police = la police
    a nurse = une infirmière
    a lawyer = un avocat
    an interpreter = un interprète
    the fire brigade = les pompiers
    a taxi = un taxi
""")
_WHERE = phrases("""
    on the train = dans le train
    on the bus = dans le bus
    in the street = dans la rue
    in the taxi = dans le taxi
    on the beach = sur la plage
    in the hotel room = dans la chambre d'hôtel
    at the station = à la gare
    at the airport = à l'aéroport
    at the restaurant = au restaurant
    in the metro = dans le métro
    at the market = au marché
    in the car = dans la voiture
    at the swimming pool = à la piscine
""")
_LIMBS = [
    part
    for part in nouns.BODY
    if part.en.bare in ("leg", "arm", "finger", "ankle", "wrist", "nose", "foot", "elbow", "shoulder")
]
_TAKEN = in_singular(nouns.MEDICINES)
_REPORT = in_singular(nouns.BELONGINGS)

HEALTH = rules(
    """
    {s.my} {body.bare} hurts. = {s} {s.ai} mal {body.to_the}.
    {s.my} {body.bare} and {s.my} {body2.bare} hurt. = {s} {s.ai} mal {body.to_the} et {body2.to_the}.
    {s.my} {body.bare} has been hurting {since}. = {s} {s.ai} mal {body.to_the} {since}.
    {s.my} {body.bare} does not hurt any more. = {s} n'{s.ai} plus mal {body.to_the}.
    {one} broke {one.my} {limb.bare} {past}. = {one} {one.me} {one.suis} cassé {limb.the} {past}.
    {one} {one.have} hurt {one.my} {limb.bare}. = {one} {one.me} {one.suis} fait mal {limb.to_the}.
    {p} {p.have} {illness}. = {p} {p.ai} {illness}.
    {p} {p.have} had {illness} {since}. = {p} {p.ai} {illness} {since}.
    {p} {p.be} {allergic} to {allergen.bare}. = {p} {p.suis} {allergic:{p.g}} {allergen.to_the}.
    {p} {p.be} not {allergic} to {allergen.bare}. = {p} ne {p.suis} pas {allergic:{p.g}} {allergen.to_the}.
    {p} {p.be} {state}. = {p} {p.suis} {state:{p.g}}.
    {p} {p.have} been {state} {since}. = {p} {p.suis} {state:{p.g}} {since}.
    I need {balm.a} for my {body.bare}. = J'ai besoin {balm.of_a} pour {body:1s}.
    {p} {need:{p.p}} {medicine.a}. = {p} {p.ai} besoin {medicine.of_a}.
    Do you have {bought.any} for children? = Avez-vous {bought.a} pour les enfants ?
    I would like {bought.a}, please. = Je voudrais {bought.a}, s'il vous plaît.
    Take {tablet.this} {dose}. = Prenez {tablet.this} {dose}.
    You must take {tablet.the} {dose} for {treatment}. = Vous devez prendre {tablet.the} {dose} pendant {treatment}.
    {p} {p.have} to see {doctor} {when}. = {p} {must:present {p.p}} voir {doctor} {when}.
    {p} {p.have} an appointment at the {place.bare} {when}. = {p} {p.ai} rendez-vous {place.to_the} {when}.
    The doctor gave {p2} {medicine.a}. = Le médecin a donné {medicine.a} à {p2}.
    Does your {body.bare} hurt? = Avez-vous mal {body.to_the} ?
    How long has your {body.bare} been hurting? = Depuis quand avez-vous mal {body.to_the} ?
    {p} {p.be} feeling better {today}. = {p} {feel:present {p.p}} mieux {today}.
    {p} spent {span} in hospital. = {p} {p.ai} passé {span} à l'hôpital.
    Where is the nearest {place.bare}? = Où est {place.the} {place.les} plus proche ?
    """,
    s=[I, YOU, HE, SHE],
    one=[I, YOU, HE, SHE, *NAMES, *RELATIVES[:14]],
    p=TRAVELLERS,
    p2=RELATIVES + NAMES,
    body=nouns.BODY,
    limb=_LIMBS,
    since=_SINCE,
    past=PAST,
    illness=_ILLNESSES,
    allergen=nouns.ALLERGENS,
    allergic=[Entry("allergic", Adjective("allergique"))],
    state=[a for a in adj.MOODS if a.en in ("tired", "ill", "injured", "worried")],
    medicine=nouns.MEDICINES,
    bought=[m for m in nouns.MEDICINES if m.en.bare not in ("prescription", "vaccine", "sleeping pill")],
    balm=[m for m in nouns.MEDICINES if m.en.bare in ("bandage", "painkiller", "ointment")],
    tablet=[
        m
        for m in nouns.MEDICINES
        if m.en.bare in ("painkiller", "sleeping pill", "antibiotic", "cough syrup", "tablet", "aspirin")
    ],
    need=[VERBS["need"]],
    must=[VERBS["must"]],
    feel=[VERBS["feel"]],
    dose=_DOSES,
    span=numerals.SPANS,
    treatment=numerals.TREATMENTS,
    doctor=phrases(
        "a doctor = un médecin\na dentist = un dentiste\na nurse = une infirmière\nan optician = un opticien"
    ),
    when=phrases("""
        today = aujourd'hui
        tomorrow = demain
        this afternoon = cet après-midi
        next week = la semaine prochaine
        on Monday = lundi
        on Thursday = jeudi
    """),
    today=phrases("today = aujourd'hui\nthis morning = ce matin\nthis evening = ce soir\nnow = maintenant"),
    place=[
        n
        for n in places.BUILDINGS
        if n.en.bare in ("hospital", "pharmacy", "bank", "embassy", "town hall", "police station")
    ],
)

EMERGENCY = rules(
    """
    {s} {s.have} lost {s.my} {thing.bare}. = {s} {s.ai} perdu {thing:{s.p}}.
    {s} lost {s.my} {thing.bare} {where}. = {s} {s.ai} perdu {thing:{s.p}} {where}.
    {s} lost {s.my} {thing.bare} {past}. = {s} {s.ai} perdu {thing:{s.p}} {past}.
    {s} {s.have} left {s.my} {thing.bare} {where}. = {s} {s.ai} laissé {thing:{s.p}} {where}.
    {s} cannot find {s.my} {thing.bare}. = {s} ne {find:present {s.p}} pas {thing:{s.p}}.
    Someone has stolen {s.my} {thing.bare}. = On a volé {thing:{s.p}}.
    My {thing.bare} {thing.was} {stolen} {where}. = {thing:1s} {thing.ont} été {stolen:{thing.g}} {where}.
    Have you found {thing.a} {where}? = Avez-vous trouvé {thing.a} {where} ?
    I have found {coloured.a} {where}. = J'ai trouvé {coloured.a} {where}.
    {s} {s.be} looking for {s.my} {thing.bare}. = {s} {look:present {s.p}} {thing:{s.p}}.
    Call {help}! = Appelez {help} !
    Call {help} immediately, {relative} {relative.be} {state}! = \
    Appelez {help} immédiatement, {relative} {relative.suis} {state:{relative.g}} !
    {s} {s.be} {state}, call {help}! = {s} {s.suis} {state:{s.g}}, appelez {help} !
    We need {help}. = Il nous faut {help}.
    There has been an accident {where}. = Il y a eu un accident {where}.
    There is a fire {where}! = Il y a un incendie {where} !
    {s} {s.have} fallen {where}. = {s} {fall:aux {s.p}} {fall:part {s.g}} {where}.
    My {thing.bare} {thing.be} in the {colour} {bag.bare}. = {thing:1s} {thing.est} dans {bag.the} {colour:{bag.g}}.
    I want to speak to the {embassy} embassy. = Je veux parler à l'ambassade {embassy}.
    Where is the police station? My {thing.bare} {thing.was} stolen. = Où est le commissariat ? On m'a volé {thing:1s}.
    {s} {s.have} forgotten {s.my} {thing.bare} {where}. = {s} {s.ai} oublié {thing:{s.p}} {where}.
    Is {thing.this} yours? = Est-ce que {thing.this} {thing.est} à vous ?
    {thing.this} {thing.be} not mine. = {thing.this} ne {thing.est} pas à moi.
    The thief took {s.my} {thing.bare} {where}. = Le voleur a pris {thing:{s.p}} {where}.
    """,
    s=PRONOUNS,
    thing=nouns.BELONGINGS,
    where=_WHERE,
    past=PAST,
    help=_HELP,
    relative=RELATIVES,
    find=[VERBS["find"]],
    look=[VERBS["look for"]],
    fall=[VERBS["fall"]],
    stolen=[Entry("stolen", Adjective("volé"))],
    state=[a for a in adj.MOODS if a.en in ("ill", "injured", "lost")],
    coloured=qualified(_REPORT[1:8], adj.COLOURS),
    colour=adj.COLOURS,
    bag=[n for n in nouns.BELONGINGS if n.en.bare in ("suitcase", "handbag", "backpack")],
    embassy=phrases("""
        American = américaine
        British = britannique
        Canadian = canadienne
        German = allemande
        Italian = italienne
        Spanish = espagnole
        Japanese = japonaise
    """),
)
