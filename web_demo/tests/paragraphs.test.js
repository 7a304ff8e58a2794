import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cutter } from '../src/paragraphs/cutter.js';
import { rawOf, readCells } from '../src/paragraphs/markup.js';
import { Paragraph } from '../src/paragraphs/paragraph.js';
import { separate } from '../src/paragraphs/plain_text.js';
import { SentenceSplitter, hasSpaces } from '../src/paragraphs/splitter.js';
import { fixtures } from './fixtures.js';
import { names, vectors } from './vectors.js';

/** A text for a model that reads 8 words. @param {string} text @param {string} [language] */
function paragraph(text, language = 'en') {
  const words = (/** @type {any[]} */ cells) => String.fromCodePoint(...separate(cells).codes).split(/\s+/).length;
  return new Paragraph(text, new SentenceSplitter(language), new Cutter(8, words), true);
}

/** @param {string} text @param {string} [language] */
const sentences = (text, language) => paragraph(text, language).sentences.map((sentence) => sentence.raw);

test('sentences end where docs/paragraphs.md says', () => {
  assert.deepEqual(sentences('We met. It rained, and Dr. Jones left! Why?'), [
    'We met.',
    'It rained, and Dr. Jones left!',
    'Why?',
  ]);
  assert.deepEqual(sentences('It costs 3.50 at example.com. See e.g. Mondays'), [
    'It costs 3.50 at example.com.',
    'See e.g. Mondays',
  ]);
  assert.deepEqual(sentences('1. First\n2. Second'), ['1. First', '2. Second']);
  assert.deepEqual(sentences('Am 3. Oktober. Gut.', 'de'), ['Am 3. Oktober.', 'Gut.']);
  assert.deepEqual(sentences('« Oui. » Il part. Wait… no'), ['« Oui. »', 'Il part.', 'Wait… no']);
  assert.deepEqual(sentences('你好。再见'), ['你好。', '再见']);
});

test('spans return as often as they were there, and line breaks stay', () => {
  const text = paragraph('<p>Hello <b>{name}</b>, see www.example.com.</p>\n\nBye &amp; <i>thanks</i>.');
  assert.deepEqual(
    text.sentences.map((sentence) => sentence.plain),
    ['Hello, see.', 'Bye & thanks.'],
  );
  assert.equal(
    text.joined(['Bonjour, voyez.', 'Salut & merci.']),
    '<p>Bonjour <b>{name}</b>, voyez www.example.com.</p>\n\nSalut &amp; <i>merci</i>.',
  );
});

test('quotes of every language that enclose a span alone go with it', () => {
  for (const quotes of ['""', '“”', '„“', '«»', '»«', '‹›', '›‹', '「」'])
    assert.equal(paragraph(`See ${quotes[0]}{name}${quotes[1]} now.`).sentences[0].plain, 'See now.', quotes);
});

test('a sentence all in capitals is read in small letters', () => {
  const { sentences: found } = paragraph('STOP <b>HERE</b>, {NAME}. I AM AT GATE B12. USA! It is OPEN.');
  assert.deepEqual(
    found.map((sentence) => sentence.plain),
    ['Stop here,.', 'I am at gate B12.', 'USA!', 'It is OPEN.'],
  );
});

test('a sentence of spans only is copied', () => {
  const text = paragraph('https://example.org/a?b=1\nme@example.org');
  assert.deepEqual(
    text.sentences.map((sentence) => sentence.isCopied),
    [true, true],
  );
  assert.equal(text.joined(['x', 'y']), 'https://example.org/a?b=1\nme@example.org');
});

test('a sentence that is too long is cut at clauses, then at spaces', () => {
  assert.deepEqual(sentences('one two three four, five six seven eight nine ten'), [
    'one two three four,',
    'five six seven eight nine ten',
  ]);
  assert.deepEqual(sentences('a b c d e f g h i j'), ['a b c d e f g h', 'i j']);
});

test('cells joined are the text', () => {
  for (const name of names) for (const { text } of vectors(name).lines) assert.equal(rawOf(readCells(text)), text);
});

const { skip, lines } = fixtures('paragraphs');

test('sentences are those of Python', { skip }, () => {
  for (const { text, language, pieces } of lines('splits')) {
    const cells = readCells(text);
    const ranges = new SentenceSplitter(language).ranges(cells);
    const found = ranges.map(({ begin, end }, number) => [
      rawOf(cells.slice(begin, end)),
      rawOf(cells.slice(end, ranges[number + 1]?.begin ?? cells.length)),
    ]);
    assert.deepEqual(found, pieces, JSON.stringify(text));
  }
});

/** A quarter per character, and many for one that normal forms spell out. @param {number[]} codes */
const madeUpTokens = (codes) => Math.ceil(codes.length / 4) + 18 * codes.filter((code) => code === 0xfdfa).length;

test('what a model reads, and joined translations, are those of Python', { skip }, () => {
  for (const { source, target, limit, text, read, translations, joined } of lines('joined')) {
    const tokens = (/** @type {any[]} */ cells) => madeUpTokens(separate(cells).codes);
    const found = new Paragraph(
      text,
      new SentenceSplitter(source),
      new Cutter(limit ?? Infinity, tokens),
      hasSpaces(target),
    );
    const asked = found.sentences.filter((sentence) => !sentence.isCopied).map((sentence) => sentence.plain);
    assert.deepEqual(asked, read, JSON.stringify(text));
    assert.equal(found.joined(translations), joined, JSON.stringify(text));
  }
});
