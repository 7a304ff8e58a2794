import { TextTooLongError } from '../errors.js';
import { AnswerRules } from './answers.js';
import { optionsOf } from './options.js';
import { EncoderDecoder } from './runner.js';
import { search } from './search.js';

/** @typedef {import('../text/vocabulary.js').AnyVocabulary} AnyVocabulary */

/** Answers texts, each as one sequence, with an encoder-decoder's file. One text at a time. */
export class Generator {
  /**
   * @param {import('./runner.js').TensorModel} model
   * @param {import('../bundle/manifest.js').Manifest} manifest
   * @param {{source: AnyVocabulary, target: AnyVocabulary}} vocabularies
   */
  constructor(model, manifest, vocabularies) {
    this.model = new EncoderDecoder(model, manifest);
    this.manifest = manifest;
    this.vocabularies = vocabularies;
    this.rules = new AnswerRules(manifest);
    this.defaultOptions = optionsOf(manifest);
    this.maxSourceTokens = manifest.settings.max_source_tokens ?? Infinity;
  }

  /** Greatest number of tokens that it reads of a text, `eos` excluded. */
  get sourceLimit() {
    return Math.min(this.model.largest - 1, this.maxSourceTokens);
  }

  /** @param {string} text */
  countTokens(text) {
    return this.vocabularies.source.encode(text).length;
  }

  /**
   * The best hypotheses of a text, best first.
   *
   * @param {string} text
   * @param {import('./options.js').DecodingOptions} [options]
   * @param {(text: string) => void | Promise<void>} [onPartial] gets the text so far after each token; what it throws
   * ends the call
   * @returns {Promise<import('./answers.js').Hypothesis[]>}
   * @throws {TextTooLongError}
   */
  async generate(text, options = this.defaultOptions, onPartial) {
    const { source, target } = this.vocabularies;
    const ids = source.encode(text).slice(0, this.maxSourceTokens);
    if (ids.length >= this.model.largest) throw new TextTooLongError(ids.length + 1, this.model.largest);
    const progress = onPartial && ((/** @type {number[]} */ running) => onPartial(target.decode(running)));
    const found = ids.length
      ? await search(this.model, [...ids, source.eosId], options, progress)
      : [{ ids: [], score: 0 }];
    return this.rules.answers(text, options, found, (tokens) => target.decode(tokens));
  }

  close() {
    this.model.model.close();
  }
}
