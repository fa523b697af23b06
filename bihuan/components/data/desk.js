// What pages do beyond plain links and forms, all of which work without it. Words come from <template id="desk-words">.
"use strict";
(() => {
  const words = document.getElementById("desk-words").dataset;
  const notices = document.getElementById("notices");
  const all = (selector, within = document) =>
    [...(within.matches?.(selector) ? [within] : []), ...within.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // -- notices and dialogs --------------------------------------------------------------------------------------------

  /** Show words at the top of the page, where screen readers hear them at once. */
  const tell = (text, ...more) => {
    const body = make("div", { className: "notice-body" }, make("p", { textContent: text }), ...more);
    notices.replaceChildren(make("div", { className: "notice notice--warn" }, body));
    notices.scrollIntoView({ block: "nearest" });
    return notices;
  };

  const showDialog = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog.open) dialog.showModal();
    return dialog;
  };

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    // A menu closes when one presses elsewhere.
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // -- sending ---------------------------------------------------------------------------------------------------------

  /** Put a question in the desk's own dialog; go on only after a yes. */
  const ask = (question, goOn) => {
    const dialog = showDialog("desk-question");
    document.getElementById("desk-question-words").textContent = question;
    dialog.querySelector("[data-yes]").onclick = () => {
      dialog.close();
      goOn();
    };
  };
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, () => event.detail.issueRequest(true));
  });

  /** Ask first where a button says so, then send as if nothing had been asked. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.confirm || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(button.dataset.confirm, () => {
      button.dataset.confirmed = "yes";
      button.form.requestSubmit(button);
      delete button.dataset.confirmed;
    });
  }, true);

  /** A form that was sent is not sent again: its buttons are off and say why. Off only after the browser took the form,
      for a disabled button's own name and value would not travel. data-stays: the answer is a file, the page stays. */
  const hold = (form, button) => {
    for (const other of all("button[type=submit], input[type=submit]", form)) other.disabled = true;
    if (button) {
      button.dataset.says = button.innerHTML;
      button.textContent = button.dataset.sending || words.sending;
    }
  };
  const release = (form) => {
    for (const button of all("button[type=submit], input[type=submit]", form)) {
      button.disabled = false;
      if (!button.dataset.says) continue;
      button.replaceChildren(...new DOMParser().parseFromString(button.dataset.says, "text/html").body.childNodes);
      delete button.dataset.says;
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target || form.matches("[data-stays]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => hold(form, event.submitter));
  });
  // A page taken back from the browser's memory is as it was before sending.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      release(form);
    }
  });

  // -- htmx ------------------------------------------------------------------------------------------------------------

  const formOf = (element) => (element instanceof Element ? element.closest("form") : null);

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]");
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
    // What no person asked for must not keep a session alive.
    if (event.detail.elt.closest("[data-unattended]")) event.detail.headers["X-Unattended"] = "1";
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event.detail.elt);
    const button = event.detail.requestConfig.triggeringEvent?.submitter;
    if (form && event.detail.requestConfig.verb !== "get") hold(form, button);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event.detail.elt);
    if (form && form.isConnected) release(form);
    if (form && event.detail.successful) forget(form);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (answer.status === 401) {
      event.detail.shouldSwap = false;
      showDialog("desk-session-over");
      return;
    }
    // A whole page instead of a fragment: after a redirect go there; a refusal must not replace what was written.
    if (/^\s*<!doctype/i.test(answer.responseText)) {
      event.detail.shouldSwap = false;
      if (answer.status < 400 && answer.responseURL) location.assign(answer.responseURL);
      else if (answer.status < 500) tell(words.refused);
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === notices) {
      notices.scrollIntoView({ block: "nearest" });
      notices.focus({ preventScroll: true });
    }
  });
  // A list to choose from that does not come says nothing: what is typed stands.
  document.addEventListener("htmx:sendError", (event) => event.detail.elt.list || tell(words.offline));
  document.addEventListener("htmx:timeout", () => tell(words.offline));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) tell(words.failed);
  });

  // -- <button data-copy="id of a field" data-copied="Copied">: its text, ready to be pasted ---------------------------

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without https there is no clipboard to write to
    }
    button.textContent = button.dataset.copied;
  });

  // -- drafts: <form data-keep="a key"> --------------------------------------------------------------------------------
  // Text that was written and not sent is kept in this browser and offered again. Never passwords, files, hidden fields.

  const DAYS = 7 * 24 * 3600 * 1000;
  const place = (form) => `draft:${words.reader}:${location.pathname}:${form.dataset.keep}`;
  const kept = (form) =>
    all("textarea, select, input", form).filter(
      (field) => field.name && !["password", "file", "hidden", "submit", "button", "select-multiple"].includes(field.type),
    );
  const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    remove: (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  };
  const summaries = (part = document) => all(".error-summary", part).filter((item) => !item.closest("form[method=get]"));
  const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
  const forget = (form) => { if (form.dataset.keep) store.remove(place(form)); };

  const offer = (form) => {
    const draft = store.get(place(form));
    const fields = kept(form);
    if (!draft || draft.values.length !== fields.length) return;
    if (fields.every((field, index) => valueOf(field) === draft.values[index])) return;
    const back = make("button", { type: "button", className: "button button--primary", textContent: words.restore });
    const away = make("button", { type: "button", className: "button button--plain", textContent: words.discard });
    const shown = tell(words.draft + new Date(draft.at).toLocaleString(), make("p", { className: "buttons" }, back, away));
    back.onclick = () => {
      fields.forEach((field, index) => {
        if (["checkbox", "radio"].includes(field.type)) field.checked = draft.values[index];
        else field.value = draft.values[index];
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
      shown.replaceChildren();
      fields[0].focus();
    };
    away.onclick = () => {
      forget(form);
      shown.replaceChildren();
    };
  };
  const keep = (form, more = {}) => store.set(place(form), { at: Date.now(), values: kept(form).map(valueOf), ...more });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.dataset.keep) keep(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.dataset.keep) keep(event.target, { sent: true });
  });
  /** Drafts that were sent go once a page comes that is no refusal; a step back or a fault keeps them. Old ones go. */
  const tidy = () => {
    const [loading] = performance.getEntriesByType("navigation");
    const refused = all(".stop").length > 0 || summaries().length > 0 || loading?.responseStatus >= 400;
    const arrived = loading?.type === "navigate" && !refused;
    for (const key of drafts()) {
      const draft = store.get(key);
      if (!draft || Date.now() - draft.at > DAYS || (draft.sent && arrived)) store.remove(key);
    }
  };
  try { tidy(); } catch { /* no storage in this browser */ }
  // Who leaves takes their drafts along, and pages that were kept for a dead network: the next person here is another.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-leaves]")) for (const key of drafts()) store.remove(key);
  });
  const others = (name) => name.startsWith("shell:") && name !== `shell:${words.reader}`;
  window.caches?.keys().then((names) => names.filter(others).forEach((name) => caches.delete(name)));

  // -- keys: data-key="j" presses its element ---------------------------------------------------------------------------

  const writing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

  const listKeys = () => {
    const list = document.querySelector("#desk-keys .keys");
    list.replaceChildren();
    const seen = new Set();
    for (const element of all("[data-key]").filter(visible)) {
      if (seen.has(element.dataset.key)) continue;
      seen.add(element.dataset.key);
      const says = element.dataset.keySays || element.getAttribute("aria-label") || element.textContent.trim();
      list.append(make("dt", {}, make("kbd", { textContent: element.dataset.key })), make("dd", { textContent: says }));
    }
    showDialog("desk-keys");
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (writing(event.target) || document.querySelector("dialog[open]")) return;
    if (["?", "？"].includes(event.key)) return listKeys();
    const element = all("[data-key]").filter(visible).find((item) => [event.key, event.key.toLowerCase()].includes(item.dataset.key));
    if (!element) return;
    event.preventDefault();
    if (writing(element)) element.focus();
    else element.click();
  });

  // -- on each part of a page as it comes --------------------------------------------------------------------------------

  // A table laid out as cards keeps its roles in every browser.
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
  const ready = (part) => {
    for (const table of all("table.list", part)) {
      for (const [tag, role] of Object.entries(roles)) for (const item of [table, ...all(tag, table)]) {
        if (item.localName === tag) item.setAttribute("role", role);
      }
      for (const head of all("th", table)) head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    }
    // What scrolls sideways can be scrolled by keyboard.
    for (const frame of all("[data-scrolls]", part)) if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    // On a phone a filter that is not in use folds away, so that the list is what one sees.
    const narrow = matchMedia("(max-width: 700px)").matches;
    for (const fold of all("details[data-folds]", part)) {
      const used = kept(fold.closest("form")).some((field) => new URLSearchParams(location.search).get(field.name));
      if (narrow && !used) fold.open = false;
    }
    for (const drop of all("[data-upload]", part)) {
      const over = (state) => (event) => { event.preventDefault(); drop.classList.toggle("upload--over", state); };
      drop.addEventListener("dragover", over(true));
      drop.addEventListener("dragleave", over(false));
      drop.addEventListener("drop", (event) => {
        over(false)(event);
        const input = drop.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    all("form[data-keep]", part).forEach(offer);
    summaries(part)[0]?.focus();
  };
  ready(document);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) ready(event.detail.elt); });
})();
