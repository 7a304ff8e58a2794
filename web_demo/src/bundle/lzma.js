import { DamagedError } from '../errors.js';
import { RangeDecoder, probabilities } from './range_decoder.js';

const END_MARKER = 0xffffffff;
const DICTIONARY = 2 ** 20;

/** Lengths of matches, 2 to 273. */
class Lengths {
  constructor() {
    this.choices = probabilities(2);
    this.low = probabilities(16 * 8);
    this.middle = probabilities(16 * 8);
    this.high = probabilities(256);
  }

  /** @param {RangeDecoder} coder @param {number} position */
  read(coder, position) {
    if (!coder.bit(this.choices, 0)) return 2 + coder.tree(this.low, position * 8, 3);
    if (!coder.bit(this.choices, 1)) return 10 + coder.tree(this.middle, position * 8, 3);
    return 18 + coder.tree(this.high, 0, 8);
  }
}

/** One raw stream of LZMA1, as the LZMA SDK specifies it. */
class Stream {
  /**
   * @param {Uint8Array} packed
   * @param {number} size
   */
  constructor(packed, size) {
    const properties = packed[0];
    this.literalBits = properties % 9;
    this.literalPosition = 2 ** (Math.floor(properties / 9) % 5) - 1;
    this.positions = 2 ** Math.floor(properties / 45) - 1;
    if (properties >= 225 || this.literalBits > 4)
      throw new DamagedError('A segment of LZMA must begin with its numbers', properties);
    this.coder = new RangeDecoder(packed, 1);
    this.output = new Uint8Array(size);
    this.written = 0;
    this.state = 0;
    this.distances = [0, 0, 0, 0];
    this.literals = probabilities(0x300 << (this.literalBits + (Math.floor(properties / 9) % 5)));
    this.isMatch = probabilities(12 * 16);
    this.isRepeated = probabilities(12);
    this.isRepeated0 = probabilities(12);
    this.isRepeated0Long = probabilities(12 * 16);
    this.isRepeated1 = probabilities(12);
    this.isRepeated2 = probabilities(12);
    this.slots = probabilities(4 * 64);
    this.special = probabilities(128);
    this.aligned = probabilities(16);
    this.lengths = new Lengths();
    this.repeatedLengths = new Lengths();
  }

  /** @returns {Uint8Array} */
  decode() {
    for (;;) {
      const position = this.written & this.positions;
      if (!this.coder.bit(this.isMatch, this.state * 16 + position)) this.literal();
      else if (!this.coder.bit(this.isRepeated, this.state)) {
        if (this.match(position)) break;
      } else this.repeat(position);
    }
    if (this.written !== this.output.length)
      throw new DamagedError(`A segment of LZMA must hold ${this.output.length} bytes`, this.written);
    if (!this.coder.isFinished) throw new DamagedError('A segment of LZMA must end with its marker', 'other bytes');
    return this.output;
  }

  literal() {
    const before = this.written > 0 ? this.output[this.written - 1] : 0;
    const low = this.written & this.literalPosition;
    const offset = 0x300 * ((low << this.literalBits) + (before >> (8 - this.literalBits)));
    let symbol = 1;
    if (this.state >= 7) {
      let matched = this.output[this.written - this.distances[0] - 1];
      while (symbol < 0x100) {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const bit = this.coder.bit(this.literals, offset + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.coder.bit(this.literals, offset + symbol);
    this.put(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  /** A match with a distance of its own; true for the end marker. @param {number} position */
  match(position) {
    const length = this.lengths.read(this.coder, position);
    const distance = this.distance(length);
    if (distance === END_MARKER) return true;
    this.distances = [distance, ...this.distances.slice(0, 3)];
    this.state = this.state < 7 ? 7 : 10;
    this.copy(length);
    return false;
  }

  /** @param {number} length */
  distance(length) {
    const slot = this.coder.tree(this.slots, Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.coder.reverseTree(this.special, base - slot, bits);
    return base + this.coder.direct(bits - 4) * 16 + this.coder.reverseTree(this.aligned, 0, 4);
  }

  /** A match with one of the last four distances. @param {number} position */
  repeat(position) {
    const { coder, state } = this;
    if (!coder.bit(this.isRepeated0, state)) {
      if (!coder.bit(this.isRepeated0Long, state * 16 + position)) {
        this.state = state < 7 ? 9 : 11;
        return this.copy(1);
      }
    } else {
      const which = !coder.bit(this.isRepeated1, state) ? 1 : 2 + coder.bit(this.isRepeated2, state);
      const [distance] = this.distances.splice(which, 1);
      this.distances.unshift(distance);
    }
    const length = this.repeatedLengths.read(coder, position);
    this.state = state < 7 ? 8 : 11;
    return this.copy(length);
  }

  /** @param {number} length */
  copy(length) {
    const distance = this.distances[0] + 1;
    if (distance > this.written || distance > DICTIONARY)
      throw new DamagedError('A match must begin in the dictionary', distance);
    for (let i = 0; i < length; i++) this.put(this.output[this.written - distance]);
  }

  /** @param {number} byte */
  put(byte) {
    if (this.written === this.output.length)
      throw new DamagedError(`A segment of LZMA must hold at most ${this.written} bytes`, 'more');
    this.output[this.written++] = byte;
  }
}

/**
 * LZMA back (docs/download.md): a byte of its three numbers, then a raw stream with an end marker.
 *
 * @param {Uint8Array} packed
 * @param {number} size number of bytes of the result
 * @returns {Uint8Array}
 * @throws {DamagedError} it is no LZMA, or holds another number of bytes
 */
export function decompressLzma(packed, size) {
  if (packed.length === 0) throw new DamagedError('A segment of LZMA must begin with its numbers', 'no byte');
  return new Stream(packed, size).decode();
}
