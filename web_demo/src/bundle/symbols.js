import { DamagedError } from '../errors.js';
import { inflate } from './inflate.js';

const SYMBOLS = 256;
const TOTAL = 2 ** 14;
const LOWEST = 2 ** 16;
const MOST_LANES = 64;
const SYMBOLS_PER_LANE = 1024;
const LARGEST_CODE = 240;
const HEAD_BYTES = 3;

/**
 * Entropy-coded bytes back: range asymmetric numeral systems with one table and interleaved lanes (docs/download.md).
 */
export class SymbolDecoder {
  /**
   * @param {Uint8Array} data
   * @param {number} count how many symbols there are; it decides the number of lanes
   * @returns {Promise<SymbolDecoder>}
   * @throws {DamagedError} the bytes are none
   */
  static async open(data, count) {
    if (data.length < HEAD_BYTES)
      throw new DamagedError('Packed symbols must begin with lanes and a table', `${data.length} bytes`);
    const end = HEAD_BYTES + data[1] + 256 * data[2];
    if (end > data.length)
      throw new DamagedError('The table of packed symbols must end inside them', `${end - HEAD_BYTES} bytes`);
    if (data[0] !== lanesFor(count))
      throw new DamagedError(`${count} packed symbols must have ${lanesFor(count)} lanes`, data[0]);
    return new SymbolDecoder(data, end, sharesOf(await inflate(data.subarray(HEAD_BYTES, end), SYMBOLS)));
  }

  /**
   * @param {Uint8Array} data
   * @param {number} begin of the states
   * @param {Uint32Array} shares
   */
  constructor(data, begin, shares) {
    const lanes = data[0];
    const rest = data.length - begin - 4 * lanes;
    if (rest < 0 || rest % 2 !== 0)
      throw new DamagedError(`Packed symbols must hold ${lanes} states and whole words`, `${rest + 4 * lanes} bytes`);
    const view = new DataView(data.buffer, data.byteOffset);
    this.data = data;
    this.place = begin + 4 * lanes;
    this.states = Float64Array.from({ length: lanes }, (_, lane) => view.getUint32(begin + 4 * lane, true));
    this.shares = shares;
    this.starts = new Uint32Array(SYMBOLS);
    this.symbolOf = new Uint8Array(TOTAL);
    this.lane = 0;
    let start = 0;
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      this.starts[symbol] = start;
      this.symbolOf.fill(symbol, start, start + shares[symbol]);
      start += shares[symbol];
    }
  }

  /** The next symbol, 0 to 255. */
  next() {
    const state = this.states[this.lane];
    const slot = state % TOTAL;
    const symbol = this.symbolOf[slot];
    let following = this.shares[symbol] * Math.floor(state / TOTAL) + slot - this.starts[symbol];
    if (following < LOWEST) {
      if (this.place === this.data.length)
        throw new DamagedError('Packed symbols must have a word for each state that falls below 2^16', 'an early end');
      following = following * LOWEST + this.data[this.place] + 256 * this.data[this.place + 1];
      this.place += 2;
    }
    this.states[this.lane] = following;
    this.lane = this.lane + 1 === this.states.length ? 0 : this.lane + 1;
    return symbol;
  }

  /** The next symbol, which must have four bits. */
  half() {
    const symbol = this.next();
    if (symbol > 15) throw new DamagedError('Half bytes must lie in [0, 15]', symbol);
    return symbol;
  }

  /** Checks that the last symbol was read. */
  finish() {
    const ended = this.place === this.data.length && this.states.every((state) => state === LOWEST);
    if (!ended) throw new DamagedError('Packed symbols must end where their states began', 'other ones');
  }
}

/** A power of two, so that the first states of few symbols cost little. @param {number} count */
function lanesFor(count) {
  let lanes = 1;
  while (lanes < MOST_LANES && lanes * SYMBOLS_PER_LANE < count) lanes *= 2;
  return lanes;
}

/**
 * Shares of 2^14 in proportion to the weights of the codes; what rounding leaves goes to the greatest, the first of
 * equals.
 *
 * @param {Uint8Array} table
 */
function sharesOf(table) {
  const codes = Array.from({ length: SYMBOLS }, (_, symbol) => table[symbol] ?? 0);
  const largest = Math.max(...codes);
  if (largest < 1 || largest > LARGEST_CODE)
    throw new DamagedError(`A table must hold codes in [1, ${LARGEST_CODE}]`, `at most ${largest}`);
  const weights = codes.map((code) => (code === 0 ? 0 : (8 + ((code - 1) % 8)) * 2 ** Math.floor((code - 1) / 8)));
  const sum = weights.reduce((total, weight) => total + weight, 0); // below 2^41, so all of this is exact in float64
  const shares = Uint32Array.from(weights, (weight) =>
    weight === 0 ? 0 : Math.max(1, (weight * TOTAL - ((weight * TOTAL) % sum)) / sum),
  );
  const greatest = shares.indexOf(Math.max(...shares));
  shares[greatest] += TOTAL - shares.reduce((total, share) => total + share, 0);
  return shares;
}
