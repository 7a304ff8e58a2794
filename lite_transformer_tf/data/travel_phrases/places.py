"""Places with French prepositions: à la gare, au musée, à l'hôtel, chez le médecin, en France, au Japon, à Paris."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.entries import Entry, Text, nouns
from lite_transformer_tf.data.travel_phrases.french import contract, elides

BUILDINGS = nouns("""
    station = gare f
    airport = aéroport m
    museum = musée m
    hotel = hôtel m
    restaurant = restaurant m
    beach = plage f
    market = marché m
    church = église f
    bank = banque f
    post office = poste f
    hospital = hôpital m
    pharmacy = pharmacie f
    police station = commissariat m
    supermarket = supermarché m
    library = bibliothèque f
    university = université f
    theatre = théâtre m
    cinema = cinéma m
    castle = château m
    cathedral = cathédrale f
    park = parc m
    swimming pool = piscine f
    port = port m
    bus stop = arrêt de bus m
    metro station = station de métro f
    town hall = mairie f
    tourist office = office de tourisme m
    campsite = camping m
    zoo = zoo m
    opera house = opéra m
    bakery = boulangerie f
    bookshop = librairie f
    car park = parking m
    school = école f
    embassy = ambassade f
    stadium = stade m
    garage = garage m
    youth hostel = auberge de jeunesse f
    petrol station = station-service f/stations-service
    butcher's shop = boucherie f
    shopping centre = centre commercial m/centres commerciaux
    ticket office = guichet m
    taxi rank = station de taxis f
    old town = vieille ville f/vieilles villes
    concert hall = salle de concert f
    art gallery = galerie d'art f
    marina = port de plaisance m
    ice rink = patinoire f
""")
SIGHTS = nouns("""
    museum = musée m
    castle = château m
    cathedral = cathédrale f
    church = église f
    zoo = zoo m
    old town = vieille ville f/vieilles villes
    botanical garden = jardin botanique m/jardins botaniques
    tower = tour f
    palace = palais m
    art gallery = galerie d'art f
    bridge = pont m
    island = île f
    abbey = abbaye f
    aquarium = aquarium m
    cave = grotte f
    vineyard = vignoble m
    lighthouse = phare m
    fortress = forteresse f
    village = village m
    exhibition = exposition f
    market = marché m
    royal palace = palais royal m/palais royaux
""")
# With the definite article only; "in the" is "dans le".
SURROUNDINGS = nouns("""
    street = rue f
    garden = jardin m
    room = chambre f
    kitchen = cuisine f
    suitcase = valise f
    car = voiture f
    train = train m
    plane = avion m
    lift = ascenseur m
    corridor = couloir m
    courtyard = cour f
    village = village m
    forest = forêt f
    bus/buses = bus m
    taxi = taxi m
    drawer = tiroir m
    bathroom = salle de bains f
    wardrobe = armoire f
""")
# By country; a French name that differs from the English one comes first.
_CITIES = """
    France: Paris Lyon Marseille Nice Bordeaux Lille Strasbourg Nantes Toulouse Rennes Avignon Cannes Grenoble
    England: Londres/London Oxford Cambridge; Scotland: Édimbourg/Edinburgh; Ireland: Dublin
    Belgium: Bruxelles/Brussels Bruges
    Switzerland: Genève/Geneva Zurich; Portugal: Lisbonne/Lisbon Porto
    Spain: Madrid Barcelone/Barcelona Séville/Seville
    Italy: Rome Florence Venise/Venice Milan Naples; Austria: Vienne/Vienna; Greece: Athènes/Athens
    Germany: Berlin Munich Hambourg/Hamburg
    the Netherlands: Amsterdam; Norway: Oslo; Denmark: Copenhague/Copenhagen; Poland: Varsovie/Warsaw
    Russia: Moscou/Moscow
    China: Pékin/Beijing; Japan: Tokyo Kyoto; Canada: Montréal/Montreal
