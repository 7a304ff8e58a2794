"""Eating out, shopping and money, telephone and internet, plans and daily life."""

from __future__ import annotations

from lite_transformer_tf.data.everyday_phrases import figures
from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, in_plural, phrases, qualified
from lite_transformer_tf.data.travel_phrases.moments import NEAR_FUTURE
from lite_transformer_tf.data.travel_phrases.people import LANGUAGES
from lite_transformer_tf.data.travel_phrases.rules import rules

_DAYS = [Entry(f"on {en}", fr) for en, fr in numerals.WEEKDAYS] + phrases("""
    tonight = ce soir
    tomorrow = demain
    tomorrow evening = demain soir
    today = aujourd'hui
    this afternoon = cet après-midi
    this weekend = ce week-end
    next week = la semaine prochaine
""")
_COOKED = phrases("rare = saignant\nmedium = à point\nwell done = bien cuit")
_SOLD = nouns.CLOTHES + nouns.SOUVENIRS + nouns.SUPPLIES
_WEAR = nouns.CLOTHES + nouns.FOOTWEAR

EATING = rules(
    """
    A table for two, please. = Une table pour deux, s'il vous plaît.
    A table for {count}, please. = Une table pour {count}, s'il vous plaît.
    I'd like to book a table for {count} {day}. = Je voudrais réserver une table pour {count} {day}.
    Do you have a free table? = Avez-vous une table libre ?
    Can we sit outside? = Pouvons-nous nous asseoir dehors ?
    Can I see the menu, please? = Puis-je voir la carte, s'il vous plaît ?
    The menu, please. = La carte, s'il vous plaît.
    Do you have a menu in English? = Avez-vous une carte en anglais ?
    We would like to order. = Nous voudrions commander.
    What do you recommend? = Que recommandez-vous ?
    What is the dish of the day? = Quel est le plat du jour ?
    What would you like to drink? = Que désirez-vous boire ?
    What would you like to eat? = Que désirez-vous manger ?
    I'll have the same. = Je prendrai la même chose.
    I'll have {food.the}. = Je prendrai {food.the}.
    I'd like {food.a}, please. = Je voudrais {food.a}, s'il vous plaît.
    I'd like {drink.a}, please. = Je voudrais {drink.a}, s'il vous plaît.
    Can I have {drink.a}, please? = Puis-je avoir {drink.a}, s'il vous plaît ?
    Could I have {thing.a}, please? = Pourrais-je avoir {thing.a}, s'il vous plaît ?
    A coffee, please. = Un café, s'il vous plaît.
    A coffee with milk, please. = Un café au lait, s'il vous plaît.
    A cup of tea, please. = Une tasse de thé, s'il vous plaît.
    A glass of water, please. = Un verre d'eau, s'il vous plaît.
    A bottle of water, please. = Une bouteille d'eau, s'il vous plaît.
    A glass of red wine, please. = Un verre de vin rouge, s'il vous plaît.
    Two beers, please. = Deux bières, s'il vous plaît.
    Another beer, please. = Encore une bière, s'il vous plaît.
    With ice or without? = Avec ou sans glaçons ?
    Without sugar, please. = Sans sucre, s'il vous plaît.
    I'd like my steak {cooked}. = Je voudrais mon steak {cooked}.
    I did not order this. = Je n'ai pas commandé ceci.
    This is cold. = C'est froid.
    It is too salty. = C'est trop salé.
    It is too spicy for me. = C'est trop épicé pour moi.
    Is it spicy? = Est-ce épicé ?
    Is there meat in this dish? = Y a-t-il de la viande dans ce plat ?
    I don't eat meat. = Je ne mange pas de viande.
    I don't drink alcohol. = Je ne bois pas d'alcool.
    I don't like {food.bare}. = Je n'aime pas {food.the}.
    Do you have vegetarian dishes? = Avez-vous des plats végétariens ?
    Is the service included? = Le service est-il compris ?
    The bill, please. = L'addition, s'il vous plaît.
    Could we have the bill, please? = Pourrions-nous avoir l'addition, s'il vous plaît ?
    We would like to pay separately. = Nous voudrions payer séparément.
    All together, please. = Tout ensemble, s'il vous plaît.
    There is a mistake in the bill. = Il y a une erreur dans l'addition.
    To eat in or take away? = Sur place ou à emporter ?
    To take away, please. = À emporter, s'il vous plaît.
    I'm full. = Je n'ai plus faim.
    It tastes good. = C'est bon.
    Could you pass me the salt, please? = Pourriez-vous me passer le sel, s'il vous plaît ?
    """,
    count=numerals.COUNTS[:8],
    day=_DAYS,
    food=nouns.FOODS,
    drink=nouns.DRINKS,
    thing=nouns.TABLEWARE + nouns.SEASONINGS,
    cooked=_COOKED,
)

