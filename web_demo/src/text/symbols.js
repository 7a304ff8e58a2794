export const NONE = -1;

/** Places of a text, and the ranks before them in a heap's numbers. */
const PLACES = 2 ** 27;

/**
 * A number by which a heap gives the least rank first, and of equal ones the first place.
 *
 * @param {number} rank
 * @param {number} place
 */
export const entryOf = (rank, place) => rank * PLACES + place;

/** @param {number} entry */
export const rankOf = (entry) => Math.floor(entry / PLACES);

/** @param {number} entry */
export const placeOf = (entry) => entry % PLACES;

/**
 * End of the character that begins at `begin`; the text has no lone surrogates.
 *
 * @param {string} text
 * @param {number} begin
 */
export const characterEnd = (text, begin) => begin + ((text.codePointAt(begin) ?? 0) > 0xffff ? 2 : 1);
