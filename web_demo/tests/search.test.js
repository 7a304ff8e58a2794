import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logSoftmax } from '../src/decoding/log_probabilities.js';
import { DEFAULTS, decodingOptions, lengthLimit } from '../src/decoding/options.js';
import { EncoderDecoder } from '../src/decoding/runner.js';
import { draw, uniform, SAMPLING_DEFAULTS } from '../src/decoding/sampling.js';
import { search } from '../src/decoding/search.js';

const SIZE = 9;
const BEAM = 4;
const LISTED = 2 * BEAM + 2;
const [BOS, PAD, EOS, UNK] = [0, 1, 2, 3];

/** Logits that depend on the last two tokens only; many tie. @param {number} before @param {number} last */
function logitsOf(before, last) {
  const row = Float32Array.from(
    { length: SIZE },
    (_, token) => Math.round(3 * Math.sin(7 * before + 3 * last + 5 * token)) / 2,
  );
  row[EOS] -= 0.5;
  return row;
}

/** A file whose state is the last token: `cache` of growth `state` has the token before. */
const manifest = /** @type {any} */ ({
  special_ids: { bos: BOS, pad: PAD, eos: EOS, unk: UNK },
  vocabulary_sizes: { source: SIZE, target: SIZE },
  beam_size: BEAM,
  buckets: [8, 16],
  caches: [{ input: 'last', output: 'new_last', growth: 'state' }],
  signatures: Object.fromEntries(
    [8, 16].flatMap((bucket) => [
      [
        `encode_${bucket}`,
        {
          inputs: [
            { name: 'source_ids', shape: [bucket] },
            { name: 'source_length', shape: [1] },
          ],
          outputs: [],
        },
      ],
      [`decode_step_${bucket}`, { inputs: stepInputs(bucket, []), outputs: [] }],
      [`beam_step_${bucket}`, { inputs: stepInputs(bucket, [BEAM]), outputs: [] }],
    ]),
  ),
});

/** @param {number} bucket @param {number[]} rows */
function stepInputs(bucket, rows) {
  return [
    { name: 'token', shape: rows.length ? rows : [1] },
    { name: 'position', shape: [1] },
    { name: 'source_length', shape: [1] },
    { name: 'memory', shape: [2, bucket, 1] },
    { name: 'last', shape: [...rows, 1, 1] },
  ];
}

const model = {
  keep: (/** @type {any} */ data) => ({ data }),
  drop() {},
  close() {},
  /** @param {string} signature @param {any} inputs */
  async run(signature, inputs) {
    if (signature.startsWith('encode')) return { memory: new Float32Array(2 * Number(signature.slice(7))) };
    const tokens = Array.from(inputs.token.data);
    assert.equal(inputs.memory.kept.data.length, 2 * Number(signature.split('_').pop()));
    const logits = tokens.map((token, row) => logitsOf(inputs.last.data[row], /** @type {number} */ (token)));
    const rows = logits.map((row) => {
      const values = row.slice();
      logSoftmax(values);
      const order = Array.from(values.keys()).sort((one, other) => values[other] - values[one] || one - other);
      return { values, order };
    });
    const best = /** @type {number} */ (rows[0].order.find((token) => token !== PAD));
    return {
      new_last: Float32Array.from(/** @type {number[]} */ (tokens)),
      next_token: Int32Array.of(best),
      log_probability: Float32Array.of(rows[0].values[best]),
      logits: Float32Array.from(logits.flatMap((row) => Array.from(row))),
      top_tokens: Int32Array.from(rows.flatMap(({ order }) => order.slice(0, LISTED - 3))),
      top_log_probabilities: Float32Array.from(
        rows.flatMap(({ values, order }) => order.slice(0, LISTED - 3).map((token) => values[token])),
      ),
    };
  },
};

