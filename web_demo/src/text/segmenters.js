import { Heap } from './heap.js';
import { PieceTrie } from './piece_trie.js';
import { NONE, characterEnd, entryOf, placeOf, rankOf } from './symbols.js';

/**
 * A text cut into symbols: calls `emit(id, begin, end)` from left to right; the id is NONE for a single character that
 * is no piece.
 *
 * @typedef {(text: string, emit: (id: number, begin: number, end: number) => void) => void} Segmenter
 */

/**
 * The best path by the sum of its pieces' scores, in SentencePiece's arithmetic (docs/text.md, step 3a).
 *
 * @param {Map<string, number>} ids piece -> id
 * @param {ArrayLike<number>} scores by id
 * @param {number} unknown score of a character without a piece, float32
 * @returns {Segmenter}
 */
export function unigram(ids, scores, unknown) {
  const trie = new PieceTrie(ids);
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
      let hasSingle = false;
      let node = 0;
      for (let end = begin; end < text.length;) {
        node = trie.child(node, text.charCodeAt(end++));
        if (node === NONE) break;
        const id = trie.ids[node];
        if (id === NONE) continue;
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
 * (docs/text.md, step 3b). Time is `n log n`.
 *
 * @param {Map<string, number>} ids piece -> id
 * @param {ArrayLike<number>} scores by id
 * @param {PieceTrie | null} [whole] pieces that are one symbol from the beginning, and joined with nothing
 * @returns {Segmenter}
 */
export function bpe(ids, scores, whole = null) {
  const trie = new PieceTrie(ids);
  const order = new Map(
    Array.from(new Set(Array.from(scores)))
      .sort((one, other) => other - one)
      .map((score, rank) => [score, rank]),
  );
  const ranks = Int32Array.from(scores, (score) => /** @type {number} */ (order.get(score)));
  return (text, emit) => {
    const ends = joined(text, trie, ranks, whole);
    for (let begin = 0; begin < text.length; begin = ends[begin])
      emit(trie.find(text, begin, ends[begin]), begin, ends[begin]);
  };
}

/**
 * Where each symbol ends, by the place where it begins.
 *
 * @param {string} text
 * @param {PieceTrie} trie
 * @param {Int32Array} ranks of the pieces
 * @param {PieceTrie | null} whole
 */
function joined(text, trie, ranks, whole) {
  const ends = new Int32Array(text.length);
  const before = new Int32Array(text.length + 1);
  /** Rank of joining the symbol with the next one. */
  const rank = new Int32Array(text.length).fill(NONE);
  const isWhole = new Uint8Array(text.length + 1);
  const heap = new Heap();
  const look = (/** @type {number} */ begin) => {
    const middle = ends[begin];
    const isPair = middle < text.length && !isWhole[begin] && !isWhole[middle];
    const id = isPair ? trie.find(text, begin, ends[middle]) : NONE;
    rank[begin] = id === NONE ? NONE : ranks[id];
    if (id !== NONE) heap.add(entryOf(ranks[id], begin));
  };
  for (let begin = 0; begin < text.length; begin = ends[begin]) {
    const kept = whole?.longest(text, begin) ?? begin;
    if (kept > begin) isWhole[begin] = 1;
    ends[begin] = kept > begin ? kept : characterEnd(text, begin);
    before[ends[begin]] = begin;
  }
  for (let begin = 0; begin < text.length; begin = ends[begin]) look(begin);
  while (heap.size) {
    const entry = heap.take();
    const begin = placeOf(entry);
    if (rank[begin] !== rankOf(entry)) continue;
    const middle = ends[begin];
    rank[middle] = NONE;
    ends[begin] = ends[middle];
    before[ends[begin]] = begin;
    look(begin);
    if (begin > 0) look(before[begin]);
  }
  return ends;
}
