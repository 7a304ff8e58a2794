import { ModelError } from '../errors.js';

/** Bytes that a rule may read, and write. Those of SentencePiece read at most 12 and write at most 33. */
const LONGEST = 256;
/** Bytes that a trie may have. Those of SentencePiece have 179,200. */
const MOST_BYTES = 2 ** 22;
const WORD = 4;
const BLOCK = 1024;
/** The byte that leads to a node; a node that only has a value has the highest bit, which no byte has. */
const LABEL = 0x800000ff | 0;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {number} unit */
const offset = (unit) => (unit >>> 10) << ((unit & 0x200) >>> 6);
/** @param {number} unit */
const hasValue = (unit) => (unit & 0x100) !== 0;
/** @param {number} unit */
const valueOf = (unit) => unit & 0x7fffffff;

/** @param {string} rule @param {unknown} received @returns {never} */
function fail(rule, received) {
  throw new ModelError(`A SentencePiece model's map of characters must ${rule}`, received);
}

/**
 * The rules of a SentencePiece model's normaliser, its `precompiled_charsmap`: the bytes of a trie in little endian
 * (4 bytes), the trie, and texts that each end with a zero. The trie is a double array (Yata et al., 2007) over the
 * bytes of what a rule reads; its values are places of texts.
 *
 * All of it is looked at when it is opened: nothing lies outside, and a rule reads and writes at most 256 bytes.
 */
export class CharacterMap {
  /**
   * @param {Uint8Array} bytes
   * @throws {ModelError} they are no such map, or one of longer rules
   */
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const size = bytes.length > WORD ? view.getUint32(0, true) : 0;
    if (size === 0 || size % BLOCK !== 0 || size >= bytes.length - WORD)
      fail(`hold a trie in blocks of ${BLOCK} bytes, and texts`, `${bytes.length} bytes, ${size} of a trie`);
    if (size > MOST_BYTES) fail(`have a trie of at most ${MOST_BYTES} bytes`, size);
    this.units = Int32Array.from({ length: size / WORD }, (_, i) => view.getInt32(WORD + WORD * i, true));
    this.texts = bytes.subarray(WORD + size);
    try {
      utf8.decode(this.texts);
    } catch (error) {
      fail('have texts in UTF-8', error);
    }
    this.check();
  }

  /**
   * The longest rule that reads the bytes from `begin` on.
   *
   * @param {Uint8Array} input
   * @param {number} begin
   * @returns {{length: number, value: number}} the bytes that it reads, 0 without one, and its value
   */
  longest(input, begin) {
    const found = { length: 0, value: 0 };
    let node = offset(this.units[0]);
    for (let place = begin; place < input.length;) {
      const label = input[place++];
      const unit = this.units[node ^ label];
      if (label === 0 || (unit & LABEL) !== label) break;
      node = node ^ label ^ offset(unit);
      if (!hasValue(unit)) continue;
      found.length = place - begin;
      found.value = valueOf(this.units[node]);
    }
    return found;
  }

  /** The text at a value. @param {number} value */
  text(value) {
    return utf8.decode(this.texts.subarray(value, this.texts.indexOf(0, value)));
  }

  /** Goes along all rules once. */
  check() {
    /** By the place of a node's children, one more than the bytes of the longest rest of a rule behind it. */
    const known = new Uint16Array(this.units.length);
    const heightOf = (/** @type {number} */ node, /** @type {number} */ depth) => {
      if (!(node >= 0 && node < this.units.length)) fail('have nodes inside its trie', node);
      if (depth + Math.max(0, known[node] - 1) > LONGEST)
        fail(`have rules that read at most ${LONGEST} bytes`, 'a longer one');
      if (known[node]) return known[node] - 1;
      let height = 0;
      for (let label = 1; label <= 0xff; label++) {
        const unit = this.units[node ^ label];
        if ((unit & LABEL) !== label) continue;
        const next = node ^ label ^ offset(unit);
        height = Math.max(height, 1 + heightOf(next, depth + 1));
        if (hasValue(unit)) this.checkText(valueOf(this.units[next]));
      }
      known[node] = height + 1;
      return height;
    };
    heightOf(offset(this.units[0]), 0);
  }

  /** @param {number} value */
  checkText(value) {
    if (value >= this.texts.length || (this.texts[value] & 0xc0) === 0x80)
      fail('have rules that write whole texts of its own', value);
    if (!this.texts.subarray(value, value + LONGEST + 1).includes(0))
      fail(`have rules that write at most ${LONGEST} bytes`, 'a longer one');
  }
}
