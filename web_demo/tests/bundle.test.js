import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256, unpack } from '../src/bundle/download.js';
import { readManifest } from '../src/bundle/manifest.js';
import { DamagedError, ModelError } from '../src/errors.js';
import { names, packed, vectors } from './vectors.js';

for (const name of names) {
  test(`${name} unpacks to the files of its vectors`, async () => {
    const { head } = vectors(name);
    assert.equal(await sha256(packed(name)), head.sha256);
    const files = await unpack(packed(name));
    assert.deepEqual(
      [...files.keys()].filter((file) => file !== 'manifest.json').sort(),
      Object.keys(head.files).sort(),
    );
    for (const [file, hash] of Object.entries(head.files))
      assert.equal(await sha256(/** @type {Uint8Array} */ (files.get(file))), hash);
    const manifest = readManifest(files.get('manifest.json'));
    assert.equal(manifest.task, head.task);
    assert.deepEqual(manifest.languages, head.languages);
  });
}

test('a changed, cut or longer download is refused', async () => {
  const whole = packed('phrases-en-fr');
  for (const place of [12, 5000, Math.floor(whole.length / 2), whole.length - 1]) {
    const changed = whole.slice();
    changed[place] ^= 0x55;
    await assert.rejects(unpack(changed), DamagedError, `byte ${place}`);
  }
  await assert.rejects(unpack(whole.slice(0, -1)), DamagedError);
  await assert.rejects(unpack(Uint8Array.from([...whole, 0])), DamagedError);
});

test('what is no download, or one of another version, is refused with the reason', async () => {
  await assert.rejects(unpack(new Uint8Array()), { message: /must begin with 'LTPK'/ });
  const newer = packed('phrases-en-fr').slice(0, 100);
  newer[4] = 3;
  await assert.rejects(unpack(newer), { message: /unpacks version 2.*Received: 3/ });
});

test('a manifest says what is wrong with it', async () => {
  const bytes = (await unpack(packed('phrases-en-fr'))).get('manifest.json');
  const json = JSON.parse(new TextDecoder().decode(bytes));
  const read = (/** @type {object} */ change) =>
    readManifest(new TextEncoder().encode(JSON.stringify({ ...json, ...change })));
  assert.deepEqual(read({ unknown: 1 }).buckets, json.buckets);
  assert.throws(() => read({ schema_version: 9 }), { message: /schema_version must be one of 1,2.*Received: 9/ });
  assert.throws(() => read({ buckets: [64, 32] }), { message: /buckets must be ascending. Received: \[64,32\]/ });
  assert.throws(() => read({ caches: [{ growth: 'other' }] }), ModelError);
  assert.throws(() => readManifest(undefined), ModelError);
});
