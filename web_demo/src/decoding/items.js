const BEGIN = '(?<![A-Za-z0-9])';
const END = '(?![A-Za-z0-9])';
const REST = '[^ \\x00-\\x1f<>"]*[A-Za-z0-9/]';
const GROUPED =
  "[1-9][0-9]{0,2}(?:[ '][0-9]{3}){1,8}(?:[.,][0-9]+)?" +
  '|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,8}(?:\\.[0-9]+)?' +
  '|[1-9][0-9]{0,2}(?:\\.[0-9]{3}){1,8}(?:,[0-9]+)?';
/** Kinds of items; where several begin, the first of this list counts (docs/trust.md). @type {[string, string][]} */
const PATTERNS = [
  ['url', `${BEGIN}(?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww][Ww][Ww]\\.)${REST}`],
  ['email', `${BEGIN}[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]*[A-Za-z0-9]){1,8}`],
  [
    'domain',
    `(?<![A-Za-z0-9@.-])(?:[a-z0-9][a-z0-9-]*\\.){1,8}(?:com|org|net|edu|gov|info|io|eu|de|fr|uk)${END}(?:/${REST})?`,
  ],
  [
    'phone',
    '(?<![A-Za-z0-9+])(?<![0-9][./-])(?![0-9]{2}[./-][0-9]{2}[./-][0-9]{2,4}(?![./-]?[A-Za-z0-9]))' +
      `(?:\\+[0-9]{1,4}(?:[ ./-][0-9]{1,8}){2,6}|0[0-9]{1,4}(?:[ ./-][0-9]{2,8}){2,6}|0[0-9]{2,4}[ /-][0-9]{5,8})${END}`,
  ],
  [
    'time',
    `${BEGIN}([01]?[0-9]|2[0-4])(?::([0-5][0-9])(?::([0-5][0-9]))?| ?[hH](?: ?([0-5][0-9]))?| ?[aApP]\\.?[mM])${END}`,
  ],
  ['number', `${BEGIN}(${GROUPED}|[0-9]+(?:[.,][0-9]+){0,8})(?:-?[a-z]+(?:-[a-z]+){0,4})?${END}`],
  [
    'code',
    `${BEGIN}(?:[A-Za-z]+[-_]){0,4}[A-Za-z]*[0-9][A-Za-z0-9]*` +
      `(?:[-_](?:[A-Z]+${END}|[A-Za-z]*[0-9][A-Za-z0-9]*)|\\.[0-9][A-Za-z0-9]*){0,8}`,
  ],
  ['sign', '\\$'],
];
const ITEM = new RegExp(PATTERNS.map(([kind, pattern]) => `(?<${kind}>${pattern})`).join('|'), 'g');
const INNER = new Map(PATTERNS.map(([kind, pattern]) => [kind, new RegExp(pattern, 'y')]));
const WHOLE_GROUPED = new RegExp(`^(?:${GROUPED})$`);
/** @type {Record<string, string>} */
const SHAPES = { '\u00a0': ' ', '\u2009': ' ', '\u202f': ' ', '\u2019': "'", '\u2011': '-', '\u2212': '-' };
const OTHER = '\x01';

/**
 * Something in a text that an answer must copy: `n` numbers, `t` times, `s` signs, `x` anything else begin the key.
 *
 * @typedef {{text: string, key: string, forms: string[][]}} Item `forms`: other ways of writing it, each a list of keys
 */

/** One ASCII character for each UTF-16 character of the text. @param {string} text */
export function shape(text) {
  return text.split('').map(shapeOf).join('');
}

/** @param {string} unit */
function shapeOf(unit) {
  if (unit < '\x80') return unit;
  if (unit in SHAPES) return SHAPES[unit];
  if (/\p{Nd}/u.test(unit)) return String(digitOf(unit.charCodeAt(0)));
  if (/[\p{Lu}\p{Lt}]/u.test(unit)) return 'X';
  if (/\p{Ll}/u.test(unit)) return 'x';
  return /\p{Sc}/u.test(unit) ? '$' : OTHER;
}

/** The value of a decimal digit: the zeros of the Basic Multilingual Plane end in 0 or 6. @param {number} code */
function digitOf(code) {
  const row = code & ~15;
  return /\p{Nd}/u.test(String.fromCharCode(row)) ? code - row : code - row - 6;
}

