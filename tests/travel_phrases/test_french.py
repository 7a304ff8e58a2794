"""French morphology on exact strings, and sentences of the rules that show it."""

from __future__ import annotations

import pytest

from lite_transformer_tf.data.travel_phrases import french, nouns, places
from lite_transformer_tf.data.travel_phrases.adjectives import BEAUTIFUL, COLOURS, MOODS, NEW, OLD, SIZES
from lite_transformer_tf.data.travel_phrases.entries import in_plural, qualified
from lite_transformer_tf.data.travel_phrases.french_verbs import PERSONS, Verb
from lite_transformer_tf.data.travel_phrases.numerals import (
    CLOCK,
    DATES,
    PRICES,
    TIMETABLE,
    english_number,
    french_number,
)
from tests.travel_phrases.entries import adjective, noun

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("text", "smooth"),
    [
        ("je ai faim", "J'ai faim"),
        ("est-ce que il ne aime pas la île ?", "Est-ce qu'il n'aime pas l'île ?"),
        ("je y vais", "J'y vais"),
        ("le haricot, le homard, le onze et le yaourt", "Le haricot, le homard, le onze et le yaourt"),
        ("puis-je acheter le hôtel de Alice ?", "Puis-je acheter l'hôtel d'Alice ?"),
        ("où est-il ? il est ici", "Où est-il ? Il est ici"),
        ("la œuvre de Hongrie", "L'œuvre de Hongrie"),
    ],
)
def test_elision_and_capitals(text, smooth):
    assert french.smooth(text) == smooth


@pytest.mark.parametrize(
    ("phrase", "of", "to"),
    [
        ("le musée", "du musée", "au musée"),
        ("la gare", "de la gare", "à la gare"),
        ("l'hôtel", "de l'hôtel", "à l'hôtel"),
        ("les toilettes", "des toilettes", "aux toilettes"),
        ("Antoine", "d'Antoine", "à Antoine"),
        ("Hongrie", "de Hongrie", "à Hongrie"),
    ],
)
def test_contractions(phrase, of, to):
    assert french.contract("de", phrase) == of
    assert french.contract("à", phrase) == to


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("journal", "journaux"),
        ("festival", "festivals"),
        ("cheval", "chevaux"),
        ("gâteau", "gâteaux"),
        ("bijou", "bijoux"),
        ("trou", "trous"),
        ("bleu", "bleus"),
        ("neveu", "neveux"),
        ("nez", "nez"),
        ("sac à dos", "sacs à dos"),
        ("pomme de terre", "pommes de terre"),
    ],
)
def test_plurals(singular, plural):
    assert french.plural(singular) == plural


def test_noun_forms():
    umbrella = noun(nouns.SUPPLIES, "umbrella").fr
    assert (umbrella.the, umbrella.a, umbrella.this, umbrella.any, umbrella.of_the) == (
        "le parapluie",
        "un parapluie",
        "ce parapluie",
        "de parapluie",
        "du parapluie",
    )
    water = noun(nouns.DRINKS, "water").fr
    assert (water.a, water.any, water.the, water.of_a) == ("de l'eau", "d'eau", "l'eau", "d'eau")
    oysters = noun(nouns.FOODS, "oysters").fr
    assert (oysters.a, oysters.any, oysters.to_the, oysters.ils, oysters.est) == (
        "des huîtres",
        "d'huîtres",
        "aux huîtres",
        "elles",
        "sont",
    )
    beans = noun(nouns.FOODS, "green beans").fr
    assert (beans.a, beans.any) == ("des haricots verts", "de haricots verts")


def test_possessives():
    assert [f"{noun(nouns.SUPPLIES, 'envelope').fr:{person}}" for person in PERSONS] == [
        "mon enveloppe",
        "ton enveloppe",
        "son enveloppe",
        "notre enveloppe",
        "votre enveloppe",
        "leur enveloppe",
    ]
    assert [f"{noun(nouns.BELONGINGS, 'glasses').fr:{person}}" for person in PERSONS] == [
        "mes lunettes",
        "tes lunettes",
        "ses lunettes",
        "nos lunettes",
        "vos lunettes",
        "leurs lunettes",
    ]
    assert f"{noun(nouns.BELONGINGS, 'suitcase').fr:1s}" == "ma valise"


def test_adjective_position_liaison_and_agreement():
    hotel = noun(places.BUILDINGS, "hotel")
    forms = [entry.fr.the for entry in qualified([hotel], [BEAUTIFUL, NEW, OLD, *SIZES])]
    assert forms == ["le bel hôtel", "le nouvel hôtel", "le vieil hôtel", "le petit hôtel", "le grand hôtel"]
    shoes = [noun(nouns.FOOTWEAR, "shoes")]
    assert [entry.fr.a for entry in qualified(shoes, [NEW])] == ["de nouvelles chaussures"]
    assert [entry.fr.a for entry in qualified(shoes, [adjective(COLOURS, "white"), adjective(COLOURS, "orange")])] == [
        "des chaussures blanches",
        "des chaussures orange",
    ]
    assert qualified(in_plural([noun(nouns.SUPPLIES, "newspaper")]), [OLD])[0].fr.this == "ces vieux journaux"
    assert [f"{adjective(MOODS, 'worried').fr:{key}}" for key in ("ms", "fs", "mp", "fp")] == [
        "inquiet",
        "inquiète",
        "inquiets",
        "inquiètes",
    ]
    assert f"{adjective(MOODS, 'late').fr:fp}" == "en retard"


