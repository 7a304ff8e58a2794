"""What people do, did and will do: the same predicates in every tense, negated and asked."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import moments, nouns, numerals, places
from lite_transformer_tf.data.travel_phrases.entries import Entry, in_plural, phrases, qualified
from lite_transformer_tf.data.travel_phrases.french import Adjective
from lite_transformer_tf.data.travel_phrases.people import (
    NAMES,
    OTHERS,
    PRONOUNS,
    RELATIVES,
    SUBJECTS,
    TRAVELLERS,
    WE,
    YOU,
)
from lite_transformer_tf.data.travel_phrases.rules import rules
from lite_transformer_tf.data.travel_phrases.verbs import (
    ACTIVITIES,
    AIMS,
    ALONE,
    DAILY,
    EATING,
    ERRANDS,
    OUTINGS,
    PREDICATES,
    TIMED,
    VERBS,
)

_ASKED = [*[YOU, *OTHERS, WE] * 4, *RELATIVES, *NAMES]

_WHERE = phrases("""
    on the table = sur la table
    under the bed = sous le lit
    on the chair = sur la chaise
    behind the door = derrière la porte
    under the chair = sous la chaise
    next to the window = à côté de la fenêtre
    in front of the hotel = devant l'hôtel
    on the bed = sur le lit
    between the two beds = entre les deux lits
