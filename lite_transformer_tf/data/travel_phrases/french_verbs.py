"""French conjugation of the lexicon's verbs: present, future, imperfect, compound past, imperative, infinitive."""

from __future__ import annotations

PERSONS = ("1s", "2s", "3s", "1p", "2p", "3p")
_FUTURE_ENDINGS = ("ai", "as", "a", "ons", "ez", "ont")
_IMPERFECT_ENDINGS = ("ais", "ais", "ait", "ions", "iez", "aient")
_REFLEXIVE = dict(zip(PERSONS, ("me", "te", "se", "nous", "vous", "se"), strict=True))
_AVOIR = ("ai", "as", "a", "avons", "avez", "ont")
_ETRE = ("suis", "es", "est", "sommes", "êtes", "sont")

# infinitive: present (six persons), future stem, participle
_IRREGULAR = {
    "aller": ("vais vas va allons allez vont", "ir", "allé"),
    "avoir": ("ai as a avons avez ont", "aur", "eu"),
    "boire": ("bois bois boit buvons buvez boivent", "boir", "bu"),
    "comprendre": ("comprends comprends comprend comprenons comprenez comprennent", "comprendr", "compris"),
    "conduire": ("conduis conduis conduit conduisons conduisez conduisent", "conduir", "conduit"),
    "connaître": ("connais connais connaît connaissons connaissez connaissent", "connaîtr", "connu"),
    "devoir": ("dois dois doit devons devez doivent", "devr", "dû"),
    "dire": ("dis dis dit disons dites disent", "dir", "dit"),
    "dormir": ("dors dors dort dormons dormez dorment", "dormir", "dormi"),
    "écrire": ("écris écris écrit écrivons écrivez écrivent", "écrir", "écrit"),
    "être": ("suis es est sommes êtes sont", "ser", "été"),
    "faire": ("fais fais fait faisons faites font", "fer", "fait"),
    "lire": ("lis lis lit lisons lisez lisent", "lir", "lu"),
    "mettre": ("mets mets met mettons mettez mettent", "mettr", "mis"),
    "offrir": ("offre offres offre offrons offrez offrent", "offrir", "offert"),
    "ouvrir": ("ouvre ouvres ouvre ouvrons ouvrez ouvrent", "ouvrir", "ouvert"),
    "partir": ("pars pars part partons partez partent", "partir", "parti"),
    "pouvoir": ("peux peux peut pouvons pouvez peuvent", "pourr", "pu"),
    "prendre": ("prends prends prend prenons prenez prennent", "prendr", "pris"),
    "apprendre": ("apprends apprends apprend apprenons apprenez apprennent", "apprendr", "appris"),
    "recevoir": ("reçois reçois reçoit recevons recevez reçoivent", "recevr", "reçu"),
    "revenir": ("reviens reviens revient revenons revenez reviennent", "reviendr", "revenu"),
    "sentir": ("sens sens sent sentons sentez sentent", "sentir", "senti"),
    "savoir": ("sais sais sait savons savez savent", "saur", "su"),
    "sortir": ("sors sors sort sortons sortez sortent", "sortir", "sorti"),
    "suivre": ("suis suis suit suivons suivez suivent", "suivr", "suivi"),
    "venir": ("viens viens vient venons venez viennent", "viendr", "venu"),
    "vivre": ("vis vis vit vivons vivez vivent", "vivr", "vécu"),
    "voir": ("vois vois voit voyons voyez voient", "verr", "vu"),
    "vouloir": ("veux veux veut voulons voulez veulent", "voudr", "voulu"),
}
# Verbs in -er whose stem changes before a silent ending.
_STEM_CHANGES = {
    "acheter": "achèt",
    "appeler": "appell",
    "employer": "emploi",
    "envoyer": "envoi",
    "espérer": "espèr",
    "essayer": "essai",
    "lever": "lèv",
    "nettoyer": "nettoi",
    "payer": "pai",
    "préférer": "préfèr",
    "promener": "promèn",
    "répéter": "répèt",
}
_FUTURE_OF_STEM_CHANGES = {"envoyer": "enverr", "espérer": "espérer", "préférer": "préférer", "répéter": "répéter"}


