"""Help, police, fire, accidents, loss and theft; illness, allergies, the doctor and the pharmacy."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import nouns, numerals
from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases
from lite_transformer_tf.data.travel_phrases.entries import nouns as read_nouns
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.people import HE, RELATIVES, SHE, WE, YOU, I
from lite_transformer_tf.data.travel_phrases.rules import rules

_CALLED = phrases("""
    an ambulance = une ambulance
    a doctor = un médecin
    the police = la police
    the fire brigade = les pompiers
    a taxi = un taxi
    a lawyer = un avocat
    an interpreter = un interprète
    a mechanic = un mécanicien
    the embassy = l'ambassade
    the manager = le directeur
""")
_ALLERGENS = (
    nouns.ALLERGENS
    + read_nouns(
        """
    shellfish = crustacé mp
    soy = soja m
    wheat = blé m
    latex = latex m
    sesame = sésame m
    celery = céleri m
    lactose = lactose m
    mustard = moutarde f
    chocolate = chocolat m
    iodine = iode m
    """,
        "mass",
    )
    + read_nouns(
        """
    almonds = amande f
    hazelnuts = noisette f
    cashew nuts = noix de cajou f/noix de cajou
    kiwis = kiwi m
    tomatoes = tomate f
    peaches = pêche f
    apples = pomme f
    wasps = guêpe f
    mussels = moule f
    prawns = crevette f
    lentils = lentille f
    dairy products = produit laitier m/produits laitiers
    """,
        "p",
    )
)
_INGREDIENTS = [
    n
    for n in _ALLERGENS
    if n.en.bare not in ("dust", "pollen", "latex", "cats", "dogs", "bees", "wasps")
    and n.en.bare not in ("penicillin", "aspirin", "antibiotics", "iodine", "apples", "peaches")
]
_PAINS = phrases("""
    a headache = mal à la tête
    a stomach ache = mal au ventre
    a sore throat = mal à la gorge
    a toothache = mal aux dents
    backache = mal au dos
    an earache = mal aux oreilles
    a fever = de la fièvre
    a high fever = beaucoup de fièvre
    a cold = un rhume
    a cough = de la toux
    the flu = la grippe
    diarrhoea = la diarrhée
    a rash = une éruption
    high blood pressure = de l'hypertension
    asthma = de l'asthme
    a blister = une ampoule
    a sunburn = un coup de soleil
    a bad cough = une mauvaise toux
""")
_REMEDIES = phrases("""
    a headache = les maux de tête
    a cough = la toux
    a sore throat = le mal de gorge
    a cold = le rhume
    diarrhoea = la diarrhée
    fever = la fièvre
    sunburn = les coups de soleil
    travel sickness = le mal des transports
    insect bites = les piqûres d'insectes
    toothache = le mal de dents
""")
_OWNERS = [I, YOU, HE, SHE, WE]
_PATIENTS = [entry for entry in RELATIVES if entry.en.p == "3s"]
_STATES = phrases("""
    is unconscious = est sans connaissance
    is bleeding = saigne
    cannot breathe = n'arrive pas à respirer
    is having a heart attack = fait une crise cardiaque
    is having an allergic reaction = fait une réaction allergique
    has fainted = a perdu connaissance
    has chest pain = a mal à la poitrine
    has a high fever = a beaucoup de fièvre
    has broken a leg = s'est cassé la jambe
    has fallen down the stairs = a fait une chute dans l'escalier
    is very ill = est très malade
    is not feeling well = ne se sent pas bien
    needs a doctor = a besoin d'un médecin
    needs help = a besoin d'aide
