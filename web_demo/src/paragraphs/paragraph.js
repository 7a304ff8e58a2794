import { escape } from './entities.js';
import { rawOf, readCells } from './markup.js';
import { Sentence } from './sentence.js';
import { skip, trimmedEnd } from './splitter.js';

/** @typedef {import('./markup.js').Cell} Cell */

/** A text of any length as sentences, and their translations as one text (docs/paragraphs.md). */
export class Paragraph {
  /**
   * @param {string} text
   * @param {import('./splitter.js').SentenceSplitter} splitter
   * @param {import('./cutter.js').Cutter} cutter
   * @param {boolean} isSpaced whether the target language has spaces between sentences
   */
  constructor(text, splitter, cutter, isSpaced) {
    const all = readCells(text);
    const begin = skip(all, 0, (cell) => cell.isSpace);
    const cells = all.slice(begin, trimmedEnd(all, begin, all.length));
    const parts = splitter.ranges(cells).flatMap((range) => cutter.cut(cells, range));
    this.sentences = parts.map(
      (part) => new Sentence(cells.slice(part.begin, part.end), cutter.isUnreadable(cells, part)),
    );
    /** What stands in front of the first sentence, between them, and behind the last one. */
    this.gaps = Array.from({ length: parts.length + 1 }, (_, number) => {
      const gap = cells.slice(parts[number - 1]?.end ?? 0, parts[number]?.begin ?? cells.length);
      return number === 0 || number === parts.length ? rawOf(gap) : adapted(gap, isSpaced);
    });
    /** Whether the text has entities, so that a translation needs them too. */
    this.isEscaped = cells.some((cell) => cell.kind === 'TEXT' && cell.raw !== String.fromCodePoint(cell.code));
  }

  /**
   * The translation of the first sentences and what stands behind them.
   *
   * @param {string[]} translations one per sentence; that of a copied one is not used
   */
  joined(translations) {
    return translations.reduce((text, translation, number) => {
      const sentence = this.sentences[number];
      return (
        text + (sentence.isCopied ? sentence.raw : sentence.answer(translation, this.isEscaped)) + this.gaps[number + 1]
      );
    }, this.gaps[0]);
  }

  /**
   * What the model has written of a sentence, as it is shown before its spans are put into it.
   *
   * @param {string} partial
   */
  escaped(partial) {
    return this.isEscaped ? escape(partial) : partial;
  }
}

/**
 * What stands between two sentences: line breaks and tags stay, spaces are those of the target language.
 *
 * @param {Cell[]} gap
 * @param {boolean} isSpaced
 */
function adapted(gap, isSpaced) {
  if (gap.some((cell) => cell.isBreak)) return rawOf(gap);
  return isSpaced ? rawOf(gap) || ' ' : '';
}