SHOPPING = rules(
    """
    How much is it? = C'est combien ?
    How much does it cost? = Combien ça coûte ?
    How much is this? = C'est combien ?
    How much is {item.this}? = Combien coûte {item.this} ?
    How much are {plural.this}? = Combien coûtent {plural.this} ?
    It's too expensive. = C'est trop cher.
    That's too expensive for me. = C'est trop cher pour moi.
    Do you have anything cheaper? = Avez-vous quelque chose de moins cher ?
    Can you give me a discount? = Pouvez-vous me faire une réduction ?
    Is that your best price? = C'est votre meilleur prix ?
    I'll take it. = Je le prends.
    I'll take {item.this}. = Je prends {item.this}.
    I'd like to buy {item.a}. = Je voudrais acheter {item.a}.
    I'm looking for {item.a}. = Je cherche {item.a}.
    Do you sell {plural.pl}? = Vendez-vous des {plural.pl} ?
    Do you have {item.this} in another colour? = Avez-vous {item.this} dans une autre couleur ?
    Do you have {coloured.a}? = Avez-vous {coloured.a} ?
    Do you have this in a larger size? = L'avez-vous en plus grand ?
    Do you have this in a smaller size? = L'avez-vous en plus petit ?
    What size are you? = Quelle est votre taille ?
    Can I try it on? = Puis-je l'essayer ?
    Where are the fitting rooms? = Où sont les cabines d'essayage ?
    It doesn't fit me. = Ça ne me va pas.
    {wear.this} {wear.be} too {fit}. = {wear.this} {wear.est} trop {fit:{wear.g}}.
    It's too big. = C'est trop grand.
    It's too small. = C'est trop petit.
    Can I pay by card? = Puis-je payer par carte ?
    Do you take credit cards? = Acceptez-vous les cartes de crédit ?
    Can I pay in cash? = Puis-je payer en espèces ?
    I'd like to pay in cash. = Je voudrais payer en espèces.
    Do you have change? = Avez-vous de la monnaie ?
    Can I have a receipt, please? = Puis-je avoir un reçu, s'il vous plaît ?
    Can I have a bag, please? = Puis-je avoir un sac, s'il vous plaît ?
    I would like to return this. = Je voudrais rendre ceci.
    I would like a refund. = Je voudrais être remboursé.
    It's broken. = C'est cassé.
    Where is the cash machine? = Où est le distributeur de billets ?
    Where can I change money? = Où puis-je changer de l'argent ?
    What is the exchange rate? = Quel est le taux de change ?
    What time do you open? = À quelle heure ouvrez-vous ?
    What time do you close? = À quelle heure fermez-vous ?
    When does {place.the} open? = Quand ouvre {place.the} ?
    Is {place.the} open today? = Est-ce que {place.the} est {open:{place.g}} aujourd'hui ?
    {place.the} is closed. = {place.the} est {closed:{place.g}}.
    We are closed on Sundays. = Nous sommes fermés le dimanche.
    Is it a present? = C'est pour offrir ?
    Can you gift-wrap it? = Pouvez-vous faire un paquet cadeau ?
    I'm just looking. = Je regarde seulement.
    Who is next? = À qui le tour ?
    Anything else? = Et avec ceci ?
    That's all, thank you. = C'est tout, merci.
    """,
    item=[n for n in _SOLD if n.en.number == "s"],
    plural=in_plural(_SOLD) + nouns.FOOTWEAR,
    coloured=qualified(nouns.CLOTHES, adj.COLOURS),
    wear=_WEAR,
    fit=adj.FIT,
    place=[
        n
        for n in places.BUILDINGS
        if n.en.bare
        in (
            "museum",
            "bank",
            "post office",
            "pharmacy",
            "supermarket",
            "library",
            "bakery",
            "castle",
            "market",
            "restaurant",
            "cinema",
            "bookshop",
            "swimming pool",
        )
    ],
    open=[a for a in adj.PLACES_ARE if a.en == "open"],
    closed=[a for a in adj.PLACES_ARE if a.en == "closed"],
)

