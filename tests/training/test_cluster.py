"""`--distribute` and TF_CONFIG: who is the chief, and what is refused before any work."""

import json

import pytest

from lite_transformer_tf.settings import SettingsError
from lite_transformer_tf.training.cluster import Cluster, check_distribution, check_settings, read_cluster
from lite_transformer_tf.training.config import TrainingConfig

pytestmark = pytest.mark.light

WORKERS = ["a:1", "b:1"]


def environment(cluster: object, task: object) -> dict[str, str]:
    return {"TF_CONFIG": json.dumps({"cluster": cluster, "task": task})}


def test_workers_are_numbered_and_the_first_is_the_chief():
    first, second = (
        read_cluster(environment({"worker": WORKERS}, {"type": "worker", "index": index})) for index in (0, 1)
    )
    assert first == Cluster(("a:1", "b:1"), 0) and first.is_chief
    assert second == Cluster(("a:1", "b:1"), 1) and not second.is_chief


def test_a_chief_comes_before_the_workers():
    cluster = {"chief": ["c:1"], "worker": WORKERS}
    assert read_cluster(environment(cluster, {"type": "chief", "index": 0})) == Cluster(("c:1", "a:1", "b:1"), 0)
    assert read_cluster(environment(cluster, {"type": "worker", "index": 1})) == Cluster(("c:1", "a:1", "b:1"), 2)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        ({}, "in the environment of each worker"),
        ({"TF_CONFIG": "{"}, "as JSON"),
        ({"TF_CONFIG": "[" * 100_000}, "as JSON"),
        ({"TF_CONFIG": "[]"}, "objects cluster and task"),
        (environment({"worker": WORKERS}, None), "objects cluster and task"),
        (environment({"worker": "a:1"}, {}), "HOST:PORT"),
        (environment({"worker": ["a"]}, {}), "HOST:PORT"),
        (environment({"worker": []}, {}), "at least one worker"),
        (environment({"chief": WORKERS}, {}), "at most one chief"),
        (environment({"worker": WORKERS, "ps": ["c:1"]}, {}), "jobs chief, worker only"),
        (environment({"worker": WORKERS}, {"type": "worker", "index": 2}), "a task that its cluster contains"),
        (environment({"worker": WORKERS}, {"type": "worker", "index": True}), "a task that its cluster contains"),
        (environment({"worker": WORKERS}, {"type": "chief", "index": 0}), "a task that its cluster contains"),
        (environment({"worker": ["a:1", "a:1"]}, {"type": "worker", "index": 0}), "one address per worker"),
    ],
)
def test_a_wrong_tf_config_is_refused_with_its_rule(found, rule):
    with pytest.raises(SettingsError, match=rule) as raised:
        read_cluster(found)
    assert "TF_CONFIG" in str(raised.value) and "Received: " in str(raised.value)


def test_one_process_needs_no_tf_config(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert check_distribution(None) == check_distribution("mirrored") == Cluster()
    with pytest.raises(SettingsError, match="TF_CONFIG"):
        check_distribution("multiworker")
    with pytest.raises(SettingsError, match="mirrored, multiworker, tpu"):
        check_distribution("ps")


def test_what_a_tpu_cannot_do_is_refused():
    check_settings("tpu", TrainingConfig())
    check_settings("mirrored", TrainingConfig(accumulation_steps=4, precision="mixed_float16"))
    with pytest.raises(SettingsError, match=r"training.accumulation_steps must be 1 .* Received: 4"):
        check_settings("tpu", TrainingConfig(accumulation_steps=4))
    with pytest.raises(SettingsError, match=r"training.precision .* Received: 'mixed_float16'"):
        check_settings("tpu", TrainingConfig(precision="mixed_float16"))
