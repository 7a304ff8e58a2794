"""Eating and drinking: ordering, liking, measures, the table, the meal."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals
from lite_transformer_tf.data.travel_phrases.entries import Entry, in_plural, phrases
from lite_transformer_tf.data.travel_phrases.entries import nouns as read_nouns
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.moments import FREQUENCIES
from lite_transformer_tf.data.travel_phrases.people import NAMES, PRONOUNS, RELATIVES, THIRD_PERSONS
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import VERBS

_DRINK_MEASURES = phrases("""
    a bottle of = une bouteille de
    two bottles of = deux bouteilles de
    a glass of = un verre de
    two glasses of = deux verres de
    three glasses of = trois verres de
    a carafe of = une carafe de
    a little = un peu de
    a litre of = un litre de
""")
_FOOD_MEASURES = phrases("""
    a kilo of = un kilo de
    two kilos of = deux kilos de
    half a kilo of = un demi-kilo de
    a lot of = beaucoup de
""")
_COURSES = phrases("""
    as a starter = en entrée
    as a main course = comme plat principal
    for lunch = pour le déjeuner
    for dinner = pour le dîner
    with the meal = avec le repas
""")
_MEALS = read_nouns("""
    breakfast = petit-déjeuner m/petits-déjeuners
    lunch = déjeuner m
    dinner = dîner m
""")
_COOKING = phrases("""
    rare = saignant
    medium = à point
    well done = bien cuit
