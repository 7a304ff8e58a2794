"""Meeting people: greetings, who they are, their families, feelings and languages."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, in_plural, phrases, qualified
from lite_transformer_tf.data.travel_phrases.entries import nouns as read_nouns
from lite_transformer_tf.data.travel_phrases.people import (
    COUPLES,
    LANGUAGES,
    MEN,
    NAMES,
    OTHERS,
    PROFESSIONS,
    PRONOUNS,
    RELATIVES,
    THIRD_PERSONS,
    WOMEN,
)
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import ACTIVITIES, ALONE, VERBS

_GREETINGS = phrases("""
    good morning = bonjour
    good evening = bonsoir
    hello = bonjour
    good night = bonne nuit
    goodbye = au revoir
    thank you = merci
    excuse me = excusez-moi
    welcome = bienvenue
    see you tomorrow = à demain
    see you soon = à bientôt
    congratulations = félicitations
    happy birthday = joyeux anniversaire
""")
_POLITE = phrases("""
    sir = monsieur
    madam = madame
    ladies and gentlemen = mesdames et messieurs
    doctor = docteur
    everyone = tout le monde
""")
_QUESTIONS = phrases("""
    how are you? = comment allez-vous ?
    do you speak English? = parlez-vous anglais ?
    what is your name? = comment vous appelez-vous ?
    can you help me? = pouvez-vous m'aider ?
    is this seat free? = est-ce que cette place est libre ?
    what time is it? = quelle heure est-il ?
    are you on holiday? = êtes-vous en vacances ?
    do you live here? = habitez-vous ici ?
    can I sit here? = puis-je m'asseoir ici ?
    may I ask you a question? = puis-je vous poser une question ?
    could you repeat that? = pourriez-vous répéter ?
    do you like this town? = aimez-vous cette ville ?
    do you have children? = avez-vous des enfants ?
    could you speak more slowly? = pourriez-vous parler plus lentement ?
    I do not understand. = je ne comprends pas.
    I am pleased to meet you. = je suis heureux de vous rencontrer.
    I do not speak French well. = je ne parle pas bien français.
    I am sorry. = je suis désolé.
    have a nice trip! = bon voyage !
    enjoy your meal! = bon appétit !
    have a nice day! = bonne journée !
    this is my first trip to France. = c'est mon premier voyage en France.
    it is very kind of you. = c'est très gentil de votre part.
    we are on holiday. = nous sommes en vacances.
    nice weather today! = il fait beau aujourd'hui !
    I am just looking. = je regarde seulement.
    that is all, thank you. = c'est tout, merci.
    where are the toilets? = où sont les toilettes ?
    I agree with you. = je suis d'accord avec vous.
    you are right. = vous avez raison.
    I am in a hurry. = je suis pressé.
""")
_PEOPLE = read_nouns("""
    man = homme m
    woman = femme f
    boy = garçon m
    girl = fille f
    friend = ami m
    waiter = serveur m
    guide = guide m
    neighbour = voisin m
    singer = chanteuse f
    actress = actrice f
    baker = boulanger m
    passenger = passager m
    student = étudiante f
    teacher = professeur m