""")

HELP = rules(
    """
    Help! = À l'aide !
    Help me! = Aidez-moi !
    Help me, please! = Aidez-moi, s'il vous plaît !
    Please help me! = S'il vous plaît, aidez-moi !
    Somebody help me! = Que quelqu'un m'aide !
    Help us, please! = Aidez-nous, s'il vous plaît !
    Fire! = Au feu !
    There is a fire! = Il y a le feu !
    The house is on fire! = La maison est en feu !
    I smell gas. = Je sens une odeur de gaz.
    Stop, thief! = Au voleur !
    Catch him! = Attrapez-le !
    Police! = Police !
    This is an emergency! = C'est une urgence !
    It's an emergency. = C'est une urgence.
    Call an ambulance! = Appelez une ambulance !
    Call a doctor! = Appelez un médecin !
    Call the police! = Appelez la police !
    Call for help! = Appelez à l'aide !
    Call {called}! = Appelez {called} !
    Please call {called}. = Appelez {called}, s'il vous plaît.
    Please call {called} immediately. = Appelez {called} immédiatement, s'il vous plaît.
    Can you call {called}, please? = Pouvez-vous appeler {called}, s'il vous plaît ?
    Could you call {called} for me? = Pourriez-vous appeler {called} pour moi ?
    We need to call {called}. = Il faut appeler {called}.
    I want to call {called}. = Je veux appeler {called}.
    Someone is hurt. = Quelqu'un est blessé.
    Is anyone hurt? = Quelqu'un est-il blessé ?
    Nobody is hurt. = Personne n'est blessé.
    Are you hurt? = Êtes-vous blessé ?
    Are you all right? = Est-ce que ça va ?
    He is not breathing. = Il ne respire pas.
    She is not breathing. = Elle ne respire pas.
    I can't breathe. = Je ne peux pas respirer.
    He is bleeding. = Il saigne.
    There has been an accident. = Il y a eu un accident.
    I had an accident. = J'ai eu un accident.
    I have been robbed. = On m'a volé.
    I've been robbed. = On m'a volé.
    I was attacked. = On m'a agressé.
    I want to report a theft. = Je veux déclarer un vol.
    I want to report an accident. = Je veux signaler un accident.
    Where is the police station? = Où est le commissariat ?
    Where is the emergency exit? = Où est la sortie de secours ?
    Where is the nearest hospital? = Où est l'hôpital le plus proche ?
    Take me to the hospital, please. = Emmenez-moi à l'hôpital, s'il vous plaît.
    I have lost my child. = J'ai perdu mon enfant.
    I can't find my son. = Je ne trouve pas mon fils.
    I can't find my daughter. = Je ne trouve pas ma fille.
    My car has broken down. = Ma voiture est en panne.
    I have a flat tyre. = J'ai un pneu crevé.
    I've run out of petrol. = Je suis en panne d'essence.
    I'm locked out of my room. = Je suis enfermé dehors, la clé est dans ma chambre.
    {patient} {state}! = {patient} {state} !
    Come quickly, {patient} {state}! = Venez vite, {patient} {state} !
    {s} {s.have} lost {s.my} {thing.bare}. = {s} {s.ai} perdu {thing:{s.p}}.
    I think I have lost my {thing.bare}. = Je crois que j'ai perdu {thing:1s}.
    Someone stole my {thing.bare}! = On m'a volé {thing:1s} !
    My {thing.bare} has been stolen. = On m'a volé {thing:1s}.
    I left my {thing.bare} in the taxi. = J'ai laissé {thing:1s} dans le taxi.
    I left my {thing.bare} on the train. = J'ai laissé {thing:1s} dans le train.
    Have you seen my {thing.bare}? = Avez-vous vu {thing:1s} ?
    I can't find my {thing.bare}. = Je ne trouve pas {thing:1s}.
    """,
    called=_CALLED,
    patient=_PATIENTS,
    state=_STATES,
    s=_OWNERS,
    thing=[n for n in nouns.BELONGINGS if n.en.number == "s"],
)

ALLERGIES = rules(
    """
    I am allergic to {allergen.bare}. = Je suis allergique {allergen.to_the}.
    I'm allergic to {allergen.bare}. = Je suis allergique {allergen.to_the}.
    I am very allergic to {allergen.bare}. = Je suis très allergique {allergen.to_the}.
    I am not allergic to {allergen.bare}. = Je ne suis pas allergique {allergen.to_the}.
    Are you allergic to {allergen.bare}? = Êtes-vous allergique {allergen.to_the} ?
    {patient} {patient.be} allergic to {allergen.bare}. = {patient} {patient.suis} allergique {allergen.to_the}.
    I am allergic to {food.bare} and {food2.bare}. = Je suis allergique {food.to_the} et {food2.to_the}.
    Does this contain {food.bare}? = Est-ce que ça contient {food.a} ?
    Does this dish contain {food.bare}? = Est-ce que ce plat contient {food.a} ?
    Are there {plural.bare} in this dish? = Y a-t-il {plural.a} dans ce plat ?
    Is there {mass.bare} in this dish? = Y a-t-il {mass.a} dans ce plat ?
    Without {food.bare}, please. = Sans {food.bare}, s'il vous plaît.
    I can't eat {eaten.bare}. = Je ne peux pas manger {eaten.any}.
    I don't eat {eaten.bare}. = Je ne mange pas {eaten.any}.
    I have a nut allergy. = J'ai une allergie aux fruits à coque.
    I have a food allergy. = J'ai une allergie alimentaire.
    I have hay fever. = J'ai le rhume des foins.
    I have no allergies. = Je n'ai pas d'allergies.
    Do you have any allergies? = Avez-vous des allergies ?
    I am lactose intolerant. = Je suis intolérant au lactose.
    I am gluten intolerant. = Je suis intolérant au gluten.
    Do you have anything without gluten? = Avez-vous quelque chose sans gluten ?
    Is this gluten-free? = Est-ce sans gluten ?
    Is this vegetarian? = Est-ce végétarien ?
    """,
    allergen=_ALLERGENS,
    food=_INGREDIENTS,
    eaten=[n for n in _INGREDIENTS if n.en.bare not in ("milk", "lactose", "gluten")],
    plural=[n for n in _INGREDIENTS if n.en.number == "p"],
    mass=[n for n in _INGREDIENTS if n.en.number == "mass"],
    patient=[HE, SHE, *_PATIENTS],
)

_DOSES = phrases("""
    once a day = une fois par jour
    twice a day = deux fois par jour
    three times a day = trois fois par jour
    every morning = tous les matins
    every evening = tous les soirs
    before meals = avant les repas
    after meals = après les repas
    with water = avec de l'eau
    before going to bed = avant de vous coucher
