import { ModelError } from '../errors.js';
import { CharacterMap } from './character_map.js';
import { BPE, BYTE, BYTES, CONTROL, NORMAL, UNIGRAM, UNKNOWN, USER_DEFINED, readProto } from './model_proto.js';
import { PieceNormalizer } from './piece_normalizer.js';
import { PieceTrie } from './piece_trie.js';
import { bpe, unigram } from './segmenters.js';
import { NONE } from './symbols.js';

const UNKNOWN_PENALTY = 10;
/** By which a user-defined piece is always chosen. */
const BONUS = 0.1;
/** SentencePiece's least highest score, the C++ constant FLT_MIN. */
const LEAST_HIGHEST = 2 ** -126;
const NAMES = Array.from(BYTES.keys());
/** Characters that a piece may have, so that time is linear in a text; by default the trainer makes at most 16. */
const LONGEST_PIECE = 512;

/**
 * Cuts texts with a SentencePiece model of any conventions, as `processor.encode(text, out_type=str)` does: the pieces
 * are those of the model, and each run of characters that it does not know is one piece more, or one for each byte
 * where the model has pieces for bytes.
 */
export class SentencePieceCutter {
  /**
   * @param {Uint8Array} bytes of the `.model` file
   * @throws {ModelError} they are none, or one that cannot be served
   */
  constructor(bytes) {
    const { pieces, trainer, normalizer } = readProto(bytes);
    check(pieces, trainer);
    this.isSpelt = trainer[35] !== 0;
    const known = pieces.filter((piece) => piece.type === NORMAL || piece.type === USER_DEFINED);
    const ids = new Map(known.map((piece, id) => [piece.text, id]));
    const defined = new Map(Array.from(ids).filter(([, id]) => known[id].type === USER_DEFINED));
    const whole = defined.size ? new PieceTrie(defined) : null;
    const map = normalizer.map.length ? new CharacterMap(normalizer.map) : null;
    this.normalizer = new PieceNormalizer(normalizer, trainer[24] !== 0, map, whole);
    this.segment =
      trainer[3] === BPE
        ? bpe(
            ids,
            known.map((piece) => piece.score),
            whole,
          )
        : unigramOf(ids, known);
  }

  /** The pieces of a text without lone surrogates. @param {string} text @returns {string[]} */
  cut(text) {
    const normalized = this.normalizer.normalize(text);
    /** @type {string[]} */
    const found = [];
    let unknown = 0; // where the characters begin that are not known
    let last = 0;
    const give = (/** @type {number} */ end) => {
      if (unknown < end) for (const piece of this.spelling(normalized.slice(unknown, end))) found.push(piece);
    };
    this.segment(normalized, (id, begin, end) => {
      if (id !== NONE) {
        give(begin);
        found.push(normalized.slice(begin, end));
        unknown = end;
      }
      last = end;
    });
    give(last);
    return found;
  }

  /** @param {string} text @returns {string[]} */
  spelling(text) {
    return this.isSpelt ? Array.from(new TextEncoder().encode(text), (byte) => NAMES[byte]) : [text];
  }
}

/** @param {Map<string, number>} ids @param {import('./model_proto.js').Piece[]} known */
function unigramOf(ids, known) {
  const normal = known.filter((piece) => piece.type === NORMAL);
  const highest = normal.reduce((most, { score }) => Math.max(most, score), LEAST_HIGHEST);
  const least = normal.reduce((lowest, { score }) => Math.min(lowest, score), Infinity);
  const scores = known.map(({ text, type, score }) =>
    type === USER_DEFINED ? Math.fround(new TextEncoder().encode(text).length * highest) - BONUS : score,
  );
  return unigram(ids, Float64Array.from(scores), Math.fround(least - UNKNOWN_PENALTY));
}

/**
 * @param {import('./model_proto.js').Piece[]} pieces
 * @param {Record<number, number>} trainer
 */
function check(pieces, trainer) {
  const need = (/** @type {boolean} */ holds, /** @type {string} */ rule, /** @type {unknown} */ received) => {
    if (!holds) throw new ModelError(`A SentencePiece model that cuts texts must ${rule}`, received);
  };
  need(trainer[3] === UNIGRAM || trainer[3] === BPE, 'be unigram or BPE', `kind ${trainer[3]}`);
  const other = pieces.find(({ type }) => ![NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE].includes(type));
  need(other === undefined, 'have no unused pieces', `'${other?.text}' of type ${other?.type}`);
  need(
    pieces.some(({ type }) => type === NORMAL),
    'have normal pieces',
    'none',
  );
  const unknowns = pieces.filter(({ type }) => type === UNKNOWN).length;
  need(unknowns === 1, 'have one unknown piece', unknowns);
  const broken = pieces.find(({ text, score }) => text === '' || text.includes('\0') || !Number.isFinite(score));
  const received = `'${broken?.text}' with ${broken?.score}`;
  need(broken === undefined, 'have pieces with a text, without zeros, and with a finite score', received);
  const long = pieces.find(({ text }) => text.length > LONGEST_PIECE);
  need(long === undefined, `have pieces of at most ${LONGEST_PIECE} characters`, long?.text.length);
  const control = pieces.find(({ text, type }) => type === CONTROL && Array.from(text).length === 1);
  need(control === undefined, 'have control pieces of more than one character', `'${control?.text}'`);
  const bytes = new Set(pieces.filter(({ type }) => type === BYTE).map(({ text }) => text));
  const areWhole = bytes.size === (trainer[35] !== 0 ? NAMES.length : 0) && [...bytes].every((name) => BYTES.has(name));
  need(areWhole, 'have all 256 byte pieces with byte_fallback, and none without', bytes.size);
  need(new Set(pieces.map(({ text }) => text)).size === pieces.length, 'have each piece once', 'one that occurs twice');
}