@pytest.mark.parametrize(
    ("infinitive", "present"),
    [
        ("manger", "mange manges mange mangeons mangez mangent"),
        ("commencer", "commence commences commence commençons commencez commencent"),
        ("acheter", "achète achètes achète achetons achetez achètent"),
        ("appeler", "appelle appelles appelle appelons appelez appellent"),
        ("nettoyer", "nettoie nettoies nettoie nettoyons nettoyez nettoient"),
        ("préférer", "préfère préfères préfère préférons préférez préfèrent"),
        ("choisir", "choisis choisis choisit choisissons choisissez choisissent"),
        ("attendre", "attends attends attend attendons attendez attendent"),
        ("boire", "bois bois boit buvons buvez boivent"),
    ],
)
def test_present(infinitive, present):
    verb = Verb(infinitive)
    assert " ".join(f"{verb:{f'present {person}'}}" for person in PERSONS) == present


@pytest.mark.parametrize(
    ("infinitive", "future", "imperfect", "participle"),
    [
        ("aller", "irons", "allions", "allé"),
        ("acheter", "achèterons", "achetions", "acheté"),
        ("préférer", "préférerons", "préférions", "préféré"),
        ("manger", "mangerons", "mangions", "mangé"),
        ("voir", "verrons", "voyions", "vu"),
        ("attendre", "attendrons", "attendions", "attendu"),
        ("être", "serons", "étions", "été"),
        ("devoir", "devrons", "devions", "dû"),
    ],
)
def test_future_imperfect_participle(infinitive, future, imperfect, participle):
    verb = Verb(infinitive)
    assert (f"{verb:future 1p}", f"{verb:imperfect 1p}", f"{verb:part ms}") == (future, imperfect, participle)


def test_participles_agree_with_etre_only():
    assert [f"{Verb('partir', etre=True):{'part ' + key}}" for key in ("ms", "fs", "mp", "fp")] == [
        "parti",
        "partie",
        "partis",
        "parties",
    ]
    assert f"{Verb('acheter'):part fp}" == "acheté"
    assert f"{Verb('acheter'):agreed fp}" == "achetées"
    assert f"{Verb('prendre'):agreed mp}" == "pris"
    rise = Verb("lever", reflexive=True)
    assert (f"{rise:aux 3s}", f"{rise:part fs}", f"{rise:imperative}", f"{rise:familiar}", f"{rise:together}") == (
        "se est",
        "levée",
        "levez-vous",
        "lève-toi",
        "levons-nous",
    )


def test_unknown_verb():
    with pytest.raises(ValueError, match="must end in -er, -ir or -re.*Received: 'falloi'"):
        Verb("falloi")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (21, "vingt et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (99, "quatre-vingt-dix-neuf"),
        (100, "cent"),
        (200, "deux cents"),
        (280, "deux cent quatre-vingts"),
        (101, "cent un"),
    ],
)
def test_numbers(number, words):
    assert french_number(number) == words


def test_numbers_out_of_range():
    assert english_number(231) == "two hundred and thirty-one"
    with pytest.raises(ValueError, match="must be from 0 to 999. Received: 1000"):
        french_number(1000)


@pytest.mark.parametrize(
    ("entries", "english", "expected"),
    [
        (CLOCK, "half past three", "trois heures et demie"),
        (CLOCK, "quarter to one", None),
        (CLOCK, "quarter to noon", "midi moins le quart"),
        (CLOCK, "one o'clock", "une heure"),
        (TIMETABLE, "2:15 pm", "14 h 15"),
        (TIMETABLE, "8:00 am", "8 h"),
        (TIMETABLE, "12:30 pm", "12 h 30"),
        (DATES, "May 1", "le 1er mai"),
        (DATES, "August 15", "le 15 août"),
        (PRICES, "€12.50", "12,50 €"),
        (PRICES, "eighty euros", "quatre-vingts euros"),
    ],
)
def test_times_dates_prices(entries, english, expected):
    assert {entry.en: entry.fr for entry in entries}.get(english) == expected


@pytest.mark.parametrize(
    ("place", "to", "fro"),
    [
        ("France", "en France", "de France"),
        ("Italy", "en Italie", "d'Italie"),
        ("Japan", "au Japon", "du Japon"),
        ("the United States", "aux États-Unis", "des États-Unis"),
        ("Hungary", "en Hongrie", "de Hongrie"),
        ("Paris", "à Paris", "de Paris"),
        ("Athens", "à Athènes", "d'Athènes"),
        ("Cairo", "au Caire", "du Caire"),
    ],
)
def test_prepositions_of_towns_and_countries(place, to, fro):
    entry = next(entry for entry in places.CITIES_AND_COUNTRIES if entry.en == place)
    assert (entry.fr.to, entry.fr.fro) == (to, fro)
