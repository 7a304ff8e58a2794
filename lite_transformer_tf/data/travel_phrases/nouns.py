"""Nouns by kind: what travellers wear, carry, lose, eat, drink, book and ask for."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.entries import Entry, in_plural, nouns

CLOTHES = nouns("""
    shirt = chemise f
    coat = manteau m
    dress = robe f
    hat = chapeau m
    skirt = jupe f
    jacket = veste f
    sweater = pull m
    scarf = écharpe f
    belt = ceinture f
    tie = cravate f
    raincoat = imperméable m
    T-shirt = tee-shirt m
    suit = costume m
    swimsuit = maillot de bain m
    cap = casquette f
""")
FOOTWEAR = nouns(
    """
    shoes = chaussure f
    gloves = gant m
    socks = chaussette f
    boots = botte f
    sandals = sandale f
    sunglasses = lunette de soleil f/lunettes de soleil
    """,
    "p",
)
SOUVENIRS = nouns("""
    bag = sac m
    watch = montre f
    ring = bague f
    necklace = collier m
    bracelet = bracelet m
    book = livre m
    doll = poupée f
    toy = jouet m
    vase = vase m
    knife = couteau m
    painting = tableau m
    poster = affiche f
    candle = bougie f
    lamp = lampe f
    jewel = bijou m
    cup = tasse f
    basket = panier m
    tablecloth = nappe f
    statue = statue f
    fan = éventail m
    carpet = tapis m
""")
SUPPLIES = nouns("""
    newspaper = journal m
    magazine = magazine m
    map = plan m
    postcard = carte postale f/cartes postales
    stamp = timbre m
    notebook = carnet m
    pen = stylo m
    battery = pile f
    adapter = adaptateur m
    charger = chargeur m
    toothbrush = brosse à dents f
    dictionary = dictionnaire m
    envelope = enveloppe f
    umbrella = parapluie m
    lighter = briquet m
    torch = lampe de poche f
    padlock = cadenas m
    comb = peigne m
""")
BELONGINGS = (
    nouns("""
    passport = passeport m
    wallet = portefeuille m
    phone = téléphone m
    suitcase = valise f
    handbag = sac à main m
    camera = appareil photo m/appareils photo
    key = clé f
    credit card = carte de crédit f
    umbrella = parapluie m
    coat = manteau m
    backpack = sac à dos m
    watch = montre f
    identity card = carte d'identité f
    boarding pass = carte d'embarquement f
    driving licence = permis de conduire m
    computer = ordinateur m
    hat = chapeau m
    visa = visa m
    necklace = collier m
    address book = carnet d'adresses m
    ticket = billet m
""")
    + nouns("luggage = bagage mp", "mass")
    + nouns("glasses = lunette f", "p")
)
ROOM_THINGS = nouns("""
    towel = serviette f
    blanket = couverture f
    pillow = oreiller m
    bath towel = serviette de bain f
    hairdryer = sèche-cheveux m
    bin = poubelle f
    key = clé f
    lamp = lampe f
    glass = verre m
    chair = chaise f
    coat hanger = cintre m
    iron = fer à repasser m
""")
ROOM_PARTS = nouns("""
    shower = douche f
    television = télévision f
    lift = ascenseur m
    toilet = toilettes fp
    window = fenêtre f
    heating = chauffage m
    air conditioning = climatisation f
    bathtub = baignoire f
    lock = serrure f
    door = porte f
    lamp = lampe f
    tap = robinet m
    fridge = réfrigérateur m
    hairdryer = sèche-cheveux m
    light = lumière f
    telephone = téléphone m
    safe = coffre-fort m/coffres-forts
    alarm clock = réveil m
""")
ROOMS = nouns("""
    room = chambre f
    single room = chambre simple f/chambres simples
    double room = chambre double f/chambres doubles
    quiet room = chambre calme f/chambres calmes
    room with a balcony/rooms with a balcony = chambre avec balcon f
    room with a bathroom/rooms with a bathroom = chambre avec salle de bains f
    room with a sea view/rooms with a sea view = chambre avec vue sur la mer f
    room for two people/rooms for two people = chambre pour deux personnes f
    non-smoking room = chambre non-fumeur f/chambres non-fumeurs
    apartment = appartement m
    cheap room = chambre bon marché f/chambres bon marché
    room on the ground floor/rooms on the ground floor = chambre au rez-de-chaussée f
    family room = chambre familiale f/chambres familiales
