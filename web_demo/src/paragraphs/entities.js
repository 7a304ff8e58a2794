const LATIN_1 = // of U+00A0 to U+00FF, in order
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute ' +
  'micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring ' +
  'AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml ' +
  'times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil ' +
  'egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ' +
  'ugrave uacute ucirc uuml yacute thorn yuml';
const OTHERS =
  'amp & lt < gt > quot " apos \' ndash – mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ lsaquo ‹ ' +
  'rsaquo › hellip … bull • euro € trade ™ oelig œ OElig Œ';
const NAMES = new Map(LATIN_1.split(' ').map((name, place) => [name, 0xa0 + place]));
OTHERS.split(' ').forEach((word, place, words) => {
  if (place % 2 === 0) NAMES.set(word, words[place + 1].charCodeAt(0));
});

/**
 * The character of an entity such as `&amp;`, `&#39;` or `&#x2014;`; undefined for an unknown one.
 *
 * @param {string} entity
 * @returns {number | undefined}
 */
export function characterOf(entity) {
  const name = entity.slice(1, -1);
  if (name[0] !== '#') return NAMES.get(name);
  const code =
    name[1] === 'x' || name[1] === 'X' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return (code >= 1 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0x10ffff) ? code : undefined;
}

/** A translated text for a document with entities. @param {string} text */
export function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\u00a0', '&nbsp;');
}
