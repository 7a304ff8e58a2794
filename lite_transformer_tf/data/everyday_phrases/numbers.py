"""Sentences around numbers in digits: prices, times, rooms, dates, telephones, distances, codes."""

from __future__ import annotations

from lite_transformer_tf.data.everyday_phrases import figures
from lite_transformer_tf.data.travel_phrases import nouns
from lite_transformer_tf.data.travel_phrases.entries import phrases
from lite_transformer_tf.data.travel_phrases.numerals import WEEKDAYS
from lite_transformer_tf.data.travel_phrases.rules import rules

PRICES = rules(
    """
    It costs {price}. = Ça coûte {price}.
    That costs {price}. = Cela coûte {price}.
    That's {price}. = Ça fait {price}.
    That will be {price}, please. = Ça fera {price}, s'il vous plaît.
    It's {price}. = C'est {price}.
    It only costs {price}. = Ça ne coûte que {price}.
    The ticket costs {price}. = Le billet coûte {price}.
    The room costs {price} per night. = La chambre coûte {price} la nuit.
    The total is {price}. = Le total est de {price}.
    The bill comes to {price}. = L'addition s'élève à {price}.
    I paid {price}. = J'ai payé {price}.
    I paid {price} for it. = Je l'ai payé {price}.
    I only have {price}. = Je n'ai que {price}.
    I have {price} on me. = J'ai {price} sur moi.
    You owe me {price}. = Vous me devez {price}.
    I owe you {price}. = Je vous dois {price}.
    Can you lend me {price}? = Pouvez-vous me prêter {price} ?
    I'd like to change {price}. = Je voudrais changer {price}.
    I would like to withdraw {price}. = Je voudrais retirer {price}.
    The deposit is {price}. = La caution est de {price}.
    The entrance fee is {price}. = L'entrée coûte {price}.
    The rent is {price} a month. = Le loyer est de {price} par mois.
    It costs {price} an hour. = Ça coûte {price} de l'heure.
    It costs {price} per person. = Ça coûte {price} par personne.
    It costs {price} a kilo. = Ça coûte {price} le kilo.
    This costs {price}, not {price2}. = Ceci coûte {price}, pas {price2}.
    The price went up from {price} to {price2}. = Le prix est passé de {price} à {price2}.
    Is it {price} or {price2}? = C'est {price} ou {price2} ?
    You gave me {price} instead of {price2}. = Vous m'avez donné {price} au lieu de {price2}.
    {item.this} costs {price}. = {item.this} coûte {price}.
    How much is {price} in euros? = Combien font {price} en euros ?
    There is a fee of {price}. = Il y a des frais de {price}.
    You must pay a fine of {price}. = Vous devez payer une amende de {price}.
    The shipping costs {price}. = La livraison coûte {price}.
    I'll give you {price} for it. = Je vous en donne {price}.
    {item.a} for {price}? That's too expensive! = {item.a} à {price} ? C'est trop cher !
    """,
    price=figures.PRICES,
    item=[n for n in nouns.SOUVENIRS + nouns.CLOTHES if n.en.number == "s"],
)

TIMES = rules(
    """
    It is {clock}. = Il est {clock}.
    It's {clock} already! = Il est déjà {clock} !
    The train leaves at {clock}. = Le train part à {clock}.
    The bus leaves at {clock} from platform {number}. = Le bus part à {clock} du quai {number}.
    The flight arrives at {clock}. = Le vol arrive à {clock}.
    Our flight leaves at {clock} from gate {number}. = Notre vol part à {clock} de la porte {number}.
    The next train is at {clock}. = Le prochain train est à {clock}.
    The train from {city} arrives at {clock} on platform {number}. = Le train {city.of} arrive à {clock} quai {number}.
    Let's meet at {clock}. = Retrouvons-nous à {clock}.
    Can we meet at {clock} on {day}? = Pouvons-nous nous voir {day} à {clock} ?
    I'll be there at {clock}. = Je serai là à {clock}.
    I'll pick you up at {clock}. = Je viens vous chercher à {clock}.
    I have an appointment at {clock}. = J'ai rendez-vous à {clock}.
    The appointment is on {day} at {clock}. = Le rendez-vous est {day} à {clock}.
    The meeting is from {clock} to {clock2}. = La réunion est de {clock} à {clock2}.
    The museum is open from {clock} to {clock2}. = Le musée est ouvert de {clock} à {clock2}.
    The shop closes at {clock}. = Le magasin ferme à {clock}.
    The shop opens at {clock} on {day}s. = Le magasin ouvre à {clock} le {day}.
    Breakfast is served until {clock}. = Le petit-déjeuner est servi jusqu'à {clock}.
    Dinner is at {clock}. = Le dîner est à {clock}.
    The film starts at {clock}. = Le film commence à {clock}.
    The concert starts at {clock} and costs {price}. = Le concert commence à {clock} et coûte {price}.
    The last bus is at {clock}. = Le dernier bus est à {clock}.
    Please wake me up at {clock}. = Réveillez-moi à {clock}, s'il vous plaît.
    I get up at {clock}. = Je me lève à {clock}.
    I finish work at {clock}. = Je finis le travail à {clock}.
    A table for {number} at {clock}, please. = Une table pour {number} à {clock}, s'il vous plaît.
    Check-out is at {clock}. = Il faut libérer la chambre à {clock}.
    """,
    clock=figures.CLOCKS,
    price=figures.PRICES,
    number=figures.SMALL,
    city=figures.CITIES,
    day=WEEKDAYS,
)

