import { ModelError, TextTooLongError } from '../errors.js';
import { LanguageModelFile } from './runner.js';
import { SAMPLING_DEFAULTS, draw, uniform } from './sampling.js';

/** Completes texts with a language model's file (docs/sampling.md). */
export class Completer {
  /**
   * @param {import('./runner.js').TensorModel} model
   * @param {import('../bundle/manifest.js').Manifest} manifest
   * @param {import('../text/vocabulary.js').AnyVocabulary} vocabulary
   */
  constructor(model, manifest, vocabulary) {
    if (manifest.task !== 'language-model')
      throw new ModelError('A completer needs a language model', `a bundle made for ${manifest.task}`);
    this.file = new LanguageModelFile(model, manifest);
    this.vocabulary = vocabulary;
  }

  /**
   * The tokens that continue a text.
   *
   * @param {string} text
   * @param {Partial<import('./sampling.js').SamplingOptions>} [given]
   * @param {number} [sample] number of the completion
   * @param {(ids: number[]) => void | Promise<void>} [progress] called after each token; what it throws ends the
   * completion
   * @returns {Promise<number[]>}
   * @throws {TextTooLongError} the text fills the largest bucket
   */
  async completeIds(text, given = {}, sample = 0, progress = () => {}) {
    const options = { ...SAMPLING_DEFAULTS, ...given };
    const { vocabulary, file } = this;
    const prompt = vocabulary.encode(text);
    if (prompt.length >= file.largest) throw new TextTooLongError(prompt.length, file.largest - 1);
    const limit = Math.min(options.max_tokens, file.largest - prompt.length);
    const { steps, logProbabilities } = await file.prefill([vocabulary.eosId, ...prompt]);
    let row = logProbabilities;
    /** @type {number[]} */
    const ids = [];
    for (let step = 0; step < limit; step++) {
      const token = draw(this.allowed(row, options, step), options, uniform(options.seed, sample, step));
      if (token === vocabulary.eosId) break;
      ids.push(token);
      await progress(ids);
      if (step + 1 < limit) row = (await steps.step([token]))[0].log_probabilities;
    }
    return ids;
  }

  /**
   * The text that continues a text; see `completeIds`.
   *
   * @param {string} text
   * @param {Partial<import('./sampling.js').SamplingOptions>} [options]
   * @param {number} [sample]
   */
  async complete(text, options = {}, sample = 0) {
    return this.textBehind(text, await this.completeIds(text, options, sample));
  }

  /** What tokens add to a text. @param {string} text @param {number[]} ids */
  textBehind(text, ids) {
    const prompt = this.vocabulary.encode(text);
    return this.vocabulary.decode([...prompt, ...ids]).slice(this.vocabulary.decode(prompt).length);
  }

  /** @param {Float32Array} row @param {import('./sampling.js').SamplingOptions} options @param {number} step */
  allowed(row, options, step) {
    const result = row.slice(0, this.vocabulary.size);
    result[this.vocabulary.bosId] = -Infinity;
    result[this.vocabulary.padId] = -Infinity;
    if (step < options.min_tokens) result[this.vocabulary.eosId] = -Infinity;
    return result;
  }

  close() {
    this.file.model.close();
  }
}
