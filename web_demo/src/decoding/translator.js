import { Cutter } from '../paragraphs/cutter.js';
import { Paragraph } from '../paragraphs/paragraph.js';
import { textOf, separate } from '../paragraphs/plain_text.js';
import { SentenceSplitter, hasSpaces } from '../paragraphs/splitter.js';
import { faultsOf, unjudged } from './answers.js';

/**
 * @typedef {import('./answers.js').Hypothesis} Hypothesis
 * @typedef {{chosen: Hypothesis[], faults: number, score: number}} Combination
 */

/** Of a sentence that no model reads. @type {Hypothesis[]} */
const COPIED = [unjudged('', [])];

/** Translates texts of any length and with markup, sentence by sentence (docs/paragraphs.md). One call at a time. */
export class Translator {
  /** @param {import('./generator.js').Generator} generator of a translation model */
  constructor(generator) {
    const [source = '', target = source] = generator.manifest.languages;
    this.generator = generator;
    this.splitter = new SentenceSplitter(source);
    this.isSpaced = hasSpaces(target);
    this.cutter = new Cutter(generator.sourceLimit, (cells) => generator.countTokens(textOf(separate(cells).codes)));
  }

  get defaultOptions() {
    return this.generator.defaultOptions;
  }

  /**
   * The best translations of a text, best first.
   *
   * @param {string} text
   * @param {import('./options.js').DecodingOptions} [options]
   * @param {(text: string) => void | Promise<void>} [onPartial] gets the translation so far after each token; what it
   * throws ends the call
   * @returns {Promise<Hypothesis[]>} none if a sentence has none
   */
  async generate(text, options = this.defaultOptions, onPartial) {
    const paragraph = new Paragraph(text, this.splitter, this.cutter, this.isSpaced);
    /** @type {Combination[]} */
    let best = [{ chosen: [], faults: 0, score: 0 }];
    let written = paragraph.joined([]);
    for (const sentence of paragraph.sentences) {
      const before = written;
      const progress = onPartial && ((/** @type {string} */ partial) => onPartial(before + paragraph.escaped(partial)));
      const found = sentence.isCopied ? COPIED : await this.generator.generate(sentence.plain, options, progress);
      best = combined(best, found).slice(0, options.n_best);
      written = paragraph.joined((best[0]?.chosen ?? []).map((one) => one.text));
      await onPartial?.(written);
    }
    return best.map(({ chosen }) => joined(chosen, paragraph.joined(chosen.map((one) => one.text))));
  }

  close() {
    this.generator.close();
  }
}

/**
 * The sort is stable: of equal combinations, the one whose earlier sentences rank higher comes first.
 *
 * @param {Combination[]} best
 * @param {Hypothesis[]} found
 */
function combined(best, found) {
  const extended = best.flatMap(({ chosen, faults, score }) =>
    found.map((one) => ({ chosen: [...chosen, one], faults: faults + faultsOf(one), score: score + one.score })),
  );
  return extended.sort((one, other) => one.faults - other.faults || other.score - one.score);
}

/**
 * The hypothesis of a text from those of its sentences.
 *
 * @param {Hypothesis[]} chosen
 * @param {string} text
 * @returns {Hypothesis}
 */
function joined(chosen, text) {
  if (chosen.length === 1) return { ...chosen[0], text };
  const known = chosen.map((one) => one.confidence).filter((value) => value !== null);
  return {
    text,
    ids: chosen.flatMap((one) => one.ids),
    score: chosen.reduce((sum, one) => sum + one.score, 0),
    missing: chosen.flatMap((one) => one.missing),
    added: chosen.flatMap((one) => one.added),
    mended: chosen.flatMap((one) => one.mended),
    confidence: known.length ? Math.min(...known) : null,
  };
}
