"""Countries and towns: where people come from and live, where they travel, what is spoken and made where."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import numerals, places
from lite_transformer_tf.data.travel_phrases.entries import nouns as read_nouns
from lite_transformer_tf.data.travel_phrases.entries import phrases, qualified
from lite_transformer_tf.data.travel_phrases.people import LANGUAGES, PRONOUNS, TRAVELLERS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_ARTS = qualified(
    read_nouns(
        """
    music = musique f
    cuisine = cuisine f
    literature = littérature f
    wine = vin m
    cheese = fromage m
    art = art m
    history = histoire f
    architecture = architecture f
    coffee = café m
    """,
        "mass",
    ),
    adj.NATIONALITIES,
)
_SPOKEN_IN = """
    French: France Belgium Switzerland Canada Senegal
    English: England Ireland Scotland Australia Canada the United States; German: Germany Austria Switzerland
    Spanish: Spain Mexico Peru Chile Argentina; Portuguese: Portugal Brazil; Arabic: Egypt Morocco
    Italian: Italy Switzerland; Dutch: the Netherlands Belgium
    Chinese: China; Japanese: Japan; Greek: Greece; Russian: Russia; Danish: Denmark; Polish: Poland
"""
_SPOKEN = [
    (language, country)
    for line in _SPOKEN_IN.replace("\n", ";").split(";")
    for language in LANGUAGES
    for country in places.COUNTRIES
    if line.strip().startswith(f"{language.en}:") and country.en in line.partition(":")[2]
]

COUNTRIES = rules(
    """
    {s} {s.be} {nation}. = {s} {s.suis} {nation:{s.g}}.
    {s} {s.be} not {nation}, {s} {s.be} {nation2}. = {s} ne {s.suis} pas {nation:{s.g}}, {s} {s.suis} {nation2:{s.g}}.
    {t} {t.be} from {place}. = {t} {come:present {t.p}} {place.fro}.
    {t} {live:{t.p}} {place.at}. = {t} {live:present {t.p}} {place.to}.
    {t} lived {place.at} for {long}. = {t} {t.ai} habité {place.to} pendant {long}.
    {t} {t.be} going to visit {place} and {place2}. = {t} {t.vais} visiter {place.the} et {place2.the}.
    {t} {t.have} never been {place.to}. = {t} ne {go:aux {t.p}} jamais {go:part {t.g}} {place.to}.
    {t} came back from {place} {past}. = {t} {back:aux {t.p}} {back:part {t.g}} {place.fro} {past}.
    {t} {like:{t.p}} {place} very much. = {t} {like:present {t.p}} beaucoup {place.the}.
    Have you ever been {place.to}? = Êtes-vous déjà allé {place.to} ?
    Where is {capital}? {capital} is {home.at}. = Où se trouve {capital} ? {capital} se trouve {home.to}.
    Is {city} far from {city2}? = Est-ce que {city} est loin {city2.of} ?
    {s} {s.be} {nation} but {s} {live:{s.p}} {place.at}. = \
    {s} {s.suis} {nation:{s.g}} mais {s} {live:present {s.p}} {place.to}.
    I like {art.bare}. = J'aime {art.the}.
    {t} {know:{t.p}} {art.bare} well. = {t} {know:present {t.p}} bien {art.the}.
    {t} bought a {nation} car {place.at}. = {t} {t.ai} acheté une voiture {nation:fs} {place.to}.
    The {nation} tourists are going {place.to}. = Les touristes {nation:mp} vont {place.to}.
    A {nation} friend of mine lives {place.at}. = Un ami {nation:ms} habite {place.to}.
    The flight from {city} to {city2} is at {clock}. = Le vol {city.of} {city2.to} est à {clock}.
    {t} {t.be} travelling from {city} to {city2} {means}. = {t} {travel:present {t.p}} {city.of} {city2.to} {means}.
    {t} {dream:{t.p}} of going {place.to}. = {t} {dream:present {t.p}} d'aller {place.to}.
    Is it expensive to live {place.at}? = Est-ce que la vie est chère {place.to} ?
    They speak {tongue} {homeland.at}. = On parle {tongue} {homeland.to}.
    """,
    s=PRONOUNS,
    t=TRAVELLERS,
    nation=adj.NATIONALITIES,
    place=places.CITIES_AND_COUNTRIES,
    city=places.CITIES,
    capital__home=places.CITIES_IN_COUNTRIES,
    tongue__homeland=_SPOKEN,
    long=[span for span in numerals.SPANS if span.en.split()[1].startswith(("year", "month"))],
    past=phrases(
        "yesterday = hier\nthis morning = ce matin\nlast week = la semaine dernière\n"
        "last month = le mois dernier\nlast Sunday = dimanche dernier"
    ),
    know=[VERBS["know"]],
    clock=numerals.TIMETABLE,
    means=phrases("by train = en train\nby car = en voiture\nby bus = en bus\nby plane = en avion"),
    art=_ARTS,
    come=[VERBS["come"]],
    live=[VERBS["live"]],
    go=[VERBS["go"]],
    back=[VERBS["come back"]],
    like=[VERBS["like"]],
    travel=[VERBS["travel"]],
    dream=[VERBS["dream"]],
    language=LANGUAGES,
)
