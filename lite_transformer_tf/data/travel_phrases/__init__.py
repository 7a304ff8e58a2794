"""English-French phrases for travellers, generated from a lexicon and a grammar: a corpus without a download.

    from lite_transformer_tf.data.travel_phrases import travel_phrases

    for pair in travel_phrases("valid")[:3]:
        print(pair.source, "->", pair.target)

`python -m lite_transformer_tf.data.travel_phrases --output DIRECTORY` writes the corpus as text files.
"""

from lite_transformer_tf.data.travel_phrases.corpus import SPLITS, Pair, travel_phrases

__all__ = ["SPLITS", "Pair", "travel_phrases"]