class Verb:
    """A verb with its complement: `Verb("avoir", " besoin de")`.

    With `etre` its compound past uses être; with `reflexive` it is pronominal.

    Forms: `{v:present 1s}`, `{v:future 1s}`, `{v:imperfect 1s}`, `{v:aux 1s}` (auxiliary), `{v:part ms}` (participle,
    which agrees with the subject if French requires it), `{v:agreed fp}` (participle that agrees with a preceding
    object), `{v:inf 1s}`, and the imperatives `{v:imperative}` (vous), `{v:together}` (nous) and `{v:familiar}` (tu). A
    reflexive pronoun is part of each form, so `ne {v:aux 1s} pas {v:part ms}` is correct for every verb.
    """

    def __init__(self, infinitive: str, rest: str = "", *, etre: bool = False, reflexive: bool = False):
        self.infinitive = infinitive
        present, future_stem, participle = conjugate(infinitive)
        imperfect_stem = "ét" if infinitive == "être" else present[3][:-3]
        forms = {"inf": infinitive + rest, "imperative": present[4] + ("-vous" if reflexive else "") + rest}
        forms["together"] = present[3] + ("-nous" if reflexive else "") + rest
        familiar = (
            present[1].removesuffix("s") if infinitive.endswith("er") or present[1].endswith("es") else present[1]
        )
        forms["familiar"] = familiar + ("-toi" if reflexive else "") + rest
        for index, person in enumerate(PERSONS):
            pronoun = _REFLEXIVE[person] + " " if reflexive else ""
            imperfect = imperfect_stem
            if index in (3, 4) and imperfect.endswith("ge"):
                imperfect = imperfect[:-1]
            if index in (3, 4) and imperfect.endswith("ç"):
                imperfect = imperfect[:-1] + "c"
            forms[f"present {person}"] = pronoun + present[index] + rest
            forms[f"future {person}"] = pronoun + future_stem + _FUTURE_ENDINGS[index] + rest
            forms[f"imperfect {person}"] = pronoun + imperfect + _IMPERFECT_ENDINGS[index] + rest
            forms[f"conditional {person}"] = pronoun + future_stem + _IMPERFECT_ENDINGS[index] + rest
            forms[f"aux {person}"] = pronoun + (_ETRE if etre or reflexive else _AVOIR)[index]
            forms[f"inf {person}"] = pronoun + infinitive + rest
        for agreement, ending in (("ms", ""), ("fs", "e"), ("mp", "s"), ("fp", "es")):
            agreed = (
                participle
                if participle.endswith("s") and ending == "s"
                else participle.replace("û", "u" if ending else "û") + ending
            )
            forms[f"agreed {agreement}"] = agreed + rest
            forms[f"part {agreement}"] = (agreed if etre or reflexive else participle) + rest
        self.forms = forms

    def __format__(self, form: str) -> str:
        return self.forms[form]


def conjugate(infinitive: str) -> tuple[tuple[str, ...], str, str]:
    """Present (six persons), stem of the future, participle.

    Raises:
        ValueError: a verb that is neither regular nor in the table of irregular ones.
    """
    if infinitive in _IRREGULAR:
        present, future, participle = _IRREGULAR[infinitive]
        return tuple(present.split()), future, participle
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending == "er":
        silent = _STEM_CHANGES.get(infinitive, stem)
        soft = stem + "e" if stem.endswith("g") else stem[:-1] + "ç" if stem.endswith("c") else stem
        forms = (silent + "e", silent + "es", silent + "e", soft + "ons", stem + "ez", silent + "ent")
        return forms, _FUTURE_OF_STEM_CHANGES.get(infinitive, silent + "er"), stem + "é"
    if ending == "ir":
        return (
            (stem + "is", stem + "is", stem + "it", stem + "issons", stem + "issez", stem + "issent"),
            infinitive,
            stem + "i",
        )
    if ending == "re":
        return (stem + "s", stem + "s", stem, stem + "ons", stem + "ez", stem + "ent"), infinitive[:-1], stem + "u"
    raise ValueError(
        f"A French verb must end in -er, -ir or -re, or be in the table of irregular verbs. Received: {infinitive!r}"
    )
