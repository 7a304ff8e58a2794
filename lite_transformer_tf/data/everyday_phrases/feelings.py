"""How one feels, what one can and wants, and the weather, in short sentences."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.rules import rules

FEELINGS = rules("""
    I love you. = Je t'aime.
    I miss you. = Tu me manques.
    I love it! = J'adore !
    I like it. = Ça me plaît.
    I don't like it. = Ça ne me plaît pas.
    I'm hungry. = J'ai faim.
    I'm very hungry. = J'ai très faim.
    I'm not hungry. = Je n'ai pas faim.
    I'm thirsty. = J'ai soif.
    I'm cold. = J'ai froid.
    I'm hot. = J'ai chaud.
    I'm tired. = Je suis fatigué.
    I'm exhausted. = Je suis épuisé.
    I'm sleepy. = J'ai sommeil.
    I'm scared. = J'ai peur.
    I'm lost. = Je suis perdu.
    I'm ready. = Je suis prêt.
    Are you ready? = Êtes-vous prêt ?
    I'm in a hurry. = Je suis pressé.
    I'm late. = Je suis en retard.
    I'm bored. = Je m'ennuie.
    I'm happy. = Je suis heureux.
    I'm sad. = Je suis triste.
    I'm angry. = Je suis en colère.
    I'm busy. = Je suis occupé.
    I'm free this evening. = Je suis libre ce soir.
    I'm married. = Je suis marié.
    I'm a vegetarian. = Je suis végétarien.
    I'm vegan. = Je suis végane.
    I'm diabetic. = Je suis diabétique.
    I'm pregnant. = Je suis enceinte.
    I'm twenty years old. = J'ai vingt ans.
    I can't swim. = Je ne sais pas nager.
    I can't hear you. = Je ne vous entends pas.
    I can't see anything. = Je ne vois rien.
    I can't find it. = Je ne le trouve pas.
    I can't come tomorrow. = Je ne peux pas venir demain.
    I don't have time. = Je n'ai pas le temps.
    I don't have any money. = Je n'ai pas d'argent.
    I have to go. = Je dois y aller.
    I need to rest. = J'ai besoin de me reposer.
    I want to go home. = Je veux rentrer chez moi.
    I'm going to bed. = Je vais me coucher.
    I'm just looking, thank you. = Je regarde seulement, merci.
    It was delicious. = C'était délicieux.
    It's beautiful here. = C'est beau ici.
    It's raining. = Il pleut.
    It's snowing. = Il neige.
    It's cold today. = Il fait froid aujourd'hui.
    It's hot today. = Il fait chaud aujourd'hui.
    It's very windy. = Il y a beaucoup de vent.
    The weather is nice today. = Il fait beau aujourd'hui.
    Will it rain tomorrow? = Va-t-il pleuvoir demain ?
""")
