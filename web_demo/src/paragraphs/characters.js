/** The classes of characters of docs/paragraphs.md: sets of code points. */

/** @param {string} characters */
const codes = (characters) => Array.from(characters, (character) => /** @type {number} */ (character.codePointAt(0)));
/** @param {number} first @param {number} last */
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export const NO_CODE = -1;
export const LINE_BREAKS = new Set(codes('\n\r\u000b\u000c\u0085\u2028\u2029'));
export const SPACES = new Set([
  ...LINE_BREAKS,
  ...codes('\t\u001c\u001d\u001e\u001f \u00a0\u1680\u202f\u205f\u3000'),
  ...range(0x2000, 0x200a),
]);
const INVISIBLE = [
  ...codes('\u00ad\u061c\u180e\u200b\u200e\u200f\ufeff'),
  ...range(0x202a, 0x202e),
  ...range(0x2060, 0x2064),
  ...range(0x2066, 0x2069),
];
export const MARKS = new Set(codes('.!?…؟‼⁇⁈⁉'));
export const CLOSED_MARKS = new Set(codes('。！？｡।॥۔։።။។'));
export const CLAUSE_MARKS = new Set(codes(',;:–—،؛'));
export const CLOSED_CLAUSE_MARKS = new Set(codes('，、；：､'));
const APOSTROPHES = codes("'’");
const QUOTES = [...APOSTROPHES, ...codes('"“”‘„‚«»‹›')];
export const CLOSING = new Set([...QUOTES, ...INVISIBLE, ...codes(')]}」』】）》〉')]);
export const OPENING = new Set([...QUOTES, ...INVISIBLE, ...codes('([{¿¡「『【（《〈')]);
export const PUNCTUATION = new Set([
  ...[...MARKS, ...CLOSED_MARKS, ...CLAUSE_MARKS, ...CLOSED_CLAUSE_MARKS],
  ...[...OPENING, ...CLOSING].filter((code) => !APOSTROPHES.includes(code)),
  ...codes('<>'),
]);
const OPENS = codes('([{<"\'“‘„‚«‹»›「『【（《〈');
const CLOSES = codes(')]}>"\'”’“‘»›«‹」』】）》〉');
/** Opening character to the one that closes it. */
export const PAIRS = new Map(OPENS.map((code, place) => [code, CLOSES[place]]));
export const JOINER = 0x200d;
/** Characters that belong to the one before them. */
export const JOINING = new Set([JOINER, ...range(0x300, 0x36f), ...range(0xfe00, 0xfe0f), ...range(0x1f3fb, 0x1f3ff)]);

/** @param {number} code */
const isCased = (code) =>
  (code >= 0x41 && code <= 0x24f) || (code >= 0x370 && code <= 0x58f) || (code >= 0x1e00 && code <= 0x1fff);

/** @param {number} code */
export const isSmall = (code) => isCased(code) && /\p{Lowercase}/u.test(String.fromCodePoint(code));

/** Whether it is a letter of a script that has capital letters in sentences. @param {number} code */
export const isLetter = (code) => isCased(code) && /\p{L}/u.test(String.fromCodePoint(code));

/** @param {number} code */
export const isDigit = (code) => code >= 0 && code <= 0xffff && /\p{Nd}/u.test(String.fromCodePoint(code));

/** Whether it is a word of its own: Chinese characters and kana. @param {number} code */
export const isIdeograph = (code) =>
  (code >= 0x2e80 && code <= 0x9fff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xff66 && code <= 0xff9f) ||
  (code >= 0x20000 && code <= 0x3ffff);
