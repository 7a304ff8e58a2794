import { logSoftmax } from './log_probabilities.js';

/** @typedef {import('./options.js').DecodingOptions} DecodingOptions */

/** Which tokens may follow a hypothesis, and what a finished one scores (docs/decoding.md). */
export class Rules {
  /**
   * @param {DecodingOptions} options
   * @param {number} limit greatest number of tokens before `eos`
   * @param {{eos: number, pad: number}} special
   * @param {number} vocabularySize
   */
  constructor(options, limit, special, vocabularySize) {
    this.options = options;
    this.limit = limit;
    this.eosId = special.eos;
    this.padId = special.pad;
    this.vocabularySize = vocabularySize;
  }

  /** @param {number} token @param {number[]} ids */
  allows(token, ids) {
    if (token >= this.vocabularySize || token === this.padId) return false;
    if (token === this.eosId) return ids.length >= this.options.min_length;
    return ids.length < this.limit && !this.completions(ids).includes(token);
  }

  /** Tokens that would complete an n-gram which the hypothesis already contains. @param {number[]} ids */
  completions(ids) {
    const size = this.options.no_repeat_ngram;
    const found = [];
    const prefix = ids.length - (size - 1);
    for (let start = 0; size > 0 && start < prefix; start++) {
      let same = true;
      for (let offset = 0; offset < size - 1 && same; offset++) same = ids[start + offset] === ids[prefix + offset];
      if (same) found.push(ids[start + size - 1]);
    }
    return found;
  }

  /**
   * Log-probabilities of a row of logits, minus infinity where a token may not follow.
   *
   * @param {Float32Array} logits (V) or longer
   * @param {number[]} ids
   * @returns {Float32Array} (V)
   */
  allowedLogProbabilities(logits, ids) {
    const row = logits.slice(0, this.vocabularySize);
    logSoftmax(row);
    const end = row[this.eosId];
    for (const token of this.completions(ids)) row[token] = -Infinity;
    if (ids.length >= this.limit) row.fill(-Infinity);
    row[this.padId] = -Infinity;
    row[this.eosId] = ids.length < this.options.min_length ? -Infinity : end;
    return row;
  }

  /** Score of a finished hypothesis, in float32. @param {number} total @param {number} length `eos` counted */
  score(total, length) {
    return Math.fround(total / Math.fround(length ** Math.fround(this.options.length_penalty)));
  }
}
