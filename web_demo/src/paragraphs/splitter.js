import { Abbreviations } from './abbreviations.js';
import { isDigit, isLetter, isSmall } from './characters.js';

/**
 * @typedef {import('./markup.js').Cell} Cell
 * @typedef {{begin: number, end: number}} Range places of cells, the last one excluded
 */

const NARROW_SPACES = [0x20, 0xa0, 0x202f];
const SPACED_QUOTES = [0xbb, 0x203a];
const WITHOUT_SPACES = ['zh', 'ja', 'th', 'lo', 'km', 'my'];
const DOT = 0x2e;

/** The code up to its first `-` or `_`, in small letters. @param {string} code */
export const languageOf = (code) => code.split(/[-_]/)[0].toLowerCase();

/** Whether spaces stand between the sentences of a language. @param {string} language */
export const hasSpaces = (language) => !WITHOUT_SPACES.includes(languageOf(language));

/**
 * The first place from `place` on whose cell is not of a kind.
 *
 * @param {Cell[]} cells
 * @param {number} place
 * @param {(cell: Cell) => boolean} isOfKind
 */
export function skip(cells, place, isOfKind) {
  let next = place;
  while (next < cells.length && isOfKind(cells[next])) next++;
  return next;
}

/** `end` without the white space in front of it. @param {Cell[]} cells @param {number} begin @param {number} end */
export function trimmedEnd(cells, begin, end) {
  let last = end;
  while (last > begin && cells[last - 1].isSpace) last--;
  return last;
}

/** Finds the sentences of a text by rules that are the same everywhere (docs/paragraphs.md). */
export class SentenceSplitter {
  /** @param {string} language code such as `en` or `pt-BR`; says which abbreviations are known */
  constructor(language) {
    this.abbreviations = new Abbreviations(languageOf(language));
  }

  /** Where each sentence stands. @param {Cell[]} cells @returns {Range[]} */
  ranges(cells) {
    const isBetween = (/** @type {Cell} */ cell) => cell.isSpace || cell.isBreak;
    const found = [];
    let begin = skip(cells, 0, isBetween);
    while (begin < cells.length) {
      const end = this.endOfSentence(cells, begin);
      found.push({ begin, end });
      begin = skip(cells, end, isBetween);
    }
    return found;
  }

  /** @param {Cell[]} cells @param {number} begin */
  endOfSentence(cells, begin) {
    let place = begin;
    while (place < cells.length && !cells[place].isBreak) {
      const mark = place++;
      if (!cells[mark].isMark) continue;
      place = this.skipClosing(cells, place);
      const isClosed = cells.slice(mark, place).some((cell) => cell.isClosedMark);
      if (isClosed || this.endsAt(cells, begin, mark, place)) return place;
    }
    return trimmedEnd(cells, begin, place);
  }

  /**
   * Whether the mark, with what closes it up to `end`, ends the sentence.
   *
   * @param {Cell[]} cells
   * @param {number} begin
   * @param {number} mark
   * @param {number} end
   */
  endsAt(cells, begin, mark, end) {
    if (end === cells.length || cells[end].isBreak) return true;
    if (!cells[end].isSpace) return false;
    const next = skip(cells, end, (cell) => cell.isSpace);
    if (next === cells.length || cells.slice(end, next + 1).some((cell) => cell.isBreak)) return true;
    const first = skip(cells, next, (cell) => cell.isOpening);
    const beginsSmall = first < cells.length && isSmall(cells[first].code);
    return !beginsSmall && !(cells[mark].code === DOT && this.isAbbreviated(cells, begin, mark, next));
  }

  /** @param {Cell[]} cells @param {number} begin @param {number} mark @param {number} next */
  isAbbreviated(cells, begin, mark, next) {
    let first = mark;
    while (
      first > begin &&
      cells[first - 1].kind === 'TEXT' &&
      !cells[first - 1].isSpace &&
      !cells[first - 1].isOpening
    )
      first--;
    const word = cells.slice(first, mark);
    if (word.length === 1 && isLetter(word[0].code) && word[0].code !== 0x49) return true;
    if (word.length > 0 && word.every((cell) => isDigit(cell.code))) {
      return (
        cells.slice(begin, first).every((cell) => cell.isOpening) ||
        (this.abbreviations.hasOrdinals && word.length <= 2)
      );
    }
    const letters = word.map((cell) => String.fromCodePoint(cell.code)).join('');
    return this.abbreviations.has(letters.toLowerCase(), isDigit(cells[next].code));
  }

  /**
   * The end of the quotes, brackets, closing tags and further marks behind a mark.
   *
   * @param {Cell[]} cells
   * @param {number} place
   */
  skipClosing(cells, place) {
    let end = place;
    while (end < cells.length) {
      if (cells[end].isClosing || cells[end].isMark) end += 1;
      else if (NARROW_SPACES.includes(cells[end].code) && this.isSpacedQuote(cells, end + 1)) end += 2;
      else break;
    }
    return end;
  }

  /**
   * Whether a French closing quote stands here, with white space or the end behind it.
   *
   * @param {Cell[]} cells
   * @param {number} place
   */
  isSpacedQuote(cells, place) {
    if (place >= cells.length || !SPACED_QUOTES.includes(cells[place].code)) return false;
    return place + 1 === cells.length || cells[place + 1].isSpace || cells[place + 1].isBreak;
  }
}
