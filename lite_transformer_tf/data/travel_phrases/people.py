"""Who speaks and acts: pronouns, relatives, first names and professions, with gender and number for agreement."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases import english, french
from lite_transformer_tf.data.travel_phrases.entries import Entry, Text


def _subject(en: str, fr: str, person: str, agreement: str, possessive: str) -> Entry:
    return Entry(english.Subject(en, person, possessive), french.Subject(fr, person, agreement))


I = _subject("I", "je", "1s", "ms", "my")  # noqa: E741  the pronoun
YOU = _subject("you", "vous", "2p", "ms", "your")
FAMILIAR_YOU = _subject("you", "tu", "2s", "ms", "your")
HE = _subject("he", "il", "3s", "ms", "his")
SHE = _subject("she", "elle", "3s", "fs", "her")
WE = _subject("we", "nous", "1p", "mp", "our")
THEY = _subject("they", "ils", "3p", "mp", "their")
PRONOUNS = [I, YOU, HE, SHE, WE, THEY]
OTHERS = [HE, SHE, THEY]

_RELATIVES = """
    husband/mari/m; wife/femme/f; son/fils/m; daughter/fille/f; brother/frère/m; sister/sœur/f; father/père/m
    mother/mère/f; grandfather/grand-père/m
    grandmother/grand-mère/f; colleague/collègue/m; neighbour/voisin/m; uncle/oncle/m; aunt/tante/f
"""
_STAFF = (
    "guide/guide/m; driver/chauffeur/m; waiter/serveur/m; waitress/serveuse/f; manager/directeur/m; pilot/pilote/m; "
    "nurse/infirmière/f"
)
_MEN = "Paul Pierre Luc Thomas Nicolas Antoine Marc Julien"
_WOMEN = "Marie Sophie Julie Claire Louise Emma Alice Anne"


def _singular(table: str, en_word: str, masculine: str, feminine: str) -> list[Entry]:
    found = []
    for line in table.replace("\n", ";").split(";"):
        if line.strip():
            en, fr, gender = line.strip().split("/")
            determiner = masculine if gender == "m" or french.elides(fr) and feminine == "ma" else feminine
            found.append(
                _subject(f"{en_word} {en}", f"{determiner} {fr}", "3s", gender + "s", "his" if gender == "m" else "her")
            )
    return found


RELATIVES = _singular(_RELATIVES, "my", "mon", "ma") + [
    _subject("my parents", "mes parents", "3p", "mp", "their"),
    _subject("my children", "mes enfants", "3p", "mp", "their"),
    _subject("my sisters", "mes sœurs", "3p", "fp", "their"),
    _subject("my brothers", "mes frères", "3p", "mp", "their"),
    _subject("my daughters", "mes filles", "3p", "fp", "their"),
]
STAFF = _singular(_STAFF, "the", "le", "la") + [
    _subject("the tourists", "les touristes", "3p", "mp", "their"),
    _subject("the passengers", "les passagers", "3p", "mp", "their"),
    _subject("the waitresses", "les serveuses", "3p", "fp", "their"),
]
MEN = [_subject(name, name, "3s", "ms", "his") for name in _MEN.split()]
WOMEN = [_subject(name, name, "3s", "fs", "her") for name in _WOMEN.split()]
NAMES = MEN + WOMEN
COUPLES = [
    _subject("Daniel and Martine", "Daniel et Martine", "3p", "mp", "their"),
    _subject("Lucie and Clara", "Lucie et Clara", "3p", "fp", "their"),
    _subject("Eva and Simon", "Eva et Simon", "3p", "mp", "their"),
    _subject("my husband and I", "mon mari et moi", "1p", "mp", "our"),
]
# Pronouns stand several times in the lists of subjects, so that they come up as often as in speech.
SUBJECTS = PRONOUNS * 4 + RELATIVES + NAMES + STAFF + COUPLES
THIRD_PERSONS = OTHERS + RELATIVES + NAMES + STAFF + COUPLES[:3]
TRAVELLERS = PRONOUNS * 4 + RELATIVES + NAMES + COUPLES

_PROFESSIONS = """
    teacher = professeur/professeure
    doctor = médecin/médecin
    student = étudiant/étudiante
    nurse = infirmier/infirmière
    engineer = ingénieur/ingénieure
    journalist = journaliste/journaliste
    lawyer = avocat/avocate
    baker = boulanger/boulangère
    musician = musicien/musicienne
    architect = architecte/architecte
    cook = cuisinier/cuisinière
    farmer = agriculteur/agricultrice
    dentist = dentiste/dentiste
    photographer = photographe/photographe
    singer = chanteur/chanteuse
    hairdresser = coiffeur/coiffeuse
    secretary = secrétaire/secrétaire
    translator = traducteur/traductrice
    artist = artiste/artiste
    librarian = bibliothécaire/bibliothécaire
"""
PROFESSIONS = [
    Entry(english.Noun(en, english.plural(en), "s"), french.Adjective(*fr.split("/")))
    for en, fr in (line.strip().split(" = ") for line in _PROFESSIONS.strip().splitlines())
]
_LANGUAGES = (
    "French/français English/anglais Italian/italien Spanish/espagnol German/allemand Japanese/japonais "
    "Portuguese/portugais Chinese/chinois "
    "Greek/grec Dutch/néerlandais Russian/russe Danish/danois Polish/polonais Arabic/arabe"
)
LANGUAGES = [Entry(en, Text(fr, the=f"le {fr}")) for en, fr in (pair.split("/") for pair in _LANGUAGES.split())]
