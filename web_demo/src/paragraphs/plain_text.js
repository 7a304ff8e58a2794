import { inSentenceCase } from './capitals.js';
import {
  CLAUSE_MARKS,
  CLOSED_CLAUSE_MARKS,
  CLOSED_MARKS,
  CLOSING,
  JOINING,
  MARKS,
  PAIRS,
  PUNCTUATION,
  SPACES,
  isIdeograph,
} from './characters.js';
import { rawOf } from './markup.js';

/** @typedef {import('./markup.js').Cell} Cell @typedef {import('./splitter.js').Range} Range */

/**
 * A span that was taken out of a sentence.
 *
 * @typedef {object} Span
 * @property {string} raw
 * @property {import('./markup.js').Kind} kind
 * @property {number} offset number of characters of the plain text in front of it
 * @property {boolean} isApartInFront whether white space, or an ideograph, stands in front of it
 * @property {boolean} isApartBehind
 */

const BEHIND_A_WORD = new Set([...MARKS, ...CLOSED_MARKS, ...CLAUSE_MARKS, ...CLOSED_CLAUSE_MARKS, ...CLOSING]);

/** @param {number[]} codes */
export const textOf = (codes) => codes.map((code) => String.fromCodePoint(code)).join('');

/**
 * What the model reads of some cells, and the spans in them.
 *
 * @param {Cell[]} cells
 * @returns {{codes: number[], spans: Span[]}}
 */
export function separate(cells) {
  /** @type {number[]} */
  const codes = [];
  /** @type {Span[]} */
  const spans = [];
  const endsInSpace = () => codes.length === 0 || SPACES.has(codes[codes.length - 1]);
  const dropSpaces = () => {
    while (codes.length > 0 && endsInSpace()) codes.pop();
  };
  const take = (/** @type {Cell[]} */ part) => {
    for (const { raw, code, kind, isSpace } of part) {
      if (kind !== 'TEXT') spans.push({ raw, kind, offset: codes.length, isApartInFront: false, isApartBehind: false });
      // White space on both sides of a span is left once.
      else if (!(isSpace && spans[spans.length - 1]?.offset === codes.length && endsInSpace())) codes.push(code);
    }
  };
  let place = 0;
  for (const { begin, end } of wordsOf(cells)) {
    take(cells.slice(place, begin));
    if (end < cells.length && BEHIND_A_WORD.has(cells[end].code)) dropSpaces();
    const raw = rawOf(cells.slice(begin, end));
    spans.push({
      raw,
      kind: 'WORD',
      offset: codes.length,
      isApartInFront: isApart(cells[begin - 1]),
      isApartBehind: isApart(cells[end]),
    });
    place = end;
  }
  take(cells.slice(place));
  dropSpaces();
  return { codes: inSentenceCase(codes), spans };
}

/**
 * The units of a text: words, single ideographs, single punctuation marks.
 *
 * @param {number[]} text
 * @returns {Range[]}
 */
export function unitsOf(text) {
  /** @type {Range[]} */
  const found = [];
  let isOpen = false; // whether the last unit is a word that may go on
  text.forEach((code, place) => {
    const last = found[found.length - 1];
    const isSingle = PUNCTUATION.has(code) || isIdeograph(code);
    const joins = last !== undefined && last.end === place && JOINING.has(code);
    if (SPACES.has(code)) isOpen = false;
    else if (last !== undefined && (joins || (isOpen && !isSingle))) last.end = place + 1;
    else {
      found.push({ begin: place, end: place + 1 });
      isOpen = !isSingle;
    }
  });
  return found;
}

/**
 * Each span that stands for a word, with the brackets, quotes and tags that enclose it alone.
 *
 * @param {Cell[]} cells
 * @returns {Range[]}
 */
function wordsOf(cells) {
  /** @type {Range[]} */
  const found = [];
  cells.forEach((cell, place) => {
    if (cell.kind !== 'WORD') return;
    const first = found[found.length - 1]?.end ?? 0;
    let begin = place;
    let end = place + 1;
    while (begin > first && end < cells.length && encloses(cells[begin - 1], cells[end])) {
      begin--;
      end++;
    }
    found.push({ begin, end });
  });
  return found;
}

/** @param {Cell} opening @param {Cell} closing */
function encloses(opening, closing) {
  if (opening.kind === 'OPEN') return closing.kind === 'CLOSE';
  return PAIRS.has(opening.code) && PAIRS.get(opening.code) === closing.code;
}

/** @param {Cell | undefined} cell */
const isApart = (cell) => cell !== undefined && (cell.isSpace || isIdeograph(cell.code));
