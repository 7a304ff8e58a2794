"""Clock times, days, dates, months, and the weather."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, Text, nouns, phrases
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.people import RELATIVES, THIRD_PERSONS, TRAVELLERS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import TIMED, VERBS

_EVENTS = nouns("""
    concert = concert m
    meeting = réunion f
    film = film m
    guided tour = visite guidée f/visites guidées
    match = match m
    play = pièce de théâtre f
    party = fête f
    show = spectacle m
    exhibition = exposition f
    festival = festival m
    opera = opéra m
    excursion = excursion f
    wedding = mariage m
    French lesson = cours de français m
""")
_NIGHTS = phrases("""
    tomorrow = demain
    this evening = ce soir
    on Saturday = samedi
    on Sunday = dimanche
    next week = la semaine prochaine
    next month = le mois prochain
    the day after tomorrow = après-demain
""")
_HABIT = {"it is raining": "it rains", "it is snowing": "it snows"}
_SKIES = [
    Entry(
        Text(en, past=en_past, future=en_future, if_=_HABIT.get(en, en)),
        Text(fr, past=fr_past, future=fr_future, if_=fr),
    )
    for en, en_past, en_future, fr, fr_past, fr_future in (
        ("it is hot", "it was hot", "it is going to be hot", "il fait chaud", "il faisait chaud", "il va faire chaud"),
        (
            "it is cold",
            "it was cold",
            "it is going to be cold",
            "il fait froid",
            "il faisait froid",
            "il va faire froid",
        ),
        (
            "it is sunny",
            "it was sunny",
            "it is going to be sunny",
            "il y a du soleil",
            "il y avait du soleil",
            "il va y avoir du soleil",
        ),
        (
            "the weather is good",
            "the weather was good",
            "the weather is going to be good",
            "il fait beau",
            "il faisait beau",
            "il va faire beau",
        ),
        (
            "the weather is bad",
            "the weather was bad",
            "the weather is going to be bad",
            "il fait mauvais",
            "il faisait mauvais",
            "il va faire mauvais",
        ),
        ("it is raining", "it was raining", "it is going to rain", "il pleut", "il pleuvait", "il va pleuvoir"),
        ("it is snowing", "it was snowing", "it is going to snow", "il neige", "il neigeait", "il va neiger"),
        (
            "it is windy",
            "it was windy",
            "it is going to be windy",
            "il y a du vent",
            "il y avait du vent",
            "il va y avoir du vent",
        ),
        (
            "it is foggy",
            "it was foggy",
            "it is going to be foggy",
            "il y a du brouillard",
            "il y avait du brouillard",
            "il va y avoir du brouillard",
        ),
        (
            "it is cloudy",
            "it was cloudy",
            "it is going to be cloudy",
            "il y a des nuages",
            "il y avait des nuages",
            "il va y avoir des nuages",
        ),
        (
            "there is a storm",
            "there was a storm",
            "there is going to be a storm",
            "il y a un orage",
            "il y avait un orage",
            "il va y avoir un orage",
        ),
        ("it is mild", "it was mild", "it is going to be mild", "il fait doux", "il faisait doux", "il va faire doux"),
    )
]
_PAST_DAYS = phrases("""
    yesterday = hier
    last week = la semaine dernière
    last month = le mois dernier
    on Monday = lundi
    this morning = ce matin
    last winter = l'hiver dernier
""")
_NOW = phrases("""
    today = aujourd'hui
    this morning = ce matin
    this afternoon = cet après-midi
    at the moment = en ce moment
