import { ModelError } from '../errors.js';
import { BPE, BYTE, BYTES, CONTROL, NORMAL, UNIGRAM, UNKNOWN, readProto } from './model_proto.js';
import { SCHEMAS } from './normalization.js';

/**
 * @typedef {import('./model_proto.js').Piece} Piece
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
  const { pieces, trainer, normalizer } = readProto(bytes);
  check(pieces, trainer, normalizer);
  const bytePieces = new Array(256).fill(-1);
  pieces.forEach((piece, id) => {
    if (piece.type === BYTE) bytePieces[/** @type {number} */ (BYTES.get(piece.text))] = id;
  });
  return { pieces, isBpe: trainer[3] === BPE, bytePieces, byteOf: BYTES, schema: SCHEMAS[normalizer.name] };
}

/**
 * @param {Piece[]} pieces
 * @param {Record<number, number>} trainer
 * @param {import('./model_proto.js').NormalizerSpec} normalizer
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
    normalizer.addsPrefix && normalizer.removesSpaces && normalizer.escapesSpaces && trainer[24] === 0,
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
