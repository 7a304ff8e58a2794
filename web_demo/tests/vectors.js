/** The conformance vectors of the repository and the bundles that they are about, for the tests. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bundle } from '../src/bundle/bundle.js';
import { NormalizationTable } from '../src/text/normalization_table.js';

export const PAGE = fileURLToPath(new URL('..', import.meta.url));
const REPOSITORY = join(PAGE, '..');
const MODELS = ['lite_transformer_tf/pretrained/models', 'android_demo/app/src/main/assets/models'].map((folder) =>
  join(REPOSITORY, folder),
);

/** @param {string} path */
export const bytesOf = (path) => new Uint8Array(readFileSync(path));

export const table = new NormalizationTable(
  bytesOf(join(REPOSITORY, 'android_demo/core/src/main/resources/dev/litetransformer/text/nfkc.bin')),
);

/** @param {string} name */
export function packed(name) {
  const path = MODELS.map((folder) => join(folder, `${name}.ltpk`)).find((file) => existsSync(file));
  if (!path) throw new Error(`The model of a file of vectors must be in the repository. Received: ${name}`);
  return bytesOf(path);
}

/** Names of all models with vectors. */
export const names = readdirSync(join(REPOSITORY, 'conformance'))
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -'.jsonl'.length));

/** @param {string} name @returns {{head: any, lines: any[]}} */
export function vectors(name) {
  const [head, ...lines] = readFileSync(join(REPOSITORY, 'conformance', `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  if (head.format !== 'lite-transformer-conformance' || head.version !== 1)
    throw new Error(`Vectors must have version 1. Received: ${head.format} ${head.version}`);
  return { head, lines };
}

/** @type {Map<string, Promise<Bundle>>} */
const bundles = new Map();

/** @param {string} name */
export function bundleOf(name) {
  const found = bundles.get(name) ?? Bundle.read(packed(name), table);
  bundles.set(name, found);
  return found;
}
