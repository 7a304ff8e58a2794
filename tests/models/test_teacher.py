"""Distillation: the loss equals its formula, the student approaches its teacher, and the teacher does not change."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax, softmax

from lite_transformer_tf.models.teacher import Teacher
from lite_transformer_tf.training.loss import LabelSmoothedCrossEntropy
from tests import tiny
from tests.compression.models import batch_of
from tests.language_model import models as language_models

KINDS = {
    "translation": lambda seed: tiny.tiny_model(kernel_sizes=(3,), dropout=0.0, seed=seed),
    "language_model": lambda seed: language_models.tiny_model(kernel_sizes=(3,), seed=seed),
}


def compiled(student, teacher=None, rate=0.0, **options):
    optimizer = tf.keras.optimizers.SGD(rate)
    student.compile(optimizer, LabelSmoothedCrossEntropy(0.1, pad_id=tiny.PAD), teacher=teacher, **options)
    return student


def fit(student, data, **options):
    return student.fit(tf.data.Dataset.from_tensors(data), verbose=0, **options).history


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("towers", [1, 2])
def test_the_loss_of_a_batch(kind, towers):
    student, teacher = KINDS[kind](1), KINDS[kind](2)
    inputs, labels = batch_of(student)
    history = fit(compiled(student, Teacher(teacher, 0.3), towers=towers), (inputs, labels))
    logits, others = (np.asarray(model(inputs), np.float64) for model in (student, teacher))
    log_p, q = log_softmax(logits, -1), softmax(others, -1)
    nll = -np.take_along_axis(log_p, np.asarray(labels)[..., None], -1)[..., 0]
    hard = 0.9 * nll - 0.1 * log_p.mean(-1)
    soft = -(q * log_p).sum(-1)
    counts = np.asarray(labels) != tiny.PAD
    assert 0 < counts.sum() < counts.size or kind == "language_model"
    assert history["loss"][0] == pytest.approx((0.7 * hard + 0.3 * soft)[counts].mean(), rel=1e-5)
    assert history["nll"][0] == pytest.approx(nll[counts].mean(), rel=1e-5)
    assert student.evaluate(tf.data.Dataset.from_tensors((inputs, labels)), verbose=0, return_dict=True)[
        "loss"
    ] == pytest.approx(hard[counts].mean(), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_who_knows_what_its_teacher_knows_learns_nothing(kind):
    student, teacher = KINDS[kind](1), KINDS[kind](1)
    before = student.named_weights()
    fit(compiled(student, Teacher(teacher, 1.0), rate=1.0), batch_of(student))
    for name, value in student.named_weights().items():
        np.testing.assert_allclose(value, before[name], atol=2e-6, err_msg=name)
    fit(compiled(student, Teacher(KINDS[kind](2), 1.0), rate=1.0), batch_of(student))
    assert any(np.abs(value - before[name]).max() > 1e-3 for name, value in student.named_weights().items())


def test_a_student_comes_to_predict_what_its_teacher_does_and_the_teacher_stays_as_it_is():
    student, teacher = KINDS["translation"](1), tiny.tiny_model(kernel_sizes=(3, 5), dropout=0.5, seed=2)
    inputs, labels = batch_of(student)
    weights, variables = teacher.named_weights(), len(student.trainable_variables)

    def divergence() -> float:
        log_p, log_q = (log_softmax(np.asarray(model(inputs), np.float64), -1) for model in (student, teacher))
        return float((np.exp(log_q) * (log_q - log_p)).sum(-1)[np.asarray(labels) != tiny.PAD].mean())

    before = divergence()
    fit(compiled(student, Teacher(teacher, 1.0), rate=0.5), (inputs, labels), epochs=60)
    assert divergence() < 0.1 * before
    assert len(student.trainable_variables) == variables
    for name, value in teacher.named_weights().items():
        np.testing.assert_array_equal(value, weights[name], err_msg=name)


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_that_may_not_be(share):
    with pytest.raises(ValueError, match=rf"share of the loss must lie in \(0, 1\]. Received: {share}"):
        Teacher(None, share)


def test_another_vocabulary():
    student, teacher = KINDS["translation"](1), tiny.tiny_model(kernel_sizes=(3,), target_vocabulary_size=9)
    with pytest.raises(ValueError, match=r"must have the student's vocabulary, \d+ tokens. Received: 9 tokens"):
        fit(compiled(student, Teacher(teacher, 0.5)), batch_of(teacher))


@pytest.mark.parametrize("adaptive", [(True, True), (True, False), (False, True)])
def test_an_adaptive_softmax_has_no_logits(adaptive):
    student, teacher = (
        language_models.tiny_model(kernel_sizes=(3,), **(language_models.ADAPTIVE if banded else {}))
        for banded in adaptive
    )
    student.compile(
        tf.keras.optimizers.SGD(0.0), LabelSmoothedCrossEntropy(0.0, pad_id=tiny.PAD), teacher=Teacher(teacher, 0.5)
    )
    with pytest.raises(ValueError, match="A student and its teacher must have a plain softmax"):
        fit(student, batch_of(student))