""")
_LIKES = [VERBS[name] for name in ("like", "prefer", "hate")]
_EDIBLE = nouns.FOODS + in_plural(nouns.FRUITS)

RESTAURANT = rules(
    """
    I would like {food.a}, please. = Je voudrais {food.a}, s'il vous plaît.
    I would like {dish.a} and {drink.a}, please. = Je voudrais {dish.a} et {drink.a}, s'il vous plaît.
    I would like {drinks} {drink.bare}. = Je voudrais {drinks} {drink.bare}.
    We would like {drinks} {drink.bare} and {dish.a}. = Nous voudrions {drinks} {drink.bare} et {dish.a}.
    {s} would like {dish.a} {course}. = {s} voudrait {dish.a} {course}.
    Could we have {seasoning.a}, please? = Pourrions-nous avoir {seasoning.a}, s'il vous plaît ?
    Could you bring me {table.a}? = Pourriez-vous m'apporter {table.a} ?
    Could you bring us {count} {table.pl}? = Pourriez-vous nous apporter {count} {table.pl} ?
    A table for {count} people, please. = Une table pour {count} personnes, s'il vous plaît.
    I have booked a table for {count} people at {time}. = J'ai réservé une table pour {count} personnes à {time}.
    I would like to book a table for {day} at {time}. = Je voudrais réserver une table pour {day} à {time}.
    {food.the} {food.be} too {flavour}. = {food.the} {food.est} trop {flavour:{food.g}}.
    {dish.this} {dish.be} {taste} and {praise}. = {dish.this} {dish.est} {taste:{dish.g}} et {praise:{dish.g}}.
    For dessert, {s} would like {sweet.a}. = En dessert, {s} voudrait {sweet.a}.
    For breakfast, we eat {sweet.a} and drink {soft.a}. = Au petit-déjeuner, nous mangeons {sweet.a} et buvons {soft.a}.
    {dish.this} {dish.be} not {taste}. = {dish.this} n'est pas {taste:{dish.g}}.
    What do you recommend with {food.the}? = Que recommandez-vous avec {food.the} ?
    Is there any {mass.bare} in {mixed.this}? = Y a-t-il {mass.of_the} dans {mixed.this} ?
    Is {meal.bare} included in the price? = Est-ce que {meal.the} est compris dans le prix ?
    {meal.bare} is served from {morning}. = {meal.the} est servi à partir de {morning}.
    I did not order {food.any}, I ordered {food2.a}. = Je n'ai pas commandé {food.any}, j'ai commandé {food2.a}.
    I would like my steak {cooked}, with {side.a}. = Je voudrais mon steak {cooked}, avec {side.a}.
    We do not have {food.any} today. = Nous n'avons pas {food.any} aujourd'hui.
    We have no more {plural.pl}. = Nous n'avons plus de {plural.pl}.
    What are you having {course}, {food.the} or {food2.the}? = Que prenez-vous {course}, {food.the} ou {food2.the} ?
    I will have {food.the} {course}. = Je vais prendre {food.the} {course}.
    The waiter forgot {food.the} and {drink.the}. = Le serveur a oublié {food.the} et {drink.the}.
    Do you know a good {nation} restaurant near the {place}? = Connaissez-vous un bon restaurant {nation} près {place} ?
    """,
    food=nouns.FOODS + nouns.DRINKS,
    mass=nouns.FOODS[:12] + nouns.SEASONINGS[:7],
    plural=nouns.FRUITS + nouns.DISHES,
    dish=nouns.DISHES,
    mixed=[
        n
        for n in nouns.DISHES
        if n.en.bare in ("sandwich", "omelette", "salad", "pizza", "cake", "pancake", "soup", "tart", "hamburger")
    ],
    side=[
        n
        for n in nouns.FOODS
        if n.en.bare
        in ("chips", "vegetables", "mushrooms", "potatoes", "green beans", "salad", "rice", "pasta", "butter")
    ],
    soft=[n for n in nouns.DRINKS if not n.en.bare.endswith(("wine", "beer", "cider", "champagne"))],
    drink=nouns.DRINKS,
    drinks=_DRINK_MEASURES,
    course=_COURSES,
    seasoning=nouns.SEASONINGS + nouns.FOODS[:8] + nouns.DRINKS,
    table=nouns.TABLEWARE,
    count=numerals.COUNTS,
    time=numerals.CLOCK,
    day=numerals.WEEKDAYS,
    taste=[a for a in adj.TASTES if a.en in ("cold", "hot", "fresh", "salty", "sweet", "spicy", "light")],
    praise=[a for a in adj.TASTES if a.en in ("delicious", "excellent", "good")],
    sweet=[
        n
        for n in nouns.DISHES
        if n.en.bare in ("cake", "croissant", "pancake", "ice cream", "tart", "yoghurt", "brioche")
    ]
    + nouns.FRUITS[:9],
    flavour=[a for a in adj.TASTES if a.en in ("cold", "hot", "salty", "sweet", "spicy", "bitter")],
    meal=_MEALS,
    morning=[
        entry
        for entry in numerals.CLOCK
        if entry.en.startswith(("half past", "quarter past", "noon")) or entry.en.endswith("o'clock")
    ],
    cooked=_COOKING,
    s=[s for s in THIRD_PERSONS if s.en.p == "3s"],
    nation=adj.NATIONALITIES,
    place=phrases("""
        hotel = de l'hôtel
        station = de la gare
        port = du port
        town hall = de la mairie
        museum = du musée
        beach = de la plage
    """),
)

FOOD = rules(
    """
    {s} {v:{s.p}} {food.bare}. = {s} {v:present {s.p}} {food.the}.
    {s} {s.do} not like {food.bare}. = {s} n'{like:present {s.p}} pas {food.the}.
    Do you like {food.bare}? = Aimez-vous {food.the} ?
    {s} {adverb} {eat:{s.p}} {edible.bare}. = {s} {eat:present {s.p}} {adverb} {edible.a}.
    {s} {s.do} not eat {edible.bare}. = {s} ne {eat:present {s.p}} pas {edible.any}.
    {s} never {drink:{s.p}} {beverage.bare}. = {s} ne {drink:present {s.p}} jamais {beverage.any}.
    I need {amount} {edible.bare}. = J'ai besoin de {amount} {edible.bare}.
    We bought {amount} {edible.bare} at the market. = Nous avons acheté {amount} {edible.bare} au marché.
    There is some {mass.bare} in the fridge. = Il y a {mass.of_the} dans le réfrigérateur.
    There is no more {mass.bare} on the table. = Il n'y a plus {mass.any} sur la table.
    There are {count} {fruit.pl} on the table. = Il y a {count} {fruit.pl} sur la table.
    We need {count} {fruit.pl} and {mass.a}. = Nous avons besoin de {count} {fruit.pl} et {mass.any}.
    Would you like some more {beverage.bare}? = Voulez-vous encore {beverage.of_the} ?
    Would you like {dish.a} or {dish2.a}? = Voulez-vous {dish.a} ou {dish2.a} ?
    {s} {s.be} {allergic} to {allergen.bare}. = {s} {s.suis} {allergic:{s.g}} {allergen.to_the}.
    {nation} {mass.bare} is {better} than {nation2} {mass.bare}. = \
    {mass.the} {nation:{mass.g}} est {better:{mass.g}} que {mass.the} {nation2:{mass.g}}.
    I prefer {food.bare} to {food2.bare}. = Je préfère {food.the} {food2.to_the}.
    {s} {s.be} eating {edible.a}. = {s} {eat:present {s.p}} {edible.a}.
    {s} {s.be} drinking {beverage.a}. = {s} {drink:present {s.p}} {beverage.a}.
    {s} ate {edible.a} and drank {beverage.a}. = {s} {eat:aux {s.p}} mangé {edible.a} et bu {beverage.a}.
    {s} {s.be} hungry. = {s} {s.ai} faim.
    {s} {s.be} not thirsty. = {s} n'{s.ai} pas soif.
    This {fruit.bare} is not {ripe}. = {fruit.this} n'est pas {ripe:{fruit.g}}.
    {fruit.this} is {taste}. = {fruit.this} est {taste:{fruit.g}}.
    These {fruit.pl} are very {taste}. = Ces {fruit.pl} sont très {taste:{fruit.gender}p}.
    """,
    s=PRONOUNS * 3 + RELATIVES + NAMES,
    v=_LIKES,
    like=[VERBS["like"]],
    eat=[VERBS["eat"]],
    drink=[VERBS["drink"]],
    food=_EDIBLE + nouns.DRINKS,
    edible=_EDIBLE,
    beverage=nouns.DRINKS,
    adverb=FREQUENCIES,
    amount=_FOOD_MEASURES,
    mass=[n for n in nouns.FOODS if n.fr.number == "mass"] + nouns.DRINKS,
    fruit=nouns.FRUITS[:11],
    count=numerals.COUNTS,
    dish=nouns.DISHES,
    allergen=nouns.ALLERGENS,
    nation=adj.NATIONALITIES,
    better=[Entry("better", Adjective("meilleur"))],
    ripe=[Entry("ripe", Adjective("mûr"))],
    allergic=[Entry("allergic", Adjective("allergique"))],
    taste=[a for a in adj.TASTES if a.en in ("delicious", "fresh", "excellent", "sweet", "bitter", "good")],
)
