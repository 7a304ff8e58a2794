"""Rules, which join the forms of words into sentences."""

from __future__ import annotations

import pytest

from lite_transformer_tf.data.travel_phrases import nouns, people, verbs
from lite_transformer_tf.data.travel_phrases.adjectives import COLOURS
from lite_transformer_tf.data.travel_phrases.entries import nouns as read_nouns
from lite_transformer_tf.data.travel_phrases.rules import rules
from tests.travel_phrases.entries import adjective, noun

pytestmark = pytest.mark.light


def render(pattern, **slots):
    (rule,) = rules(pattern, **{name: [value] for name, value in slots.items()})
    return rule.render(0)


def test_a_rule_joins_the_forms_into_sentences():
    aunt = next(subject for subject in people.RELATIVES if subject.en == "my aunt")
    assert render(
        "{s} {v.past} yesterday. = {s} {v:aux {s.p}} {v:part {s.g}} hier.", s=aunt, v=verbs.VERBS["wake up"]
    ) == (
        "My aunt woke up yesterday.",
        "Ma tante s'est réveillée hier.",
    )
    pattern = "{s} {s.do} not {v.base} {o.any}. = {s} ne {v:present {s.p}} pas {o.any}."
    assert render(pattern, s=people.I, v=verbs.VERBS["order"], o=noun(nouns.FOODS, "oysters")) == (
        "I do not order any oysters.",
        "Je ne commande pas d'huîtres.",
    )
    assert render("the {o.bare} that I lost {o.was} {c}. = {o.the} que je ai {v:agreed {o.g}} {o.etait} {c:{o.g}}.",
                  o=noun(nouns.FOOTWEAR, "shoes"), c=adjective(COLOURS, "white"), v=verbs.VERBS["lose"]) == (
        "The shoes that I lost were white.",
        "Les chaussures que j'ai perdues étaient blanches.",
    )  # fmt: skip


def test_a_rule_does_not_use_an_entry_twice():
    assert render("{s} and {s2}. = {s} et {s2}.", s=people.I) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rules("Hello.", s=[]), "must read `English pattern = French pattern`. Received: 'Hello.'"),
        (lambda: rules("{a} = {b}", a=[]), "must have a list of values. Received: 'b'"),
        (lambda: rules("{v} {o} = {v} {o}", v__o=[], w__o=[]), "must belong to one list of values. Received: 'o'"),
        (lambda: read_nouns("ticket = billet"), "must read `english"),
    ],
)
def test_faulty_tables(call, message):
    with pytest.raises(ValueError, match=message):
        call()