""") + [Entry(f"in {en.the}", f"dans {fr.the}") for en, fr in places.SURROUNDINGS]

PAST = rules(
    """
    {s} {v.past} {o}. = {s} {v:aux {s.p}} {v:part {s.g}} {o}.
    {s} {v.past} {o} {past}. = {s} {v:aux {s.p}} {v:part {s.g}} {o} {past}.
    {s} {s.have} already {v.pp} {o}. = {s} {v:aux {s.p}} déjà {v:part {s.g}} {o}.
    {s} {a.past} {how}. = {s} {a:aux {s.p}} {a:part {s.g}} {how}.
    {s} {a.past} {how} {past}. = {s} {a:aux {s.p}} {a:part {s.g}} {how} {past}.
    {s} went {place} {past}. = {s} {go:aux {s.p}} {go:part {s.g}} {place} {past}.
    {s} went {place} with {person}. = {s} {go:aux {s.p}} {go:part {s.g}} {place} avec {person}.
    {s} {t.past} at {clock}. = {s} {t:aux {s.p}} {t:part {s.g}} à {clock}.
    {s} {v.past} {o} and {a.past} {how}. = {s} {v:aux {s.p}} {v:part {s.g}} {o} et {a:aux {s.p}} {a:part {s.g}} {how}.
    {past}, {s} {v.past} {o}. = {past}, {s} {v:aux {s.p}} {v:part {s.g}} {o}.
    {s} {s.was} {place.at} {past}. = {s} {s.etais} {place.at} {past}.
    {s} {v.past} {o} before leaving. = {s} {v:aux {s.p}} {v:part {s.g}} {o} avant de partir.
    """,
    s=SUBJECTS,
    v__o=PREDICATES,
    a__how=ACTIVITIES,
    t=TIMED,
    past=moments.PAST,
    place=places.DESTINATIONS,
    person=RELATIVES + NAMES,
    go=[VERBS["go"]],
    clock=numerals.CLOCK,
)
FUTURE = rules(
    """
    {s} {s.be} going to {v.base} {o}. = {s} {s.vais} {v:inf {s.p}} {o}.
    {s} {s.be} going to {v.base} {o} {soon}. = {s} {s.vais} {v:inf {s.p}} {o} {soon}.
    {s} {s.be} not going to {v.base} {o.any}. = {s} ne {s.vais} pas {v:inf {s.p}} {o.any}.
    {s} will {v.base} {o} {soon}. = {s} {v:future {s.p}} {o} {soon}.
    {s} will not {v.base} {o.any}. = {s} ne {v:future {s.p}} pas {o.any}.
    {s} {s.be} going to {a.base} {how} {soon}. = {s} {s.vais} {a:inf {s.p}} {how} {soon}.
    {s} will {a.base} {how} {soon}. = {s} {a:future {s.p}} {how} {soon}.
    {s} will go {place} {soon}. = {s} {go:future {s.p}} {place} {soon}.
    {s} {s.be} going to go {place} with {person}. = {s} {s.vais} aller {place} avec {person}.
    {soon}, {s} will {v.base} {o}. = {soon}, {s} {v:future {s.p}} {o}.
    When {p} {arrive:{p.p}}, {p} will {v.base} {o}. = Quand {p} {arrive:future {p.p}}, {p} {v:future {p.p}} {o}.
    """,
    s=SUBJECTS,
    p=PRONOUNS,
    v__o=PREDICATES,
    a__how=ACTIVITIES,
    soon=moments.FUTURE,
    place=places.DESTINATIONS,
    person=RELATIVES + NAMES,
    go=[VERBS["go"]],
    arrive=[VERBS["arrive"]],
)
HABITS = rules(
    """
    {s} {v:{s.p}} {o} {often}. = {s} {v:present {s.p}} {o} {often}.
    {s} {s.be} {e.ing} {x}. = {s} {e:present {s.p}} {x}.
    {s} {adverb} {e:{s.p}} {x}. = {s} {e:present {s.p}} {adverb} {x}.
    {s} {a:{s.p}} {how} {often}. = {s} {a:present {s.p}} {how} {often}.
    {s} {adverb} {a:{s.p}} {how}. = {s} {a:present {s.p}} {adverb} {how}.
    {s} {go:{s.p}} {place} {often}. = {s} {go:present {s.p}} {place} {often}.
    {s} {adverb} {go:{s.p}} {place}. = {s} {go:present {s.p}} {adverb} {place}.
    {s} {t:{s.p}} at {clock} {weekly}. = {s} {t:present {s.p}} à {clock} {weekly}.
    {s} {like:{s.p}} to {a.base} {how}. = {s} {like:present {s.p}} {a:inf {s.p}} {how}.
    {s} {prefer:{s.p}} to {a.base} {how}. = {s} {prefer:present {s.p}} {a:inf {s.p}} {how}.
    {s} {prefer:{s.p}} to {alone.base} on {day}s. = {s} {prefer:present {s.p}} {alone:inf {s.p}} le {day}.
    {s} {go:{s.p}} {market} to buy {bought.a}. = {s} {go:present {s.p}} {market} pour acheter {bought.a}.
    """,
    s=SUBJECTS,
    v__o=[pair for pair in PREDICATES if pair[0] is not VERBS["lose"]],
    e__x=EATING + DAILY,
    a__how=ACTIVITIES,
    t=TIMED,
    alone=ALONE,
    often=moments.PRESENT,
    weekly=moments.WEEKLY,
    adverb=moments.FREQUENCIES,
    market=[
        Entry(f"to {en.the}", fr.to_the)
        for en, fr in places.BUILDINGS
        if en.bare in ("market", "supermarket", "shopping centre", "old town")
    ],
    bought=nouns.GOODS + nouns.FOODS,
    place=places.AROUND_TOWN,
    clock=numerals.CLOCK,
    go=[VERBS["go"]],
    like=[VERBS["like"]],
    prefer=[VERBS["prefer"]],
    day=numerals.WEEKDAYS,
)
NEGATION = rules(
    """
    {s} did not {v.base} {o.any}. = {s} ne {v:aux {s.p}} pas {v:part {s.g}} {o.any}.
    {s} did not {v.base} {o.any} {past}. = {s} ne {v:aux {s.p}} pas {v:part {s.g}} {o.any} {past}.
    {s} {s.have} not {v.pp} {o.any} yet. = {s} ne {v:aux {s.p}} pas encore {v:part {s.g}} {o.any}.
    {s} {s.do} not {v.base} {o.any}. = {s} ne {v:present {s.p}} pas {o.any}.
    {s} never {v:{s.p}} {o.any}. = {s} ne {v:present {s.p}} jamais {o.any}.
    {s} {s.do} not {v.base} {o.any} any more. = {s} ne {v:present {s.p}} plus {o.any}.
    {s} {s.do} not want to {v.base} {o.any}. = {s} ne {want:present {s.p}} pas {v:inf {s.p}} {o.any}.
    {s} cannot {v.base} {o.any} {when}. = {s} ne {can:present {s.p}} pas {v:inf {s.p}} {o.any} {when}.
    {s} must not {a.base} {how}. = {s} ne {must:present {s.p}} pas {a:inf {s.p}} {how}.
    {s} did not {a.base} {how}. = {s} ne {a:aux {s.p}} pas {a:part {s.g}} {how}.
    {s} {s.do} not {a.base} {how}. = {s} ne {a:present {s.p}} pas {how}.
    {s} {s.have} never {a.pp} {how}. = {s} ne {a:aux {s.p}} jamais {a:part {s.g}} {how}.
    {s} did not go {place} {past}. = {s} ne {go:aux {s.p}} pas {go:part {s.g}} {place} {past}.
    {s} {s.have} no {thing.bare}. = {s} n'{s.ai} pas {thing.any}.
    There is no {thing.bare} in the {spot.bare}. = Il n'y a pas {thing.any} dans {spot.the}.
    There are no {thing.pl} on the table. = Il n'y a pas de {thing.pl} sur la table.
    """,
    s=SUBJECTS,
    v__o=PREDICATES,
    a__how=ACTIVITIES,
    past=moments.PAST,
    when=moments.FUTURE,
    place=places.DESTINATIONS,
    go=[VERBS["go"]],
    want=[VERBS["want"]],
    can=[VERBS["can"]],
    must=[VERBS["must"]],
    thing=nouns.BELONGINGS[:10] + nouns.SUPPLIES,
    spot=places.SURROUNDINGS,
)
QUESTIONS = rules(
    """
    {s.do} {s} {v.base} {o}? = Est-ce que {s} {v:present {s.p}} {o} ?
    Did {s} {v.base} {o}? = Est-ce que {s} {v:aux {s.p}} {v:part {s.g}} {o} ?
    Did {s} {v.base} {o} {past}? = Est-ce que {s} {v:aux {s.p}} {v:part {s.g}} {o} {past} ?
    {s.have} {s} {v.pp} {o}? = Est-ce que {s} {v:aux {s.p}} {v:part {s.g}} {o} ?
    {s.be} {s} going to {v.base} {o} {soon}? = Est-ce que {s} {s.vais} {v:inf {s.p}} {o} {soon} ?
    Will {s} {a.base} {how}? = Est-ce que {s} {a:future {s.p}} {how} ?
    Where did {s} {v.base} {o}? = Où est-ce que {s} {v:aux {s.p}} {v:part {s.g}} {o} ?
    When {s.be} {s} going to {v.base} {o}? = Quand est-ce que {s} {s.vais} {v:inf {s.p}} {o} ?
    Why did {s} {v.base} {o}? = Pourquoi est-ce que {s} {v:aux {s.p}} {v:part {s.g}} {o} ?
    Why {s.do} {s} not {v.base} {o.any}? = Pourquoi est-ce que {s} ne {v:present {s.p}} pas {o.any} ?
    How {s.be} {s} going to go {place}? = Comment est-ce que {s} {s.vais} aller {place} ?
    What time {s.do} {s} {t.base} on {day}s? = À quelle heure est-ce que {s} {t:present {s.p}} le {day} ?
    What time did {s} {t.base} {past}? = À quelle heure est-ce que {s} {t:aux {s.p}} {t:part {s.g}} {past} ?
    Who {v.past} {o}? = Qui {v:aux 3s} {v:part ms} {o} ?
    Who {s.be} {s} going to go {place} with? = Avec qui est-ce que {s} {s.vais} aller {place} ?
    Who wants to {v.base} {o}? = Qui veut {v:inf 3s} {o} ?
    {s.do} {s} {like.base} to {a.base} {how}? = Est-ce que {s} {like:present {s.p}} {a:inf {s.p}} {how} ?
    {s.be} {s} {mood}? = Est-ce que {s} {s.suis} {mood:{s.g}} ?
    What are you going to do {place.at} {soon}? = Qu'allez-vous faire {place.at} {soon} ?
    How many {plural.pl} are there in the {spot.bare}? = Combien de {plural.pl} y a-t-il dans {spot.the} ?
    Which {item.bare} {item.be} the cheapest? = {item.quel} {item.bare} {item.est} {item.les} moins {dear:{item.g}} ?
    Which {item.bare} {s.do} {s} prefer? = {item.quel} {item.bare} est-ce que {s} {prefer:present {s.p}} ?
    Whose {thing.bare} is this? = À qui est {thing.this} ?
    Can {s} {v.base} {o}? = Est-ce que {s} {can:present {s.p}} {v:inf {s.p}} {o} ?
    """,
    s=_ASKED,
    v__o=PREDICATES,
    a__how=ACTIVITIES,
    t=TIMED,
    past=moments.PAST,
    soon=moments.FUTURE,
    day=numerals.WEEKDAYS,
    place=places.DESTINATIONS,
    like=[VERBS["like"]],
    can=[VERBS["can"]],
    prefer=[VERBS["prefer"]],
    mood=adj.MOODS,
    plural=nouns.CLOTHES + nouns.SOUVENIRS,
    spot=places.SURROUNDINGS,
    item=nouns.GOODS,
    thing=[n for n in nouns.BELONGINGS + nouns.SUPPLIES if n.en.number == "s"],
    dear=[adj.QUALITIES[0]],
)
WISHES = rules(
    """
    {s} {want:{s.p}} to {v.base} {o}. = {s} {want:present {s.p}} {v:inf {s.p}} {o}.
    {s} {s.have} to {v.base} {o} {soon}. = {s} {must:present {s.p}} {v:inf {s.p}} {o} {soon}.
    {s} can {v.base} {o} {soon}. = {s} {can:present {s.p}} {v:inf {s.p}} {o} {soon}.
    {s} {s.have} to {a.base} {how}. = {s} {must:present {s.p}} {a:inf {s.p}} {how}.
    {s} {want:{s.p}} to {a.base} {how} {soon}. = {s} {want:present {s.p}} {a:inf {s.p}} {how} {soon}.
    {s} {hope:{s.p}} to {v.base} {o} {soon}. = {s} {hope:present {s.p}} {v:inf {s.p}} {o} {soon}.
    {s} would like to go {place} {soon}. = {s} {want:conditional {s.p}} aller {place} {soon}.
    {s} would like to {v.base} {o}. = {s} {want:conditional {s.p}} {v:inf {s.p}} {o}.
    {s} would like to {a.base} {how}. = {s} {want:conditional {s.p}} {a:inf {s.p}} {how}.
    {s} {s.be} {glad} to {a.base} {how}. = {s} {s.suis} {glad:{s.g}} de {a:inf {s.p}} {how}.
    {s} {s.be} {attempt.ing} to {v.base} {o}. = {s} {attempt:present {s.p}} de {v:inf {s.p}} {o}.
    {s} {s.have} decided to {v.base} {o}. = {s} {s.ai} décidé de {v:inf {s.p}} {o}.
    {s} forgot to {v.base} {o}. = {s} {s.ai} oublié de {v:inf {s.p}} {o}.
    {s} {know:{s.p}} to {alone.base}. = {s} {know:present {s.p}} {alone:inf {s.p}}.
    It is forbidden to {a.base} {how}. = Il est interdit de {a:inf 3s} {how}.
    It is possible to {v.base} {o} {soon}. = Il est possible de {v:inf 3s} {o} {soon}.
    It is better to {a.base} {how}. = Il vaut mieux {a:inf 3s} {how}.
    {s} {need:{s.p}} to {a.base} {how}. = {s} {s.ai} besoin de {a:inf {s.p}} {how}.
    """,
    s=SUBJECTS,
    v__o=AIMS,
    a__how=ACTIVITIES,
    alone=[VERBS[name] for name in ("dance", "sing", "swim", "cook", "drive")],
    soon=moments.FUTURE,
    place=places.DESTINATIONS,
    want=[VERBS["want"]],
    must=[VERBS["must"]],
    can=[VERBS["can"]],
    hope=[VERBS["hope"]],
    know=[VERBS["know how"]],
    need=[VERBS["need"]],
    attempt=[VERBS["try"]],
    glad=[Entry("happy", Adjective("heureux"))],
)
REQUESTS = rules(
    """
    Can you {c.base} {o}, please? = Pouvez-vous {c:inf} {o}, s'il vous plaît ?
    Could you {c.base} {o} {near}? = Pourriez-vous {c:inf} {o} {near} ?
    Can I {w.base} {x}? = Puis-je {w:inf 1s} {x} ?
    Can I {w.base} {x} {near}? = Puis-je {w:inf 1s} {x} {near} ?
    Can we {a.base} {how}? = Pouvons-nous {a:inf 1p} {how} ?
    Could you tell me where {place.the} is? = Pourriez-vous me dire où est {place.the} ?
    Could you tell me what time {shop.the} opens? = Pourriez-vous me dire à quelle heure ouvre {shop.the} ?
    Could you give me {thing.a}, please? = Pourriez-vous me donner {thing.a}, s'il vous plaît ?
    Please give me {coloured.the}. = Donnez-moi {coloured.the}, s'il vous plaît.
    Please give {person} {thing.a}. = Donnez {thing.a} à {person}, s'il vous plaît.
    Please show us {item.the} and {item2.the}. = Montrez-nous {item.the} et {item2.the}, s'il vous plaît.
    Please {c.base} {o}. = {c:imperative} {o}, s'il vous plaît.
    Please do not {c.base} {o.any}. = Ne {c:present 2p} pas {o.any}, s'il vous plaît.
    Do not {c.base} {o.any} {near}! = Ne {c:present 2p} pas {o.any} {near} !
    Let's {w.base} {x} {near}. = {w:together} {x} {near}.
    Let's {a.base} {how}! = {a:together} {how} !
    Let's go to {place.the}! = Allons {place.to_the} !
    Would you like to {w.base} {x} with us? = Voulez-vous {w:inf 2p} {x} avec nous ?
    Would you like to {a.base} {how} {near}? = Voulez-vous {a:inf 2p} {how} {near} ?
    {name}, can you {c.base} {o}? = {name}, peux-tu {c:inf} {o} ?
    {name}, please {c.base} {o}. = {name}, {c:familiar} {o}, s'il te plaît.
    {name}, do not forget your {belonging.bare}. = {name}, n'oublie pas {belonging:2s}.
    Do not forget your {belonging.bare}. = N'oubliez pas {belonging:2p}.
    I would like to see {item.the} in the window. = Je voudrais voir {item.the} dans la vitrine.
    Could you put {item.the} in {container.a}? = Pourriez-vous mettre {item.the} dans {container.a} ?
    Will you wait for {person} at the {place.bare}? = Voulez-vous attendre {person} {place.to_the} ?
    """,
    c__o=ERRANDS,
    w__x=OUTINGS,
    near=moments.NEAR_FUTURE,
    a__how=ACTIVITIES,
    place=places.BUILDINGS,
    shop=[
        n
        for n in places.BUILDINGS
        if n.en.bare not in ("beach", "bus stop", "taxi rank", "old town", "port", "marina", "airport", "station")
    ],
    thing=nouns.SUPPLIES + nouns.TABLEWARE + nouns.ROOM_THINGS + nouns.MONEY + nouns.MEDICINES,
    item=nouns.GOODS_BOTH,
    coloured=qualified(nouns.GOODS, adj.COLOURS),
    person=RELATIVES + NAMES,
    name=NAMES,
    belonging=nouns.BELONGINGS,
    container=[n for n in nouns.SOUVENIRS if n.en.bare in ("bag", "basket")],
)
THINGS = rules(
    """
    Where {thing.be} my {thing.bare}? {thing.it} {thing.be} in the {spot.bare}. = \
    Où {thing.est} {thing:1s} ? {thing.ils} {thing.est} dans {spot.the}.
    {s.my} {thing.bare} {thing.be} {where}. = {thing:{s.p}} {thing.est} {where}.
    {item.there} {item.a} {where}. = Il y a {item.a} {where}.
    I like {described.the}. I will buy {described.them}. = J'aime {described.the}. Je vais {described.les} acheter.
    {item.the} that {s} {bought} {item.be} {colour}. = \
    {item.the} que {s} {s.ai} {bought:{item.g}} {item.est} {colour:{item.g}}.
    {item.the} that {s} {lost} {item.was} {colour}. = \
    {item.the} que {s} {s.ai} {lost:{item.g}} {item.etait} {colour:{item.g}}.
    Do you see {coloured.the}? {coloured.it} {coloured.be} mine. = \
    Voyez-vous {coloured.the} ? {coloured.ils} {coloured.est} à moi.
    {item.this} {item.be} for {person}. = {item.this} {item.est} pour {person}.
    {item.this} belong{item.s} to {person}. = {item.this} {item.est} à {person}.
    {name}'s {item.bare} {item.be} {colour}. = {item.the} de {name} {item.est} {colour:{item.g}}.
    {person} put {item.the} {where}. = {person} {person.ai} mis {item.the} {where}.
    All the {plural.pl} are {dirty}. = {plural.tous} les {plural.pl} sont {dirty:{plural.gender}p}.
    I would like another {single.bare}. = Je voudrais {single.another}.
    {name} has the same {item.bare} as {name2}. = {name} a {item.les} {item.meme} {item.bare} que {name2}.
    {name} has more {plural.pl} than {name2}. = {name} a plus de {plural.pl} que {name2}.
    {s} sent {count} {mail.pl} to {person}. = {s} {s.ai} envoyé {count} {mail.pl} à {person}.
    {s} sent {mail.a} to {person} {past}. = {s} {s.ai} envoyé {mail.a} à {person} {past}.
    {s} gave {described.a} to {person}. = {s} {s.ai} donné {described.a} à {person}.
    {described.this} {described.be} a present from {person}. = {described.this} {described.est} un cadeau de {person}.
    {s} {s.have} {count} {plural.pl} and {count2} {plural2.pl}. = \
    {s} {s.ai} {count} {plural.pl} et {count2} {plural2.pl}.
    {coloured.this} {coloured.be} too {quality} for {person}. = \
    {coloured.this} {coloured.est} trop {quality:{coloured.g}} pour {person}.
    {item.the} {item.be} {colour} and {colour2}. = {item.the} {item.est} {colour:{item.g}} et {colour2:{item.g}}.
    {s} {wear:{s.p}} {worn.plain}. = {s} {wear:present {s.p}} {worn.a}.
    {s} {s.be} wearing {worn.plain} and {worn2.plain}. = {s} {wear:present {s.p}} {worn.a} et {worn2.a}.
    """,
    s=TRAVELLERS,
    thing=nouns.BELONGINGS,
    single=nouns.SOUVENIRS + nouns.SUPPLIES + nouns.TABLEWARE,
    item=nouns.GOODS_BOTH,
    plural=[n for n in nouns.SOUVENIRS + nouns.TABLEWARE if n.en.bare not in ("knife", "jewel")],
    described=qualified(nouns.SOUVENIRS, adj.PLAIN) + qualified(in_plural(nouns.SOUVENIRS), adj.PLAIN),
    coloured=qualified(nouns.GOODS, adj.COLOURS),
    worn=qualified(nouns.CLOTHES + nouns.FOOTWEAR, adj.COLOURS),
    spot=places.SURROUNDINGS,
    where=_WHERE,
    colour=adj.COLOURS,
    quality=adj.QUALITIES,
    dirty=[*adj.DEFECTS[:2], *adj.QUALITIES[:3]],
    bought=[Entry("bought", Adjective("acheté"))],
    lost=[Entry("lost", Adjective("perdu"))],
    person=RELATIVES + NAMES,
    name=NAMES,
    count=numerals.COUNTS,
    mail=nouns.PAPERWORK[:5],
    past=moments.PAST,
    wear=[VERBS["wear"]],
)