""")
HEALTH = rules(
    """
    I feel sick. = J'ai envie de vomir.
    I don't feel well. = Je ne me sens pas bien.
    I feel better. = Je me sens mieux.
    I feel dizzy. = J'ai la tête qui tourne.
    I feel weak. = Je me sens faible.
    I'm ill. = Je suis malade.
    I have been sick all night. = J'ai vomi toute la nuit.
    I need a doctor. = J'ai besoin d'un médecin.
    I need to see a doctor. = Je dois voir un médecin.
    I need a dentist. = J'ai besoin d'un dentiste.
    Is there a doctor here? = Y a-t-il un médecin ici ?
    Is there a pharmacy near here? = Y a-t-il une pharmacie près d'ici ?
    Where does it hurt? = Où avez-vous mal ?
    It hurts here. = J'ai mal ici.
    It hurts a lot. = Ça fait très mal.
    Does it hurt? = Ça fait mal ?
    Is it serious? = Est-ce grave ?
    It is not serious. = Ce n'est pas grave.
    Do I need an operation? = Dois-je être opéré ?
    I am taking antibiotics. = Je prends des antibiotiques.
    I am on medication. = Je suis sous traitement.
    What is my blood pressure? = Quelle est ma tension ?
    Take a deep breath. = Respirez profondément.
    Open your mouth. = Ouvrez la bouche.
    Lie down, please. = Allongez-vous, s'il vous plaît.
    Have you had a fever? = Avez-vous eu de la fièvre ?
    I have travel insurance. = J'ai une assurance voyage.
    I would like to make an appointment with the doctor. = Je voudrais prendre rendez-vous avec le médecin.
    I have {pain}. = J'ai {pain}.
    {s} {s.have} {pain}. = {s} {s.ai} {pain}.
    {patient} {patient.have} {pain}. = {patient} {patient.ai} {pain}.
    I have had {pain} for {span}. = J'ai {pain} depuis {span}.
    My {body.bare} hurts. = J'ai mal {body.to_the}.
    My {body.bare} hurts a lot. = J'ai très mal {body.to_the}.
    I have hurt my {limb.bare}. = Je me suis fait mal {limb.to_the}.
    I think my {limb.bare} is broken. = Je crois que {limb:1s} est {broken:{limb.g}}.
    Do you have something for {remedy}? = Avez-vous quelque chose contre {remedy} ?
    I need something for {remedy}. = J'ai besoin de quelque chose contre {remedy}.
    I would like some tablets for {remedy}. = Je voudrais des comprimés contre {remedy}.
    Take this medicine {dose}. = Prenez ce médicament {dose}.
    Take one tablet {dose}. = Prenez un comprimé {dose}.
    Do I need a prescription for {medicine.this}? = Faut-il une ordonnance pour {medicine.this} ?
    """,
    s=[HE, SHE, WE],
    patient=_PATIENTS,
    pain=_PAINS,
    span=numerals.SPANS,
    body=nouns.BODY,
    limb=[
        Entry(n.en, n.fr)
        for n in nouns.BODY
        if n.en.bare in ("leg", "arm", "foot", "finger", "ankle", "wrist", "nose", "elbow")
    ],
    broken=[Entry("broken", Adjective("cassé"))],
    remedy=_REMEDIES,
    dose=_DOSES,
    medicine=[n for n in nouns.MEDICINES if n.en.number == "s" and n.en.bare not in ("prescription", "vaccine")],
)
