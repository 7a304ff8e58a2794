"""Tickets, trains, planes, taxis, rooms and the way: what is said at counters, in hotels and in the street."""

from __future__ import annotations

from lite_transformer_tf.data.everyday_phrases import figures
from lite_transformer_tf.data.travel_phrases import nouns, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases
from lite_transformer_tf.data.travel_phrases.rules import rules

_TICKETS = phrases("""
    one ticket = un billet
    a ticket = un billet
    a single ticket = un aller simple
    a one-way ticket = un aller simple
    a return ticket = un aller-retour
    two tickets = deux billets
    two return tickets = deux allers-retours
    three tickets = trois billets
    a second-class ticket = un billet de deuxième classe
    a first-class ticket = un billet de première classe
    two adults and one child = deux adultes et un enfant
    a window seat = une place côté fenêtre
    an aisle seat = une place côté couloir
""")
_MEANS = phrases("""
    train = train
    bus = bus
    flight = vol
    ferry = ferry
    coach = car
""")
_WISHES = phrases("""
    a room = une chambre
    a single room = une chambre simple
    a double room = une chambre double
    a twin room = une chambre à deux lits
    a room with a bathroom = une chambre avec salle de bains
    a room with a shower = une chambre avec douche
    a room with a sea view = une chambre avec vue sur la mer
    a room with a balcony = une chambre avec balcon
    a quiet room = une chambre calme
    a room with two beds = une chambre avec deux lits
    a room for two people = une chambre pour deux personnes
    a room for three people = une chambre pour trois personnes
    a non-smoking room = une chambre non-fumeur
    a family room = une chambre familiale
    a cheaper room = une chambre moins chère
    a bigger room = une chambre plus grande
    a bed in a dormitory = un lit en dortoir
""")
_NIGHTS = phrases("""
    one night = une nuit
    tonight = ce soir
    two nights = deux nuits
    three nights = trois nuits
    four nights = quatre nuits
    one week = une semaine
    two weeks = deux semaines
    this weekend = ce week-end
""")
_FAULTS = phrases("""
    There is no hot water. = Il n'y a pas d'eau chaude.
    There are no towels. = Il n'y a pas de serviettes.
    There is no toilet paper. = Il n'y a pas de papier toilette.
    The room is dirty. = La chambre est sale.
    The room is too noisy. = La chambre est trop bruyante.
    The room is too cold. = Il fait trop froid dans la chambre.
    The light does not work. = La lumière ne marche pas.
    The key does not work. = La clé ne marche pas.
    The heating does not work. = Le chauffage ne marche pas.
    The toilet is blocked. = Les toilettes sont bouchées.
    The Wi-Fi does not work. = Le Wi-Fi ne marche pas.
""")
_AMENITIES = phrases("""
    a swimming pool = une piscine
    a lift = un ascenseur
    a car park = un parking
    a restaurant = un restaurant
    a gym = une salle de sport
    air conditioning = la climatisation
    Wi-Fi = le Wi-Fi
    room service = un service en chambre
    a safe = un coffre-fort
    a washing machine = une machine à laver
""")
_TURNS = phrases("""
    Turn left = Tournez à gauche
    Turn right = Tournez à droite
    Go straight ahead = Allez tout droit
    Take the first street on the left = Prenez la première rue à gauche
    Take the second street on the right = Prenez la deuxième rue à droite
    Cross the bridge = Traversez le pont
    Cross the square = Traversez la place
    Go back = Faites demi-tour
""")
_MARKS = phrases("""
    at the traffic lights = au feu rouge
    at the corner = au coin de la rue
    at the roundabout = au rond-point
    at the crossroads = au carrefour
    at the end of the street = au bout de la rue
    after the bridge = après le pont
    before the church = avant l'église
    after the supermarket = après le supermarché
""")