/** docs/decoding.md without lists, caches and buckets. @param {any} options @param {number} limit */
function reference(options, limit) {
  const size = options.beam_size;
  let live = [{ ids: /** @type {number[]} */ ([]), total: 0 }];
  /** @type {{ids: number[], score: number}[]} */
  const finished = [];
  for (let t = 0; t <= limit; t++) {
    const candidates = live.flatMap(({ ids, total }, h) => {
      const last = ids[t - 1] ?? EOS;
      const row = logitsOf(t === 0 ? 0 : (ids[t - 2] ?? EOS), last);
      logSoftmax(row);
      return Array.from(row, (value, v) => ({ h, v, ids, value: Math.fround(total + value) })).filter(({ v }) =>
        allowed(options, ids, v, limit),
      );
    });
    candidates.sort((one, other) => other.value - one.value || one.h - other.h || one.v - other.v);
    const best = candidates.slice(0, 2 * size);
    for (const { v, ids, value } of best.slice(0, size)) {
      const score = Math.fround(value / Math.fround((t + 1) ** Math.fround(options.length_penalty)));
      if (v === EOS && finished.length < size) finished.push({ ids, score });
    }
    live = best
      .filter(({ v }) => v !== EOS)
      .slice(0, size)
      .map(({ v, ids, value }) => ({ ids: [...ids, v], total: value }));
    if (finished.length === size || live.length === 0) break;
  }
  return finished.sort((one, other) => other.score - one.score);
}

/** @param {any} options @param {number[]} ids @param {number} token @param {number} limit */
function allowed(options, ids, token, limit) {
  if (token === PAD) return false;
  if (token === EOS) return ids.length >= options.min_length;
  if (ids.length >= limit) return false;
  const n = options.no_repeat_ngram;
  const next = [...ids, token];
  const grams = Array.from({ length: Math.max(0, next.length - n + 1) }, (_, i) => next.slice(i, i + n).join());
  return n === 0 || next.length < n || !grams.slice(0, -1).includes(/** @type {string} */ (grams[grams.length - 1]));
}

for (const given of [
  { beam_size: 1 },
  { beam_size: 1, min_length: 5, no_repeat_ngram: 2 },
  { beam_size: 4, n_best: 4 },
  { beam_size: 4, n_best: 4, length_penalty: 0, min_length: 0 },
  { beam_size: 3, n_best: 3, no_repeat_ngram: 2, min_length: 3 },
  { beam_size: 4, n_best: 4, max_length: 3 },
  // More than the file's rows, and past the first bucket.
  { beam_size: 6, n_best: 6, length_penalty: 0.6, min_length: 9 },
]) {
  test(`the search is that of the specification with ${JSON.stringify(given)}`, async () => {
    const options = decodingOptions(given);
    const source = [4, 5, EOS];
    const found = await search(new EncoderDecoder(model, manifest), source, options);
    assert.deepEqual(found, reference(options, lengthLimit(options, source.length, 15)));
    assert.ok(found.length > 0);
  });
}

test('options are checked before any work', () => {
  assert.throws(() => decodingOptions({ beam_size: 0 }), {
    message: 'beam_size must be a positive whole number. Received: 0',
  });
  assert.throws(() => decodingOptions({ n_best: 5 }), { message: 'n_best must not exceed beam_size, 4. Received: 5' });
  assert.throws(() => decodingOptions(/** @type {any} */ ({ size: 1 })), {
    message: /Options of decoding are .*Received: size/,
  });
  assert.throws(() => lengthLimit({ ...DEFAULTS, min_length: 20 }, 3, 15), {
    message: /must not exceed the 15 tokens/,
  });
  assert.equal(lengthLimit(DEFAULTS, 3, 127), 24);
});

test('random numbers are those of docs/sampling.md', () => {
  assert.equal(uniform(0n, 0, 0).toFixed(6), '0.652448');
  assert.equal(uniform(0n, 0, 1).toFixed(6), '0.701212');
  assert.equal(uniform(1n, 2, 0).toFixed(6), '0.651475');
});

test('drawing keeps the most probable tokens, of equals the lowest ids', () => {
  const row = Float32Array.of(-Infinity, Math.log(0.2), Math.log(0.4), Math.log(0.2), Math.log(0.2));
  const drawn = (/** @type {object} */ options, /** @type {number} */ number) =>
    draw(row, { ...SAMPLING_DEFAULTS, ...options }, number);
  assert.equal(drawn({ temperature: 0 }, 0.9), 2);
  assert.equal(drawn({}, 0), 2);
  assert.deepEqual(
    [0.39, 0.41, 0.61, 0.81, 0.999].map((number) => drawn({}, number)),
    [2, 1, 3, 4, 4],
  );
  assert.deepEqual(
    [0.66, 0.67].map((number) => drawn({ top_k: 2 }, number)),
    [2, 1],
  );
  assert.equal(drawn({ top_p: 0.3 }, 0.999), 2);
  assert.throws(() => draw(Float32Array.of(-Infinity), SAMPLING_DEFAULTS, 0), { message: /At least one token/ });
});
