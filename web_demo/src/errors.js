/** What a caller did wrong, or a file that cannot be used; its message has the rule and what was received. */
export class ModelError extends Error {
  /**
   * @param {string} rule
   * @param {unknown} received
   */
  constructor(rule, received) {
    super(`${rule}. Received: ${received}`);
    this.name = 'ModelError';
  }
}

/** A text has more tokens than a file has room for. */
export class TextTooLongError extends ModelError {
  /**
   * @param {number} tokens of the text, the final `eos` included
   * @param {number} limit
   */
  constructor(tokens, limit) {
    super(`A text may have at most ${limit} tokens for this file`, `${tokens} tokens`);
    this.tokens = tokens;
    this.limit = limit;
  }
}

/** A download is damaged; fetching it again helps. */
export class DamagedError extends ModelError {
  /**
   * @param {string} rule
   * @param {unknown} received
   */
  constructor(rule, received) {
    super(rule, `${received}; the download is damaged, fetch it again`);
  }
}
