/** What the page says, by the task of the model. */

const NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' });

/** @param {string} code */
export const languageName = (code) => (code ? (NAMES.of(code) ?? code) : 'text');

/** Examples by the language of the source. @type {Record<string, string[]>} */
const EXAMPLES = {
  en: ['Where is the station?', 'I would like a room for two nights.', 'The bill, please.'],
  fr: ['Où est la gare ?', 'Je voudrais une chambre pour deux nuits.', "L'addition, s'il vous plaît."],
  de: ['Wo ist der Bahnhof?', 'Ich hätte gern ein Zimmer für zwei Nächte.', 'Die Rechnung, bitte.'],
  es: ['¿Dónde está la estación?', 'Quisiera una habitación para dos noches.', 'La cuenta, por favor.'],
};

/** @param {{name: string, task: string, languages: string[]}} model */
export function modelTitle({ name, task, languages }) {
  if (task !== 'translation' || languages.length < 2) return name;
  return `${languageName(languages[0])} → ${languageName(languages[1])} (${name})`;
}

/** Labels of the two sides. @param {{task: string, languages: string[]}} facts */
export function labels({ task, languages }) {
  if (task === 'translation') return [languageName(languages[0]), languageName(languages[1] ?? '')];
  return task === 'summarization' ? ['Document', 'Summary'] : ['Text', 'It may continue with'];
}

/** @param {{task: string, languages: string[]}} facts */
export function examples({ task, languages }) {
  return task === 'translation' ? (EXAMPLES[languages[0]] ?? []) : [];
}

/**
 * What is wrong with an answer, in one sentence; empty when nothing was found.
 *
 * @param {import('../decoding/answers.js').Hypothesis} answer
 */
export function faultSentence({ missing, added }) {
  if (missing.length > 0) return `Not in the translation: ${missing.join(', ')}`;
  return added.length > 0 ? `Not in the text: ${added.join(', ')}` : '';
}

/** @param {number | null} confidence @param {number} milliseconds of the whole answer, the model being warm */
export function factSentence(confidence, milliseconds) {
  const time = `${Math.round(milliseconds)} ms`;
  return confidence === null ? time : `${Math.round(100 * confidence)} % sure, ${time}`;
}

/** Rows of the model's sheet. @param {import('./client.js').ModelFacts} facts @returns {[string, string][]} */
export function sheetRows(facts) {
  return [
    ['Task', facts.task],
    ['Languages', facts.languages.map(languageName).join(' to ') || 'not stated'],
    ['Licence', /^Licence: (.*)$/m.exec(facts.card)?.[1] ?? 'see the card below'],
    ['Download', `${(facts.bytes / 1e6).toFixed(2)} MB`],
    ['Weights', `${facts.parameters.toLocaleString('en')}, ${facts.variant}`],
    ['Opened in', `${(facts.milliseconds / 1000).toFixed(1)} s`],
  ];
}