DAILY = rules(
    """
    What are you doing {day}? = Que faites-vous {day} ?
    What are we doing {day}? = Que faisons-nous {day} ?
    Are you free {day}? = Êtes-vous libre {day} ?
    I'm busy {day}. = Je suis occupé {day}.
    I'm free {day}. = Je suis libre {day}.
    See you {soon}! = À {soon} !
    Would you like to have dinner with me {day}? = Voulez-vous dîner avec moi {day} ?
    Would you like to go to the cinema {day}? = Voulez-vous aller au cinéma {day} ?
    Would you like a coffee? = Voulez-vous un café ?
    Would you like something to drink? = Voulez-vous boire quelque chose ?
    Would you like to dance? = Voulez-vous danser ?
    Let's meet in front of {place.the}. = Retrouvons-nous devant {place.the}.
    Where shall we meet? = Où nous retrouvons-nous ?
    When shall we meet? = Quand nous retrouvons-nous ?
    I'm waiting for you in front of {place.the}. = Je vous attends devant {place.the}.
    I'll call you {near}. = Je vous appellerai {near}.
    I'll write to you {near}. = Je vous écrirai {near}.
    I'm leaving {near}. = Je pars {near}.
    We're leaving {near}. = Nous partons {near}.
    I'll be back {near}. = Je reviendrai {near}.
    I have to work {near}. = Je dois travailler {near}.
    I will be a little late. = Je serai un peu en retard.
    I'm on my way. = Je suis en route.
    I'm at {place.the}. = Je suis {place.to_the}.
    I'm at home. = Je suis chez moi.
    I'm on the train. = Je suis dans le train.
    I'm here. = Je suis là.
    Where are you now? = Où êtes-vous maintenant ?
    When will you arrive? = Quand arriverez-vous ?
    When are you coming back? = Quand revenez-vous ?
    What is your phone number? = Quel est votre numéro de téléphone ?
    What is your address? = Quelle est votre adresse ?
    What is your email address? = Quelle est votre adresse e-mail ?
    Call me back, please. = Rappelez-moi, s'il vous plaît.
    Can I use your phone? = Puis-je utiliser votre téléphone ?
    Can I charge my phone here? = Puis-je recharger mon téléphone ici ?
    My battery is flat. = Ma batterie est vide.
    My phone is broken. = Mon téléphone est cassé.
    Is there Wi-Fi here? = Y a-t-il du Wi-Fi ici ?
    The internet is very slow. = Internet est très lent.
    Could you send me an email? = Pourriez-vous m'envoyer un e-mail ?
    Can I take a photo? = Puis-je prendre une photo ?
    Could you take a photo of us, please? = Pourriez-vous nous prendre en photo, s'il vous plaît ?
    Would you like to be my friend? = Voulez-vous être mon ami ?
    This is my husband. = Voici mon mari.
    This is my wife. = Voici ma femme.
    These are my children. = Voici mes enfants.
    I live in {city}. = J'habite {city.to}.
    I come from {city}. = Je viens {city.fro}.
    I have never been to {city}. = Je ne suis jamais allé {city.to}.
    Have you ever been to {city}? = Êtes-vous déjà allé {city.to} ?
    I'm learning {language}. = J'apprends {language.the}.
    Do you speak {language}? = Parlez-vous {language} ?
    I speak a little {language}. = Je parle un peu {language}.
    I don't speak {language}. = Je ne parle pas {language}.
    I lost my job. = J'ai perdu mon travail.
    I'm looking for a job. = Je cherche du travail.
    I'm looking for an apartment. = Je cherche un appartement.
    I work in an office. = Je travaille dans un bureau.
    I'm a student. = Je suis étudiant.
    I'm retired. = Je suis retraité.
    The children are asleep. = Les enfants dorment.
    Dinner is ready. = Le dîner est prêt.
    The door is open. = La porte est ouverte.
    Close the window, please. = Fermez la fenêtre, s'il vous plaît.
    Open the door, please. = Ouvrez la porte, s'il vous plaît.
    Turn off the light, please. = Éteignez la lumière, s'il vous plaît.
    Turn down the music, please. = Baissez la musique, s'il vous plaît.
    Where are my keys? = Où sont mes clés ?
    Where are my glasses? = Où sont mes lunettes ?
    I need {item.a}. = J'ai besoin {item.of_a}.
    I don't have {item.any}. = Je n'ai pas {item.any}.
    Do you have {item.any}? = Avez-vous {item.a} ?
    Can you lend me {item.a}? = Pouvez-vous me prêter {item.a} ?
    Whose {item.bare} is this? = À qui est {item.this} ?
    This is my {item.bare}. = C'est {item:1s}.
    Is this your {item.bare}? = Est-ce {item:2p} ?
    I have forgotten my {item.bare}. = J'ai oublié {item:1s}.
    I'd like some information about {place.the}. = Je voudrais des renseignements sur {place.the}.
    """,
    day=_DAYS,
    near=NEAR_FUTURE,
    soon=phrases(
        "tomorrow = demain\ntonight = ce soir\non Monday = lundi\non Friday = vendredi\nnext week = la semaine "
        "prochaine"
    ),
    place=[n for n in places.BUILDINGS if n.en.bare not in ("old town", "port", "marina", "car park", "garage")],
    city=figures.CITIES,
    language=LANGUAGES,
    item=[n for n in nouns.BELONGINGS + nouns.SUPPLIES if n.en.number == "s"],
)
