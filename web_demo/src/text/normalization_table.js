import { ModelError } from '../errors.js';

/**
 * The Unicode data of NFKC, from `nfkc.bin` (android_demo/tools/normalization_table.py writes and describes it): the
 * version that training used,
 * whatever the browser has.
 */
export class NormalizationTable {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'NFKC')
      throw new ModelError("A table of NFKC must begin with 'NFKC'", 'other bytes');
    const next = numbers(bytes);
    this.version = [next(), next(), next()].join('.');
    /** @type {Map<number, number[]>} */
    this.decompositions = new Map();
    let code = 0;
    for (let left = next(); left > 0; left--) {
      code += next();
      this.decompositions.set(code, Array.from({ length: next() }, next));
    }
    /** @type {Map<number, number>} */
    this.classes = new Map();
    code = 0;
    for (let left = next(); left > 0; left--) {
      code += next();
      const length = next();
      const combining = next();
      for (let i = 0; i < length; i++) this.classes.set(code + i, combining);
    }
    /** @type {Map<number, number>} */
    this.composites = new Map();
    code = 0;
    for (let left = next(); left > 0; left--) {
      code += next();
      const second = next();
      this.composites.set(pair(code, second), next());
    }
  }

  /** The full compatibility decomposition; undefined for a code point without one. @param {number} code */
  decompose(code) {
    return this.decompositions.get(code);
  }

  /** Canonical combining class. @param {number} code */
  combiningClass(code) {
    return this.classes.get(code) ?? 0;
  }

  /** The code point that two compose to, or -1. @param {number} first @param {number} second */
  compose(first, second) {
    return this.composites.get(pair(first, second)) ?? -1;
  }
}

/** @param {number} first @param {number} second */
const pair = (first, second) => first * 0x200000 + second;

/** Numbers of a variable length: seven bits per byte, the lowest first. @param {Uint8Array} bytes */
function numbers(bytes) {
  let place = 4;
  return () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
}
