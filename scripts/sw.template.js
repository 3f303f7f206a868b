// Makes the page work offline after the first load. The build fills in the two constants.
const VERSION = '__VERSION__';
const FILES = __FILES__; // { shell: the page itself; models: weights and cards }, paths relative to this file
const CACHE = `stepscope-${VERSION}`;
const here = new URL('./', self.location.href);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES.shell)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith('stepscope-') && name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// The page asks for this when it is idle, so that weights never delay its first picture.
self.addEventListener('message', (event) => {
  if (event.data !== 'cache-models') return;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      for (const path of FILES.models) if (!(await cache.match(path))) await cache.add(path).catch(() => {});
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== here.origin || !url.pathname.startsWith(here.pathname)) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(CACHE);
      const kept = await cache.match(request.mode === 'navigate' ? './' : request, { ignoreSearch: request.mode === 'navigate' });
      // A reload that asks for fresh bytes gets them: that is the way out of a corrupt copy.
      if (kept && request.cache !== 'reload' && request.cache !== 'no-store') return kept;
      try {
        const fresh = await fetch(request);
        if (fresh.ok && fresh.type === 'basic') await cache.put(request.mode === 'navigate' ? './' : request, fresh.clone());
        return fresh;
      } catch (error) {
        if (kept) return kept;
        throw error;
      }
    })(),
  );
});
