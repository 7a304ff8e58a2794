import { ModelError } from '../errors.js';
import { SCHEMAS } from './normalization.js';
import { readFields } from './protobuf.js';

export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const BYTE = 6;
const UNIGRAM = 1;
const BPE = 2;
const BYTES = new Map(
  Array.from({ length: 256 }, (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, byte]),
);

/**
 * @typedef {{text: string, score: number, type: number}} Piece
 * @typedef {{pieces: Piece[], isBpe: boolean, bytePieces: number[], byteOf: Map<string, number>, schema: 1 | 2}}
 * SentencePieceModel
 */

/**
 * Reads a SentencePiece `.model` file that follows the conventions of docs/text.md.
 *
 * @param {Uint8Array} bytes
 * @returns {SentencePieceModel}
 * @throws {ModelError} it is none, or one of other conventions
 */
export function readModel(bytes) {
  const fields = readFields(bytes);
  const pieces = fields.filter((field) => field.number === 1).map((field) => readPiece(message(field.value)));
  const trainer = numbersOf(fields, 2, { 3: UNIGRAM, 24: 0, 35: 0, 40: 0, 41: 1, 42: 2, 43: -1 });
  const normalizer = readNormalizer(fields);
  check(pieces, trainer, normalizer);
  const bytePieces = new Array(256).fill(-1);
  pieces.forEach((piece, id) => {
    if (piece.type === BYTE) bytePieces[/** @type {number} */ (BYTES.get(piece.text))] = id;
  });
  return { pieces, isBpe: trainer[3] === BPE, bytePieces, byteOf: BYTES, schema: SCHEMAS[normalizer.name] };
}

/** @param {number | Uint8Array} value @returns {Uint8Array} */
function message(value) {
  if (value instanceof Uint8Array) return value;
  throw new ModelError('A field must have the wire type of a message; the vocabulary is damaged', value);
}

/** @param {number | Uint8Array} value */
function textOf(value) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message(value));
  } catch (error) {
    throw new ModelError("A vocabulary's texts must be UTF-8", error);
  }
}

/** @param {Uint8Array} bytes @returns {Piece} */
function readPiece(bytes) {
  const piece = { text: '', score: 0, type: NORMAL };
  for (const { number, value } of readFields(bytes)) {
    if (number === 1) piece.text = textOf(value);
    else if (number === 2) piece.score = Number(value);
    else if (number === 3) piece.type = Number(value);
  }
  return piece;
}

/**
 * The numbers of a message's fields.
 *
 * @param {{number: number, value: number | Uint8Array}[]} fields
 * @param {number} which
 * @param {Record<number, number>} defaults
 */
function numbersOf(fields, which, defaults) {
  const found = { ...defaults };
  for (const field of fields) {
    if (field.number !== which) continue;
    for (const { number, value } of readFields(message(field.value)))
      if (number in found) found[number] = Number(value);
  }
  return found;
}

/** @param {{number: number, value: number | Uint8Array}[]} fields */
function readNormalizer(fields) {
  const found = { name: '', rewrites: false, spaces: true };
  for (const field of fields) {
    if (field.number !== 3 && field.number !== 5) continue;
    for (const { number, value } of readFields(message(field.value))) {
      if (number === 2) found.rewrites ||= message(value).length > 0;
      else if (field.number === 3 && number === 1) found.name = textOf(value);
      else if (field.number === 3 && number >= 3 && number <= 5) found.spaces &&= value !== 0;
    }
  }
  return found;
}

/**
 * @param {Piece[]} pieces
 * @param {Record<number, number>} trainer
 * @param {{name: string, rewrites: boolean, spaces: boolean}} normalizer
 */
function check(pieces, trainer, normalizer) {
  const need = (/** @type {boolean} */ holds, /** @type {string} */ rule, /** @type {unknown} */ received) => {
    if (!holds) throw new ModelError(`A vocabulary is not of this library: ${rule}`, received);
  };
  need(pieces.length > 0, 'it must hold pieces', 'none');
  need(trainer[3] === UNIGRAM || trainer[3] === BPE, 'its kind must be unigram or BPE', trainer[3]);
  const special = [41, 43, 42, 40].map((field) => trainer[field]);
  need(special.join() === '0,1,2,3', 'its special ids must be bos 0, pad 1, eos 2, unk 3', special);
  const types = pieces.slice(0, 4).map((piece) => piece.type);
  need(
    types.join() === [CONTROL, CONTROL, CONTROL, UNKNOWN].join(),
    'its first four pieces must be the special ones',
    types,
  );
  const bytes = new Set(pieces.filter((piece) => piece.type === BYTE).map((piece) => piece.text));
  need(
    trainer[35] === 1 && bytes.size === 256 && [...bytes].every((name) => BYTES.has(name)),
    'it must have byte_fallback and all 256 byte pieces',
    bytes.size,
  );
  need(
    normalizer.name in SCHEMAS && !normalizer.rewrites,
    `its normaliser must be one of ${Object.keys(SCHEMAS)}; others may need a newer page`,
    normalizer.name,
  );
  need(
    normalizer.spaces && trainer[24] === 0,
    'it must add a space in front, remove extra spaces and escape spaces',
    'other rules',
  );
  const other = pieces.find((piece) => ![NORMAL, UNKNOWN, CONTROL, BYTE].includes(piece.type));
  need(other === undefined, 'it must have no user-defined and no unused symbols', other?.text);
  need(
    pieces.every((piece) => piece.type !== NORMAL || (piece.text !== '' && Number.isFinite(piece.score))),
    'its pieces must have a text and a finite score',
    'other ones',
  );
  need(
    new Set(pieces.map((piece) => piece.text)).size === pieces.length,
    'a piece must occur once',
    'one that occurs twice',
  );
}
