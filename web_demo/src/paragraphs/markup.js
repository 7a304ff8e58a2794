import { CLOSED_MARKS, CLOSING, LINE_BREAKS, MARKS, NO_CODE, OPENING, SPACES } from './characters.js';
import { characterOf } from './entities.js';

/**
 * TEXT is a character. OPEN belongs to what follows, CLOSE to what precedes, WORD stands for a word, BREAK ends a
 * sentence.
 *
 * @typedef {'TEXT' | 'OPEN' | 'CLOSE' | 'WORD' | 'BREAK'} Kind
 */

/** One character, or one span that no model may change. */
export class Cell {
  /**
   * @param {string} raw as it is written
   * @param {number} code the code point that it stands for, NO_CODE for a span
   * @param {Kind} kind
   */
  constructor(raw, code, kind) {
    this.raw = raw;
    this.code = code;
    this.kind = kind;
  }

  get isSpace() {
    return SPACES.has(this.code);
  }

  /** Whether it ends a sentence whatever stands around it. */
  get isBreak() {
    return this.kind === 'BREAK' || LINE_BREAKS.has(this.code);
  }

  get isMark() {
    return MARKS.has(this.code) || this.isClosedMark;
  }

  get isClosedMark() {
    return CLOSED_MARKS.has(this.code);
  }

  get isClosing() {
    return this.kind === 'CLOSE' || CLOSING.has(this.code);
  }

  get isOpening() {
    return this.kind === 'OPEN' || OPENING.has(this.code);
  }
}

const TAG =
  '</?[A-Za-z][A-Za-z0-9:._-]*(?:[ \\t\\r\\n][^<>]*)?/?>|<!--[^<>]*-->|<![A-Za-z][^<>]*>|<\\?[A-Za-z][^<>]*\\?>';
const URL =
  '(?<![A-Za-z0-9])(?:(?:[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp])://|[Ww][Ww][Ww]\\.)' +
  "[-A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%\\u00c0-\\u1fff]+";
const EMAIL =
  '(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63}){1,8}';
const PLACEHOLDER =
  '\\{\\{[^{}<>\\r\\n]{1,64}\\}\\}|[$%]?\\{[-A-Za-z0-9_.:,!%+#$@\\[\\]]{0,64}\\}' +
  '|%\\([A-Za-z_][A-Za-z0-9_]{0,63}\\)[-+#0]{0,3}[0-9]{0,3}(?:\\.[0-9]{1,3})?[diouxXeEfFgGcrsa](?![A-Za-z0-9])' +
  '|%(?:[0-9]{1,2}\\$)?[-+#0]{0,3}[0-9]{0,3}(?:\\.[0-9]{1,3})?(?:hh|h|ll|l|L|q|j|z|t)?' +
  '[diouxXeEfFgGaAcsS@](?![A-Za-z0-9])|%%';
const ENTITY = '&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});';
const SPAN = new RegExp(`(${TAG})|(${URL})|(${EMAIL})|(${PLACEHOLDER})|(${ENTITY})`, 'g');
const BEHIND_URL = ".,;:!?'،؛؟۔।॥։።။។";
const BREAKS = new Set(
  (
    'address article aside base blockquote body br caption center dd details dialog div dl dt fieldset figcaption ' +
    'figure footer form h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main meta nav ol optgroup ' +
    'option p pre script section select style summary table tbody td textarea tfoot th thead title tr ul'
  ).split(' '),
);
const VOID = new Set('area embed img input source track wbr'.split(' '));

/** The cells of a text; their `raw` texts joined are the text. @param {string} text @returns {Cell[]} */
export function readCells(text) {
  /** @type {Cell[]} */
  const cells = [];
  const addCharacters = (/** @type {string} */ part) => {
    for (const character of part)
      cells.push(new Cell(character, /** @type {number} */ (character.codePointAt(0)), 'TEXT'));
  };
  let place = 0;
  SPAN.lastIndex = 0;
  for (let match = SPAN.exec(text); match; match = SPAN.exec(text)) {
    const [found, tag, url, , , entity] = match;
    addCharacters(text.slice(place, match.index));
    const written = url === undefined ? found : url.slice(0, trimmedLength(url));
    place = match.index + written.length;
    SPAN.lastIndex = place;
    if (tag !== undefined) cells.push(new Cell(written, NO_CODE, kindOfTag(written)));
    else {
      const code = entity === undefined ? undefined : characterOf(written);
      cells.push(code === undefined ? new Cell(written, NO_CODE, 'WORD') : new Cell(written, code, 'TEXT'));
    }
  }
  addCharacters(text.slice(place));
  return cells;
}

/** @param {Cell[]} cells */
export const rawOf = (cells) => cells.map((cell) => cell.raw).join('');

/** @param {string} tag @returns {Kind} */
function kindOfTag(tag) {
  if (tag.startsWith('<!--')) return 'OPEN';
  const name = (/[A-Za-z][A-Za-z0-9:._-]*/.exec(tag)?.[0] ?? '').toLowerCase();
  if (BREAKS.has(name) || tag.startsWith('<!') || tag.startsWith('<?')) return 'BREAK';
  if (tag.startsWith('</')) return 'CLOSE';
  return VOID.has(name) || tag.endsWith('/>') ? 'WORD' : 'OPEN';
}

/**
 * The length of an address without the punctuation of the sentence at its end; brackets that it opens itself stay.
 *
 * @param {string} url
 */
function trimmedLength(url) {
  const count = (/** @type {string} */ character) => url.split(character).length - 1;
  let round = count(')') - count('(');
  let square = count(']') - count('[');
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1];
    if (last === ')' && round > 0) round--;
    else if (last === ']' && square > 0) square--;
    else if (!BEHIND_URL.includes(last)) return end;
  }
  return end;
}