OTHERS = rules(
    """
    I'm in room {room}. = Je suis dans la chambre {room}.
    Room {room}, please. = La chambre {room}, s'il vous plaît.
    The key to room {room} does not work. = La clé de la chambre {room} ne marche pas.
    Room {room} costs {price}. = La chambre {room} coûte {price}.
    We are in rooms {room} and {room2}. = Nous sommes dans les chambres {room} et {room2}.
    Your seat number is {number}. = Votre place est le numéro {number}.
    We have seats {number} and {number2} in carriage {coach}. = \
    Nous avons les places {number} et {number2} dans la voiture {coach}.
    Take bus number {number}. = Prenez le bus numéro {number}.
    Take line {number} to the station. = Prenez la ligne {number} jusqu'à la gare.
    I live at number {number}. = J'habite au numéro {number}.
    I live at {number} {street}. = J'habite au {number} {street}.
    My address is {number} {street}. = Mon adresse est le {number} {street}.
    I am {number} years old. = J'ai {number} ans.
    My son is {number} years old. = Mon fils a {number} ans.
    She is {number} years old. = Elle a {number} ans.
    There are {number} people in the group. = Il y a {number} personnes dans le groupe.
    I have been here for {number} days. = Je suis ici depuis {number} jours.
    We are staying for {number} nights. = Nous restons {number} nuits.
    It takes {number} minutes. = Ça prend {number} minutes.
    The train is {number} minutes late. = Le train a {number} minutes de retard.
    It's {number} degrees today. = Il fait {number} degrés aujourd'hui.
    It's {large} metres from here. = C'est à {large} mètres d'ici.
    It's {measure} kilometres from here. = C'est à {measure} kilomètres d'ici.
    The suitcase weighs {measure} kilos. = La valise pèse {measure} kilos.
    I weigh {number} kilos. = Je pèse {number} kilos.
    I walked {measure} kilometres today. = J'ai marché {measure} kilomètres aujourd'hui.
    There is a discount of {number}%. = Il y a une réduction de {number} %.
    Prices have risen by {measure}%. = Les prix ont augmenté de {measure} %.
    The city has {amount} inhabitants. = La ville compte {amount} habitants.
    More than {amount} people came. = Plus de {amount} personnes sont venues.
    My phone number is {phone}. = Mon numéro de téléphone est le {phone}.
    Call me on {phone}. = Appelez-moi au {phone}.
    You can reach me on {phone}. = Vous pouvez me joindre au {phone}.
    Please call {phone} in an emergency. = Appelez le {phone} en cas d'urgence.
    I was born on {date}. = Je suis né {date}.
    I arrived on {date}. = Je suis arrivé {date}.
    The contract ends on {date}. = Le contrat se termine {date}.
    My passport expires on {date}. = Mon passeport expire {date}.
    The letter is dated {date}. = La lettre est datée du {date.bare}.
    I was born in {year}. = Je suis né en {year}.
    The house was built in {year}. = La maison a été construite en {year}.
    The code is {large}. = Le code est {large}.
    The order number is {order}. = Le numéro de commande est le {order}.
    My booking number is {order}. = Mon numéro de réservation est le {order}.
    I would like {number} stamps. = Je voudrais {number} timbres.
    Page {number}, please. = Page {number}, s'il vous plaît.
    I take {number} milligrams a day. = Je prends {number} milligrammes par jour.
    The flight lasts {number} hours and {number2} minutes. = Le vol dure {number} heures et {number2} minutes.
    The museum is {number} kilometres from {city}. = Le musée est à {number} kilomètres {city.of}.
    """,
    room=figures.ROOMS,
    price=figures.PRICES,
    number=figures.SMALL,
    coach=figures.SMALL[:18],
    large=figures.LARGE,
    measure=figures.MEASURES,
    amount=figures.AMOUNTS,
    phone=figures.PHONES,
    date=[figures.dated(entry) for entry in figures.DATES],
    year=figures.YEAR,
    order=figures.ORDERS,
    city=figures.CITIES,
    street=phrases("""
        Victor Hugo Street = rue Victor Hugo
        Station Street = rue de la Gare
        Church Street = rue de l'Église
        Market Street = rue du Marché
        Garden Avenue = avenue des Jardins
        Liberty Avenue = avenue de la Liberté
    """),
)
