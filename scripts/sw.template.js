// Makes the page work offline after the first load. The build fills in the two constants.
const VERSION = '__VERSION__';
const FILES = __FILES__; // { shell: the page itself; later: weights, cards, pictures of the gallery }, paths relative to this file
const here = new URL('./', self.location.href);
// Caches belong to an origin: copies in other folders of it must not clear each other's.
const MINE = `stepscope ${here.pathname} `;
const CACHE = MINE + VERSION;

self.addEventListener('install', (event) => {
  // Past the HTTP cache: an old index.html would name files that are gone.
  const fresh = FILES.shell.map((path) => new Request(path, { cache: 'reload' }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(fresh))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

// The page asks for this when it is idle, so that weights never delay its first picture.
self.addEventListener('message', (event) => {
  if (event.data !== 'cache-rest') return;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      for (const path of FILES.later) if (!(await cache.match(path))) await cache.add(path).catch(() => {});
    })(),
  );
});

/** Keeps a copy without holding up the answer; a full disk costs the copy, not the page. */
async function keep(key, response) {
  const cache = await caches.open(CACHE);
  await cache.put(key, response).catch(() => {});
}

async function answer(event, key) {
  const { request } = event;
  // Servers that answer `Vary: Origin` would hide from module scripts what install has put here; one host has one page.
  const kept = await (await caches.open(CACHE)).match(key, { ignoreVary: true });
  // Whoever asks for fresh bytes gets them: that is the way out of a corrupt copy.
  if (kept && request.cache !== 'reload' && request.cache !== 'no-store') return kept;
  try {
    const fresh = await fetch(request);
    if (fresh.status === 200 && fresh.type === 'basic') event.waitUntil(keep(key, fresh.clone()));
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== here.origin || !url.pathname.startsWith(here.pathname)) return;
  const page = request.mode === 'navigate';
  // Only our own page: the folder may hold other people's too.
  if (page && url.pathname !== here.pathname && url.pathname !== `${here.pathname}index.html`) return;
  event.respondWith(answer(event, page ? './' : request));
});
