import { ModelError } from '../errors.js';

/**
 * Options of greedy and beam search (docs/decoding.md), with the names of the manifest.
 *
 * @typedef {object} DecodingOptions
 * @property {number} beam_size hypotheses kept per sentence; 1 is greedy search
 * @property {number} length_penalty exponent of the length in the final score
 * @property {number | null} max_length greatest number of tokens before `eos`; null: by the source's length
 * @property {number} max_length_ratio without `max_length`, the limit is `floor(max_length_ratio * S) +
 * max_length_offset`
 * @property {number} max_length_offset see `max_length_ratio`
 * @property {number} n_best hypotheses returned, at most `beam_size`
 * @property {boolean} copy_check ranks answers that keep numbers, addresses and codes first
 * @property {number} min_length least number of tokens before `eos`
 * @property {number} no_repeat_ngram n > 0 forbids repeated n-grams
 */

/** @type {DecodingOptions} */
export const DEFAULTS = Object.freeze({
  beam_size: 4,
  length_penalty: 1.0,
  max_length: null,
  max_length_ratio: 1.5,
  max_length_offset: 20,
  n_best: 1,
  copy_check: true,
  min_length: 1,
  no_repeat_ngram: 0,
});
/** Defaults of a task that differ from `DEFAULTS`. @type {Record<string, Partial<DecodingOptions>>} */
const TASK_DEFAULTS = { summarization: { no_repeat_ngram: 3 } };

/**
 * Complete options, checked.
 *
 * @param {Partial<DecodingOptions>} given
 * @returns {DecodingOptions}
 * @throws {ModelError} an option is unknown or outside its range
 */
export function decodingOptions(given = {}) {
  const options = { ...DEFAULTS, ...given };
  const need = (/** @type {boolean} */ holds, /** @type {string} */ rule, /** @type {unknown} */ received) => {
    if (!holds) throw new ModelError(rule, received);
  };
  const unknown = Object.keys(given).filter((name) => !(name in DEFAULTS));
  need(unknown.length === 0, `Options of decoding are ${Object.keys(DEFAULTS).join(', ')}`, unknown);
  for (const name of /** @type {const} */ (['beam_size', 'max_length_offset', 'n_best'])) {
    need(
      Number.isInteger(options[name]) && options[name] > 0,
      `${name} must be a positive whole number`,
      options[name],
    );
  }
  for (const name of /** @type {const} */ (['min_length', 'no_repeat_ngram'])) {
    need(
      Number.isInteger(options[name]) && options[name] >= 0,
      `${name} must be a whole number of at least 0`,
      options[name],
    );
  }
  need(options.n_best <= options.beam_size, `n_best must not exceed beam_size, ${options.beam_size}`, options.n_best);
  need(
    options.max_length === null || options.max_length >= Math.max(1, options.min_length),
    `max_length must not be below min_length, ${options.min_length}`,
    options.max_length,
  );
  need(Number.isFinite(options.length_penalty), 'length_penalty must be finite', options.length_penalty);
  need(options.max_length_ratio >= 0, 'max_length_ratio must not be negative', options.max_length_ratio);
  return options;
}

/**
 * What callers start from: the options that were saved with the model, otherwise those of its task.
 *
 * @param {import('../bundle/manifest.js').Manifest} manifest
 */
export function optionsOf(manifest) {
  const options = decodingOptions({ ...TASK_DEFAULTS[manifest.task], ...manifest.settings.decoding });
  if (manifest.beam_size > 1) return options;
  return { ...options, beam_size: 1, n_best: 1 };
}

/**
 * Greatest number of tokens before `eos`.
 *
 * @param {DecodingOptions} options
 * @param {number} sourceLength `eos` counted
 * @param {number} capacity tokens that the file has room for
 */
export function lengthLimit(options, sourceLength, capacity) {
  if (options.min_length > capacity)
    throw new ModelError(
      `min_length must not exceed the ${capacity} tokens that the file has room for`,
      options.min_length,
    );
  const limit = options.max_length ?? Math.floor(options.max_length_ratio * sourceLength) + options.max_length_offset;
  return Math.min(Math.max(limit, options.min_length), capacity);
}
