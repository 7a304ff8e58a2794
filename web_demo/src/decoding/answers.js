import { calibrationOf, confidence } from './confidence.js';
import { mended, missing, unsupported } from './copy_check.js';
import { itemsOf } from './items.js';

/**
 * @typedef {object} Hypothesis one answer
 * @property {string} text
 * @property {number[]} ids without `eos`
 * @property {number} score
 * @property {string[]} missing numbers, addresses and codes of the source that a translation lacks
 * @property {string[]} added those of a summary that its document does not have
 * @property {string[]} mended those that the model had copied wrongly, and that `text` has as in the source
 * @property {number | null} confidence probability that the answer is acceptable; null for a model that was not
 * calibrated
 *
 * @typedef {import('./options.js').DecodingOptions} DecodingOptions
 */

/**
 * An answer that nothing was compared with, and that has no confidence.
 *
 * @param {string} text
 * @param {number[]} ids
 * @param {number} score
 * @returns {Hypothesis}
 */
export const unjudged = (text, ids, score = 0) => ({
  text,
  ids,
  score,
  missing: [],
  added: [],
  mended: [],
  confidence: null,
});

/**
 * The check of each task that has one.
 *
 * @type {Record<string, {field: 'missing' | 'added', compare: typeof missing, readsEveryAnswer: boolean}>}
 */
const CHECKS = {
  translation: { field: 'missing', compare: missing, readsEveryAnswer: false },
  summarization: { field: 'added', compare: unsupported, readsEveryAnswer: true },
};

/**
 * From a search's finished hypotheses to answers (docs/trust.md): no text twice, faithful ones first, each with its
 *  confidence.
 */
export class AnswerRules {
  /** @param {import('../bundle/manifest.js').Manifest} manifest */
  constructor(manifest) {
    this.check = CHECKS[manifest.task];
    this.calibration = calibrationOf(manifest.settings);
  }

  /**
   * The answers, best first, at most `options.n_best`.
   *
   * @param {string} source the text that was read
   * @param {DecodingOptions} options
   * @param {import('./search.js').Scored[]} found all finished hypotheses, best first
   * @param {(ids: number[]) => string} decode
   * @returns {Hypothesis[]}
   */
  answers(source, options, found, decode) {
    const items = options.copy_check && this.check ? itemsOf(source) : [];
    const check =
      options.copy_check && this.check && (items.length > 0 || this.check.readsEveryAnswer) ? this.check : null;
    const used = check === null && options.n_best === 1 ? found.slice(0, 1) : found;
    /** @type {Map<string, Hypothesis>} */
    const chosen = new Map();
    for (const { ids, score } of used) {
      const decoded = decode(ids);
      const faults = check ? check.compare(items, itemsOf(decoded)) : [];
      const text = faults.length > 0 && check?.field === 'missing' ? mended(items, decoded) : decoded;
      if (chosen.has(text)) continue;
      const sure =
        this.calibration &&
        confidence(this.calibration, score, ids.length + 1, options.length_penalty, faults.length > 0);
      const judged = { ...unjudged(text, ids, score), confidence: sure };
      if (check) judged[text === decoded ? check.field : 'mended'] = faults;
      chosen.set(text, judged);
    }
    const ranked = [...chosen.values()].sort((one, other) => faultsOf(one) - faultsOf(other)); // stable
    return ranked.slice(0, options.n_best);
  }
}

/** Number of faults that the copy check found. @param {Hypothesis} hypothesis */
export const faultsOf = (hypothesis) => hypothesis.missing.length + hypothesis.added.length;
