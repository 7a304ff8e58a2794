import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bundle } from '../src/bundle/bundle.js';
import { Generator } from '../src/decoding/generator.js';
import { Translator } from '../src/decoding/translator.js';
import { ModelError } from '../src/errors.js';
import { BytePairs } from '../src/text/byte_pairs.js';
import { CharacterMap } from '../src/text/character_map.js';
import { DictionaryVocabulary } from '../src/text/dictionary_vocabulary.js';
import { SentencePieceCutter } from '../src/text/sentencepiece_cutter.js';
import { fixtures } from './fixtures.js';
import { PAGE, bytesOf, table } from './vectors.js';

const { skip, lines } = fixtures('dictionaries');
const FOLDER = join(PAGE, 'fixtures', 'dictionaries');
const HEAD = '"format": "lite-transformer-dictionary", "version": 1';

/** @param {string} text */
const read = (text) => new DictionaryVocabulary(new TextEncoder().encode(text));

/** All dictionaries by name. @returns {Record<string, DictionaryVocabulary>} */
const dictionaries = () =>
  Object.fromEntries(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [file.slice(0, -'.json'.length), new DictionaryVocabulary(bytesOf(join(FOLDER, file)))]),
  );

test("every text has Python's ids and decodes to Python's text, by every dictionary", { skip }, () => {
  const found = dictionaries();
  assert.ok(Object.keys(found).length >= 25);
  for (const line of lines('texts'))
    for (const [name, vocabulary] of Object.entries(found)) {
      const ids = vocabulary.encode(line.text);
      assert.deepEqual(ids, line.ids[name], `${name}: ${JSON.stringify(line.text)}`);
      assert.equal(vocabulary.decode(ids), line.decoded[name], name);
    }
});

test("any ids decode to Python's text", { skip }, () => {
  const found = dictionaries();
  for (const line of lines('ids')) assert.equal(found[line.model].decode(line.ids), line.text, JSON.stringify(line));
});

test('a dictionary with codes, and one of words', () => {
  const codes = read(
    `{${HEAD}, "entries": ["lo@@", "low", "e@@", "r"], "byte_pairs": "#version: 0.2\\nl o\\nlo w</w>\\n"}`,
  );
  assert.deepEqual(codes.encode('low lower  x'), [5, 4, 3, 6, 7, 3]);
  assert.equal(codes.decode([1, 4, 3, 0, 6]), 'lo<unk> <s> e');
  assert.throws(() => codes.decode([4, 8]), { message: 'Ids must lie in [0, 8). Received: 8' });
  const words = read(`{${HEAD}, "entries": ["the", "\ufeff"], "byte_pairs": null}`);
  assert.deepEqual(words.encode('\x85the\u3000The </s>\x1fthe\n\ufeff'), [4, 3, 2, 4, 5]);
  assert.equal(words.decode([5, 4, 5]), '\ufeff the \ufeff');
});

test('codes of every version', () => {
  const cut = (/** @type {string} */ codes, /** @type {string} */ text) => BytePairs.read(codes).cut(text).join(' ');
  assert.equal(cut('a b\nab </w>\nc </w>\n', 'ab abc cab ba x</w>'), 'ab ab@@ c c@@ ab b@@ a x@@ <@@ /@@ w@@ >');
  assert.equal(cut('#version: 0.1\r\na b\r\nab </w>\r\n', 'ab'), 'ab');
  assert.equal(cut('b c</w> 9\na b 8', 'abc'), 'a@@ bc');
  assert.equal(cut('#version: 0.2\na b\nb c</w>\na b\n', 'abc'), 'ab@@ c');
  assert.equal(cut('#version: 0.2\na \t\nb c</w>\n', '\r\n a\tbc \u3000b '), 'a @@ bc @@ b');
});

/**
 * Python's loop: in each round, all occurrences of the best pair from left to right.
 *
 * @param {string} word
 * @param {string[][]} merges
 */
function merged(word, merges) {
  const ranks = new Map(merges.map((pair, rank) => /** @type {const} */ ([pair.join(' '), rank])).reverse());
  let symbols = [...word.slice(0, -1), `${word.at(-1)}</w>`];
  for (;;) {
    const found = symbols.slice(1).map((symbol, i) => ranks.get(`${symbols[i]} ${symbol}`) ?? Infinity);
    const best = Math.min(...found);
    if (best === Infinity) break;
    const joined = [];
    for (let place = 0; place < symbols.length; place++)
      if (found[place] === best) joined.push(symbols[place] + symbols[++place]);
      else joined.push(symbols[place]);
    symbols = joined;
  }
  return [
    ...symbols.slice(0, -1).map((symbol) => `${symbol}@@`),
    /** @type {string} */ (symbols.at(-1)).replace(/<\/w>$/, ''),
  ];
}

