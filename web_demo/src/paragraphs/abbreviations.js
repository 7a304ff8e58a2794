const words = (/** @type {string} */ list) => list.split(' ');
const COMMON = words('cf vs dr prof st');
const NUMBERED = words('no nr fig abb vol p pp pag pág ca approx art ch chap sec tel tél §');
/** @type {Record<string, string>} */
const MONTHS = {
  en: 'jan feb mar apr jun jul aug sep sept oct nov dec',
  de: 'jan feb apr aug sept okt nov dez',
  fr: 'janv févr avr juil sept oct nov déc',
};
/** @type {Record<string, string>} */
const BY_LANGUAGE = {
  en: 'mr mrs ms messrs mx jr sr rev hon gen col lt sgt capt gov sen rep e.g i.e u.s u.k inc ltd co corp',
  fr: 'mm mme mmes mlle mlles mgr p.ex c.-à-d av bd',
  de: 'z.b d.h u.a u.ä o.ä bzw evtl ggf hr fr str s.o s.u v.a mio mrd',
  es: 'sr sra srta d dña ud uds p.ej av ee.uu',
  it: 'sig sig.ra dott dott.ssa ing avv p.es',
  pt: 'sr sra dra exmo p.ex av',
  nl: 'dhr mevr mw drs ir bijv d.w.z',
};
const ORDINALS = words('bs cs da de et fi fo hr hu is lb lv nb nn no pl sk sl sr tr');

/** Words behind which a full stop ends no sentence, in small letters, without their last full stop. */
export class Abbreviations {
  /** @param {string} language two letters; others than those above have the words that all have */
  constructor(language) {
    this.words = new Set([...COMMON, ...words(BY_LANGUAGE[language] ?? '')]);
    this.numbered = new Set([...NUMBERED, ...words(MONTHS[language] ?? '')]);
    /** Whether the language writes ordinal numbers with a full stop. */
    this.hasOrdinals = ORDINALS.includes(language);
  }

  /** @param {string} word @param {boolean} beforeNumber */
  has(word, beforeNumber) {
    return word !== '' && (this.words.has(word) || (beforeNumber && this.numbered.has(word)));
  }
}
