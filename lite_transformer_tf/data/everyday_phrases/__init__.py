"""English-French sentences of every day: replies, emergencies, health, tickets, rooms, shopping, and many numbers.

    from lite_transformer_tf.data.everyday_phrases import everyday_phrases

    for pair in everyday_phrases("valid")[:3]:
        print(pair.source, "->", pair.target)

A second corpus beside `travel_phrases`, from the same lexicon and grammar; `data.files` mixes it with others.
"""

from lite_transformer_tf.data.everyday_phrases.corpus import SPLITS, everyday_phrases

__all__ = ["SPLITS", "everyday_phrases"]