""")

TIME = rules(
    """
    It is {time}. = Il est {time}.
    It is already {time}. = Il est déjà {time}.
    What time does {event.the} start on {day}? = À quelle heure commence {event.the} {day} ?
    {event.the} starts at {time}. = {event.the} commence à {time}.
    {event.the} starts at {clock}. = {event.the} commence à {clock}.
    {event.the} finishes at {time}. = {event.the} finit à {time}.
    {event.the} is on {day} at {time}. = {event.the} est {day} à {time}.
    {event.the} lasts {trip}. = {event.the} dure {trip}.
    {s} {v:{s.p}} at {time} on {day}s. = {s} {v:present {s.p}} à {time} le {day}.
    {s} {v:{s.p}} at {time}. = {s} {v:present {s.p}} à {time}.
    {s} {v.past} at {time} yesterday. = {s} {v:aux {s.p}} {v:part {s.g}} à {time} hier.
    {s} {s.be} going to {v.base} at {time}. = {s} {s.vais} {v:inf {s.p}} à {time}.
    {s} {s.have} an appointment on {day} at {time}. = {s} {s.ai} rendez-vous {day} à {time}.
    {s} {s.have} been here for {span}. = {s} {s.suis} ici depuis {span}.
    {s} waited for {wait}. = {s} {s.ai} attendu {wait}.
    The shop is open from {time} to {time2}. = Le magasin est ouvert de {time} à {time2}.
    We are meeting at {time} in front of {place.the}. = Nous nous retrouvons à {time} devant {place.the}.
    Can you come back at {time} on {day}? = Pouvez-vous revenir {day} à {time} ?
    I will be there in {wait}. = Je serai là dans {wait}.
    {s} will arrive at {clock}. = {s} {arrive:future {s.p}} à {clock}.
    Let's meet on {day} at {time}. = Retrouvons-nous {day} à {time}.
    """,
    time=numerals.CLOCK,
    clock=numerals.TIMETABLE,
    event=_EVENTS,
    day=numerals.WEEKDAYS,
    span=numerals.SPANS,
    wait=numerals.WAITS,
    trip=numerals.TRIPS[:6] + numerals.WAITS[3:7],
    s=TRAVELLERS,
    v=TIMED,
    place=places.BUILDINGS,
    arrive=[VERBS["arrive"]],
)

DATES = rules(
    """
    Today is {day}, {month} {number}. = Aujourd'hui, c'est le {day} {number} {month}.
    Today is {date}. = Nous sommes {date}.
    {event.the} is on {date}. = {event.the} est {date}.
    My birthday is on {date}. = Mon anniversaire est {date}.
    {s} was {born} on {date}. = {s} est {born:{s.g}} {date}.
    {s} was {born} in {year}. = {s} est {born:{s.g}} en {year}.
    {s} was {born} {place.at} in {year}. = {s} est {born:{s.g}} {place.to} en {year}.
    {t} {t.be} leaving on {date}. = {t} {leave:present {t.p}} {date}.
    {t} arrived on {date}. = {t} {arrive:aux {t.p}} {arrive:part {t.g}} {date}.
    {t} will come back on {date}. = {t} {back:future {t.p}} {date}.
    {t} went {place.to} in {month}. = {t} {go:aux {t.p}} {go:part {t.g}} {place.to} en {month}.
    {t} {go:{t.p}} {place.to} {season}. = {t} {go:present {t.p}} {place.to} {season}.
    {t} {t.be} going to visit {place} in {month}. = {t} {t.vais} visiter {place.the} en {month}.
    The museum is closed in {month}. = Le musée est fermé en {month}.
    The hotel is full {dates}. = L'hôtel est complet {dates}.
    I would like a room {dates}. = Je voudrais une chambre {dates}.
    I would like to book a table for {date}. = Je voudrais réserver une table pour {date}.
    The bridge has been closed since {month} {recent}. = Le pont est fermé depuis {month} {recent}.
    {relative} got {married} in {month} {year}. = {relative} s'est {married:{relative.g}} en {month} {year}.
    It often rains {place.at} in {month}. = Il pleut souvent {place.to} en {month}.
    The next train is on {day}, {month} {number}. = Le prochain train est le {day} {number} {month}.
    """,
    day=numerals.WEEKDAYS,
    date=numerals.DATES,
    dates=numerals.DATE_RANGES,
    recent=[Entry(str(year), str(year)) for year in range(2011, 2026)],
    number=[Entry(str(n), str(n)) for n in range(2, 29)],
    event=_EVENTS,
    s=[s for s in THIRD_PERSONS if s.en.p == "3s"],
    t=TRAVELLERS,
    year=numerals.YEARS,
    place=places.CITIES_AND_COUNTRIES,
    month=numerals.MONTHS,
    season=numerals.SEASONS,
    relative=[s for s in RELATIVES if s.en.p == "3s"],
    born=[Entry("born", Adjective("né"))],
    married=[Entry("married", Adjective("marié"))],
    leave=[VERBS["leave"]],
    arrive=[VERBS["arrive"]],
    back=[VERBS["come back"]],
    go=[VERBS["go"]],
)

WEATHER = rules(
    """
    {sky} {place.at}. = {sky} {place.to}.
    {sky} {place.at} {now}. = {sky} {place.to} {now}.
    {sky} {now}. = {sky} {now}.
    {sky.past} {place.at} {past}. = {sky.past} {place.to} {past}.
    {sky.future} {place.at} {night}. = {sky.future} {place.to} {night}.
    {sky.future} {night}. = {sky.future} {night}.
    I hope that {sky.future} {night}. = J'espère qu'{sky.future} {night}.
    {s} {say:{s.p}} that {sky} {place.at}. = {s} {say:present {s.p}} qu'{sky} {place.to}.
    When {sky.if_}, {s} {stay:{s.p}} at home. = Quand {sky.if_}, {s} {stay:present {s.p}} à la maison.
    If {sky.if_} {night}, we will go {visit}. = S'{sky.if_} {night}, nous irons {visit}.
    What is the weather like {place.at} {season}? = Quel temps fait-il {place.to} {season} ?
    What is the weather like {place.at} in {month}? = Quel temps fait-il {place.to} en {month} ?
    It is {degrees} degrees {place.at}. = Il fait {degrees} degrés {place.to}.
    It was {degrees} degrees {place.at} {past}. = Il faisait {degrees} degrés {place.to} {past}.
    It is often very {hot} {place.at} {season}. = Il fait souvent très {hot} {place.to} {season}.
    It is colder {place.at} than {place2.at}. = Il fait plus froid {place.to} que {place2.to}.
    {s} {s.be} cold. = {s} {s.ai} froid.
    Take {thing.a}, {sky.future}. = Prenez {thing.a}, {sky.future}.
    It never snows {place.at} in {month}. = Il ne neige jamais {place.to} en {month}.
    Because {bad}, {event.the} is {cancelled}. = Comme {bad}, {event.the} est {cancelled:{event.g}}.
    {sky} here, but {sky2} {place.at}. = {sky} ici, mais {sky2} {place.to}.
    """,
    sky=_SKIES,
    bad=[
        sky
        for sky in _SKIES
        if sky.en not in ("it is hot", "it is sunny", "the weather is good", "it is mild", "it is cloudy")
    ],
    visit=[Entry(f"to {en.the}", fr.to_the) for en, fr in places.SIGHTS] + places.PEOPLE_AT_WORK,
    place=places.CITIES_AND_COUNTRIES,
    now=_NOW,
    past=_PAST_DAYS,
    night=_NIGHTS,
    s=TRAVELLERS,
    say=[VERBS["say"]],
    stay=[VERBS["stay"]],
    season=numerals.SEASONS,
    month=numerals.MONTHS,
    degrees=[Entry(str(n), str(n)) for n in range(2, 41)],
    hot=phrases("hot = chaud\ncold = froid\nmild = doux"),
    thing=nouns(
        "umbrella = parapluie m\nraincoat = imperméable m\ncoat = manteau m\nhat = chapeau m\n"
        "sweater = pull m\nscarf = écharpe f\njacket = veste f"
    ),
    event=_EVENTS,
    cancelled=[Entry("cancelled", Adjective("annulé"))],
)
