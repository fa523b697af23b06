// Reporting from a phone with a network that comes and goes: what is sent is first kept in this browser under the key that
// the page gave it, and goes once the server has it. The server takes a key once, so that sending again does no harm.
// Without this file the form is an ordinary form.
"use strict";
(() => {
  const box = document.querySelector("[data-outbox]");
  if (!box) return;
  const reader = document.getElementById("desk-words")?.dataset.reader || "";
  const PREFIX = `outbox:${reader}:`;
  const PATIENCE = 20000; // milliseconds that an answer may take
  const AGAIN = 10000;
  const make = (name, more = {}, ...children) => {
    const element = Object.assign(document.createElement(name), more);
    element.append(...children);
    return element;
  };
  const store = {
    all: () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => store.get(name)).filter(Boolean),
    get: (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
    put: (entry) => localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry)),
    drop: (entry) => localStorage.removeItem(PREFIX + entry.key),
  };
  const forgetDrafts = () => {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft:") && name.includes(`:${location.pathname}:record`)) localStorage.removeItem(name);
  };
  let token = document.querySelector("meta[name=csrf-token]")?.content || "";
  /** After signing in anew in another window the page's own token is an old one. */
  const freshToken = async () => {
    const page = await (await fetch(location.href, { credentials: "same-origin" })).text();
    token = new DOMParser().parseFromString(page, "text/html").querySelector("meta[name=csrf-token]")?.content || token;
  };

  // -- sending -----------------------------------------------------------------------------------------------------------

  /** What became of one sending: {state: "arrived" | "refused" | "session" | "waiting", url, html, asks}. `asks`: it has
   * arrived, and its sender has something to decide there. */
  const send = async (entry, again = true) => {
    const body = new URLSearchParams(entry.fields.filter(([name]) => name !== "csrfmiddlewaretoken"));
    body.append("csrfmiddlewaretoken", token);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(entry.url, { method: "POST", body, signal: stop.signal, credentials: "same-origin" });
      if (answer.status === 401) return { state: "session" };
      if (answer.ok && answer.redirected) return { state: "arrived", url: answer.url, asks: new URL(answer.url).searchParams.has("asks") };
      if (answer.status === 403 && again) {
        await freshToken();
        return await send(entry, false);
      }
      if (answer.status >= 500 || answer.status === 429) return { state: "waiting" };
      return { state: "refused", html: await answer.text() };
    } catch {
      return { state: "waiting" };
    } finally {
      clearTimeout(timer);
    }
  };

  // -- the list of what waits --------------------------------------------------------------------------------------------

  const arrived = [];
  const line = (words, entry, url) => {
    const link = make("a", { href: url, textContent: entry.title, lang: "zh-Hans" });
    const item = make("li", {}, `${words} `, link, ` ${new Date(entry.at).toLocaleString()} `);
    if (url !== `${entry.url}#${entry.key}` && url !== box.dataset.signIn) return item;
    const away = make("button", { type: "button", className: "button button--plain", textContent: box.dataset.drop });
    away.onclick = () => {
      if (confirm(box.dataset.sure)) { store.drop(entry); show(); }
    };
    item.append(away);
    return item;
  };
  const WORDS = { waiting: "waiting", refused: "refused", session: "session" };
  const show = () => {
    const rows = [
      ...arrived.map(([entry, { url, asks }]) => line(asks ? box.dataset.asks : box.dataset.arrived, entry, url)),
      ...store.all().map((entry) =>
        line(box.dataset[WORDS[entry.state] || "waiting"], entry, entry.state === "session" ? box.dataset.signIn : `${entry.url}#${entry.key}`)),
    ];
    box.replaceChildren(...(rows.length ? [make("ul", { className: "plain" }, ...rows)] : []));
    box.hidden = rows.length === 0;
  };

  let busy = false;
  const sendAll = async () => {
    if (busy) return;
    busy = true;
    for (const entry of store.all().filter((item) => item.state !== "refused" && item.key !== current)) {
      const result = await send(entry);
      if (!store.get(PREFIX + entry.key)) continue; // another window has dealt with it
      if (result.state === "arrived") {
        store.drop(entry);
        arrived.push([entry, result]);
      } else {
        store.put({ ...entry, state: result.state });
      }
      show();
    }
    busy = false;
  };

  // -- the form ----------------------------------------------------------------------------------------------------------

  let current = ""; // key of what is being sent by the form itself
  const form = document.querySelector("form[data-record]");

  const fill = (entry) => {
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      const values = entry.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  };

  /** A page that says why it was not taken stands in place of this one; what was written is in it. */
  const replace = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector("form[data-record]");
    if (!fresh) {
      const said = page.querySelector("main");
      form.before(make("div", { className: "notice notice--bad" }, ...(said ? [...said.childNodes] : [])));
      return;
    }
    form.replaceChildren(...fresh.childNodes);
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: form } }));
    form.querySelector(".error-summary, .notice")?.scrollIntoView({ block: "center" });
  };

  const submit = async (event) => {
    if (event.defaultPrevented) return;
    const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    const said = Object.fromEntries(fields);
    const heading = document.querySelector("h1")?.textContent.trim() || "";
    const { pathname, search } = new URL(form.action); // another page of this address may be another report
    const title = form.dataset.record || said.title || heading;
    const entry = { key: said.key, url: pathname + search, fields, title, at: Date.now(), state: "waiting" };
    try {
      store.put(entry);
    } catch {
      return; // full or forbidden: an ordinary form
    }
    event.preventDefault();
    forgetDrafts();
    current = entry.key;
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    const result = await send(entry);
    current = "";
    if (result.state === "arrived") {
      store.drop(entry);
      location.assign(result.url);
      return;
    }
    for (const button of buttons) button.disabled = false;
    if (result.state === "refused") {
      store.drop(entry);
      replace(result.html);
      return;
    }
    store.put({ ...entry, state: result.state });
    form.hidden = true; // it is on its way: whoever wrote on would write into nothing
    show();
    box.scrollIntoView({ block: "center" });
  };
  /** The page may have been kept for a dead network: each report has a key of its own, and today is today. */
  const renew = () => {
    const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
    if (form.elements.start?.value === box.dataset.day) form.elements.start.value = today;
    if (crypto.randomUUID) form.elements.key.value = crypto.randomUUID();
  };
  if (form) {
    form.addEventListener("submit", submit);
    if (!form.querySelector(".error-summary, .notice")) renew();
    const kept = location.hash.length > 1 && store.get(PREFIX + location.hash.slice(1));
    if (kept) {
      fill(kept);
      current = kept.key; // it is being looked at: not sent behind the writer's back
    }
  }

  // Where there is no network the page opens all the same: see worker.js.
  if (box.dataset.worker && navigator.serviceWorker) {
    const { serviceWorker } = navigator;
    serviceWorker.register(box.dataset.worker, { scope: new URL(".", new URL(box.dataset.worker, location.href)).pathname }).catch(() => {});
    if (!serviceWorker.controller) serviceWorker.ready.then(({ active }) => active.postMessage({ keep: location.href }));
  }
  const tellOffline = () => {
    const said = document.querySelector("[data-offline-note]");
    if (said) said.hidden = navigator.onLine;
  };
  addEventListener("offline", tellOffline);
  addEventListener("online", tellOffline);
  tellOffline();
  addEventListener("online", sendAll);
  setInterval(() => { if (store.all().length && navigator.onLine) sendAll(); }, AGAIN);
  show();
  sendAll();
})();