""")
SERVICES = nouns("""
    restaurant = restaurant m
    swimming pool = piscine f
    car park = parking m
    garden = jardin m
    bar = bar m
    lift = ascenseur m
    terrace = terrasse f
    gym = salle de sport f
    laundry = laverie f
    safe = coffre-fort m/coffres-forts
    library = bibliothèque f
    sauna = sauna m
""")
DISHES = nouns("""
    sandwich = sandwich m
    omelette = omelette f
    salad = salade f
    pizza = pizza f
    cake = gâteau m
    croissant = croissant m
    pancake = crêpe f
    steak = steak m
    soup = soupe f
    ice cream = glace f
    tart = tarte f
    lobster = homard m
    yoghurt = yaourt m
    hamburger = hamburger m
    brioche = brioche f
    cheese platter = plateau de fromages m
    roast chicken = poulet rôti m/poulets rôtis
""")
FRUITS = nouns("""
    apple = pomme f
    orange = orange f
    banana = banane f
    peach = pêche f
    pear = poire f
    apricot = abricot m
    lemon = citron m
    melon = melon m
    strawberry = fraise f
    cherry = cerise f
    pineapple = ananas m
    tomato = tomate f
    onion = oignon m
    carrot = carotte f
    potato = pomme de terre f
    egg = œuf m
    mushroom = champignon m
    artichoke = artichaut m
    cabbage = chou m
    leek = poireau m
""")
FOODS = nouns(
    """
    bread = pain m
    cheese = fromage m
    meat = viande f
    fish = poisson m
    chicken = poulet m
    rice = riz m
    pasta = pâte fp
    butter = beurre m
    jam = confiture f
    ham = jambon m
    beef = bœuf m
    lamb = agneau m
    fruit = fruit mp
    chocolate = chocolat m
    honey = miel m
    cream = crème f
    salad = salade f
    soup = soupe f
    duck = canard m
    tuna = thon m
    cabbage = chou m
    """,
    "mass",
)
FOODS += nouns(
    """
    chips = frite f
    vegetables = légume m
    mushrooms = champignon m
    green beans = haricot vert m/haricots verts
    potatoes = pomme de terre f
    oysters = huître f
    mussels = moule f
    prawns = crevette f
    strawberries = fraise f
    eggs = œuf m
    """,
    "p",
)
SEASONINGS = nouns(
    """
    salt = sel m
    pepper = poivre m
    sugar = sucre m
    oil = huile f
    mustard = moutarde f
    vinegar = vinaigre m
    garlic = ail m
    ice = glaçon mp
    lemon = citron m
    """,
    "mass",
)
DRINKS = nouns(
    """
    water = eau f
    red wine = vin rouge m
    white wine = vin blanc m
    beer = bière f
    coffee = café m
    tea = thé m
    milk = lait m
    orange juice = jus d'orange m
    apple juice = jus de pomme m
    hot chocolate = chocolat chaud m
    lemonade = limonade f
    mineral water = eau minérale f
    sparkling water = eau gazeuse f
    cider = cidre m
    champagne = champagne m
    tomato juice = jus de tomate m
    iced tea = thé glacé m
    """,
    "mass",
)
TABLEWARE = nouns("""
    fork = fourchette f
    knife = couteau m
    spoon = cuillère f
    glass = verre m
    plate = assiette f
    napkin = serviette f
    carafe = carafe f
    bowl = bol m
    chair = chaise f
    menu = carte f
    bottle opener = décapsuleur m
    ashtray = cendrier m
""")
VEHICLES = nouns("""
    train = train m
    bus/buses = bus m
    plane = avion m
    boat = bateau m
    taxi = taxi m
    tram = tramway m
    ferry = ferry m
    coach = car m
    metro = métro m
