import { DamagedError, ModelError } from '../errors.js';
import { inflate } from './inflate.js';
import { decompressLzma } from './lzma.js';
import { SymbolDecoder } from './symbols.js';

const VERSION = 2;
const PREFIX_BYTES = 9;
const METHODS = 5;
const MAXIMUM_HEAD_BYTES = 2 ** 20;
/** Bytes to which a packed byte may unpack, beyond the first FREE_EXPANSION; as in Python and Kotlin. */
const MAXIMUM_EXPANSION = 128;
const FREE_EXPANSION = 2 ** 20;
const SIZE_LIMIT = 2 ** 30;
/** Bytes to which a download may unpack on a page. */
const MAXIMUM_BYTES = 2 ** 28;

/**
 * @typedef {{name: string, size: number, sha256: string, segments: [number, number, number][]}} PackedFile
 */

/**
 * The files of a download (docs/download.md), each checked by its SHA-256.
 *
 * @param {Uint8Array} data a whole .ltpk file
 * @returns {Promise<Map<string, Uint8Array>>} name -> content
 * @throws {ModelError} it is no download, or one of another version, or a damaged one
 */
export async function unpack(data) {
  const { files, begin } = await readHead(data);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > MAXIMUM_BYTES)
    throw new ModelError(`A download may unpack to at most ${MAXIMUM_BYTES} bytes`, `one of ${total} bytes`);
  const end = files.flatMap((file) => file.segments).reduce((sum, [, , packed]) => sum + packed, begin);
  if (end !== data.length)
    throw new DamagedError(`A packed bundle must end behind its last segment, at ${end}`, `${data.length} bytes`);
  const contents = new Map();
  let place = begin;
  for (const file of files) {
    const content = new Uint8Array(file.size);
    let written = 0;
    for (const [method, size, packed] of file.segments) {
      content.set(await unpackSegment(method, size, data.subarray(place, place + packed)), written);
      place += packed;
      written += size;
    }
    const hash = await sha256(content);
    if (hash !== file.sha256) throw new DamagedError(`'${file.name}' must have the SHA-256 ${file.sha256}`, hash);
    contents.set(file.name, content);
  }
  return contents;
}

/**
 * @param {Uint8Array} data
 * @returns {Promise<string>} in hexadecimal digits
 */
export async function sha256(data) {
  if (!globalThis.crypto?.subtle)
    throw new ModelError(
      'A page that checks its models must be served from https or localhost',
      globalThis.location?.origin,
    );
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {Uint8Array} data
 * @returns {Promise<{files: PackedFile[], begin: number}>} the files, and where the first segment begins
 */
async function readHead(data) {
  const prefix = String.fromCharCode(...data.subarray(0, 4));
  if (data.length < PREFIX_BYTES || prefix !== 'LTPK') {
    throw new ModelError("A packed bundle must begin with 'LTPK' and the length of its head", JSON.stringify(prefix));
  }
  if (data[4] !== VERSION)
    throw new ModelError(
      `This page unpacks version ${VERSION}; use the program that wrote it, or a newer page`,
      data[4],
    );
  const length = new DataView(data.buffer, data.byteOffset).getUint32(5, true);
  const begin = PREFIX_BYTES + length;
  if (length > MAXIMUM_HEAD_BYTES || begin > data.length)
    throw new DamagedError('The head of a packed bundle must end inside it', `${length} bytes`);
  const text = await inflate(data.subarray(PREFIX_BYTES, begin), MAXIMUM_HEAD_BYTES);
  return { files: readFiles(text), begin };
}

/** @param {Uint8Array} bytes @returns {PackedFile[]} */
function readFiles(bytes) {
  let head;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new DamagedError('The head of a packed bundle must be JSON in UTF-8', error);
  }
  const files = head?.files;
  if (!Array.isArray(files)) throw new DamagedError('The head of a packed bundle must list the files', typeof files);
  for (const file of files) checkFile(file);
  if (new Set(files.map((file) => file.name)).size !== files.length)
    throw new DamagedError('The head of a packed bundle must list a file once', 'one twice');
  checkExpansion(files.flatMap((file) => file.segments));
  return files;
}

