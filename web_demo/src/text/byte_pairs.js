import { ModelError } from '../errors.js';
import { Heap } from './heap.js';
import { words } from './normalization.js';
import { NONE, entryOf, placeOf, rankOf } from './symbols.js';
import { endWithout, trimmed } from './trimming.js';

const END = '</w>';
export const SEPARATOR = '@@';
const SYMBOLS = 2 ** 26; // more than a file can have
const BETWEEN = '\r\n ';
const SHOWN = 80;

/**
 * Cuts words into pieces as subword-nmt does (Sennrich et al., 2016): what stands between spaces is a word, and each of
 * its pieces but the last ends in `@@`. Other white space is part of a word until the pieces are read. Time is
 * `n log n` in the length of a word.
 */
export class BytePairs {
  /**
   * @param {string[][]} merges pairs of symbols in the order in which they were learnt; of a pair that comes twice the
   * first counts
   * @param {boolean} endIsSymbol whether the end of a word is a symbol of its own (version 0.1)
   */
  constructor(merges, endIsSymbol) {
    /** @type {Map<string, number>} */
    this.symbols = new Map();
    /** @type {Map<number, number>} */
    this.ranks = new Map();
    this.endIsSymbol = endIsSymbol;
    merges.forEach(([first, second], rank) => {
      const pair = this.symbol(first) * SYMBOLS + this.symbol(second);
      if (!this.ranks.has(pair)) this.ranks.set(pair, rank);
    });
    /** The symbol that each merge makes; NONE when no merge goes on with it. */
    this.made = Int32Array.from(merges, ([first, second]) => this.symbols.get(first + second) ?? NONE);
  }

  /** @param {string} text */
  symbol(text) {
    const found = this.symbols.get(text) ?? this.symbols.size;
    this.symbols.set(text, found);
    return found;
  }

  /** The pieces of a text. @param {string} text @returns {string[]} */
  cut(text) {
    return trimmed(text, BETWEEN)
      .split(' ')
      .flatMap((word) => (word === '' ? [] : this.cutWord(word).flatMap(words)));
  }

  /** @param {string} word @returns {string[]} */
  cutWord(word) {
    const characters = Array.from(word);
    if (characters.length === 1) return [word];
    const ends = this.joined(characters);
    const pieces = [];
    for (let begin = 0; begin < characters.length; begin = ends[begin]) {
      const piece = characters.slice(begin, ends[begin]).join('');
      pieces.push(ends[begin] < characters.length ? piece + SEPARATOR : piece);
    }
    return pieces;
  }

  /** Where each symbol ends, by the character with which it begins. @param {string[]} characters */
  joined(characters) {
    const count = characters.length + (this.endIsSymbol ? 1 : 0);
    const ends = Int32Array.from({ length: count }, (_, i) => i + 1);
    const before = Int32Array.from({ length: count + 1 }, (_, i) => i - 1);
    const ids = Int32Array.from({ length: count }, (_, i) => {
      const text = (characters[i] ?? '') + (i + 1 === count ? END : '');
      return this.symbols.get(text) ?? NONE;
    });
    const rank = new Int32Array(count).fill(NONE);
    const heap = new Heap();
    const look = (/** @type {number} */ i) => {
      const second = ends[i];
      const isPair = second < count && ids[i] !== NONE && ids[second] !== NONE;
      rank[i] = (isPair ? this.ranks.get(ids[i] * SYMBOLS + ids[second]) : NONE) ?? NONE;
      if (rank[i] !== NONE) heap.add(entryOf(rank[i], i));
    };
    for (let i = 0; i < count; i++) look(i);
    while (heap.size) {
      // All pairs of a rank from left to right, before pairs that this makes possible, whatever their rank.
      const best = rankOf(heap.least);
      const round = [];
      while (heap.size && rankOf(heap.least) === best) round.push(placeOf(heap.take()));
      for (const i of round) {
        if (rank[i] !== best) continue;
        const gone = ends[i];
        ids[i] = this.made[best];
        ends[i] = ends[gone];
        before[ends[i]] = i;
        rank[gone] = NONE;
        look(i);
        if (before[i] !== NONE) look(before[i]);
      }
    }
    return ends;
  }

  /**
   * The codes of a file: a line `#version: 0.2`, which may be missing, then one pair per line, in files of fastBPE with
   * a count behind it.
   *
   * @param {string} text
   * @throws {ModelError} it is no such file
   */
  static read(text) {
    const lines = text.slice(0, endWithout(text, '\n')).split('\n');
    const head = lines[0].startsWith('#version:') ? /** @type {string} */ (lines.shift()) : '#version: 0.1';
    let pairs = lines.map((line) => trimmed(line, BETWEEN).split(' '));
    const isCounted = pairs.every((pair) => pair.length === 3 && /^\p{Nd}+$/u.test(pair[2]));
    if (isCounted) pairs = pairs.map((pair) => pair.slice(0, 2));
    const broken = pairs.find((pair) => pair.length !== 2 || pair.includes(''));
    if (broken)
      throw new ModelError(
        'Codes of byte pairs must have two symbols per line',
        `'${broken.join(' ').slice(0, SHOWN)}'`,
      );
    if (!pairs.length) throw new ModelError('Codes of byte pairs must hold merges', 'none');
    const version = head.trimEnd().match(/^#version: *(0\.[12])(\.0)*$/)?.[1];
    if (!isCounted && !version)
      throw new ModelError('Codes of byte pairs must have version 0.1 or 0.2', `'${head.slice(0, SHOWN)}'`);
    return new BytePairs(pairs, !isCounted && version === '0.1');
  }
}
