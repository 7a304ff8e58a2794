/** @typedef {import('../bundle/manifest.js').CacheSpec} CacheSpec */

/**
 * What a decoder keeps of its hypotheses between steps. Tensors are flat, (rows, ...) in C order.
 *
 * @typedef {object} Cache
 * @property {CacheSpec} spec
 * @property {(position: number, first: number, count: number) => Float32Array} read what a step at `position` reads,
 * for `count` rows from `first`
 * @property {(position: number, first: number, count: number, added: Float32Array) => void} write takes over what the
 * step gave
 * @property {(parents: number[]) => void} reorder row i becomes a copy of row parents[i]
 * @property {(smaller: any, position: number) => void} moveFrom takes over all of a smaller bucket's
 * @property {(prefilled: Float32Array, length: number) => void} begin takes over a prefill of `length` positions
 */

/** Moves rows of `size` elements each. @param {Float32Array} data @param {number} size @param {number[]} parents */
function moveRows(data, size, parents) {
  const before = data.slice();
  parents.forEach((parent, row) => {
    if (parent !== row) data.set(before.subarray(parent * size, (parent + 1) * size), row * size);
  });
}

/** (rows, strips, T - 1, width): position i is row i of every strip. @implements {Cache} */
class RowsCache {
  /** @param {CacheSpec} spec @param {number[]} shape of one row @param {number} rows */
  constructor(spec, shape, rows) {
    this.spec = spec;
    [this.strips, this.room, this.width] = shape;
    this.size = this.strips * this.room * this.width;
    this.data = new Float32Array(rows * this.size);
  }

  /** @param {number} _position @param {number} first @param {number} count */
  read(_position, first, count) {
    return this.data.subarray(first * this.size, (first + count) * this.size);
  }

  /** @param {number} position @param {number} first @param {number} count @param {Float32Array} added */
  write(position, first, count, added) {
    if (position >= this.room) return; // the last position of a bucket needs no row
    for (let strip = 0; strip < count * this.strips; strip++) {
      const row = added.subarray(strip * this.width, (strip + 1) * this.width);
      this.data.set(row, ((first * this.strips + strip) * this.room + position) * this.width);
    }
  }

  /** @param {number[]} parents */
  reorder(parents) {
    moveRows(this.data, this.size, parents);
  }

  /** @param {RowsCache} smaller */
  moveFrom(smaller) {
    const strip = smaller.room * smaller.width;
    for (let i = 0; i * strip < smaller.data.length; i++)
      this.data.set(smaller.data.subarray(i * strip, (i + 1) * strip), i * this.room * this.width);
  }

  /** @param {Float32Array} prefilled */
  begin(prefilled) {
    this.data.set(prefilled); // what is written behind the text is never read
  }
}

/**
 * (rows, K - 1 + T, channels): K - 1 zeros, then the inputs of all positions; a window is a range of rows.
 *
 * @implements {Cache}
 */
class WindowCache {
  /**
   * @param {CacheSpec} spec
   * @param {number[]} shape
   * @param {number} rows
   * @param {number} length positions of the bucket
   */
  constructor(spec, shape, rows, length) {
    this.spec = spec;
    [this.past, this.channels] = shape;
    this.size = (this.past + length) * this.channels;
    this.data = new Float32Array(rows * this.size);
    this.windows = new Float32Array(rows * this.past * this.channels);
  }

  /** @param {number} position @param {number} first @param {number} count */
  read(position, first, count) {
    const window = this.past * this.channels;
    for (let row = 0; row < count; row++) {
      const begin = (first + row) * this.size + position * this.channels;
      this.windows.set(this.data.subarray(begin, begin + window), row * window);
    }
    return this.windows.subarray(0, count * window);
  }

  /** @param {number} position @param {number} first @param {number} count @param {Float32Array} added */
  write(position, first, count, added) {
    for (let row = 0; row < count; row++) {
      const place = (first + row) * this.size + (position + this.past) * this.channels;
      this.data.set(added.subarray(row * this.channels, (row + 1) * this.channels), place);
    }
  }

  /** @param {number[]} parents */
  reorder(parents) {
    moveRows(this.data, this.size, parents);
  }

  /** @param {WindowCache} smaller */
  moveFrom(smaller) {
    for (let row = 0; row * smaller.size < smaller.data.length; row++) {
      this.data.set(smaller.data.subarray(row * smaller.size, (row + 1) * smaller.size), row * this.size);
    }
  }

  /** @param {Float32Array} prefilled @param {number} length */
  begin(prefilled, length) {
    this.data.set(prefilled, length * this.channels);
  }
}

/** (rows, 1, channels): every step replaces it. @implements {Cache} */
class StateCache {
  /** @param {CacheSpec} spec @param {number[]} shape @param {number} rows */
  constructor(spec, shape, rows) {
    this.spec = spec;
    this.size = shape.reduce((product, size) => product * size, 1);
    this.data = new Float32Array(rows * this.size);
  }

  /** @param {number} _position @param {number} first @param {number} count */
  read(_position, first, count) {
    return this.data.subarray(first * this.size, (first + count) * this.size);
  }

  /** @param {number} _position @param {number} first @param {number} _count @param {Float32Array} added */
  write(_position, first, _count, added) {
    this.data.set(added, first * this.size);
  }

  /** @param {number[]} parents */
  reorder(parents) {
    moveRows(this.data, this.size, parents);
  }

  /** @param {StateCache} smaller */
  moveFrom(smaller) {
    this.data.set(smaller.data);
  }

  /** @param {Float32Array} prefilled */
  begin(prefilled) {
    this.data.set(prefilled);
  }
}

const KINDS = { rows: RowsCache, window: WindowCache, state: StateCache };

/**
 * The caches that a step's signature reads.
 *
 * @param {CacheSpec[]} specs of the manifest
 * @param {import('../bundle/manifest.js').SignatureSpec} signature
 * @param {{rows: number, batched: boolean, length: number}} layout number of hypotheses; whether the signature has an
 * axis of them; positions of the bucket
 * @returns {Cache[]}
 */
export function openCaches(specs, signature, { rows, batched, length }) {
  const found = [];
  for (const spec of specs) {
    const input = signature.inputs.find((tensor) => tensor.name === spec.input);
    if (input) found.push(new KINDS[spec.growth](spec, batched ? input.shape.slice(1) : input.shape, rows, length));
  }
  return found;
}
