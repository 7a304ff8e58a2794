import { Client } from './client.js';
import { installOffline } from './offline.js';
import { examples, factSentence, faultSentence, labels, modelTitle, sheetRows } from './texts.js';

/** @typedef {{name: string, file: string, bytes: number, task: string, languages: string[]}} ModelEntry */

const TYPING_MILLISECONDS = 150;

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type))
    throw new Error(`The page must have a ${type.name} of the id ${id}. Received: ${found}`);
  return found;
}

const select = element('model', HTMLSelectElement);
const source = element('source', HTMLTextAreaElement);
const answer = element('answer', HTMLOutputElement);
const copy = element('copy', HTMLButtonElement);
const swap = element('swap', HTMLButtonElement);
const about = element('about', HTMLButtonElement);

/** @type {ModelEntry[]} */
let models = [];
/** @type {import('./client.js').ModelFacts | null} of the open model */
let facts = null;
let timer = 0;

/** @param {string} id @param {string} text */
const write = (id, text) => {
  element(id, HTMLElement).textContent = text;
};

/** @param {string} text @param {{partial?: boolean, whole?: boolean}} [state] */
function showAnswer(text, { partial = false, whole = false } = {}) {
  answer.value = text;
  answer.classList.toggle('partial', partial);
  copy.disabled = !whole;
}

/** @param {string} summary @param {string} details */
function showError(summary, details) {
  element('error', HTMLElement).hidden = false;
  write('error-summary', summary);
  write('error-details', details);
  write('status', '');
  showAnswer('');
}

const client = () =>
  new Client({
    opened(found) {
      facts = found;
      about.disabled = false;
      const [from, to] = labels(found);
      write('source-label', from);
      write('answer-label', to);
      write('status', 'Ready.');
      source.lang = found.languages[0] ?? '';
      answer.lang = found.languages[1] ?? source.lang;
      showExamples(examples(found));
      ask();
    },
    partial(text) {
      showAnswer(text, { partial: true });
    },
    answered(found, milliseconds) {
      showAnswer(found?.text ?? '', { whole: Boolean(found?.text) });
      write('faults', found ? faultSentence(found) : '');
      write('facts', found?.text ? factSentence(found.confidence, milliseconds) : '');
      write('status', 'Ready.');
    },
    failed: showError,
  });

/** @type {Client} */
let worker;

/** Asks for an answer to what is written; ends the answer before. */
function ask() {
  if (!facts) return;
  element('error', HTMLElement).hidden = true;
  copy.disabled = true;
  write('faults', '');
  write('facts', '');
  write('status', source.value.trim() ? 'Working…' : 'Ready.');
  worker.answer(source.value);
}

/** @param {{url: string} | {data: Uint8Array}} from @param {string} name */
function open(from, name) {
  facts = null;
  about.disabled = true;
  element('error', HTMLElement).hidden = true;
  showAnswer('');
  write('status', `Loading ${name}…`);
  worker.open(from);
}

function openSelected() {
  const model = models[select.selectedIndex];
  if (!model) return;
  swap.disabled = reverseOf(model) < 0;
  open({ url: `models/${model.file}` }, model.name);
}

/** Place of the model of the other direction, -1 for none. @param {ModelEntry} model */
function reverseOf(model) {
  const reverse = [...model.languages].reverse().join();
  return model.task === 'translation' && model.languages.length === 2
    ? models.findIndex((other) => other.task === 'translation' && other.languages.join() === reverse)
    : -1;
}

/** @param {string[]} texts */
function showExamples(texts) {
  const buttons = texts.map((text) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => {
      source.value = text;
      ask();
    });
    return button;
  });
  element('examples', HTMLElement).replaceChildren(...buttons);
}

function showSheet() {
  if (!facts) return;
  const rows = sheetRows(facts).flatMap(([term, value]) => {
    const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
    dt.textContent = term;
    dd.textContent = value;
    return [dt, dd];
  });
  write('sheet-title', select.selectedOptions[0]?.textContent ?? 'Model');
  element('sheet-facts', HTMLElement).replaceChildren(...rows);
  write('sheet-card', facts.card);
  element('sheet', HTMLDialogElement).showModal();
}

function listen() {
  source.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(ask, TYPING_MILLISECONDS);
  });
  select.addEventListener('change', openSelected);
  swap.addEventListener('click', () => {
    const other = reverseOf(models[select.selectedIndex]);
    if (other < 0) return;
    if (answer.value && !copy.disabled) source.value = answer.value;
    select.selectedIndex = other;
    openSelected();
  });
  copy.addEventListener('click', () => navigator.clipboard.writeText(answer.value));
  about.addEventListener('click', showSheet);
  const file = element('file', HTMLInputElement);
  file.addEventListener('change', async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    swap.disabled = true;
    select.selectedIndex = -1;
    open({ data: new Uint8Array(await chosen.arrayBuffer()) }, chosen.name);
    file.value = '';
  });
}

async function start() {
  listen();
  write('status', 'Loading…');
  const isOffline = await installOffline();
  write(
    'network',
    isOffline
      ? 'Everything you write stays in this browser; the page works without a network too.'
      : 'Everything you write stays in this browser.',
  );
  worker = client();
  const response = await fetch('models/index.json');
  if (!response.ok)
    return showError(
      'There are no models beside this page.',
      `make web puts them in. Received: ${response.status} for models/index.json`,
    );
  models = await response.json();
  select.replaceChildren(...models.map((model) => new Option(modelTitle(model), model.name)));
  return openSelected();
}

start().catch((error) => showError('The page could not be started.', String(error)));
