// Shows the site's own page instead of the browser's when a page cannot be reached. It keeps that page and
// its style sheets, nothing that was read.
const NAME = "offline-{version}";
const PAGES = {pages};
const FILES = {files};
// Feeds, archives, calendars and lists of sources, at whatever address.
const DOCUMENT = /\.(?:atom|rss|json|opml|ics|xml|txt)$/;

const pageFor = (path) => PAGES.find(([prefix]) => prefix && path.startsWith(`${prefix}/`)) ?? PAGES[0];

// A page that was kept after a redirect would be refused as the answer to a navigation: its body in an answer of
// its own is not.
const plain = async (path) => {
  const kept = await caches.match(path);
  return kept ? new Response(kept.body, { headers: kept.headers }) : Response.error();
};

self.addEventListener("install", (event) => {
  const kept = [...PAGES.map(([, page]) => page), ...FILES];
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  // A request that a worker makes does not say that a person looks (its `Sec-Fetch-Dest` is empty): a feed would be
  // sent as for a reader, which browsers show as raw text. What is no page goes its own way.
  if (DOCUMENT.test(pathname)) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => plain(pageFor(pathname)[1])));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
