"""Sentences of every day in English, French, German and Spanish, written for this package.

    from lite_transformer_tf.data.phrasebook import phrasebook

    for pair in phrasebook("fr", "valid")[:3]:
        print(pair.source, "->", pair.target)

Where `travel_phrases` and `everyday_phrases` fill frames with words, every row here was written by itself: words of the
house, the body, the table, the road and the office, idioms and turns that are not translated word by word.
"""

from lite_transformer_tf.data.phrasebook.corpus import LANGUAGES, SPLITS, essentials, phrasebook

__all__ = ["LANGUAGES", "SPLITS", "essentials", "phrasebook"]
