/** @typedef {import('./normalization_table.js').NormalizationTable} NormalizationTable */

const REPLACEMENT = 0xfffd;
const SYLLABLE = 0xac00;
const LEADING = 0x1100;
const VOWEL = 0x1161;
const TRAILING = 0x11a7;
const LEADINGS = 19;
const VOWELS = 21;
const TRAILINGS = 28;

const FLAG = '\u{1F3F4}[\u{E0020}-\u{E007E}]+\u{E007F}';
const INVISIBLE = new RegExp(
  `(${FLAG})|[\\u0000-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f\\u00ad` +
    '\\u034f\\u061c\\u17b4\\u17b5\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0d' +
    '\\ufeff\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]',
  'gu',
);
/** White space to Python's `str.split()`. */
const WHITE = '\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`[${WHITE}\\u2581]`, 'gu');
const BETWEEN_WORDS = new RegExp(`[${WHITE}]+`, 'u');
const PLAIN = /^[ -~]*$/;

/**
 * Normaliser rules of SentencePiece files -> version of the text schema (docs/text.md).
 *
 * @type {Record<string, 1 | 2>}
 */
export const SCHEMAS = { identity: 1, 'lite-transformer-text-2': 2 };

/**
 * The normalised text. A lone surrogate, which is no character, becomes U+FFFD.
 *
 * @param {string} text
 * @param {1 | 2} schema
 * @param {NormalizationTable} table
 */
export function normalize(text, schema, table) {
  if (PLAIN.test(text)) return text;
  let whole = wellFormed(text);
  if (schema === 2) whole = whole.replace(INVISIBLE, (_, flag) => flag ?? '').replace(SPACES, ' ');
  return nfkc(whole, table);
}

/** The text with U+FFFD in place of lone surrogates. @param {string} text @returns {string} */
export const wellFormed = (text) => (text.toWellFormed ? text.toWellFormed() : text.replace(/\p{Cs}/gu, '\ufffd'));

/** What stands between white space, as Python's `str.split()` gives it. @param {string} text */
export const words = (text) => text.split(BETWEEN_WORDS).filter((word) => word !== '');

/**
 * NFKC in the Unicode version of the table, the same in every browser.
 *
 * @param {string} text without lone surrogates
 * @param {NormalizationTable} table
 */
export function nfkc(text, table) {
  if (/^[\0-\x9f]*$/.test(text)) return text;
  const codes = decompose(text, table);
  const classes = codes.map((code) => table.combiningClass(code));
  order(codes, classes);
  return compose(codes, classes, table);
}

/** @param {string} text @param {NormalizationTable} table */
function decompose(text, table) {
  /** @type {number[]} */
  const result = [];
  for (const character of text) {
    const code = /** @type {number} */ (character.codePointAt(0));
    const index = code - SYLLABLE;
    if (code >= 0xd800 && code <= 0xdfff) result.push(REPLACEMENT);
    else if (index >= 0 && index < LEADINGS * VOWELS * TRAILINGS) {
      result.push(
        LEADING + Math.floor(index / (VOWELS * TRAILINGS)),
        VOWEL + Math.floor((index % (VOWELS * TRAILINGS)) / TRAILINGS),
      );
      if (index % TRAILINGS !== 0) result.push(TRAILING + (index % TRAILINGS));
    } else result.push(...(table.decompose(code) ?? [code]));
  }
  return result;
}

/**
 * Canonical ordering: each run of marks by class, marks of one class as they stood.
 *
 * @param {number[]} codes
 * @param {number[]} classes
 */
function order(codes, classes) {
  for (let begin = 0; begin < codes.length; begin++) {
    if (classes[begin] === 0) continue;
    let end = begin + 1;
    while (end < codes.length && classes[end] !== 0) end++;
    const marks = codes.slice(begin, end).map((code, i) => ({ code, combining: classes[begin + i] }));
    marks.sort((one, other) => one.combining - other.combining); // stable
    marks.forEach(({ code, combining }, i) => {
      codes[begin + i] = code;
      classes[begin + i] = combining;
    });
    begin = end;
  }
}

/**
 * Canonical composition: each character with the last starter, unless one of its class or a starter stands between.
 *
 * @param {number[]} codes
 * @param {number[]} classes
 * @param {NormalizationTable} table
 */
function compose(codes, classes, table) {
  let starter = -1;
  let lastClass = 0;
  let count = 0;
  for (let i = 0; i < codes.length; i++) {
    const adjacent = count - 1 === starter;
    const composite =
      starter >= 0 && (adjacent || lastClass < classes[i]) ? composeTwo(codes[starter], codes[i], table) : -1;
    if (composite >= 0) {
      codes[starter] = composite;
      continue;
    }
    if (classes[i] === 0) starter = count;
    lastClass = classes[i];
    codes[count++] = codes[i];
  }
  return codes
    .slice(0, count)
    .map((code) => String.fromCodePoint(code))
    .join('');
}

/** @param {number} first @param {number} second @param {NormalizationTable} table */
function composeTwo(first, second, table) {
  const leading = first - LEADING;
  const vowel = second - VOWEL;
  if (leading >= 0 && leading < LEADINGS && vowel >= 0 && vowel < VOWELS)
    return SYLLABLE + (leading * VOWELS + vowel) * TRAILINGS;
  const index = first - SYLLABLE;
  const trailing = second - TRAILING;
  const open = index >= 0 && index < LEADINGS * VOWELS * TRAILINGS && index % TRAILINGS === 0;
  if (open && trailing > 0 && trailing < TRAILINGS) return first + trailing;
  return table.compose(first, second);
}
