/**
 * The worker's side of the page: opens models and answers texts, one at a time. A new request ends the running one
 * between two tokens.
 *
 * @typedef {{type: 'open', id: number, url?: string, data?: Uint8Array} | {type: 'answer', id: number, text: string}}
 * Request
 */
import { Bundle } from '../bundle/bundle.js';
import { unjudged } from '../decoding/answers.js';
import { Completer } from '../decoding/completer.js';
import { TextTooLongError } from '../errors.js';
import { LiteRtModel, loadRuntime } from '../runtime/litert_model.js';
import { NormalizationTable } from '../text/normalization_table.js';

const ROOT = new URL('../../', import.meta.url);
const PARTIAL_MILLISECONDS = 100;
/** Continuations of a text by a language model. */
const SAMPLING = { temperature: 0.8, top_k: 40, max_tokens: 24 };

class Superseded extends Error {}

/** Of the newest request; older ones end. */
let latest = 0;
/** @type {Promise<unknown>} */
let queue = Promise.resolve();
/** @type {ReturnType<Bundle['answerer']> | null} */
let answerer = null;

/** @param {Request} request */
export function receive(request) {
  latest = request.id;
  queue = queue.then(() => work(request));
}

/** @param {Request} request */
async function work(request) {
  if (request.id !== latest && request.type === 'answer') return;
  try {
    if (request.type === 'open') await open(request);
    else await answer(request);
  } catch (error) {
    if (!(error instanceof Superseded)) self.postMessage({ type: 'failed', id: request.id, ...explained(error) });
  }
}

/** @param {{id: number, url?: string, data?: Uint8Array}} request */
async function open({ id, url, data }) {
  const began = performance.now();
  const [bytes, table] = await Promise.all([
    data ?? fetched(new URL(String(url), ROOT)),
    normalizationTable(),
    loadRuntime(new URL('vendor/litert/', ROOT).href),
  ]);
  const bundle = await Bundle.read(bytes, table);
  const opened = bundle.answerer(await LiteRtModel.open(bundle.model));
  answerer?.close();
  answerer = opened;
  await warmUp(opened);
  const { task, languages, variant, parameters } = bundle.manifest;
  const facts = {
    task,
    languages,
    variant,
    parameters,
    bytes: bytes.length,
    card: bundle.card,
    milliseconds: performance.now() - began,
  };
  self.postMessage({ type: 'opened', id, facts });
}

/**
 * The first run of a signature plans its memory; a user should not wait for that.
 *
 * @param {ReturnType<Bundle['answerer']>} opened
 */
async function warmUp(opened) {
  if (opened instanceof Completer) await opened.completeIds('.', { max_tokens: 2 });
  else
    await opened.generate('.', { ...opened.defaultOptions, max_length: Math.max(2, opened.defaultOptions.min_length) });
}

/** @param {{id: number, text: string}} request */
async function answer({ id, text }) {
  if (!answerer) throw new Error('A model must be open before a text is answered');
  const began = performance.now();
  let shown = began;
  const partial = async (/** @type {string} */ running) => {
    await yieldToEvents();
    if (id !== latest) throw new Superseded();
    if (performance.now() - shown < PARTIAL_MILLISECONDS) return;
    shown = performance.now();
    self.postMessage({ type: 'partial', id, text: running });
  };
  const found =
    answerer instanceof Completer
      ? await completed(answerer, text, partial)
      : await answerer.generate(text, answerer.defaultOptions, partial);
  if (id !== latest) throw new Superseded();
  self.postMessage({ type: 'answered', id, answer: found[0] ?? null, milliseconds: performance.now() - began });
}

/** @param {Completer} completer @param {string} text @param {(text: string) => Promise<void>} partial */
async function completed(completer, text, partial) {
  const ids = await completer.completeIds(text, SAMPLING, 0, (running) => partial(completer.textBehind(text, running)));
  return [unjudged(completer.textBehind(text, ids), ids)];
}

/** Lets a waiting message in; a timeout would wait for milliseconds. */
function yieldToEvents() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

/** @type {Promise<NormalizationTable> | undefined} */
let table;

function normalizationTable() {
  table ??= fetched(new URL('data/nfkc.bin', ROOT)).then((bytes) => new NormalizationTable(bytes));
  table.catch(() => {
    table = undefined;
  });
  return table;
}

/** @param {URL} url */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(
      `A file of the page must be there: make web puts it in. Received: ${response.status} for ${url.pathname}`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

/** One sentence for the user, and what lies behind it. @param {unknown} error */
function explained(error) {
  const details = error instanceof Error ? error.message : String(error);
  if (error instanceof TextTooLongError) return { summary: 'This text is too long for the model.', details };
  return { summary: 'This did not work.', details };
}
