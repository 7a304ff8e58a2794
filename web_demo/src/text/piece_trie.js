import { NONE } from './symbols.js';

/**
 * A prefix tree over the UTF-16 units of texts. Nodes stand in breadth-first order, so that the children of one lie
 * side by side, sorted by their unit.
 */
export class PieceTrie {
  /** @param {Map<string, number>} ids texts, none of them empty -> their ids, not negative */
  constructor(ids) {
    const sorted = Array.from(ids.keys()).sort((one, other) => (one < other ? -1 : 1));
    const units = [0];
    /** @type {number[]} */
    const firstChild = [];
    /** @type {number[]} */
    const idOf = [];
    // Of each node, the range of the texts that begin with its units, and how many these are.
    const begins = [0];
    const ends = [sorted.length];
    const depths = [0];
    for (let node = 0; node < begins.length; node++) {
      const depth = depths[node];
      let place = begins[node];
      const endsHere = place < ends[node] && sorted[place].length === depth;
      idOf.push(endsHere ? /** @type {number} */ (ids.get(sorted[place++])) : NONE);
      firstChild.push(begins.length);
      while (place < ends[node]) {
        const unit = sorted[place].charCodeAt(depth);
        units.push(unit);
        begins.push(place);
        depths.push(depth + 1);
        while (place < ends[node] && sorted[place].charCodeAt(depth) === unit) place++;
        ends.push(place);
      }
    }
    firstChild.push(begins.length);
    this.units = Uint16Array.from(units);
    this.firstChild = Int32Array.from(firstChild);
    this.ids = Int32Array.from(idOf);
  }

  /** The node behind `node` along `unit`, or NONE. The root is 0. @param {number} node @param {number} unit */
  child(node, unit) {
    let low = this.firstChild[node];
    let high = this.firstChild[node + 1] - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.units[middle];
      if (found === unit) return middle;
      if (found < unit) low = middle + 1;
      else high = middle - 1;
    }
    return NONE;
  }

  /** Id of a part of a text, or NONE. @param {string} text @param {number} begin @param {number} end */
  find(text, begin, end) {
    let node = 0;
    for (let i = begin; i < end && node !== NONE; i++) node = this.child(node, text.charCodeAt(i));
    return node === NONE ? NONE : this.ids[node];
  }

  /**
   * Where the longest text ends that begins at `begin`; `begin` when none does.
   *
   * @param {string} text
   * @param {number} begin
   */
  longest(text, begin) {
    let found = begin;
    let node = 0;
    for (let end = begin; end < text.length;) {
      node = this.child(node, text.charCodeAt(end++));
      if (node === NONE) break;
      if (this.ids[node] !== NONE) found = end;
    }
    return found;
  }
}
