// After the first load the page works without a network: the service worker keeps the page, and the models once the
// page is at rest.
const IDLE_MS = 20_000;

export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const register = () => {
    navigator.serviceWorker
      .register(new URL('sw.js', document.baseURI))
      .then(() => navigator.serviceWorker.ready)
      .then(
        (registration) => {
          setTimeout(() => registration.active?.postMessage('cache-rest'), IDLE_MS);
        },
        () => {},
      ); // Private windows and plain http refuse it: the page then needs the network, nothing else changes.
  };
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register);
}
