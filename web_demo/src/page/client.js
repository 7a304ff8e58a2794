/**
 * The page's side of the worker. Only what answers the newest request is passed on.
 *
 * @typedef {{task: string, languages: string[], variant: string, parameters: number, bytes: number, card: string,
 * milliseconds: number}} ModelFacts
 * @typedef {object} Listener
 * @property {(facts: ModelFacts) => void} opened
 * @property {(text: string) => void} partial
 * @property {(answer: import('../decoding/answers.js').Hypothesis | null, milliseconds: number) => void} answered
 * @property {(summary: string, details: string) => void} failed
 */
export class Client {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.latest = 0;
    this.worker = new Worker(new URL('./worker.js', import.meta.url));
    this.worker.addEventListener('message', (event) => this.receive(event.data));
    this.worker.addEventListener('error', (event) => listener.failed('The page could not be loaded.', event.message));
  }

  /** @param {{url: string} | {data: Uint8Array}} source */
  open(source) {
    this.send({ type: 'open', ...source });
  }

  /** @param {string} text */
  answer(text) {
    this.send({ type: 'answer', text });
  }

  /** @param {object} request */
  send(request) {
    this.latest += 1;
    this.worker.postMessage({ id: this.latest, ...request });
  }

  /** @param {any} message */
  receive(message) {
    if (message.id !== this.latest) return;
    if (message.type === 'opened') this.listener.opened(message.facts);
    else if (message.type === 'partial') this.listener.partial(message.text);
    else if (message.type === 'answered') this.listener.answered(message.answer, message.milliseconds);
    else this.listener.failed(message.summary, message.details);
  }
}
