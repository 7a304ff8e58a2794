"""The rules of every topic, by the topic's name."""

from __future__ import annotations

from lite_transformer_tf.data.travel_phrases.rules import Rule
from lite_transformer_tf.data.travel_phrases.topics import (
    clauses,
    countries,
    directions,
    food,
    health,
    hotel,
    people,
    services,
    shopping,
    time,
    transport,
)

TOPICS: dict[str, list[Rule]] = {
    "shopping": shopping.SHOPPING,
    "prices": shopping.PRICES,
    "restaurant": food.RESTAURANT,
    "food": food.FOOD,
    "hotel": hotel.HOTEL,
    "transport": transport.TRANSPORT,
    "directions": directions.DIRECTIONS,
    "places": directions.PLACES,
    "time": time.TIME,
    "dates": time.DATES,
    "weather": time.WEATHER,
    "health": health.HEALTH,
    "emergency": health.EMERGENCY,
    "people": people.PEOPLE,
    "small talk": people.SMALL_TALK,
    "family": people.FAMILY,
    "countries": countries.COUNTRIES,
    "services": services.SERVICES,
    "leisure": services.LEISURE,
    "past": clauses.PAST,
    "future": clauses.FUTURE,
    "habits": clauses.HABITS,
    "negation": clauses.NEGATION,
    "questions": clauses.QUESTIONS,
    "wishes": clauses.WISHES,
    "requests": clauses.REQUESTS,
    "things": clauses.THINGS,
}
