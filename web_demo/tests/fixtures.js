/** Python's answers that `make web` writes into fixtures/, for the tests. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE } from './vectors.js';

/**
 * The answers of one kind.
 *
 * @param {string} kind folder in fixtures/
 * @returns {{skip: false | string, lines: (name: string) => any[]}} why tests of it are left out, and the objects of a file
 */
export function fixtures(kind) {
  const folder = join(PAGE, 'fixtures', kind);
  return {
    skip: existsSync(folder) ? false : 'no answers of Python: make web writes them into fixtures/',
    lines: (name) =>
      readFileSync(join(folder, `${name}.jsonl`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}
