import { ModelError } from '../errors.js';
import { readFields } from './protobuf.js';

/** Types of pieces. */
export const NORMAL = 1;
export const UNKNOWN = 2;
export const CONTROL = 3;
export const USER_DEFINED = 4;
export const BYTE = 6;
/** Kinds of models. */
export const UNIGRAM = 1;
export const BPE = 2;
/** Names of the pieces of bytes -> the bytes, in their order. */
export const BYTES = new Map(
  Array.from({ length: 256 }, (_, byte) => [`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, byte]),
);

/**
 * What matters of a SentencePiece `.model` file: its pieces by id, the numbers of its trainer by their field, and how
 * texts are normalised.
 *
 * @typedef {{text: string, score: number, type: number}} Piece
 * @typedef {{name: string, map: Uint8Array, rewrites: boolean, addsPrefix: boolean, removesSpaces: boolean,
 * escapesSpaces: boolean}} NormalizerSpec
 */

/**
 * Reads a SentencePiece `.model` file as it is.
 *
 * @param {Uint8Array} bytes
 * @returns {{pieces: Piece[], trainer: Record<number, number>, normalizer: NormalizerSpec}}
 * @throws {ModelError} it is none
 */
export function readProto(bytes) {
  const fields = readFields(bytes);
  const pieces = fields.filter((field) => field.number === 1).map((field) => readPiece(message(field.value)));
  const trainer = numbersOf(fields, 2, { 3: UNIGRAM, 24: 0, 35: 0, 40: 0, 41: 1, 42: 2, 43: -1 });
  return { pieces, trainer, normalizer: readNormalizer(fields) };
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

/** @param {{number: number, value: number | Uint8Array}[]} fields @returns {NormalizerSpec} */
function readNormalizer(fields) {
  /** @type {{name: string, map: Uint8Array, rewrites: boolean}} */
  const found = { name: '', map: new Uint8Array(), rewrites: false };
  const flags = numbersOf(fields, 3, { 3: 1, 4: 1, 5: 1 });
  for (const field of fields) {
    if (field.number !== 3 && field.number !== 5) continue;
    for (const { number, value } of readFields(message(field.value))) {
      if (number === 2) found.rewrites ||= message(value).length > 0;
      if (field.number !== 3) continue;
      if (number === 1) found.name = textOf(value);
      else if (number === 2) found.map = message(value);
    }
  }
  return { ...found, addsPrefix: flags[3] !== 0, removesSpaces: flags[4] !== 0, escapesSpaces: flags[5] !== 0 };
}
