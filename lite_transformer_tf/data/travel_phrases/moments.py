"""When things happen: adverbs of time by the tense that they go with."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.entries import Entry, phrases
from lite_transformer_tf.data.travel_phrases.numerals import SPANS, WEEKDAYS

PAST = (
    phrases("""
        yesterday = hier
        yesterday morning = hier matin
        yesterday evening = hier soir
        this morning = ce matin
        last week = la semaine dernière
        last month = le mois dernier
        last year = l'année dernière
        last summer = l'été dernier
        last winter = l'hiver dernier
    """)
    + [Entry(f"last {en}", f"{fr} dernier") for en, fr in WEEKDAYS]
    + [Entry(f"{en} ago", f"il y a {fr}") for en, fr in SPANS]
)
FUTURE = (
    phrases("""
        tomorrow = demain
        tomorrow morning = demain matin
        tomorrow evening = demain soir
        tomorrow afternoon = demain après-midi
        this evening = ce soir
        this afternoon = cet après-midi
        next week = la semaine prochaine
        next month = le mois prochain
        next year = l'année prochaine
        next summer = l'été prochain
        the day after tomorrow = après-demain
        after lunch = après le déjeuner
        before dinner = avant le dîner
        at noon = à midi
    """)
    + [Entry(f"next {en}", f"{fr} prochain") for en, fr in WEEKDAYS]
    + [Entry(f"on {en}", fr) for en, fr in WEEKDAYS]
    + [Entry(f"in {en}", f"dans {fr}") for en, fr in SPANS if "year" not in en]
)
PRESENT = (
    phrases("""
        every day = tous les jours
        every morning = tous les matins
        every evening = tous les soirs
        every week = toutes les semaines
        every summer = tous les étés
        every year = tous les ans
        today = aujourd'hui
        in the morning = le matin
        in the evening = le soir
        at the weekend = le week-end
        during the holidays = pendant les vacances
        twice a week = deux fois par semaine
        once a month = une fois par mois
        from time to time = de temps en temps
    """)
    + [Entry(f"every {en}", f"tous les {fr}s") for en, fr in WEEKDAYS]
    + [Entry(f"on {en} mornings", f"le {fr} matin") for en, fr in WEEKDAYS]
    + [Entry(f"on {en} evenings", f"le {fr} soir") for en, fr in WEEKDAYS]
)
NEAR_FUTURE = FUTURE[:6] + FUTURE[7:8] + FUTURE[10:14] + [Entry(f"on {en}", fr) for en, fr in WEEKDAYS]
WEEKLY = [entry for entry in PRESENT if not entry.en.startswith(("in the", "on ")) and "ing" not in entry.en]
FREQUENCIES = phrases("""
    often = souvent
    always = toujours
    rarely = rarement
    sometimes = parfois
""")
