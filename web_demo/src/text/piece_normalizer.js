/** @typedef {import('./model_proto.js').NormalizerSpec} NormalizerSpec */
import { characterEnd } from './symbols.js';
import { endWithout } from './trimming.js';

const PIECE_SPACE = '\u2581';

/** Normalises texts as SentencePiece does by the rules of a model's own. */
export class PieceNormalizer {
  /**
   * @param {NormalizerSpec} spec
   * @param {boolean} asSuffix whether the space that is added stands behind a text
   * @param {import('./character_map.js').CharacterMap | null} map rules for characters; without them characters stay
   * @param {import('./piece_trie.js').PieceTrie | null} whole pieces that stay as they are wherever they stand
   */
  constructor(spec, asSuffix, map, whole) {
    this.spec = spec;
    this.asSuffix = asSuffix;
    this.map = map;
    this.whole = whole;
  }

  /** The normalised form of a text without lone surrogates. @param {string} text */
  normalize(text) {
    const { addsPrefix, removesSpaces, escapesSpaces } = this.spec;
    const space = escapesSpaces ? PIECE_SPACE : ' ';
    const parts = this.parts(text);
    let first = 0;
    if (removesSpaces) while (parts[first] === ' ') first++;
    if (first === parts.length) return '';
    let result = addsPrefix && !this.asSuffix ? space : '';
    let afterSpace = removesSpaces;
    for (const part of parts.slice(first)) {
      const kept = afterSpace ? part.replace(/^ +/, '') : part;
      result += escapesSpaces ? kept.replaceAll(' ', PIECE_SPACE) : kept;
      if (kept !== '') afterSpace = removesSpaces && kept.endsWith(' ');
    }
    if (removesSpaces) result = result.slice(0, endWithout(result, space));
    return result + (addsPrefix && this.asSuffix ? space : '');
  }

  /** What the parts of a text become: a whole piece, what a rule reads, or one character. @param {string} text */
  parts(text) {
    const bytes = this.map ? new TextEncoder().encode(text) : new Uint8Array();
    const parts = [];
    let place = 0;
    for (let unit = 0; unit < text.length;) {
      const begin = unit;
      const kept = this.whole?.longest(text, begin) ?? begin;
      const rule = kept > begin ? undefined : this.map?.longest(bytes, place);
      const isRule = rule !== undefined && rule.length > 0;
      const until = isRule ? place + rule.length : place;
      do {
        unit = characterEnd(text, unit);
        if (this.map) place = nextCharacter(bytes, place);
      } while (isRule ? place < until : unit < kept);
      parts.push(isRule && this.map ? this.map.text(rule.value) : text.slice(begin, unit));
    }
    return parts;
  }
}

/** Where the character behind the one at `place` begins. @param {Uint8Array} bytes @param {number} place */
function nextCharacter(bytes, place) {
  let next = place + 1;
  while ((bytes[next] & 0xc0) === 0x80) next++;
  return next;
}
