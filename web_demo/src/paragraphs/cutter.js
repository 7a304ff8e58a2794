import { CLAUSE_MARKS, CLOSED_CLAUSE_MARKS, JOINER, JOINING, MARKS } from './characters.js';
import { skip } from './splitter.js';

/** @typedef {import('./markup.js').Cell} Cell @typedef {import('./splitter.js').Range} Range */

/** A text of more characters than this times the limit is too long without being counted. */
const CHARACTERS_PER_TOKEN = 64;
const DOT = 0x2e;
const MARKS_OF_PARTS = new Set([...CLAUSE_MARKS, ...MARKS].filter((code) => code !== DOT));

/** Cuts sentences that have more tokens than the model reads (docs/paragraphs.md). */
export class Cutter {
  /**
   * @param {number} limit greatest number of tokens
   * @param {(cells: Cell[]) => number} tokens counts those of what the model reads of some cells
   */
  constructor(limit, tokens) {
    this.limit = limit;
    this.tokens = tokens;
  }

  /**
   * The parts of a sentence, each of at most `limit` tokens.
   *
   * @param {Cell[]} cells
   * @param {Range} sentence
   * @returns {Range[]}
   */
  cut(cells, sentence) {
    const parts = [];
    let { begin } = sentence;
    while (begin < sentence.end) {
      const end = this.fits(cells, begin, sentence.end) ? sentence.end : this.place(cells, begin, sentence.end);
      parts.push({ begin, end });
      begin = end === sentence.end ? end : skip(cells, end, (cell) => cell.isSpace);
    }
    return parts;
  }

  /**
   * Whether a part has too many tokens although it cannot be cut: it is one character.
   *
   * @param {Cell[]} cells
   * @param {Range} part
   */
  isUnreadable(cells, part) {
    return part.end === part.begin + 1 && !this.fits(cells, part.begin, part.end);
  }

  /** Where a sentence that is too long is cut first. @param {Cell[]} cells @param {number} begin @param {number} end */
  place(cells, begin, end) {
    end = Math.min(end, begin + CHARACTERS_PER_TOKEN * this.limit + 1); // more is too long without being looked at
    const last = (/** @type {(place: number) => boolean} */ isPlace) => this.last(cells, begin, end, isPlace);
    const clause = last((place) => this.endsClause(cells, begin, place));
    if (clause !== undefined && 4 * (this.count(cells, begin, clause) ?? 0) >= this.limit) return clause;
    return (
      last((place) => cells[place].isSpace && !cells[place - 1].isSpace) ??
      last((place) => !JOINING.has(cells[place].code) && cells[place - 1].code !== JOINER) ??
      begin + 1 // one character alone has too many tokens
    );
  }

  /**
   * The place before the first one that has too many tokens in front of it.
   *
   * @param {Cell[]} cells
   * @param {number} begin
   * @param {number} end
   * @param {(place: number) => boolean} isPlace
   */
  last(cells, begin, end, isPlace) {
    let found;
    for (let place = begin + 1; place < end; place++) {
      if (!isPlace(place)) continue;
      if (!this.fits(cells, begin, place)) break;
      found = place;
    }
    return found;
  }

  /** @param {Cell[]} cells @param {number} begin @param {number} place */
  endsClause(cells, begin, place) {
    if (CLOSED_CLAUSE_MARKS.has(cells[place - 1].code)) return true;
    if (!cells[place].isSpace) return false;
    let mark = place - 1;
    while (mark > begin && cells[mark].isClosing) mark--;
    return MARKS_OF_PARTS.has(cells[mark].code);
  }

  /** @param {Cell[]} cells @param {number} begin @param {number} end */
  fits(cells, begin, end) {
    return this.count(cells, begin, end) !== null;
  }

  /**
   * Tokens between two places; null when there are too many.
   *
   * @param {Cell[]} cells
   * @param {number} begin
   * @param {number} end
   */
  count(cells, begin, end) {
    if (end - begin > CHARACTERS_PER_TOKEN * this.limit) return null;
    const tokens = this.tokens(cells.slice(begin, end));
    return tokens <= this.limit ? tokens : null;
  }
}