TICKETS = rules(
    """
    {ticket} to {city}, please. = {ticket} pour {city}, s'il vous plaît.
    I would like {ticket} to {city}. = Je voudrais {ticket} pour {city}.
    I'd like {ticket} to {city}, please. = Je voudrais {ticket} pour {city}, s'il vous plaît.
    How much is a ticket to {city}? = Combien coûte un billet pour {city} ?
    How much does a return ticket to {city} cost? = Combien coûte un aller-retour pour {city} ?
    Where can I buy a ticket? = Où puis-je acheter un billet ?
    Where do I have to change? = Où dois-je changer ?
    Do I have to change trains? = Dois-je changer de train ?
    Is this the right platform for {city}? = Est-ce le bon quai pour {city} ?
    Does this {means} go to {city}? = Ce {means} va-t-il {city.to} ?
    Does this train stop in {city}? = Ce train s'arrête-t-il {city.to} ?
    When does the next {means} to {city} leave? = Quand part le prochain {means} pour {city} ?
    What time is the last {means} to {city}? = À quelle heure est le dernier {means} pour {city} ?
    Which platform does the train to {city} leave from? = De quel quai part le train pour {city} ?
    The {means} to {city} has been cancelled. = Le {means} pour {city} a été annulé.
    The {means} to {city} is delayed. = Le {means} pour {city} est retardé.
    The {means} is late. = Le {means} est en retard.
    I have missed my {means}. = J'ai raté mon {means}.
    I missed my {means}. = J'ai raté mon {means}.
    I would like to cancel my ticket. = Je voudrais annuler mon billet.
    I would like to change my ticket. = Je voudrais changer mon billet.
    I have a reservation. = J'ai une réservation.
    Can I take my bicycle on the train? = Puis-je prendre mon vélo dans le train ?
    Where is the luggage office? = Où est la consigne ?
    My luggage is lost. = Mes bagages sont perdus.
    My suitcase has not arrived. = Ma valise n'est pas arrivée.
    Where is the check-in desk? = Où est le comptoir d'enregistrement ?
    Where is gate {number}? = Où est la porte {number} ?
    Where can I get a taxi? = Où puis-je trouver un taxi ?
    To the airport, please. = À l'aéroport, s'il vous plaît.
    To the station, please. = À la gare, s'il vous plaît.
    Take me to this address, please. = Conduisez-moi à cette adresse, s'il vous plaît.
    Please stop here. = Arrêtez-vous ici, s'il vous plaît.
    Can you wait for me? = Pouvez-vous m'attendre ?
    How much is it to the airport? = C'est combien jusqu'à l'aéroport ?
    Keep the change. = Gardez la monnaie.
    I would like to rent a car. = Je voudrais louer une voiture.
    Fill it up, please. = Le plein, s'il vous plaît.
    Where can I park? = Où puis-je me garer ?
    Where should I get off? = Où dois-je descendre ?
    Please tell me when to get off. = Dites-moi quand je dois descendre, s'il vous plaît.
    Is this seat reserved? = Cette place est-elle réservée ?
    This is my seat. = C'est ma place.
    """,
    ticket=_TICKETS,
    city=figures.CITIES,
    means=_MEANS,
    number=figures.SMALL,
)