"""
_COUNTRIES = """
    f France; f Italie/Italy; f Espagne/Spain; f Allemagne/Germany; f Angleterre/England; f Belgique/Belgium
    f Suisse/Switzerland; f Grèce/Greece
    f Autriche/Austria; f Irlande/Ireland; f Écosse/Scotland; f Suède/Sweden; f Norvège/Norway; f Pologne/Poland
    f Russie/Russia; f Chine/China
    f Inde/India; f Égypte/Egypt; f Turquie/Turkey; f Argentine/Argentina; f Australie/Australia
    f Hongrie/Hungary; m Japon/Japan; m Portugal
    m Canada; m Brésil/Brazil; m Mexique/Mexico; m Maroc/Morocco; m Danemark/Denmark; m Vietnam; m Pérou/Peru
    m Chili/Chile; m Kenya
    m Sénégal/Senegal; p États-Unis/the United States; p Pays-Bas/the Netherlands
"""


def _city(word: str) -> Entry:
    fr, _, en = word.partition("/")
    en = en or fr
    return Entry(
        Text(en, to=f"to {en}", at=f"in {en}", fro=f"from {en}"),
        Text(fr, the=fr, to=f"à {fr}", at=f"à {fr}", fro=contract("de", fr), of=contract("de", fr)),
    )


def _country(line: str) -> Entry:
    kind, name = line.strip().split(" ", 1)
    fr, _, en = name.partition("/")
    en = en or fr
    if kind == "p":
        the, to, fro = f"les {fr}", f"aux {fr}", f"des {fr}"
    elif kind == "m":
        the, to, fro = f"le {fr}", f"au {fr}", f"du {fr}"
    else:
        the, to, fro = (f"l'{fr}" if elides(fr) else f"la {fr}"), f"en {fr}", contract("de", fr)
    return Entry(Text(en, to=f"to {en}", at=f"in {en}", fro=f"from {en}"), Text(the, the=the, to=to, at=to, fro=fro))


COUNTRIES = [_country(line) for line in _COUNTRIES.replace("\n", ";").split(";") if line.strip()]
CITIES_IN_COUNTRIES: list[tuple[Entry, Entry]] = []
for _line in _CITIES.replace("\n", ";").split(";"):
    if _line.strip():
        _name, _, _words = _line.strip().partition(": ")
        _home = next(country for country in COUNTRIES if country.en == _name)
        CITIES_IN_COUNTRIES += [(_city(word), _home) for word in _words.split()]
_LE_HAVRE = Text("Le Havre", the="Le Havre", to="au Havre", at="au Havre", fro="du Havre", of="du Havre")
_LE_CAIRE = Text("Le Caire", the="Le Caire", to="au Caire", at="au Caire", fro="du Caire", of="du Caire")
CITIES = [city for city, _ in CITIES_IN_COUNTRIES] + [
    Entry(Text("Le Havre", to="to Le Havre", at="in Le Havre", fro="from Le Havre"), _LE_HAVRE),
    Entry(Text("Cairo", to="to Cairo", at="in Cairo", fro="from Cairo"), _LE_CAIRE),
]


def _destination(en: str, fr: str, at: str | None = None, fr_at: str | None = None) -> Entry:
    return Entry(Text(f"to {en}", at=at or f"at {en}"), Text(fr, at=fr_at or fr))


PEOPLE_AT_WORK = [
    _destination("the doctor's", "chez le médecin"),
    _destination("the dentist's", "chez le dentiste"),
    _destination("the hairdresser's", "chez le coiffeur"),
    _destination("the baker's", "chez le boulanger"),
    _destination("the florist's", "chez le fleuriste"),
    _destination("the optician's", "chez l'opticien"),
    _destination("Marie's house", "chez Marie"),
    _destination("Paul's house", "chez Paul"),
    _destination("my parents' house", "chez mes parents"),
    _destination("Antoine's house", "chez Antoine"),
]
# `{place}` is where one goes, `{place.at}` where one is.
AROUND_TOWN = [
    _destination(en.the, fr.to_the) for en, fr in BUILDINGS if en.bare not in ("bus stop", "taxi rank", "marina")
] + PEOPLE_AT_WORK
CITIES_AND_COUNTRIES = CITIES + COUNTRIES
DESTINATIONS = AROUND_TOWN + [Entry(Text(en.to, at=en.at), Text(fr.to, at=fr.at)) for en, fr in CITIES_AND_COUNTRIES]