""")
_AGES = [Entry(numerals.english_number(n), numerals.french_number(n)) for n in range(18, 91) if n % 10 != 1]
_DIGIT_AGES = [Entry(str(n), str(n)) for n in range(18, 91)]
_HAIR = adj.after("brown = brun\ndark = foncé\ngrey = gris\nlong = long/longue\nshort = court\nwhite = blanc/blanche")
_EYES = [entry for entry in adj.COLOURS if entry.en in ("blue", "green", "black", "brown", "grey")]
_FEARS = read_nouns(
    """
    dogs = chien m
    spiders = araignée f
    storms = orage m
    wasps = guêpe f
    snakes = serpent m
    horses = cheval m
    mice = souris f
    """,
    "p",
)
_PERSONAL = [*adj.after("elegant = élégant\nblond = blond"), adj.OLD, adj.YOUNG, *adj.CHARACTER[4:9]]
_NAMED = [
    (kin, name)
    for kin in nouns.RELATIVES
    for name in (MEN if kin.fr.gender == "m" else WOMEN)
    if kin.en.bare not in ("child", "cousin")
]
_SINGULAR = [s for s in THIRD_PERSONS if s.en.p == "3s"]

_PAST = "yesterday = hier\nthis morning = ce matin\nlast week = la semaine dernière\nyesterday evening = hier soir\n"

PEOPLE = rules(
    """
    {s} {s.be} {trait}. = {s} {s.suis} {trait:{s.g}}.
    {s} {s.be} {trait} and {trait2}. = {s} {s.suis} {trait:{s.g}} et {trait2:{s.g}}.
    {s} {s.be} very {trait}. = {s} {s.suis} très {trait:{s.g}}.
    {s} {s.be} not {trait}. = {s} ne {s.suis} pas {trait:{s.g}}.
    {t} {t.be} more {long} than {name}. = {t} {t.suis} plus {long:{t.g}} que {name}.
    {t} {t.be} as {trait} as {name}. = {t} {t.suis} aussi {trait:{t.g}} que {name}.
    {s} {s.was} {mood} {past}. = {s} {s.etais} {mood:{s.g}} {past}.
    {s} {s.be} {mood}. = {s} {s.suis} {mood:{s.g}}.
    {s} {s.be} too {tired} to {go.base}. = {s} {s.suis} trop {tired:{s.g}} pour {go:inf {s.p}}.
    {described.the} is {relative}. = {described.the} est {relative}.
    Who is {described.this}? = Qui est {described.this} ?
    {described.this} is {nation}. = {described.this} est {nation:{described.g}}.
    I know {described.this}. = Je connais {described.this}.
    {t} {t.have} {eyes} eyes. = {t} {t.ai} les yeux {eyes:mp}.
    {t} {t.have} {hair} hair. = {t} {t.ai} les cheveux {hair:mp}.
    {t} {t.be} {age} years old. = {t} {t.ai} {age} ans.
    {t} {t.be} {digits} years old. = {t} {t.ai} {digits} ans.
    {t} {t.be} afraid of {fear.bare}. = {t} {t.ai} peur {fear.of_the}.
    {t} {look:{t.p}} {mood}. = {t} {look:present {t.p}} {mood:{t.g}}.
    The {nation} {person.pl} are {trait}. = Les {person.pl} {nation:{person.gender}p} sont {trait:{person.gender}p}.
    There is {described.a} at the door. = Il y a {described.a} à la porte.
    Are you {mood}, {man}? = Es-tu {mood:{man.g}}, {man} ?
    {name}, you are very {nice}. = {name}, tu es très {nice:{name.g}}.
    Are you {nation}, madam? = Êtes-vous {nation:fs}, madame ?
    Are you {nation}, sir? = Êtes-vous {nation:ms}, monsieur ?
    """,
    s=PRONOUNS + RELATIVES + NAMES + COUPLES[:3],
    t=OTHERS + RELATIVES + COUPLES[:3],
    trait=adj.CHARACTER,
    long=[
        a
        for a in adj.CHARACTER
        if a.en
        in ("intelligent", "patient", "generous", "serious", "famous", "active", "discreet", "curious", "athletic")
    ],
    mood=[a for a in adj.MOODS if a.en not in ("married", "injured")],
    nice=[
        a
        for a in adj.CHARACTER
        if a.en in ("kind", "funny", "intelligent", "patient", "polite", "generous", "strong", "friendly", "active")
    ],
    tired=[a for a in adj.MOODS if a.en in ("tired", "ill", "busy", "sad")],
    name=NAMES,
    man=NAMES,
    go=ALONE,
    past=phrases(_PAST + "last summer = l'été dernier"),
    described=qualified(_PEOPLE, _PERSONAL),
    person=_PEOPLE,
    relative=[s for s in RELATIVES if s.en.p == "3s"],
    nation=adj.NATIONALITIES,
    eyes=_EYES,
    hair=_HAIR,
    age=_AGES,
    digits=_DIGIT_AGES,
    fear=_FEARS,
    look=[VERBS["seem"]],
    job=PROFESSIONS,
)

SMALL_TALK = rules(
    """
    {hello}, {polite}. = {hello}, {polite}.
    {opener}, {polite}, {question} = {opener}, {polite}, {question}
    {hello}, {name}. = {hello}, {name}.
    {opener}, {question} = {opener}, {question}
    {opener}, my name is {name}. = {opener}, je m'appelle {name}.
    {opener}, my name is {name} and I am {nation}. = {opener}, je m'appelle {name} et je suis {nation}.
    This is my {relation.bare}, {called.my} name is {called}. = Voici {relation:1s}, {relation.ils} s'appelle {called}.
    {one} {one.be} {job.a}. = {one} {one.suis} {job:{one.g}}.
    {one} {one.be} {job.a} {place.at}. = {one} {one.suis} {job:{one.g}} {place.to}.
    {one} {want:{one.p}} to become {job.a}. = {one} {want:present {one.p}} devenir {job:{one.g}}.
    {s} {speak:{s.p}} {language}. = {s} {speak:present {s.p}} {language}.
    {s} {speak:{s.p}} {language} and {language2}. = {s} {speak:present {s.p}} {language} et {language2}.
    {s} {s.do} not speak {language}. = {s} ne {speak:present {s.p}} pas {language}.
    {s} {speak:{s.p}} {language} better than {language2}. = \
    {s} {speak:present {s.p}} mieux {language.the} que {language2.the}.
    {s} {s.have} been learning {language} for {span}. = {s} {learn:present {s.p}} {language.the} depuis {span}.
    Do you speak {language}, {name}? = Parles-tu {language}, {name} ?
    {name}, where do you live? = {name}, où habites-tu ?
    {name}, do you want to {go.base} with me? = {name}, veux-tu {go:inf 2s} avec moi ?
    {name}, did you {do.base} {o} {past}? = {name}, est-ce que tu {do:aux 2s} {do:part {name.g}} {o} {past} ?
    What do you do? I am {job.a}. = Que faites-vous dans la vie ? Je suis {job:ms}.
    Thank you for {gift.the}, {name}. = Merci pour {gift.the}, {name}.
    {s} {s.be} here on holiday with {relative}. = {s} {s.suis} ici en vacances avec {relative}.
    {s} {s.be} staying {place.at} for {days}. = {s} {stay:present {s.p}} {place.to} pendant {days}.
    Do you know {person}? = Connaissez-vous {person} ?
    How do you say "{word.bare}" in French? = Comment dit-on « {word.bare} » en français ?
    I have been working as {job.a} for {span}. = Je travaille comme {job:ms} depuis {span}.
    """,
    hello=_GREETINGS,
    opener=[g for g in _GREETINGS if g.en in ("good morning", "good evening", "hello", "excuse me")],
    one=[s for s in [*PRONOUNS, *RELATIVES, *NAMES] if s.en.p in ("1s", "3s")],
    polite=_POLITE,
    question=_QUESTIONS,
    name=NAMES,
    nation=adj.NATIONALITIES,
    s=PRONOUNS[:1] + PRONOUNS[2:] + RELATIVES + NAMES,
    job=PROFESSIONS,
    place=places.CITIES_AND_COUNTRIES,
    want=[VERBS["want"]],
    speak=[VERBS["speak"]],
    learn=[VERBS["learn"]],
    stay=[VERBS["stay"]],
    language=LANGUAGES,
    span=numerals.SPANS,
    days=numerals.STAYS,
    go=[
        VERBS[name]
        for name in ("dance", "sing", "travel", "swim", "cook", "rest", "go out", "have a swim", "go for a walk")
    ],
    do__o=ACTIVITIES,
    past=phrases(_PAST + "last Sunday = dimanche dernier"),
    gift=nouns.SOUVENIRS,
    relative=RELATIVES,
    person=NAMES + RELATIVES,
    relation__called=_NAMED,
    word=nouns.CLOTHES + nouns.FRUITS + nouns.SUPPLIES + nouns.ANIMALS + nouns.VEHICLES,
)

FAMILY = rules(
    """
    {s} {s.have} {count} {kin.pl}. = {s} {s.ai} {count} {kin.pl}.
    {s} {s.have} {kin.a} and {count} {kin2.pl}. = {s} {s.ai} {kin.a} et {count} {kin2.pl}.
    {s} {s.have} no {kin.pl}. = {s} n'{s.ai} pas de {kin.pl}.
    {p.my} {kin.bare} is {trait}. = {kin:{p.p}} est {trait:{kin.g}}.
    {p.my} {kin.bare} is {age} years old. = {kin:{p.p}} a {age} ans.
    {p.my} {kin.bare} is {job.a}. = {kin:{p.p}} est {job:{kin.g}}.
    {p.my} {relation.bare} is called {called}. = {relation:{p.p}} s'appelle {called}.
    {p.my} {kins.bare} live {place.at}. = {kins:{p.p}} habitent {place.to}.
    {p.my} {kins.bare} are {trait}. = {kins:{p.p}} sont {trait:{kins.g}}.
    {p.my} {kin.bare} lives {place.at} with {count} {pets.pl}. = {kin:{p.p}} habite {place.to} avec {count} {pets.pl}.
    {p.my} {kin.bare} and {p.my} {kin2.bare} are {trait}. = {kin:{p.p}} et {kin2:{p.p}} sont {trait:{kin.gender}p}.
    Is {p.my} {kin.bare} {mood}? = Est-ce que {kin:{p.p}} est {mood:{kin.g}} ?
    {called} is {name}'s {relation.bare}. = {called} est {relation.the} de {name}.
    {name}'s {kin.bare} is {job.a}. = {kin.the} de {name} est {job:{kin.g}}.
    {name}'s {pets.bare} is {size}. = {pets.the} de {name} est {size:{pets.g}}.
    {s} {s.have} {pet.a}. = {s} {s.ai} {pet.a}.
    {s} saw {count} {animal.pl} in the forest. = {s} {s.ai} vu {count} {animal.pl} dans la forêt.
    {s} {s.have} {pet.a} and {count} {pets.pl}. = {s} {s.ai} {pet.a} et {count} {pets.pl}.
    {s} bought {pet.a} for {relative}. = {s} {s.ai} acheté {pet.a} pour {relative}.
    {s} {call:{s.p}} {s.my} {kin.bare} every {day}. = {s} {call:present {s.p}} {kin:{s.p}} tous les {day}s.
    {s} {s.be} writing to {s.my} {kin.bare}. = {s} {write:present {s.p}} à {kin:{s.p}}.
    {s} {s.be} travelling with {s.my} {kin.bare}. = {s} {travel:present {s.p}} avec {kin:{s.p}}.
    This is a photo of {p.my} {kin.bare}. = C'est une photo de {kin:{p.p}}.
    How old is {p.my} {kin.bare}? = Quel âge a {kin:{p.p}} ?
    {p.my} {kin.bare} is {taller} than {p.my} {kin2.bare}. = {kin:{p.p}} est plus {taller:{kin.g}} que {kin2:{p.p}}.
    """,
    s=PRONOUNS + RELATIVES + NAMES,
    p=PRONOUNS,
    kin=nouns.RELATIVES,
    relation__called=_NAMED,
    kins=in_plural(nouns.RELATIVES),
    count=numerals.COUNTS[:5],
    trait=adj.CHARACTER,
    mood=adj.MOODS,
    age=_AGES + _DIGIT_AGES,
    job=PROFESSIONS,
    name=NAMES,
    place=places.CITIES_AND_COUNTRIES,
    animal=nouns.ANIMALS,
    pets=nouns.ANIMALS[:2] + nouns.ANIMALS[4:7],
    pet=qualified(
        nouns.ANIMALS[:8], [*adj.SIZES, *(a for a in adj.COLOURS if a.en in ("black", "white", "grey", "brown"))]
    ),
    size=[a for a in adj.CHARACTER if a.en in ("small", "old", "young", "lazy", "strong", "curious")],
    relative=RELATIVES,
    day=numerals.WEEKDAYS,
    call=[VERBS["call"]],
    write=[VERBS["write"]],
    travel=[VERBS["travel"]],
    taller=[
        Entry("taller", adj.CHARACTER[0].fr),
        Entry("younger", adj.CHARACTER[2].fr),
        Entry("richer", adj.CHARACTER[10].fr),
    ],
)
