import { ModelError } from '../errors.js';
import { BYTE, NORMAL, UNKNOWN } from './model_proto.js';
import { normalize } from './normalization.js';
import { bpe, unigram } from './segmenters.js';
import { readModel } from './sentencepiece_model.js';
import { NONE } from './symbols.js';

/**
 * What a bundle's vocabularies are: SentencePiece models, or dictionaries of imported models.
 *
 * @typedef {Vocabulary | import('./dictionary_vocabulary.js').DictionaryVocabulary} AnyVocabulary
 */

const SPACE = '\u2581';
const UNKNOWN_SURFACE = ' \u2047 ';
const UNKNOWN_PENALTY = 10;

/** A SentencePiece vocabulary, unigram or BPE: the same ids and texts as Python's (docs/text.md). */
export class Vocabulary {
  /**
   * @param {Uint8Array} bytes of the `.model` file
   * @param {import('./normalization_table.js').NormalizationTable} table
   * @throws {ModelError} the bytes are no vocabulary of this library
   */
  constructor(bytes, table) {
    const model = readModel(bytes);
    const normal = new Map();
    model.pieces.forEach((piece, id) => {
      if (piece.type === NORMAL) normal.set(piece.text, id);
    });
    const scores = Float32Array.from(model.pieces, (piece) => piece.score);
    const least = Array.from(normal.values()).reduce((lowest, id) => Math.min(lowest, scores[id]), Infinity);
    this.table = table;
    this.model = model;
    this.segment = model.isBpe
      ? bpe(normal, scores)
      : unigram(normal, scores, Math.fround((normal.size ? least : 0) - UNKNOWN_PENALTY));
    this.bosId = 0;
    this.padId = 1;
    this.eosId = 2;
    this.unkId = 3;
  }

  get size() {
    return this.model.pieces.length;
  }

  /** Version of the rules by which texts are normalised. */
  get textSchema() {
    return this.model.schema;
  }

  /** @param {string} text */
  normalize(text) {
    return normalize(text, this.model.schema, this.table);
  }

  /** The ids of a text, without `eos`. @param {string} text @returns {number[]} */
  encode(text) {
    const prepared = prepare(this.normalize(text));
    /** @type {number[]} */
    const ids = [];
    this.segment(prepared, (id, begin, end) => {
      if (id !== NONE) ids.push(id);
      else
        for (const byte of new TextEncoder().encode(prepared.slice(begin, end))) ids.push(this.model.bytePieces[byte]);
    });
    return ids;
  }

  /** The text of ids. @param {ArrayLike<number>} ids @returns {string} */
  decode(ids) {
    let text = '';
    /** @type {number[]} */
    let pending = [];
    const flush = () => {
      text += utf8(pending);
      pending = [];
    };
    for (const id of Array.from(ids)) {
      const piece = this.model.pieces[id];
      if (!piece) throw new ModelError(`Ids must lie in [0, ${this.size})`, id);
      if (piece.type === BYTE) {
        pending.push(/** @type {number} */ (this.model.byteOf.get(piece.text)));
        continue;
      }
      flush();
      if (piece.type === UNKNOWN) text += UNKNOWN_SURFACE;
      else if (piece.type === NORMAL) {
        const surface = text === '' && piece.text.startsWith(SPACE) ? piece.text.slice(1) : piece.text;
        text += surface.replaceAll(SPACE, ' ');
      }
    }
    flush();
    return text;
  }
}

/**
 * Spaces as docs/text.md treats them: one in front, none at the end, single ones between, each written as U+2581.
 *
 * @param {string} text
 */
export function prepare(text) {
  const trimmed = text.replace(/^ +/, '');
  if (trimmed === '') return '';
  return (SPACE + trimmed.replace(/ +/g, SPACE)).replace(/\u2581+$/, '');
}

/** Reads bytes as UTF-8, U+FFFD for each byte that begins no whole character. @param {number[]} bytes */
function utf8(bytes) {
  let text = '';
  for (let place = 0; place < bytes.length;) {
    const length = characterLength(bytes, place);
    const part = Uint8Array.from(bytes.slice(place, place + Math.max(length, 1)));
    text += length === 0 ? '\ufffd' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
    place += Math.max(length, 1);
  }
  return text;
}

/**
 * Bytes of the valid character that begins at `place` (RFC 3629), 0 when none does.
 *
 * @param {number[]} bytes
 * @param {number} place
 */
function characterLength(bytes, place) {
  const first = bytes[place];
  const length =
    first < 0x80
      ? 1
      : first >= 0xc2 && first <= 0xdf
        ? 2
        : first >= 0xe0 && first <= 0xef
          ? 3
          : first >= 0xf0 && first <= 0xf4
            ? 4
            : 0;
  if (length === 0 || place + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if ((bytes[place + i] & 0xc0) !== 0x80) return 0;
  const second = bytes[place + 1];
  if (first === 0xe0) return second >= 0xa0 ? length : 0;
  if (first === 0xed) return second <= 0x9f ? length : 0;
  if (first === 0xf0) return second >= 0x90 ? length : 0;
  if (first === 0xf4) return second <= 0x8f ? length : 0;
  return length;
}
