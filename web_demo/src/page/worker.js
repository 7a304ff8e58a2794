/**
 * A classic worker, since LiteRT.js calls importScripts, which module workers do not have. Messages wait for the
 *  modules.
 */
const answering = import('./answering.js');

self.addEventListener('message', (event) => {
  answering.then(
    ({ receive }) => receive(event.data),
    (error) =>
      self.postMessage({
        type: 'failed',
        id: event.data.id,
        summary: 'The page could not be loaded.',
        details: String(error),
      }),
  );
});
