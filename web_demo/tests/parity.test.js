import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PATIENCE, inBrowser, skip } from './browser.js';
import { names, vectors } from './vectors.js';

/** Greatest difference of a score where the ids are the same. */
const TOLERANCE = 0.05;
/** Greatest share of the sure answers with other ids: what decides is a sample (docs/porting.md). */
const MOST_WRONG = 0.06;

/**
 * Answers a file of vectors in the page.
 *
 * @param {{name: string, head: any, lines: any[]}} question
 * @returns {Promise<any[]>}
 */
async function answerInPage({ name, head, lines }) {
  const url = (/** @type {string} */ path) => new URL(`../${path}`, document.baseURI).href;
  const bytes = async (/** @type {string} */ path) => new Uint8Array(await (await fetch(url(path))).arrayBuffer());
  const { LiteRtModel, loadRuntime } = await import(url('src/runtime/litert_model.js'));
  const { Bundle } = await import(url('src/bundle/bundle.js'));
  const { NormalizationTable } = await import(url('src/text/normalization_table.js'));
  await loadRuntime(url('vendor/litert/'));
  const bundle = await Bundle.read(
    await bytes(`models/${name}.ltpk`),
    new NormalizationTable(await bytes('data/nfkc.bin')),
  );
  const answerer = bundle.answerer(await LiteRtModel.open(bundle.model));
  const ask = async (/** @type {string} */ field, /** @type {any} */ options, /** @type {string} */ text) => {
    try {
      if (head.task === 'language-model') {
        const { sample, seed, ...rest } = options;
        const ids = await answerer.completeIds(text, { ...rest, seed: BigInt(seed) }, sample);
        return [{ ids, text: answerer.textBehind(text, ids) }];
      }
      const reader = field === 'answers' ? answerer : (answerer.generator ?? answerer);
      return await reader.generate(text, options);
    } catch (error) {
      const { tokens, limit } = /** @type {any} */ (error);
      if (tokens === undefined) throw error;
      return { too_long: tokens, limit };
    }
  };
  const answers = [];
  for (const { text } of lines) {
    /** @type {Record<string, any>} */
    const found = {};
    for (const [field, options] of Object.entries(head.options)) found[field] = await ask(field, options, text);
    answers.push(found);
  }
  return answers;
}

/** @param {any} answer */
const idsOf = (answer) => (Array.isArray(answer) ? answer.map(({ ids }) => ids) : answer);

/**
 * Checks one field of a line; returns whether its ids are Python's.
 *
 * @param {any} expected
 * @param {any} found
 * @param {string} where
 */
function compare(expected, found, where) {
  if (JSON.stringify(idsOf(expected)) !== JSON.stringify(idsOf(found))) return false;
  if (!Array.isArray(expected)) return true;
  expected.forEach((hypothesis, place) => {
    assert.equal(found[place].text, hypothesis.text, where);
    assert.deepEqual(found[place].missing ?? [], hypothesis.missing ?? [], where);
    assert.deepEqual(found[place].added ?? [], hypothesis.added ?? [], where);
    if ('score' in hypothesis)
      assert.ok(
        Math.abs(found[place].score - hypothesis.score) < TOLERANCE * Math.max(1, Math.abs(hypothesis.score)),
        where,
      );
  });
  return true;
}

for (const name of names) {
  test(`${name} answers in the browser as in Python`, { skip, timeout: 3 * PATIENCE }, async (context) => {
    await inBrowser(async (page, { server }) => {
      const { head, lines } = vectors(name);
      await page.goto(`${server.url}tests/blank.html`);
      const answers = await page.evaluate(answerInPage, { name, head, lines });
      const counts = { equal: 0, unsure: 0, otherwise: 0 };
      const wrong = [];
      for (const [place, line] of lines.entries()) {
        for (const field of Object.keys(head.options)) {
          const isEqual = compare(line[field], answers[place][field], `${field} of ${JSON.stringify(line.text)}`);
          const isUnsure = line.unsure.includes(field);
          if (isEqual) counts.equal += 1;
          else if (!isUnsure) wrong.push(`${field} of ${JSON.stringify(line.text)}`);
          else counts.otherwise += 1;
          if (isUnsure) counts.unsure += 1;
        }
      }
      const total = lines.length * Object.keys(head.options).length;
      context.diagnostic(
        `${name}: ${counts.equal} of ${total} answers have Python's ids; ` +
          `of the ${counts.unsure} unsure ones, ${counts.otherwise} have others; of the sure ones, ${wrong.length}`,
      );
      const sure = total - counts.unsure;
      assert.ok(wrong.length <= MOST_WRONG * sure, `of ${sure}: ${wrong.join('; ')}`);
    });
  });
}