ROOMS = rules(
    """
    Do you have {room} for {night}? = Avez-vous {room} pour {night} ?
    I would like {room} for {night}. = Je voudrais {room} pour {night}.
    I'd like {room} for {night}, please. = Je voudrais {room} pour {night}, s'il vous plaît.
    I would like to book {room} for {night}. = Je voudrais réserver {room} pour {night}.
    I have booked {room} for {night}. = J'ai réservé {room} pour {night}.
    I have a reservation for {night}. = J'ai une réservation pour {night}.
    Do you have any rooms available? = Avez-vous des chambres libres ?
    Do you have a free room? = Avez-vous une chambre libre ?
    Do you have a free room for {night}? = Avez-vous une chambre libre pour {night} ?
    We are fully booked. = Nous sommes complets.
    How much is the room? = Combien coûte la chambre ?
    How much is it per night? = C'est combien par nuit ?
    Is breakfast included? = Le petit-déjeuner est-il compris ?
    What time is breakfast? = À quelle heure est le petit-déjeuner ?
    What time is check-out? = À quelle heure faut-il libérer la chambre ?
    What is the Wi-Fi password? = Quel est le mot de passe du Wi-Fi ?
    Can I see the room? = Puis-je voir la chambre ?
    I'll take it. = Je la prends.
    I would like another room. = Je voudrais une autre chambre.
    Is there {amenity}? = Y a-t-il {amenity} ?
    Does the hotel have {amenity}? = L'hôtel a-t-il {amenity} ?
    {fault} = {fault}
    Excuse me, {fault.low} = Excusez-moi, {fault.low}
    Could you bring me {thing.a}, please? = Pourriez-vous m'apporter {thing.a}, s'il vous plaît ?
    I need {thing.a}. = J'ai besoin {thing.of_a}.
    May I have my key, please? = Puis-je avoir ma clé, s'il vous plaît ?
    The key to room {number}, please. = La clé de la chambre {number}, s'il vous plaît.
    My room number is {number}. = Mon numéro de chambre est le {number}.
    Your room is on the {floor} floor. = Votre chambre est au {floor} étage.
    Please wake me at {clock}. = Réveillez-moi à {clock}, s'il vous plaît.
    Please do not disturb. = Ne pas déranger, s'il vous plaît.
    Please clean my room. = Nettoyez ma chambre, s'il vous plaît.
    Can I leave my luggage here? = Puis-je laisser mes bagages ici ?
    We are leaving tomorrow morning. = Nous partons demain matin.
    I would like to check out. = Je voudrais libérer ma chambre.
    The bill, please. = La note, s'il vous plaît.
    Can you call me a taxi? = Pouvez-vous m'appeler un taxi ?
    """,
    room=_WISHES,
    night=_NIGHTS,
    amenity=[e for e in _AMENITIES if e.en not in ("air conditioning", "Wi-Fi")],
    fault=[Entry(figures.Lowered(e.en), figures.Lowered(e.fr)) for e in _FAULTS],
    thing=[n for n in nouns.ROOM_THINGS if n.en.bare not in ("lamp", "chair", "bin")],
    number=figures.ROOMS,
    floor=phrases("first = premier\nsecond = deuxième\nthird = troisième\nfourth = quatrième\nfifth = cinquième"),
    clock=figures.CLOCKS[:48],
)

_WANTED = [n for n in places.BUILDINGS if n.en.bare not in ("old town", "school", "garage", "port", "marina")]
DIRECTIONS = rules(
    """
    Where is {place.the}? = Où est {place.the} ?
    Where's {place.the}? = Où est {place.the} ?
    Excuse me, where is {place.the}? = Excusez-moi, où est {place.the} ?
    Where is the nearest {place.bare}? = Où est {place.the} {place.les} plus proche ?
    Is there {place.any} near here? = Y a-t-il {place.a} près d'ici ?
    How do I get to {place.the}? = Comment va-t-on {place.to_the} ?
    How far is {place.the}? = À quelle distance est {place.the} ?
    I'm looking for {place.the}. = Je cherche {place.the}.
    {turn} {mark}. = {turn} {mark}.
    {turn}. = {turn}.
    {turn}, please. = {turn}, s'il vous plaît.
    {place.the} is on the left. = {place.the} est à gauche.
    {place.the} is on the right. = {place.the} est à droite.
    {place.the} is over there. = {place.the} est là-bas.
    {place.the} is very far from here. = {place.the} est très loin d'ici.
    {place.the} is not far from here. = {place.the} n'est pas loin d'ici.
    {place.the} is straight ahead. = {place.the} est tout droit.
    Where are the toilets? = Où sont les toilettes ?
    Where is the toilet? = Où sont les toilettes ?
    Where is the bathroom? = Où est la salle de bains ?
    Where is the exit? = Où est la sortie ?
    Where is the entrance? = Où est l'entrée ?
    Where is the lift? = Où est l'ascenseur ?
    Is it far? = C'est loin ?
    Is it far from here? = C'est loin d'ici ?
    It's not far. = Ce n'est pas loin.
    It's very close. = C'est tout près.
    It's over there. = C'est là-bas.
    It's on the left. = C'est à gauche.
    It's on the right. = C'est à droite.
    Can I walk there? = Puis-je y aller à pied ?
    Can you show me on the map? = Pouvez-vous me montrer sur la carte ?
    Where are we on the map? = Où sommes-nous sur le plan ?
    I think we are lost. = Je crois que nous sommes perdus.
    You are going the wrong way. = Vous allez dans la mauvaise direction.
    Which way should I go? = De quel côté dois-je aller ?
    What is the name of this street? = Comment s'appelle cette rue ?
    """,
    place=_WANTED,
    turn=_TURNS,
    mark=_MARKS,
)
