import { itemsOf, shape } from './items.js';

/** @typedef {import('./items.js').Item} Item @typedef {{key: string, text: string}} Entry */

/** Keys of items that another language may write as words. */
const WORDABLE = /^(?:n(?:[0-9]|1[0-9]|[1-9]0+)|t[0-9]+:(?:00|15|30|45))$/;

/**
 * Texts of the source's items that the answer lacks, each as often as it lacks it (docs/trust.md).
 *
 * @param {Item[]} source
 * @param {Item[]} answer
 */
export function missing(source, answer) {
  const [wanted, given] = compared(source, answer);
  const lacking = without(wanted, given);
  const added = without(given, wanted).map((place) => given[place].key);
  const wordable = lacking.filter((place) => WORDABLE.test(wanted[place].key));
  const signs = lacking.filter((place) => wanted[place].key[0] === 's');
  const other = lacking.filter((place) => !wordable.includes(place) && !signs.includes(place));
  const isNumber = (/** @type {string} */ key) => key[0] === 'n' || key[0] === 't';
  const numbers = added.filter(isNumber).length - other.filter((place) => isNumber(wanted[place].key)).length;
  // Words may stand for these, unless other numbers, or other signs, stand in their place.
  wordable.sort((one, two) => compareSize(wanted[one].key, wanted[two].key)); // stable
  const greatest = wordable.slice(Math.max(0, wordable.length - Math.max(0, numbers)));
  const otherSigns = signs.slice(0, added.filter((key) => key[0] === 's').length);
  const faults = [...new Set([...other, ...greatest, ...otherSigns])].sort((one, two) => one - two);
  return faults.map((place) => wanted[place].text);
}

/**
 * The answer with the one item that it copied wrongly written as in the source; otherwise as it is (docs/trust.md).
 *
 * @param {Item[]} source
 * @param {string} answer
 */
export function mended(source, answer) {
  const [wanted, given] = compared(source, itemsOf(answer));
  const lacking = without(wanted, given).map((place) => wanted[place]);
  const added = without(given, wanted).map((place) => given[place]);
  if (lacking.length !== 1 || added.length !== 1) return answer;
  const [{ key, text }, { key: other, text: copied }] = [lacking[0], added[0]];
  if (key[0] !== other[0] || !'nx'.includes(key[0]) || answer.split(copied).length !== 2) return answer;
  const found = answer.split(copied).join(key[0] === 'x' ? text : withDigitsOf(text, copied));
  return missing(source, itemsOf(found)).length === 0 ? found : answer;
}

/**
 * Digits take the places of as many digits; otherwise a text of digits only takes the place of another one.
 *
 * @param {string} text
 * @param {string} copied
 */
function withDigitsOf(text, copied) {
  const placesIn = (/** @type {string} */ form) => [...form.matchAll(/[0-9]/g)].map((found) => found.index);
  const digits = placesIn(shape(text)).map((place) => text[place]);
  const places = placesIn(shape(copied));
  if (digits.length !== places.length)
    return digits.length === text.length && places.length === copied.length ? text : copied;
  const written = copied.split('');
  places.forEach((place, number) => (written[place] = digits[number]));
  return written.join('');
}

/**
 * Texts of the answer's items that are not in the source; numbers that may have been words there are left out.
 *
 * @param {Item[]} source
 * @param {Item[]} answer
 */
export function unsupported(source, answer) {
  const [known, given] = compared(source, answer);
  const keys = new Set(known.map((entry) => entry.key));
  const found = given.filter(({ key }) => !keys.has(key) && key[0] !== 's' && !WORDABLE.test(key));
  return [...new Set(found.map((entry) => entry.text))];
}

/** @param {Item[]} one @param {Item[]} other */
function compared(one, other) {
  const keys = new Set(one.map((item) => item.key));
  const others = new Set(other.map((item) => item.key));
  return [entries(one, others), entries(other, keys)];
}

/**
 * An item that the other text has only in another form counts in that form.
 *
 * @param {Item[]} items
 * @param {Set<string>} known
 * @returns {Entry[]}
 */
function entries(items, known) {
  return items.flatMap(({ text, key, forms }) => {
    const form = known.has(key) ? undefined : forms.find((keys) => keys.every((part) => known.has(part)));
    return (form?.length ? form : [key]).map((part) => ({ key: part, text }));
  });
}

/** Places of the entries that `others` does not have as often. @param {Entry[]} entriesOfOne @param {Entry[]} others */
function without(entriesOfOne, others) {
  /** @type {Map<string, number>} */
  const left = new Map();
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1);
  const places = [];
  for (const [place, { key }] of entriesOfOne.entries()) {
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    else places.push(place);
  }
  return places;
}

/** Sorts the keys of numbers and times by value. @param {string} one @param {string} other */
function compareSize(one, other) {
  const [a, b] = [one, other].map((key) => key.slice(1).split(':')[0]);
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
