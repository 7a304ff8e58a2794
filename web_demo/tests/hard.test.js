import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { checkContract, paddedRows } from '../src/bundle/contract.js';
import { unpack } from '../src/bundle/download.js';
import { readManifest } from '../src/bundle/manifest.js';
import { SymbolDecoder } from '../src/bundle/symbols.js';
import { DamagedError, ModelError } from '../src/errors.js';

const text = readFileSync(new URL('../../conformance/wrong_manifests.json', import.meta.url), 'utf8');
const { manifest, wrong } = JSON.parse(text);

/** @param {object} json */
const accept = (json) => checkContract(readManifest(new TextEncoder().encode(JSON.stringify(json))));

test('the whole manifest is taken, and every change of the table is refused', () => {
  accept(manifest);
  const lines = text.split('\n').filter((line) => line.startsWith('  {'));
  assert.equal(lines.length, wrong.length);
  const taken = [];
  let tried = 0;
  for (const [index, { path, value, removed }] of wrong.entries()) {
    if (/\d\.0\b/.test(lines[index].slice(lines[index].indexOf('"value"'))) && typeof value !== 'string') continue; // JSON.parse reads 1.0 as 1
    tried += 1;
    const changed = structuredClone(manifest);
    const names = path.split('/');
    const last = names.pop();
    const place = names.reduce((/** @type {any} */ inner, /** @type {string} */ name) => inner[name], changed);
    if (removed) delete place[last];
    else place[last] = value;
    try {
      accept(changed);
      taken.push(`${path} ${JSON.stringify(value)}`);
    } catch (error) {
      assert.ok(error instanceof ModelError, `${path} ${JSON.stringify(value)}: ${error}`);
      assert.match(error.message, /Received: /);
    }
  }
  assert.deepEqual(taken, []);
  assert.ok(tried > 300);
});

test("the rows of an output table are Python's", () => {
  assert.deepEqual([1, 4, 90, 101, 420, 449, 2000, 10_007].map(paddedRows), [1, 4, 90, 102, 420, 450, 2000, 10_008]);
});

/** @param {object[]} segments @param {Uint8Array} payload */
function download(segments, payload) {
  const size = segments.reduce((/** @type {number} */ sum, /** @type {any} */ segment) => sum + segment[1], 0);
  const head = deflateRawSync(
    Buffer.from(JSON.stringify({ files: [{ name: 'manifest.json', size, sha256: '', segments }] })),
  );
  const prefix = Buffer.alloc(9);
  prefix.write('LTPK');
  prefix[4] = 2;
  prefix.writeUInt32LE(head.length, 5);
  return Uint8Array.from(Buffer.concat([prefix, head, payload]));
}

test('a head promises no more than its packed bytes allow, and ends where the file does', async () => {
  const ten = new Uint8Array(10);
  await assert.rejects(unpack(download([[2, 2 ** 28, 10]], ten)), { message: /more than 128 bytes for each packed/ });
  await assert.rejects(unpack(download([[2, 2 ** 21, 10], [0, 2 ** 20, 2 ** 20]], ten)), DamagedError);
  await assert.rejects(unpack(download([[0, 9, 9]], ten)), { message: /must end behind its last segment/ });
});

test('a symbol with all of the probability has the lanes of its count', async () => {
  const table = deflateRawSync(Buffer.from([...new Uint8Array(200), 160]));
  const symbols = (/** @type {number} */ lanes) =>
    Uint8Array.from([lanes, table.length, 0, ...table, ...Array(lanes).fill([0, 0, 1, 0]).flat()]);
  const decoder = await SymbolDecoder.open(symbols(64), 100_000);
  for (let i = 0; i < 100_000; i++) assert.equal(decoder.next(), 200);
  decoder.finish();
  for (const lanes of [0, 1, 32, 65])
    await assert.rejects(SymbolDecoder.open(symbols(lanes), 100_000), { message: /must have 64 lanes/ });
});
