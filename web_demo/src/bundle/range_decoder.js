import { DamagedError } from '../errors.js';

const TOP = 2 ** 24;
const HALF = 1024; // of the probabilities, which have 11 bits

/** Probabilities of binary decisions, all even at first.
 *
 * @param {number} count
 */
export const probabilities = (count) => new Uint16Array(count).fill(HALF);

/** The range coder of LZMA: binary decisions with adaptive probabilities. */
export class RangeDecoder {
  /**
   * @param {Uint8Array} bytes
   * @param {number} begin
   */
  constructor(bytes, begin) {
    this.bytes = bytes;
    this.place = begin;
    this.range = 0xffffffff;
    this.code = 0;
    if (this.next() !== 0) throw new DamagedError('A segment of LZMA must be readable', 'another first byte');
    for (let i = 0; i < 4; i++) this.code = this.code * 256 + this.next();
  }

  /** Whether the coder stands where one that wrote an end marker stopped. */
  get isFinished() {
    return this.place === this.bytes.length && this.code === 0;
  }

  next() {
    if (this.place >= this.bytes.length)
      throw new DamagedError('A segment of LZMA must end with its marker', 'an early end');
    return this.bytes[this.place++];
  }

  /** @param {Uint16Array} table @param {number} index */
  bit(table, index) {
    const probability = table[index];
    const bound = (this.range >>> 11) * probability;
    let bit = 0;
    if (this.code < bound) {
      this.range = bound;
      table[index] = probability + ((2048 - probability) >> 5);
    } else {
      this.range -= bound;
      this.code -= bound;
      table[index] = probability - (probability >> 5);
      bit = 1;
    }
    this.normalize();
    return bit;
  }

  normalize() {
    if (this.range >= TOP) return;
    this.range *= 256;
    this.code = this.code * 256 + this.next();
  }

  /** Bits of equal probability, the highest first. @param {number} count */
  direct(count) {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range = Math.floor(this.range / 2);
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      this.normalize();
      value = value * 2 + bit;
    }
    return value;
  }

  /**
   * A number of `count` bits by a tree, the highest bit first.
   *
   * @param {Uint16Array} table
   * @param {number} offset
   * @param {number} count
   */
  tree(table, offset, count) {
    let node = 1;
    for (let i = 0; i < count; i++) node = 2 * node + this.bit(table, offset + node);
    return node - (1 << count);
  }

  /** The same, the lowest bit first. @param {Uint16Array} table @param {number} offset @param {number} count */
  reverseTree(table, offset, count) {
    let node = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit(table, offset + node);
      node = 2 * node + bit;
      value |= bit << i;
    }
    return value;
  }
}
