import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerRules } from '../src/decoding/answers.js';
import { calibrationOf, confidence } from '../src/decoding/confidence.js';
import { mended, missing, unsupported } from '../src/decoding/copy_check.js';
import { itemsOf, shape } from '../src/decoding/items.js';
import { fixtures } from './fixtures.js';

const { skip, lines } = fixtures('trust');

test('items of texts are those of Python', { skip }, () => {
  for (const line of lines('items')) {
    if (line.shape !== null) assert.equal(shape(line.text), line.shape, JSON.stringify(line.text));
    assert.deepEqual(itemsOf(line.text), line.items, JSON.stringify(line.text));
  }
});

test('faults are those of Python', { skip }, () => {
  for (const line of lines('comparisons')) {
    const sides = [itemsOf(line.source), itemsOf(line.answer)];
    assert.deepEqual(missing(sides[0], sides[1]), line.missing, JSON.stringify(line));
    assert.equal(mended(sides[0], line.answer), line.mended, JSON.stringify(line));
    assert.deepEqual(unsupported(sides[0], sides[1]), line.added, JSON.stringify(line));
  }
});

test('answers are those of Python', { skip }, () => {
  const settings = { confidence: { bias: -1.5, slope: 2.7, doubt: 4.6 } };
  for (const line of lines('answers')) {
    const found = line.hypotheses.map(({ score }, place) => ({ ids: Array(place + 1).fill(place), score }));
    for (const [task, expected] of Object.entries(line.answers)) {
      const rules = new AnswerRules(/** @type {any} */ ({ task, settings }));
      const answers = rules.answers(line.source, line.options, found, (ids) => line.hypotheses[ids[0]].text);
      assert.equal(answers.length, expected.length, JSON.stringify(line));
      answers.forEach(({ confidence: sure, ...answer }, place) => {
        const { confidence: wanted, too_long: cut, ...fields } = expected[place];
        assert.deepEqual(cut, []); // what an answer to one sentence never has
        assert.deepEqual(answer, fields, JSON.stringify(line));
        assert.ok(sure !== null && Math.abs(sure - wanted) < 1e-12, JSON.stringify(line));
      });
    }
  }
});

test('confidences are those of Python', { skip }, () => {
  for (const line of lines('confidences')) {
    const found = confidence(
      { bias: -1.5, slope: 2.7, doubt: 4.6 },
      line.score,
      line.length,
      line.length_penalty,
      line.faulty,
    );
    assert.ok(Math.abs(found - line.confidence) < 1e-12, JSON.stringify(line));
  }
});

test('a translation that lacks a number is told', () => {
  assert.deepEqual(missing(itemsOf('It costs 878 euros.'), itemsOf('Ça coûte 87 euros.')), ['878']);
  assert.equal(mended(itemsOf('It costs 878 euros.'), 'Ça coûte 87 euros.'), 'Ça coûte 878 euros.');
  assert.deepEqual(missing(itemsOf('At 7:45 pm, AB-1234.'), itemsOf('À 19h45, AB 1234.')), []);
});

test('a saved confidence is checked', () => {
  assert.equal(calibrationOf({}), null);
  assert.throws(() => calibrationOf({ confidence: { bias: 1, slope: -1, doubt: 0 } }), { message: /slope >= 0/ });
});
