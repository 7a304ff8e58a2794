const WAIT_MILLISECONDS = 10_000;

/**
 * Installs the service worker and waits until it serves this page, so that what the page loads next is kept too.
 *
 * @returns {Promise<boolean>} whether the page will work without a network
 */
export async function installOffline() {
  if (!('serviceWorker' in navigator)) return false;
  try {
    await navigator.serviceWorker.register(new URL('../../service-worker.js', import.meta.url));
  } catch {
    return false;
  }
  if (navigator.serviceWorker.controller) return true;
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true });
    setTimeout(() => resolve(Boolean(navigator.serviceWorker.controller)), WAIT_MILLISECONDS);
  });
}
