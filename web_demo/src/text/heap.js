/** Whole numbers below 2^53, of which the least is taken first. */
export class Heap {
  constructor() {
    /** @type {number[]} */
    this.items = [];
  }

  get size() {
    return this.items.length;
  }

  /** The least number. */
  get least() {
    return this.items[0];
  }

  /** @param {number} item */
  add(item) {
    const { items } = this;
    let place = items.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (items[parent] <= item) break;
      items[place] = items[parent];
      place = parent;
    }
    items[place] = item;
  }

  /** Removes the least number. @returns {number} */
  take() {
    const { items } = this;
    const least = items[0];
    const item = /** @type {number} */ (items.pop());
    if (!items.length) return least;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1] < items[child]) child++;
      if (items[child] >= item) break;
      items[place] = items[child];
      place = child;
    }
    items[place] = item;
    return least;
  }
}
