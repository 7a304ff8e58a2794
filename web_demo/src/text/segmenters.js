/**
 * A text cut into symbols: calls `emit(id, begin, end)` from left to right; the id is NONE for a single character that
 * is no piece.
 *
 * @typedef {(text: string, emit: (id: number, begin: number, end: number) => void) => void} Segmenter
 */

export const NONE = -1;

/**
 * End of the character that begins at `begin`; the text has no lone surrogates.
 *
 * @param {string} text
 * @param {number} begin
 */
const characterEnd = (text, begin) => begin + /** @type {number} */ ((text.codePointAt(begin)) > 0xffff ? 2 : 1);

/**
 * The best path by the sum of its pieces' scores, in SentencePiece's arithmetic (docs/text.md, step 3a).
 *
 * @param {Map<string, number>} ids piece -> id
 * @param {Float32Array} scores by id
 * @param {number} unknown score of a character without a piece, float32
 * @returns {Segmenter}
 */
export function unigram(ids, scores, unknown) {
  const longest = Math.max(0, ...Array.from(ids.keys(), (piece) => piece.length));
  return (text, emit) => {
    const best = new Float32Array(text.length + 1);
    const from = new Int32Array(text.length + 1).fill(NONE);
    const piece = new Int32Array(text.length + 1);
    const offer = (
      /** @type {number} */ begin,
      /** @type {number} */ end,
      /** @type {number} */ id,
      /** @type {number} */ candidate,
    ) => {
      if (from[end] !== NONE && candidate <= best[end]) return;
      best[end] = candidate;
      from[end] = begin;
      piece[end] = id;
    };
    for (let begin = 0; begin < text.length;) {
      const next = characterEnd(text, begin);
      const last = Math.min(text.length, begin + longest);
      let hasSingle = false;
      for (let end = next; end <= last; end++) {
        const id = ids.get(text.slice(begin, end));
        if (id === undefined) continue;
        offer(begin, end, id, scores[id] + best[begin]);
        hasSingle ||= end === next;
      }
      if (!hasSingle) offer(begin, next, NONE, Math.fround(unknown + best[begin]));
      begin = next;
    }
    emitPath(text.length, from, piece, emit);
  };
}

/**
 * @param {number} length
 * @param {Int32Array} from
 * @param {Int32Array} piece
 * @param {(id: number, begin: number, end: number) => void} emit
 */
function emitPath(length, from, piece, emit) {
  const ends = [];
  for (let end = length; end > 0; end = from[end]) ends.push(end);
  for (const end of ends.reverse()) emit(piece[end], from[end], end);
}

/**
 * Joins the neighbours whose piece has the highest score, of equal ones the leftmost, until none can be joined
 * (docs/text.md, step 3b).
 *
 * @param {Map<string, number>} ids piece -> id
 * @param {Float32Array} scores by id
 * @returns {Segmenter}
 */
export function bpe(ids, scores) {
  return (text, emit) => {
    /** @type {number[]} */
    const begins = [];
    for (let begin = 0; begin < text.length; begin = characterEnd(text, begin)) begins.push(begin);
    begins.push(text.length);
    const idAt = (/** @type {number} */ i) =>
      i + 2 < begins.length ? ids.get(text.slice(begins[i], begins[i + 2])) : undefined;
    const pairs = begins.map((_, i) => idAt(i));
    for (;;) {
      let best = -1;
      for (let i = 0; i + 2 < begins.length; i++) {
        const id = pairs[i];
        if (id !== undefined && (best < 0 || scores[id] > scores[/** @type {number} */ (pairs[best])])) best = i;
      }
      if (best < 0) break;
      begins.splice(best + 1, 1);
      pairs.splice(best + 1, 1);
      pairs[best] = idAt(best);
      if (best > 0) pairs[best - 1] = idAt(best - 1);
    }
    for (let i = 0; i + 1 < begins.length; i++)
      emit(ids.get(text.slice(begins[i], begins[i + 1])) ?? NONE, begins[i], begins[i + 1]);
  };
}
