/* Keeps /verify and what it needs at hand: the network first, what was kept when there is none. */
"use strict";
const KEPT = "verify";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const cache = await caches.open(KEPT);
  const path = new URL(request.url).pathname;
  try {
    return await fetch(request);
  } catch (failure) {
    const kept = await cache.match(path, { ignoreVary: true });
    if (kept) return kept;
    throw failure;
  }
}
