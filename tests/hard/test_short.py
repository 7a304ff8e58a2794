"""A short part of the trials that `make hard` runs whole: no fault among them, and the judge knows each fault."""

from __future__ import annotations

import sys
import time

import pytest

import tests.hard.imported  # noqa: F401
from tests.hard import verdict
from tests.hard.child import watched
from tests.hard.damage import DAMAGES, damaged
from tests.hard.damaged_files import run_subject
from tests.hard.hostile_texts import run_texts
from tests.hard.kills import LIGHT as WORKS
from tests.hard.kills import run_kills
from tests.hard.paths import READ, WRITTEN, run_paths
from tests.hard.subjects import LIGHT as SUBJECTS
from tests.hard.verdict import Counts, Rule


@pytest.mark.parametrize("subject", SUBJECTS, ids=[subject.name for subject in SUBJECTS])
def test_damaged_files_are_refused_or_answer_as_before(subject):
    counts = Counts()
    run_subject(subject, len(DAMAGES), counts)
    assert counts.faults == [] and [suite.trials for suite in counts.suites.values()] == [len(DAMAGES)]


def test_no_path_is_a_trap():
    counts = Counts()
    run_paths(counts, [place for place in (*READ, *WRITTEN) if place.name != "pack --output"])  # packing takes seconds
    assert counts.faults == []


@pytest.mark.slow
def test_every_line_of_a_strange_text_is_answered():
    counts = Counts()
    run_texts(counts, drawn=5)
    assert counts.faults == []


@pytest.mark.parametrize("work", WORKS, ids=[work.name for work in WORKS])
def test_a_killed_program_is_repeated_with_the_same_result(work):
    counts = Counts()
    run_kills(work, 5, counts)
    assert counts.faults == [] and [suite.trials for suite in counts.suites.values()] == [5]


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_drawn_by_its_seed_and_always_changes_the_file(kind):
    data = bytes(100) + b"LTPK" * 50
    assert damaged(data, kind, 3) == damaged(data, kind, 3) != data


def _wait() -> int:
    while True:
        time.sleep(0.01)


def _spin() -> int:
    while True:
        pass


def _fill() -> int:
    return int(not bytearray(b"x") * (200 << 20))


def _say(code: int, out: str = "", err: str = ""):
    def call() -> int:
        sys.stdout.write(out)
        sys.stderr.write(err)
        return code

    return call


def _raise() -> int:
    raise KeyError("field")


def test_the_judge_finds_each_fault():
    rule = Rule("answer\n", 150 << 20)
    found = {
        name: verdict.verdict(watched(call, 0.1 if call is _wait else 3.0), rule)
        for name, call in {
            "waits": _wait,
            "spins": _spin,
            "fills": _fill,
            "raises": _raise,
            "answers": _say(0, "answer\n"),
            "differs": _say(0, "other\n"),
            "refuses": _say(2, "", "program: a file must have a head. Received: b''\n"),
            "is silent": _say(1),
            "talks": _say(2, "", "one\ntwo\n"),
        }.items()
    }
    killed = verdict.verdict(watched(_wait, 5.0, 0.05), rule)
    assert found == {
        "waits": verdict.HANG,
        "spins": verdict.HANG,
        "fills": verdict.MEMORY,
        "raises": verdict.TRACEBACK,
        "answers": verdict.SERVED,
        "differs": verdict.OTHER,
        "refuses": verdict.REFUSED,
        "is silent": verdict.UNNAMED,
        "talks": verdict.WORDY,
    }
    assert killed == verdict.CRASH
