import { PUNCTUATION, SPACES, isIdeograph } from './characters.js';
import { escape } from './entities.js';
import { rawOf } from './markup.js';
import { separate, textOf, unitsOf } from './plain_text.js';

/** @typedef {import('./markup.js').Cell} Cell @typedef {import('./plain_text.js').Span} Span */

const codesOf = (/** @type {string} */ text) =>
  Array.from(text, (character) => /** @type {number} */ (character.codePointAt(0)));

/**
 * A sentence, or a part of one: what the model reads of it, and its spans put into the translation
 *  (docs/paragraphs.md).
 */
export class Sentence {
  /**
   * @param {Cell[]} cells
   * @param {boolean} [isUnreadable] whether it is one character of more tokens than the model reads
   */
  constructor(cells, isUnreadable = false) {
    const { codes, spans } = separate(cells);
    this.spans = spans;
    this.units = unitsOf(codes);
    /** As it is written in the text. */
    this.raw = rawOf(cells);
    /** What the model reads: no spans, characters in place of entities, and not all in capitals. */
    this.plain = textOf(codes);
    /** Whether no model reads it: it is unreadable, or holds nothing but spans and punctuation. */
    this.isCopied =
      isUnreadable || (spans.length > 0 && this.units.every((unit) => PUNCTUATION.has(codes[unit.begin])));
  }

  /**
   * A translation with every span in its place.
   *
   * @param {string} translation
   * @param {boolean} escaped whether `&`, `<`, `>` and no-break spaces become entities
   */
  answer(translation, escaped) {
    if (this.spans.length === 0 && !escaped) return translation;
    const codes = codesOf(translation);
    let written = '';
    let place = 0;
    const writeTo = (/** @type {number} */ end) => {
      const text = textOf(codes.slice(place, end));
      written += escaped ? escape(text) : text;
      place = end;
    };
    this.places(codes).forEach((target, number) => {
      writeTo(target);
      written += spaced(this.spans[number], written, codes[target]);
    });
    writeTo(codes.length);
    return written;
  }

  /** The place of each span in a translation, in ascending order. @param {number[]} translation */
  places(translation) {
    const target = unitsOf(translation);
    let openedBefore = Infinity;
    let opened = 0;
    let last = 0;
    return this.spans.map((span) => {
      const before = this.unitsBefore(span);
      let mapped = this.mapped(before, target.length);
      if (span.kind === 'CLOSE' && before > openedBefore)
        mapped = Math.max(mapped, Math.min(opened + 1, target.length));
      if (span.kind === 'OPEN') {
        openedBefore = before;
        opened = mapped;
      }
      const behind = mapped > 0 ? target[mapped - 1].end : 0;
      const place = span.kind === 'OPEN' ? (target[mapped]?.begin ?? translation.length) : behind;
      last = Math.max(last, place);
      return last;
    });
  }

  /**
   * Units of the sentence in front of a span; one around it counts, unless the span is an opening tag.
   *
   * @param {Span} span
   */
  unitsBefore(span) {
    const found = this.units.findIndex((unit) =>
      span.kind === 'OPEN' ? unit.end > span.offset : unit.begin >= span.offset,
    );
    return found < 0 ? this.units.length : found;
  }

  /**
   * The same part of a translation of `count` units; not its edge for a span inside the sentence.
   *
   * @param {number} before
   * @param {number} count
   */
  mapped(before, count) {
    const total = this.units.length;
    if (before === 0) return 0;
    if (before === total) return count;
    const mapped = Math.floor((2 * before * count + total) / (2 * total));
    return count > 1 ? Math.min(Math.max(mapped, 1), count - 1) : mapped;
  }
}

/**
 * The span with the spaces that it needs between the text before it and the character behind it.
 *
 * @param {Span} span
 * @param {string} before
 * @param {number | undefined} after
 */
function spaced(span, before, after) {
  const needsSpace = (/** @type {number} */ neighbour) => !SPACES.has(neighbour) && !isIdeograph(neighbour);
  const last = Array.from(before.slice(-2)).pop();
  const front = span.isApartInFront && last !== undefined && needsSpace(/** @type {number} */ (last.codePointAt(0)));
  const back = span.isApartBehind && after !== undefined && needsSpace(after) && !PUNCTUATION.has(after);
  return (front ? ' ' : '') + span.raw + (back ? ' ' : '');
}
