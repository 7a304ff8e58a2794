import { PUNCTUATION, SPACES, isDigit, isLetter, isSmall } from './characters.js';

/** A sentence of fewer capitals may be an abbreviation: NO, USA. */
const FEWEST = 4;
/** Small letters that stand among capitals too: 2º PISO, STRAßE. */
const UNDECIDED = new Set([0xaa, 0xba, 0xdf]);
const I = 0x49;

/** The small letter of a capital, a single character; any other character as it is. @param {number} code */
export function lowered(code) {
  if (!isLetter(code)) return code;
  const small = Array.from(String.fromCodePoint(code).toLowerCase());
  return small.length === 1 ? /** @type {number} */ (small[0].codePointAt(0)) : code;
}

/**
 * A text all in capitals with small letters behind its first letter, but the word I and words with digits; another text
 * as it is (docs/paragraphs.md).
 *
 * @param {number[]} text
 */
export function inSentenceCase(text) {
  if (text.some((code) => isSmall(code) && !UNDECIDED.has(code))) return text; // most texts, at their second letter
  const small = text.map(lowered);
  const count = small.filter((code, place) => code !== text[place]).length;
  if (count < FEWEST) return text;
  const others = text.filter((code) => !SPACES.has(code) && !PUNCTUATION.has(code) && !isDigit(code)).length;
  if (4 * count < 3 * others) return text; // a name in another script
  const first = text.findIndex(isLetter);
  small[first] = text[first];
  for (const { begin, end } of wordsOf(text)) {
    const word = text.slice(begin, end);
    if (word.some(isDigit) || (word.length === 1 && word[0] === I)) small.splice(begin, word.length, ...word);
  }
  return small;
}

/**
 * The runs of letters and digits.
 *
 * @param {number[]} text
 */
function wordsOf(text) {
  /** @type {import('./splitter.js').Range[]} */
  const found = [];
  text.forEach((code, place) => {
    if (!isLetter(code) && !isDigit(code)) return;
    const last = found[found.length - 1];
    if (last?.end === place) last.end = place + 1;
    else found.push({ begin: place, end: place + 1 });
  });
  return found;
}