/** The items of a text, in their order. @param {string} text @returns {Item[]} */
export function itemsOf(text) {
  const form = shape(text);
  const found = [];
  for (const match of form.matchAll(ITEM)) {
    const groups = /** @type {Record<string, string>} */ (match.groups);
    const kind = PATTERNS.map(([name]) => name).find((name) => groups[name] !== undefined) ?? '';
    found.push(item(kind, text, form, match.index, match[0]));
  }
  return found;
}

/**
 * @param {string} kind
 * @param {string} text
 * @param {string} form
 * @param {number} begin
 * @param {string} shaped
 * @returns {Item}
 */
function item(kind, text, form, begin, shaped) {
  const itself = text.slice(begin, begin + shaped.length);
  if (kind === 'time' || kind === 'number') {
    const pattern = /** @type {RegExp} */ (INNER.get(kind));
    pattern.lastIndex = begin;
    const inner = /** @type {RegExpExecArray} */ (pattern.exec(form));
    return kind === 'time' ? time(itself, inner) : number(itself, inner[1]);
  }
  if (kind === 'sign') return { text: itself, key: `s${itself}`, forms: [] };
  const digits = shaped.match(/[0-9]+/g) ?? [];
  const forms = [digits.map((part) => `n${whole(part)}`)];
  if (kind === 'phone') return { text: itself, key: `x${shaped[0] === '+' ? '+' : ''}${digits.join('')}`, forms };
  if (kind !== 'code') return { text: itself, key: `x${kind === 'email' ? itself.toLowerCase() : itself}`, forms: [] };
  const key = shaped
    .split('')
    .map((unit, place) => (/[0-9]/.test(unit) ? unit : itself[place]))
    .join('');
  return { text: itself, key: `x${key.toLowerCase()}`, forms };
}

/** Two digits with a zero in front are the number behind it. @param {string} digits */
const whole = (digits) => (digits.length === 2 && digits[0] === '0' ? digits.slice(1) : digits);

/** @param {string} integer @param {string} fraction */
function decimal(integer, fraction) {
  const rest = fraction.replace(/0+$/, '');
  return rest ? `n${whole(integer)}.${rest}` : `n${whole(integer)}`;
}

/** @param {string} text @param {string} digits @returns {Item} */
function number(text, digits) {
  const parts = digits.split(/[^0-9]/);
  if (WHOLE_GROUPED.test(digits)) {
    const marks = digits.match(/[^0-9]/g) ?? [];
    const isDecimal =
      '.,'.includes(marks[marks.length - 1]) && (parts[parts.length - 1].length !== 3 || new Set(marks).size > 1);
    const fraction = isDecimal ? /** @type {string} */ (parts.pop()) : '';
    const key = decimal(parts.join(''), fraction);
    if (!marks.includes(' ')) return { text, key, forms: [] };
    return {
      text,
      key,
      forms: [[...parts.slice(0, -1).map((part) => `n${whole(part)}`), decimal(parts[parts.length - 1], fraction)]],
    };
  }
  if (parts.length === 1) return { text, key: `n${whole(digits)}`, forms: [] };
  const pieces = parts.map((part) => `n${whole(part)}`);
  return { text, key: parts.length === 2 ? decimal(parts[0], parts[1]) : `n${parts.join('.')}`, forms: [pieces] };
}

/** @param {string} text @param {RegExpExecArray} found @returns {Item} */
function time(text, found) {
  const hour = Number(found[1]) % 12;
  const minute = found[2] || found[4] || '00';
  const second = found[3];
  const hours = [...new Set([String(Number(found[1])), String(hour), String(hour + 12)])];
  const key = `t${hour}:${minute}`;
  if (second !== undefined)
    return {
      text,
      key: `${key}:${second}`,
      forms: hours.map((h) => [`n${h}`, `n${whole(minute)}`, `n${whole(second)}`]),
    };
  if (minute === '00') return { text, key, forms: hours.map((h) => [`n${h}`]) };
  return {
    text,
    key,
    forms: [...hours.map((h) => [`n${h}`, `n${whole(minute)}`]), ...hours.map((h) => [decimal(h, minute)])],
  };
}