test("words with many ties are cut as by Python's loop, and long ones at once", () => {
  const parts = ['a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'abab', 'a</w>', 'b</w>', 'ab</w>'];
  let state = 1;
  const random = (/** @type {number} */ top) => (state = (state * 48271) % 2147483647) % top;
  for (let round = 0; round < 500; round++) {
    const merges = Array.from({ length: 1 + random(40) }, () => [
      parts[random(parts.length)],
      parts[random(parts.length)],
    ]);
    const codes = new BytePairs(merges, false);
    for (let i = 0; i < 5; i++) {
      const word = Array.from({ length: 2 + random(50) }, () => 'ab'[random(2)]).join('');
      assert.deepEqual(codes.cut(word), merged(word, merges), `${word} by ${JSON.stringify(merges)}`);
    }
  }
  const doubling = Array.from({ length: 12 }, (_, step) => ['a'.repeat(2 ** step), 'a'.repeat(2 ** step)]);
  const began = performance.now();
  assert.equal(
    new BytePairs(doubling, false).cut('a'.repeat(100_000)).join('').replaceAll('@@', ''),
    'a'.repeat(100_000),
  );
  assert.ok(performance.now() - began < 10_000);
});

test('each broken rule is named', () => {
  const whole = '"entries": ["a"]';
  const cases = {
    '': /must be JSON/,
    '[]': /must be a JSON object/,
    '{}': /format 'lite-transformer-dictionary', version 1/,
    [`{"format": "lite-transformer-dictionary", "version": 2, ${whole}}`]: /newer page. Received: 2/,
    [`{${HEAD}, "entries": [1]}`]: /a list of texts/,
    [`{${HEAD}, "entries": [""]}`]: /without white space/,
    [`{${HEAD}, "entries": ["a\\u0085b"]}`]: /without white space/,
    [`{${HEAD}, "entries": ["a", "b", "a"]}`]: /each entry once. Received: 'a'/,
    [`{${HEAD}, "entries": ["<unk>"]}`]: /each entry once/,
    [`{${HEAD}, "entries": ["\\ud83d"]}`]: /whole characters/,
    [`{${HEAD}, ${whole}, "x": ${'['.repeat(200)}${']'.repeat(200)}}`]: /not nested deeply/,
    [`{${HEAD}, ${whole}, "byte_pairs": 1}`]: /a text as byte_pairs/,
    [`{${HEAD}, ${whole}, "byte_pairs": "a"}`]: /two symbols per line. Received: 'a'/,
    [`{${HEAD}, ${whole}, "byte_pairs": "#version: 0.3\\na b"}`]: /version 0.1 or 0.2/,
    [`{${HEAD}, ${whole}, "byte_pairs": "#version: 0.2\\n"}`]: /hold merges/,
    [`{${HEAD}, ${whole}, "sentencepiece": "%%"}`]: /base64/,
    [`{${HEAD}, ${whole}, "sentencepiece": ""}`]: /normal pieces/,
    [`{${HEAD}, ${whole}, "byte_pairs": "a b", "sentencepiece": ""}`]: /Received: both/,
  };
  for (const [text, message] of Object.entries(cases))
    assert.throws(() => read(text), { name: 'ModelError', message }, text);
  assert.throws(() => new DictionaryVocabulary(Uint8Array.of(0xff)), ModelError);
});

/** The SentencePiece model of a dictionary. @param {string} name */
const modelOf = (name) =>
  Uint8Array.from(Buffer.from(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')).sentencepiece, 'base64'));

test('damaged models are refused or read, and what cannot be served is named', { skip }, () => {
  const model = modelOf('unigram_nmt_nfkc');
  let refused = 0;
  for (let round = 0; round < 100; round++) {
    const place = (round * 7919 * 31) % model.length;
    const damaged = round % 2 ? model.slice(0, place) : model.slice();
    if (round % 2 === 0) damaged[place] ^= 1 + (round % 255);
    try {
      new SentencePieceCutter(damaged).cut('A boy  ﬁnds ½ \ufeff中文 ㍿ e\u0301 \0 \ufdfa');
    } catch (error) {
      assert.ok(error instanceof ModelError, String(error));
      refused++;
    }
  }
  assert.ok(refused >= 50, String(refused));
  const piece = (/** @type {number[]} */ text, /** @type {number} */ type) => [
    10,
    text.length + 4,
    10,
    text.length,
    ...text,
    24,
    type,
  ];
  /** @type {[RegExp, number[]][]} */
  const cases = [
    [/be unigram or BPE. Received: kind 3/, [18, 2, 24, 3]],
    [/no unused pieces. Received: 'x' of type 5/, piece([120], 5)],
    [/one unknown piece. Received: 2/, piece([60, 62], 2)],
    [/control pieces of more than one character/, piece([0xc3, 0xb1], 3)],
    [/all 256 byte pieces/, piece(Array.from(Buffer.from('<0x41>')), 6)],
    [/each piece once/, piece(Array.from(Buffer.from('<s>')), 1)],
    [/hold a trie in blocks/, [26, 5, 18, 3, 1, 2, 3]],
  ];
  const plain = modelOf('unigram_identity');
  for (const [message, more] of cases)
    assert.throws(() => new SentencePieceCutter(Uint8Array.from([...plain, ...more])), { name: 'ModelError', message });
});

/**
 * A map of characters.
 *
 * @param {Record<number, number>} units by their place
 * @param {number} count
 * @param {string} texts
 */
function mapOf(units, count, texts) {
  const words = new Int32Array(1 + count);
  words[0] = 4 * count;
  for (const [place, unit] of Object.entries(units)) words[1 + Number(place)] = unit;
  return Uint8Array.from([...new Uint8Array(words.buffer), ...new TextEncoder().encode(texts)]);
}

test('a map of characters has rules that end, and lies inside its file', () => {
  const root = { 0: 0x100 << 10 };
  /** The rule that reads "a". */
  const rule = (/** @type {number} */ value) => ({
    ...root,
    [0x100 ^ 0x61]: (0x100 << 10) | 0x161,
    0x61: value | (1 << 31),
  });
  const map = new CharacterMap(mapOf(rule(2), 512, 'x\0é!\0'));
  assert.deepEqual(map.longest(Uint8Array.of(0x62, 0x61), 1), { length: 1, value: 2 });
  assert.equal(map.longest(Uint8Array.of(0x62, 0x61), 0).length, 0);
  assert.equal(map.text(2), 'é!');
  const refused = (/** @type {RegExp} */ message, /** @type {Uint8Array} */ bytes) =>
    assert.throws(() => new CharacterMap(bytes), { name: 'ModelError', message });
  for (const value of [1, 3, 1000, 0x7fffffff]) refused(/write whole texts of its own/, mapOf(rule(value), 512, 'é\0'));
  refused(/write at most 256 bytes/, mapOf(rule(0), 512, 'é'));
  refused(/write at most 256 bytes/, mapOf(rule(0), 512, `${'x'.repeat(300)}\0`));
  refused(/blocks of 1024 bytes/, mapOf(root, 500, '\0'));
  refused(/blocks of 1024 bytes/, mapOf(root, 512, ''));
  refused(/nodes inside its trie/, mapOf({ 0: 0x4000 << 10 }, 256, '\0'));
  refused(/nodes inside its trie/, mapOf({ ...root, [0x100 ^ 0x61]: (0x4000 << 10) | 0x61 }, 512, '\0'));
  refused(/read at most 256 bytes/, mapOf({ ...root, [0x100 ^ 0x61]: (0x61 << 10) | 0x61 }, 512, '\0'));
});

test('a bundle of dictionaries is opened, and its texts are not split', () => {
  const bytes = new TextEncoder().encode(`{${HEAD}, "entries": ["a"]}`);
  const manifest = /** @type {any} */ ({
    task: 'translation',
    languages: ['de', 'en'],
    settings: { split_texts: false },
    buckets: [8],
    beam_size: 1,
    vocabulary_files: { source: 'source.json', target: 'target.json' },
    vocabulary_sizes: { source: 5, target: 5 },
    special_ids: { bos: 0, pad: 1, eos: 2, unk: 3 },
  });
  const files = new Map([
    ['source.json', bytes],
    ['target.json', bytes],
  ]);
  const bundle = new Bundle(manifest, files, table);
  assert.deepEqual(bundle.source.encode('a b'), [4, 3]);
  const model = /** @type {any} */ ({});
  assert.ok(bundle.answerer(model) instanceof Generator);
  assert.ok(new Bundle({ ...manifest, settings: {} }, files, table).answerer(model) instanceof Translator);
  const other = { ...manifest, vocabulary_sizes: { source: 6, target: 5 } };
  assert.throws(() => new Bundle(other, files, table), { message: /source vocabulary must have 6 pieces/ });
  const words = { ...manifest, vocabulary_files: { source: 'vocabulary.txt', target: 'vocabulary.txt' } };
  assert.throws(() => new Bundle(words, files, table), {
    message: /\.model and \.json files. Received: vocabulary.txt/,
  });
});