""")
RENTALS = nouns("""
    car = voiture f
    bicycle = vélo m
    boat = bateau m
    motorbike = moto f
    scooter = scooter m
    van = camionnette f
    tent = tente f
    villa = villa f
    apartment = appartement m
    caravan = caravane f
    deckchair = transat m
    canoe = canoë m
    parasol = parasol m
    surfboard = planche de surf f
    child seat = siège enfant m/sièges enfant
""")
TICKETS = nouns("""
    ticket = billet m
    single ticket = aller simple m/allers simples
    return ticket = aller-retour m/allers-retours
    first-class ticket = billet de première classe m
    second-class ticket = billet de deuxième classe m
""")
MEDICINES = (
    nouns("""
    bandage = bandage m
    plaster = pansement m
    thermometer = thermomètre m
    prescription = ordonnance f
    painkiller = antidouleur m
    sleeping pill = somnifère m
    antibiotic = antibiotique m
    cough syrup = sirop pour la toux m
    ointment = pommade f
    sun cream = crème solaire f/crèmes solaires
    vaccine = vaccin m
    tablet = comprimé m
    mosquito repellent = anti-moustique m/anti-moustiques
""")
    + nouns("aspirin = aspirine f", "mass")
    + nouns("eye drops = goutte pour les yeux f", "p")
)
BODY = nouns("""
    head = tête f
    back = dos m
    stomach = ventre m
    leg = jambe f
    arm = bras m
    hand = main f
    foot = pied m
    knee = genou m
    shoulder = épaule f
    throat = gorge f
    tooth = dent f
    ankle = cheville f
    neck = cou m
    finger = doigt m
    ear = oreille f
    nose = nez m
    elbow = coude m
    wrist = poignet m
    hip = hanche f
""")
ALLERGENS = nouns(
    """
    penicillin = pénicilline f
    dust = poussière f
    milk = lait m
    pollen = pollen m
    gluten = gluten m
    aspirin = aspirine f
    fish = poisson m
    seafood = fruit de mer mp
    garlic = ail m
    honey = miel m
    """,
    "mass",
) + nouns(
    """
    nuts = noix f
    eggs = œuf m
    peanuts = cacahuète f
    cats = chat m
    dogs = chien m
    bees = abeille f
    antibiotics = antibiotique m
    strawberries = fraise f
    mushrooms = champignon m
    oysters = huître f
    """,
    "p",
)
ANIMALS = nouns("""
    dog = chien m
    cat = chat m
    horse = cheval m
    bird = oiseau m
    rabbit = lapin m
    goat = chèvre f
    donkey = âne m
    cow = vache f
    sheep/sheep = mouton m
    swan = cygne m
    owl = hibou m
    squirrel = écureuil m
""")
RELATIVES = nouns("""
    brother = frère m
    sister = sœur f
    son = fils m
    daughter = fille f
    uncle = oncle m
    aunt = tante f
    cousin = cousin m
    nephew = neveu m
    niece = nièce f
    grandson = petit-fils m/petits-fils
    granddaughter = petite-fille f/petites-filles
    child = enfant m
""")
PAPERWORK = nouns("""
    letter = lettre f
    parcel = colis m
    postcard = carte postale f/cartes postales
    message = message m
    photo = photo f
    document = document m
    form = formulaire m
    invoice = facture f
""")
MONEY = nouns("""
    receipt = reçu m
    bill = addition f
    banknote = billet de banque m
    coin = pièce f
    credit card = carte de crédit f
    cheque = chèque m
""")
LEISURE = nouns("""
    book = livre m
    film = film m
    song = chanson f
    newspaper = journal m
    novel = roman m
    concert = concert m
    play = pièce de théâtre f
    match = match m
    exhibition = exposition f
    magazine = magazine m
    show = spectacle m
    festival = festival m
""")

GOODS: list[Entry] = CLOTHES + FOOTWEAR + SOUVENIRS + SUPPLIES
GOODS_BOTH = GOODS + in_plural(CLOTHES + SOUVENIRS + SUPPLIES)
