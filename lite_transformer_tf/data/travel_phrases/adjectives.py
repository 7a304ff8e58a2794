"""Adjectives by what they describe, with their French feminine, position and liaison form."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.entries import Entry
from lite_transformer_tf.data.travel_phrases.french import Adjective


def after(table: str) -> list[Entry]:
    """Adjectives that follow the noun, one a line: `english = masculine[/feminine[/masculine plural]]`."""
    found = []
    for line in table.strip().splitlines():
        en, fr = line.strip().split(" = ")
        masculine, feminine, plural = (fr.split("/") + ["", ""])[:3]
        found.append(Entry(en, Adjective(masculine, feminine or None, masculine_plural=plural or None)))
    return found


def _before(en: str, masculine: str, feminine: str | None = None, liaison: str | None = None) -> Entry:
    return Entry(en, Adjective(masculine, feminine, before=True, liaison=liaison))


COLOURS = after("""
    black = noir
    white = blanc/blanche
    red = rouge
    green = vert
    blue = bleu
    yellow = jaune
    grey = gris
    pink = rose
    purple = violet/violette
    brown = marron/marron/marron
    orange = orange/orange/orange
""")

BEAUTIFUL = _before("beautiful", "beau", "belle", "bel")
NEW = _before("new", "nouveau", "nouvelle", "nouvel")
OLD = _before("old", "vieux", "vieille", "vieil")
SIZES = [_before("small", "petit"), _before("big", "grand")]
PLAIN = [BEAUTIFUL, NEW, OLD, *SIZES]
GOOD = [_before("good", "bon", "bonne"), _before("bad", "mauvais"), _before("excellent", "excellent")]
YOUNG = _before("young", "jeune")
PRETTY = _before("pretty", "joli")

QUALITIES = after("""
    expensive = cher
    elegant = élégant
    comfortable = confortable
    light = léger
    heavy = lourd
    original = original
    practical = pratique
    solid = solide
    modern = moderne
    traditional = traditionnel
""")
FIT = after("""
    expensive = cher
    light = léger
    heavy = lourd
    dark = foncé
    wide = large
    tight = serré
    big = grand
    small = petit
    long = long/longue
    short = court
""")
TASTES = after("""
    cold = froid
    hot = chaud
    delicious = délicieux
    fresh = frais/fraîche
    excellent = excellent
    salty = salé
    sweet = sucré
    spicy = épicé
    bitter = amer
    light = léger
    good = bon
    bad = mauvais
""")
PLACES_ARE = after("""
    big = grand
    small = petit
    beautiful = beau/belle
    old = vieux/vieille
    modern = moderne
    famous = célèbre
    interesting = intéressant
    open = ouvert
    closed = fermé
    quiet = calme
    noisy = bruyant
    clean = propre
    free = gratuit
    busy = animé
""")
MOODS = after("""
    tired = fatigué
    happy = heureux
    sad = triste
    ill = malade
    lost = perdu
    ready = prêt
    married = marié
    worried = inquiet/inquiète
    late = en retard/en retard/en retard
    injured = blessé
    busy = occupé
    pleased = content
    disappointed = déçu
    angry = fâché
    surprised = surpris
    free = libre
""")
CHARACTER = after("""
    tall = grand
    small = petit
    young = jeune
    old = vieux/vieille
    kind = gentil/gentille
    funny = drôle
    intelligent = intelligent
    shy = timide
    patient = patient
    polite = poli
    rich = riche
    famous = célèbre
    generous = généreux
    curious = curieux
    serious = sérieux
    strong = fort
    lazy = paresseux
    discreet = discret/discrète
    friendly = sympathique
    active = actif
    athletic = sportif
""")
DEFECTS = after("""
    dirty = sale
    broken = cassé
    blocked = bouché
    old = vieux/vieille
    noisy = bruyant
""")
NATIONALITIES = after("""
    French = français
    English = anglais
    Italian = italien
    Spanish = espagnol
    German = allemand
    Japanese = japonais
    Canadian = canadien
    American = américain
    Portuguese = portugais
    Chinese = chinois
    Belgian = belge
    Swiss = suisse
    Greek = grec/grecque
    Irish = irlandais
    Dutch = néerlandais
    Mexican = mexicain
    Moroccan = marocain
    Brazilian = brésilien
    Russian = russe
    Danish = danois
    Norwegian = norvégien
    Polish = polonais
    Turkish = turc/turque
    Indian = indien
    Austrian = autrichien
    Swedish = suédois
    Egyptian = égyptien
    Australian = australien
""")