/** Up to the end of each segment: what a head claims of later ones buys nothing. @param {number[][]} segments */
function checkExpansion(segments) {
  let [unpacked, packed] = [0, 0];
  for (const [, size, length] of segments) {
    unpacked += size;
    packed += length;
    if (unpacked > MAXIMUM_EXPANSION * packed + FREE_EXPANSION)
      throw new DamagedError(
        `The head of a packed bundle must not promise more than ${MAXIMUM_EXPANSION} bytes for each packed one`,
        `${unpacked} of ${packed}`,
      );
  }
}

/** @param {any} file */
function checkFile(file) {
  const fail = (/** @type {string} */ rule, /** @type {unknown} */ received) => {
    throw new DamagedError(`The head of a packed bundle must have ${rule}`, received);
  };
  if (typeof file?.name !== 'string' || !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(file.name))
    fail('plain file names', file?.name);
  if (typeof file.sha256 !== 'string') fail(`the SHA-256 of '${file.name}'`, file.sha256);
  const isSize = (/** @type {unknown} */ value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) < SIZE_LIMIT;
  const segments = Array.isArray(file.segments)
    ? file.segments
    : fail(`the segments of '${file.name}'`, typeof file.segments);
  for (const segment of segments) {
    if (!Array.isArray(segment) || segment.length !== 3 || !segment.every(isSize))
      fail('method, size and packed size for each segment', segment);
    if (segment[0] >= METHODS) fail(`methods below ${METHODS}`, segment[0]);
  }
  const sum = segments.reduce((/** @type {number} */ total, /** @type {number[]} */ segment) => total + segment[1], 0);
  if (!isSize(file.size) || sum !== file.size)
    fail(`segments that add up to the size ${file.size} of '${file.name}'`, sum);
}

/**
 * @param {number} method
 * @param {number} size
 * @param {Uint8Array} packed
 * @returns {Promise<Uint8Array>}
 */
async function unpackSegment(method, size, packed) {
  if (method === 0) {
    if (packed.length !== size) throw new DamagedError(`A stored segment must have ${size} bytes`, packed.length);
    return packed;
  }
  if (method === 1) return decompressLzma(packed, size);
  if (method === 4) return unpackPlanes(size, packed);
  const output = new Uint8Array(size);
  const symbols = await SymbolDecoder.open(packed, method === 2 ? size : 2 * size);
  if (method === 2) for (let i = 0; i < size; i++) output[i] = symbols.next();
  else for (let i = 0; i < size; i++) output[i] = symbols.half() | (symbols.half() << 4);
  symbols.finish();
  return output;
}

/**
 * Numbers of four bytes: symbols for all first bytes, all second bytes, and so on.
 *
 * @param {number} size
 * @param {Uint8Array} packed
 */
async function unpackPlanes(size, packed) {
  if (size % 4 !== 0) throw new DamagedError('A segment of planes must have a multiple of 4 bytes', size);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const output = new Uint8Array(size);
  let place = 0;
  for (let plane = 0; plane < 4; plane++) {
    const length = packed.length - place < 4 ? packed.length : view.getUint32(place, true);
    if (length > packed.length - place - 4)
      throw new DamagedError('A plane must end inside its segment', `${length} bytes`);
    const symbols = await SymbolDecoder.open(packed.subarray(place + 4, place + 4 + length), size / 4);
    for (let i = plane; i < size; i += 4) output[i] = symbols.next();
    symbols.finish();
    place += 4 + length;
  }
  if (place !== packed.length)
    throw new DamagedError('A segment of planes must end behind the fourth', `${packed.length - place} bytes more`);
  return output;
}
