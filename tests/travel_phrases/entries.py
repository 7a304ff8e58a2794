"""Entries of the lexicons by their English."""

from __future__ import annotations


def noun(entries, english):
    return next(entry for entry in entries if entry.en.bare == english)


def adjective(entries, english):
    return next(entry for entry in entries if entry.en == english)
