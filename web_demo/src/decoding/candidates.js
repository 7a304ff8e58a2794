/** @typedef {{row: number, token: number, value: number}} Candidate */

/**
 * The best few candidates, best first; the lower row, then the lower token on a tie. Minus infinity is no candidate.
 */
export class Candidates {
  /** @param {number} capacity */
  constructor(capacity) {
    this.capacity = capacity;
    /** @type {Candidate[]} */
    this.list = [];
  }

  /** @param {number} row @param {number} token @param {number} value */
  add(row, token, value) {
    const { list } = this;
    const candidate = { row, token, value };
    if (value === -Infinity || (list.length === this.capacity && !isBetter(candidate, list[list.length - 1]))) return;
    let place = list.length;
    while (place > 0 && isBetter(candidate, list[place - 1])) place--;
    list.splice(place, 0, candidate);
    if (list.length > this.capacity) list.pop();
  }
}

/** @param {Candidate} one @param {Candidate} other */
function isBetter(one, other) {
  if (one.value !== other.value) return one.value > other.value;
  return one.row !== other.row ? one.row < other.row : one.token < other.token;
}
