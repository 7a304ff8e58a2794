import { ModelError } from '../errors.js';
import { BytePairs, SEPARATOR } from './byte_pairs.js';
import { wellFormed, words } from './normalization.js';
import { SentencePieceCutter } from './sentencepiece_cutter.js';
import { endWithout, trimmed } from './trimming.js';

const FORMAT = 'lite-transformer-dictionary';
const SPECIAL_ENTRIES = ['<s>', '<pad>', '</s>', '<unk>'];
const SPACE = '\u2581';
const SHOWN = 80;

/**
 * What cuts a text into pieces.
 *
 * @typedef {{cut: (text: string) => string[]}} Cutter
 */

/** @param {string} rule @param {unknown} received @returns {never} */
function fail(rule, received) {
  throw new ModelError(`A dictionary ${rule}`, received);
}

/**
 * The vocabulary of a model that was imported from fairseq (docs/fairseq.md): the entries of a dictionary, and what
 * cuts texts into them: codes of byte pairs, or a SentencePiece model, or white space. A piece that is no entry is
 * `unk`. Unlike other vocabularies it writes `<s>` and `<unk>`, as fairseq does.
 */
export class DictionaryVocabulary {
  /**
   * @param {Uint8Array} bytes of the `.json` file
   * @throws {ModelError} they are none, or what cuts its texts cannot be served
   */
  constructor(bytes) {
    const data = readObject(bytes);
    if (data.format !== FORMAT || data.version !== 1)
      fail(`must be an object of the format '${FORMAT}', version 1; others may need a newer page`, data.version);
    if (!Array.isArray(data.entries) || data.entries.some((entry) => typeof entry !== 'string'))
      fail('must have a list of texts as entries', 'another value');
    /** @type {string[]} */
    this.entries = [...SPECIAL_ENTRIES, ...data.entries];
    this.ids = new Map(this.entries.map((entry, id) => [entry, id]));
    this.check();
    this.cutter = cutterOf(textOf(data, 'byte_pairs'), textOf(data, 'sentencepiece'));
    this.bosId = 0;
    this.padId = 1;
    this.eosId = 2;
    this.unkId = 3;
  }

  get size() {
    return this.entries.length;
  }

  /** The ids of a text, without `eos`. @param {string} text @returns {number[]} */
  encode(text) {
    return this.cutter.cut(wellFormed(text)).map((piece) => this.ids.get(piece) ?? this.unkId);
  }

  /** The text of ids. @param {ArrayLike<number>} ids @returns {string} */
  decode(ids) {
    const outside = Array.from(ids).find((id) => this.entries[id] === undefined);
    if (outside !== undefined) throw new ModelError(`Ids must lie in [0, ${this.size})`, outside);
    const pieces = Array.from(ids)
      .filter((id) => id !== this.padId && id !== this.eosId)
      .map((id) => this.entries[id]);
    if (this.cutter instanceof SentencePieceCutter) return trimmed(pieces.join('').replaceAll(SPACE, ' '), ' ');
    const text = `${pieces.join(' ')} `.replaceAll(`${SEPARATOR} `, '');
    return text.slice(0, endWithout(text, ' '));
  }

  check() {
    const broken = this.entries.find((entry) => words(entry)[0] !== entry);
    if (broken !== undefined)
      fail('must have entries without white space, none of them empty', `'${broken.slice(0, SHOWN)}'`);
    const twice = this.entries.find((entry, id) => this.ids.get(entry) !== id);
    if (twice !== undefined) fail('must have each entry once', `'${twice.slice(0, SHOWN)}', which occurs twice`);
  }
}

/** @param {Uint8Array} bytes @returns {Record<string, unknown>} */
function readObject(bytes) {
  let data;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    fail('must be JSON', error);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) fail('must be a JSON object', 'another value');
  if (!isWhole(data)) fail('must be JSON of whole characters, and not nested deeply', 'another one');
  return data;
}

/** Whether no text is half a surrogate pair. @param {unknown} value @param {number} [depth] @returns {boolean} */
function isWhole(value, depth = 1) {
  if (typeof value === 'string') return wellFormed(value) === value;
  if (typeof value !== 'object' || value === null) return true;
  return depth <= 100 && Object.entries(value).every((entry) => isWhole(entry[0]) && isWhole(entry[1], depth + 1));
}

/** @param {Record<string, unknown>} data @param {string} name @returns {string | null} */
function textOf(data, name) {
  const value = data[name] ?? null;
  if (value !== null && typeof value !== 'string') fail(`must have a text as ${name}`, 'another value');
  return value;
}

/** @param {string | null} codes @param {string | null} model @returns {Cutter} */
function cutterOf(codes, model) {
  if (codes !== null && model !== null) fail('must have either byte_pairs or a sentencepiece model', 'both');
  if (codes !== null) return BytePairs.read(codes);
  return model === null ? { cut: words } : new SentencePieceCutter(decoded(model));
}

/** @param {string} model */
function decoded(model) {
  if (model.length % 4 !== 0 || /[^A-Za-z0-9+/=]/.test(model)) notBase64(model);
  try {
    return Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
  } catch {
    return notBase64(model);
  }
}

/** @param {string} model @returns {never} */
function notBase64(model) {
  fail('must have its sentencepiece model in base64', `'${model.slice(0, SHOWN)}'`);
}
