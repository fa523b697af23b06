// The reading page by keyboard and touch: one figure is at hand, in the text and beside it. Without this file every button
// and link of the page works all the same.
"use strict";
(() => {
  const desk = document.querySelector("[data-reading]");
  if (!desk) return;
  const cards = () => [...desk.querySelectorAll("[data-card]")];
  const now = () => desk.querySelector("[data-card].is-now");
  const narrow = matchMedia("(max-width: 900px)");
  const markOf = (card) => document.getElementById(card.dataset.mark);

  /** The keys of a card work while it is at hand; desk.js presses what carries data-key. */
  const keysOf = (card, on) => {
    for (const item of card.querySelectorAll("[data-card-key]")) {
      if (on) {
        item.dataset.key = item.dataset.cardKey;
        item.setAttribute("aria-keyshortcuts", item.dataset.cardKey);
      } else {
        delete item.dataset.key;
        item.removeAttribute("aria-keyshortcuts");
      }
    }
  };

  const take = (card, { scroll = true, sheet = true } = {}) => {
    const before = now();
    if (before && before !== card) {
      keysOf(before, false);
      before.classList.remove("is-now", "card--sheet");
      markOf(before)?.classList.remove("is-now");
    }
    if (!card) return;
    card.classList.add("is-now");
    card.classList.toggle("card--sheet", sheet);
    desk.classList.toggle("has-sheet", sheet);
    keysOf(card, true);
    const mark = markOf(card);
    mark?.classList.add("is-now");
    if (!scroll) return;
    // At once and not gliding: whoever goes on quickly is never shown the place before.
    if (!narrow.matches) card.scrollIntoView({ block: "nearest" });
    mark?.scrollIntoView({ block: "center" });
  };
  const step = (by) => {
    const all = cards();
    const at = all.indexOf(now());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) take(next);
  };
  /** The next one that waits, from `at` on and then from the top. */
  const nextOpen = (at) => {
    const all = cards();
    return [...all.slice(at), ...all.slice(0, at)].find((card) => "open" in card.dataset);
  };

  for (const item of document.querySelectorAll("[data-with-script]")) item.hidden = false;
  desk.classList.add("is-live");
  const wanted = location.hash.startsWith("#r") && document.getElementById(location.hash.slice(1));
  const first = wanted || desk.querySelector(".card--now") || nextOpen(0);
  if (first) take(first, { scroll: Boolean(wanted), sheet: "open" in first.dataset || first.querySelector("form") !== null });

  desk.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-row]");
    if (mark) {
      event.preventDefault();
      take(document.getElementById(mark.dataset.row));
      return;
    }
    const stepper = event.target.closest("[data-step]");
    if (stepper) return step(Number(stepper.dataset.step));
    const card = event.target.closest("[data-card]");
    if (card && card !== now()) take(card, { scroll: !event.target.closest("a, button, input, select, textarea, label") });
    return undefined;
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input, textarea, select");
    if (event.key === "Escape" && event.target.closest("[data-correct]")) {
      event.preventDefault();
      event.target.closest("[data-correct]").querySelector("[data-cancel]").click();
      return;
    }
    if (writing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      const yes = now()?.querySelector("[data-key=y]");
      if (yes) {
        event.preventDefault();
        yes.click();
      }
    }
  });

  /** A card came back from the server: go on to the next that waits, unless it is still to be dealt with. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const card = event.detail.elt?.closest?.("[data-card]") || document.getElementById(event.detail.elt?.id);
    if (!card || !("card" in card.dataset) || !desk.contains(card)) return;
    for (const item of document.querySelectorAll("[data-with-script]")) item.hidden = false;
    const form = card.querySelector("[data-correct]");
    const refused = card.querySelector("[role=alert]");
    if (form || refused || "open" in card.dataset) {
      take(card);
      form?.querySelector("input[type=text], [aria-invalid=true]")?.focus();
      return;
    }
    const next = nextOpen(cards().indexOf(card) + 1);
    take(next || card, { sheet: Boolean(next) });
    if (!next) desk.querySelector("#reading-bar [data-key=t]")?.scrollIntoView({ block: "nearest" });
    if (document.activeElement === document.body || !document.activeElement) (next || card).focus({ preventScroll: true });
  });
})();
