import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nfkc, normalize } from '../src/text/normalization.js';
import { bpe, unigram } from '../src/text/segmenters.js';
import { prepare } from '../src/text/vocabulary.js';
import { bundleOf, names, table, vectors } from './vectors.js';

for (const name of names) {
  test(`${name}: every text has Python's normal form, ids and decoded text`, async () => {
    const { source } = await bundleOf(name);
    for (const line of vectors(name).lines) {
      assert.equal(source.normalize(line.text), line.normalized);
      assert.deepEqual(source.encode(line.text), line.ids, JSON.stringify(line.text));
      assert.equal(source.decode(line.ids), line.decoded);
    }
  });
}

test('the table agrees with the browser on every character that its Unicode version has', () => {
  assert.equal(table.version, '14.0.0');
  const differing = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (nfkc(character, table) !== character.normalize('NFKC')) differing.push(character);
  }
  // What differs came later: the table leaves it as it is.
  for (const character of differing) assert.equal(nfkc(character, table), character);
  assert.ok(differing.length < 300, String(differing.length));
});

test('marks are ordered and composed', () => {
  for (const text of [
    'e\u0301',
    'a\u0323\u0301',
    'a\u0301\u0323',
    '\u1100\uac00\u11a8',
    '\u1112\u1161\u11ab',
    '\u0344',
    '\u212a\u017f',
    `a${'\u0301\u0323'.repeat(9)}`,
  ]) {
    assert.equal(nfkc(text, table), text.normalize('NFKC'));
  }
});

test('the second schema drops what cannot be seen and makes spaces of white space', () => {
  assert.equal(normalize('a\u00adb\u200b\ufeff\tc\u2581d\u3000', 2, table), 'ab c d ');
  const flag = '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}';
  assert.equal(normalize(`${flag} \u{E0067}`, 2, table), `${flag} `);
  assert.equal(normalize('a\tb', 1, table), 'a\tb');
  assert.equal(normalize('\ud83d', 1, table), '\ufffd');
});

test('spaces are single, one in front, none at the end', () => {
  assert.equal(prepare('  a  b '), '\u2581a\u2581b');
  assert.equal(prepare('   '), '');
  assert.equal(prepare('\u2581'), '');
});

/** @param {import('../src/text/segmenters.js').Segmenter} segmenter @param {string} text */
function cut(segmenter, text) {
  /** @type {string[]} */
  const pieces = [];
  segmenter(text, (id, begin, end) => pieces.push(`${text.slice(begin, end)}:${id}`));
  return pieces.join(' ');
}

test('of equal unigram paths the first stays; unknown characters are single', () => {
  const ids = new Map([
    ['a', 0],
    ['aa', 1],
    ['b', 2],
  ]);
  const segmenter = unigram(ids, Float32Array.of(-1, -2, -1), -12);
  assert.equal(cut(segmenter, 'aaa'), 'a:0 aa:1'); // the longer last piece
  assert.equal(cut(segmenter, 'ab\u{1F642}b'), 'a:0 b:2 \u{1F642}:-1 b:2');
});

test('BPE joins the highest score first, of equals the leftmost', () => {
  const ids = new Map([
    ['ab', 0],
    ['bc', 1],
    ['abc', 2],
    ['a', 3],
    ['b', 4],
    ['c', 5],
  ]);
  const scores = Float32Array.of(-1, 0, -2, -3, -4, -5);
  assert.equal(cut(bpe(ids, scores), 'abc'), 'abc:2'); // by way of bc
  assert.equal(cut(bpe(ids, scores), 'abbc'), 'ab:0 bc:1');
  ids.delete('abc');
  assert.equal(cut(bpe(ids, scores), 'abc'), 'a:3 bc:1');
  assert.equal(cut(bpe(new Map([['aa', 0]]), Float32Array.of(0)), 'aaa'), 'aa:0 a:-1');
});
