"""Shopping: asking for goods, colours, fit, prices."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import adjectives as adj
from lite_transformer_tf.data.travel_phrases import nouns, numerals
from lite_transformer_tf.data.travel_phrases.entries import in_plural, phrases, qualified
from lite_transformer_tf.data.travel_phrases.people import RELATIVES
from lite_transformer_tf.data.travel_phrases.rules import rules

_WEAR = nouns.CLOTHES + nouns.FOOTWEAR
_DESCRIBED = qualified(nouns.SOUVENIRS, [*adj.PLAIN, adj.PRETTY]) + qualified(
    in_plural(nouns.SOUVENIRS), [*adj.PLAIN, adj.PRETTY]
)
_COLOURED = qualified(nouns.GOODS, adj.COLOURS)
_RELATIVES = [relative for relative in RELATIVES if relative.en.p == "3s"]
_SHOPS = phrases("""
    in this shop = dans ce magasin
    at the market = au marché
    near the hotel = près de l'hôtel
    in the town centre = dans le centre-ville
    at the airport = à l'aéroport
    in the old town = dans la vieille ville
""")

SHOPPING = rules(
    """
    I would like {item.a}, please. = Je voudrais {item.a}, s'il vous plaît.
    I am looking for {coloured.a}. = Je cherche {coloured.a}.
    I am looking for {item.a} for {relative}. = Je cherche {item.a} pour {relative}.
    Do you have {coloured.any}? = Avez-vous {coloured.a} ?
    Do you have {item.any} {shop}? = Avez-vous {item.a} {shop} ?
    Do you sell {plural.pl}? = Vendez-vous des {plural.pl} ?
    Can I see {coloured.this}, please? = Puis-je voir {coloured.this}, s'il vous plaît ?
    Can I try on {wear.this}? = Puis-je essayer {wear.this} ?
    I like {coloured.this}. = J'aime {coloured.this}.
    I do not like {wear.this}, {wear.it} {wear.be} too {fit}. = \
    Je n'aime pas {wear.this}, {wear.ils} {wear.est} trop {fit:{wear.g}}.
    {wear.this} {wear.be} too {fit} for me. = {wear.this} {wear.est} trop {fit:{wear.g}} pour moi.
    {described.this} {described.be} very {quality}. = {described.this} {described.est} très {quality:{described.g}}.
    {item.this} {item.be} too expensive for {relative}. = {item.this} {item.est} trop {dear:{item.g}} pour {relative}.
    {good.this} {good.be} {quality} but too {quality2}. = \
    {good.this} {good.est} {quality:{good.g}} mais trop {quality2:{good.g}}.
    {good.this} {good.be} more {long} than the {good2.bare}. = \
    {good.this} {good.est} plus {long:{good.g}} que {good2.the}.
    Where can I buy {item.a}? = Où puis-je acheter {item.a} ?
    Where can we find {plural.pl} {shop}? = Où pouvons-nous trouver des {plural.pl} {shop} ?
    We bought {described.a} {shop}. = Nous avons acheté {described.a} {shop}.
    I will take {coloured.this}, please. = Je vais prendre {coloured.this}, s'il vous plaît.
    Do you have {wear.this} in {colour}? = Avez-vous {wear.this} en {colour} ?
    Do you have {sized.this} in size {size}? = Avez-vous {sized.this} en taille {size} ?
    I love {described.this}! I will buy {described.them}. = J'adore {described.this} ! Je vais {described.les} acheter.
    Is there a discount on {item.this}? = Y a-t-il une réduction sur {item.this} ?
    How much {coloured.do} {coloured.this} cost? = Combien coût{coloured.ent} {coloured.this} ?
    I prefer the {colour} {item.bare}. = Je préfère {item.the} {colour:{item.g}}.
    """,
    item=nouns.GOODS_BOTH,
    good=_WEAR + nouns.SOUVENIRS + in_plural(nouns.CLOTHES + nouns.SOUVENIRS),
    plural=nouns.CLOTHES + nouns.SOUVENIRS + nouns.SUPPLIES,
    coloured=_COLOURED,
    wear=_WEAR,
    sized=[n for n in nouns.CLOTHES if n.en.bare not in ("hat", "scarf", "tie", "cap", "belt")],
    described=_DESCRIBED,
    relative=_RELATIVES,
    shop=_SHOPS,
    fit=adj.FIT,
    quality=adj.QUALITIES,
    long=[
        a
        for a in adj.QUALITIES
        if a.en in ("expensive", "elegant", "comfortable", "original", "practical", "solid", "modern", "traditional")
    ],
    dear=[adj.QUALITIES[0]],
    colour=adj.COLOURS,
    size=[numerals.DIGIT_COUNTS[n - 2] for n in range(34, 48)],
)

PRICES = rules(
    """
    How much {item.do} {item.this} cost? = Combien coût{item.ent} {item.this} ?
    {item.this} cost{item.s} {price}. = {item.this} coût{item.ent} {price}.
    {item.the} cost{item.s} {price}, not {price2}. = {item.the} coût{item.ent} {price}, pas {price2}.
    How much {item.be} the {colour} {item.bare}? = Combien coût{item.ent} {item.the} {colour:{item.g}} ?
    That will be {price}. = Ça fera {price}.
    It costs {price} per person. = Ça coûte {price} par personne.
    It costs {price} per night. = Ça coûte {price} par nuit.
    {fruit.the} cost {cheap} a kilo. = {fruit.the} coûtent {cheap} le kilo.
    I would like {count} {fruit.pl}. How much is it? = Je voudrais {count} {fruit.pl}. C'est combien ?
    A kilo of {fruit.pl} costs {cheap}. = Un kilo de {fruit.pl} coûte {cheap}.
    I paid {price} for {item.this}. = J'ai payé {item.this} {price}.
    {item.this} {item.be} on sale for {price}. = {item.this} {item.est} en solde à {price}.
    I only have {price} on me. = Je n'ai que {price} sur moi.
    Can I pay {price} by card? = Puis-je payer {price} par carte ?
    Can you give me change for {price}? = Pouvez-vous me donner la monnaie sur {price} ?
    The total is {price}. = Le total est de {price}.
    I can offer you {price} for {item.this}. = Je peux vous proposer {price} pour {item.this}.
    {count} {stamp.pl} and {count2} {stamp2.pl}, please. = {count} {stamp.pl} et {count2} {stamp2.pl}, s'il vous plaît.
    {item.this} {item.be} cheaper than the {item2.bare}. = {item.this} {item.est} moins {dear:{item.g}} que {item2.the}.
    The entrance fee is {cheap} for adults and {cheap2} for children. = \
    L'entrée coûte {cheap} pour les adultes et {cheap2} pour les enfants.
    """,
    item=nouns.GOODS_BOTH,
    fruit=in_plural(nouns.FRUITS),
    price=numerals.PRICES,
    cheap=numerals.CHEAP_PRICES,
    count=numerals.COUNTS,
    stamp=nouns.SUPPLIES,
    colour=adj.COLOURS,
    dear=[adj.QUALITIES[0]],
)
