import { ModelError } from '../errors.js';
import { Candidates } from './candidates.js';
import { indexOfGreatest } from './log_probabilities.js';
import { lengthLimit } from './options.js';
import { Rules } from './rules.js';

/**
 * @typedef {{ids: number[], score: number}} Scored ids without `eos`
 * @typedef {(ids: number[]) => void | Promise<void>} Progress called after each step with the best running hypothesis;
 * what it throws ends the search
 */

/**
 * All finished hypotheses for one source, best first (docs/decoding.md).
 *
 * @param {import('./runner.js').EncoderDecoder} model
 * @param {number[]} sourceIds the final `eos` included
 * @param {import('./options.js').DecodingOptions} options
 * @param {Progress} [progress]
 * @returns {Promise<Scored[]>}
 */
export async function search(model, sourceIds, options, progress = () => {}) {
  const { beam_size: beamSize, special_ids: special, vocabulary_sizes: sizes } = model.manifest;
  if (options.beam_size > 1 && beamSize === 1) {
    throw new ModelError(
      'beam_size must be at most 1 for a file that was exported with --beam-size 1',
      options.beam_size,
    );
  }
  const limit = lengthLimit(options, sourceIds.length, model.capacity);
  const rules = new Rules(options, limit, special, sizes.target);
  const steps = await model.start(sourceIds, options.beam_size);
  try {
    return options.beam_size === 1
      ? await greedy(steps, rules, progress)
      : await new BeamSearch(steps, rules).run(progress);
  } finally {
    steps.close();
  }
}

/**
 * @param {import('./runner.js').Steps} steps
 * @param {Rules} rules
 * @param {Progress} progress
 */
async function greedy(steps, rules, progress) {
  /** @type {number[]} */
  const ids = [];
  let total = 0;
  let token = rules.eosId;
  for (;;) {
    const [outputs] = await steps.step([token]);
    token = outputs.next_token[0];
    let logProbability = outputs.log_probability[0];
    if (!rules.allows(token, ids)) {
      const row = rules.allowedLogProbabilities(outputs.logits, ids);
      token = indexOfGreatest(row);
      logProbability = row[token];
      if (logProbability === -Infinity) return [];
    }
    total = Math.fround(total + logProbability);
    if (token === rules.eosId) return [{ ids, score: rules.score(total, ids.length + 1) }];
    ids.push(token);
    await progress(ids);
  }
}

/**
 * Beam search over `beam_step`, which lists the most probable tokens of each row. Where a list does not settle its row,
 *  its logits are read.
 */
class BeamSearch {
  /** @param {import('./runner.js').Steps} steps @param {Rules} rules */
  constructor(steps, rules) {
    this.steps = steps;
    this.rules = rules;
    this.size = rules.options.beam_size;
    /** @type {number[][]} */
    this.live = [[]];
    this.totals = [0];
    /** @type {Scored[]} */
    this.finished = [];
  }

  /** @param {Progress} progress @returns {Promise<Scored[]>} of equal scores the first finished first */
  async run(progress) {
    let tokens = [this.rules.eosId];
    for (let length = 0; length <= this.rules.limit; length++) {
      const candidates = await this.candidates(tokens);
      const kept = this.divide(candidates, length);
      if (this.finished.length === this.size || length === this.rules.limit || kept.length === 0) break;
      tokens = kept.map(({ token }) => token);
      this.totals = kept.map(({ value }) => value);
      this.live = kept.map(({ row, token }) => [...this.live[row], token]);
      this.steps.reorder(kept.map(({ row }) => row));
      await progress(this.live[0]);
    }
    return this.finished.sort((one, other) => other.score - one.score); // stable
  }

  /** The best 2 B candidates, best first. @param {number[]} tokens of the live hypotheses */
  async candidates(tokens) {
    const results = await this.steps.step(tokens);
    const found = new Candidates(2 * this.size);
    const { chunk } = this.steps.layout;
    tokens.forEach((_, row) => {
      const outputs = results[Math.floor(row / chunk)];
      const listed = outputs.top_tokens.length / chunk;
      const first = (row % chunk) * listed;
      const list = {
        tokens: outputs.top_tokens.subarray(first, first + listed),
        values: outputs.top_log_probabilities.subarray(first, first + listed),
      };
      if (this.addListed(row, list, found)) return;
      const size = outputs.logits.length / chunk;
      this.addFromLogits(row, outputs.logits.subarray((row % chunk) * size, ((row % chunk) + 1) * size), found);
    });
    return found.list;
  }

  /**
   * Adds the allowed listed tokens of a row if the list settles it: enough of them above its last entry, with which
   * unlisted tokens may tie.
   *
   * @param {number} row
   * @param {{tokens: Int32Array, values: Float32Array}} list
   * @param {Candidates} found
   */
  addListed(row, { tokens, values }, found) {
    const last = values[values.length - 1];
    const allowed = Array.from(tokens, (token) => this.rules.allows(token, this.live[row]));
    const above = allowed.filter((allows, place) => allows && values[place] > last).length;
    if (above < 2 * this.size && tokens.length < this.rules.vocabularySize) return false;
    tokens.forEach((token, place) => {
      if (allowed[place]) found.add(row, token, Math.fround(this.totals[row] + values[place]));
    });
    return true;
  }

  /** @param {number} row @param {Float32Array} logits @param {Candidates} found */
  addFromLogits(row, logits, found) {
    const values = this.rules.allowedLogProbabilities(logits, this.live[row]);
    const best = new Candidates(2 * this.size);
    values.forEach((value, token) => best.add(row, token, value));
    for (const { token, value } of best.list) found.add(row, token, Math.fround(this.totals[row] + value));
  }

  /**
   * Takes the ends among the first B candidates as finished; the first B others live on.
   *
   * @param {import('./candidates.js').Candidate[]} candidates
   * @param {number} length
   */
  divide(candidates, length) {
    const kept = [];
    for (const [place, candidate] of candidates.entries()) {
      if (candidate.token !== this.rules.eosId) {
        if (kept.length < this.size) kept.push(candidate);
      } else if (place < this.size && this.finished.length < this.size) {
        this.finished.push({ ids: this.live[candidate.row], score: this.rules.score(candidate.value, length + 1) });
      }
    }
    return kept;
  }
}
