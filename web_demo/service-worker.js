/**
 * Keeps the page for use without a network: its own files when it is installed, the runtime, the table and each model
 * when they are first used.
 * `version.js` names the files and changes with any of them (tools/setup.js writes it).
 */
importScripts('version.js');

const CACHE = `lite-transformer-${self.VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(self.FILES.map((file) => new Request(file, { cache: 'reload' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith('lite-transformer-') && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(CACHE);
      const stored = await cache.match(request, { ignoreSearch: true });
      if (stored) return stored;
      const response = await fetch(request);
      if (response.status === 200) await cache.put(request, response.clone());
      return response;
    })(),
  );
});
