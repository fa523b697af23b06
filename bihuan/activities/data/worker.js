// Opens the pages of “report what we did” where there is no network: those that were opened before, as they were then.
// It keeps them for the one person who is signed in (desk.js drops what is another's, and all at signing out), under
// /activities/new/ alone, and answers nothing else. What is written there is kept and sent by record.js.
"use strict";
const PREFIX = "shell:"; // of the name of a cache, the reader's key behind it
const PATIENCE = 8000; // milliseconds for a network that neither answers nor fails
const READER = /id="desk-words"[^>]*\sdata-reader="([^"]+)"/;
const PARTS = /\/assets\/[\w.-]+/g;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

/** Keep a page and the files that it loads for the reader whom it names; a page of nobody is not kept. */
const keep = async (address, answer) => {
  if (!answer.ok || answer.redirected) return;
  const html = await answer.text();
  const reader = READER.exec(html)?.[1];
  if (!reader) return;
  const cache = await caches.open(PREFIX + reader);
  for (const part of new Set(html.match(PARTS) || [])) if (!(await cache.match(part))) await cache.add(part);
  await cache.put(address, new Response(html, { headers: answer.headers }));
};

/** What was kept: just this address, or the same page asked for otherwise. */
const kept = async (address) => {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    const found = (await cache.match(address)) || (await cache.match(address, { ignoreSearch: true }));
    if (found) return found;
  }
  return undefined;
};

const page = async (event) => {
  const { request } = event;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.ok) event.waitUntil(keep(request.url, answer.clone()).catch(() => {}));
    return answer;
  } catch (fault) {
    const found = await kept(request.url);
    if (found) return found;
    throw fault;
  } finally {
    clearTimeout(timer);
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (new URL(request.url).pathname.startsWith("/assets/"))
    event.respondWith(kept(request.url).then((found) => found || fetch(request)));
});

// The first page of all was loaded before there was a worker.
addEventListener("message", (event) => {
  const address = new URL(event.data.keep, location.href);
  if (address.origin !== location.origin || !address.pathname.startsWith("/activities/new/")) return;
  event.waitUntil(fetch(address, { credentials: "same-origin" }).then((answer) => keep(address.href, answer)).catch(() => {}));
});
