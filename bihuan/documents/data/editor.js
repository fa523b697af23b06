// The prose of a draft, paragraph by paragraph, with its numbers as chips that cannot be written over. Without this
// script the same form works with its plain fields; the fields stay what is sent.
"use strict";
(() => {
  const form = document.querySelector("form[data-editor]");
  if (!form) return;
  const words = form.dataset;
  const MARK = /⟦([1-9][0-9]*):([^⟦⟧]*)⟧/g;
  let last = null; // where the caret was: a number is put there
  let made = 0;

  const element = (tag, properties = {}, ...children) => {
    const found = Object.assign(document.createElement(tag), properties);
    found.append(...children);
    return found;
  };

  // -- between the field and what one writes in --------------------------------------------------------------------

  const chip = (mark, printed) => {
    const found = element("span", { className: "chip", textContent: printed, title: words.number });
    found.contentEditable = "false";
    found.dataset.mark = mark;
    return found;
  };

  const shown = (text) => {
    const parts = document.createDocumentFragment();
    let at = 0;
    for (const found of text.matchAll(MARK)) {
      if (found.index > at) parts.append(text.slice(at, found.index));
      parts.append(chip(found[0], found[2]));
      at = found.index + found[0].length;
    }
    if (at < text.length) parts.append(text.slice(at));
    return parts;
  };

  const said = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (node.dataset.mark) return node.dataset.mark;
    if (node.localName === "br") return "\n";
    return [...node.childNodes].map(said).join("");
  };

  const fieldOf = (box) => box.previousElementSibling;
  const boxOf = (block) => block.querySelector(".written:last-of-type");
  const write = (box) => {
    const field = fieldOf(box);
    field.value = said(box).replace(/\n$/, "");
    if (!box.textContent && !box.querySelector(".chip")) box.replaceChildren();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const enhance = (field) => {
    const box = element("div", { className: "written", lang: "zh-Hans" });
    box.contentEditable = "true";
    box.setAttribute("role", "textbox");
    box.setAttribute("aria-multiline", "true");
    box.setAttribute("aria-label", field.labels[0]?.textContent.trim() || words.text);
    box.dataset.placeholder = field.placeholder;
    box.append(shown(field.value));
    field.hidden = true;
    field.after(box);
    field.addEventListener("change", () => box.replaceChildren(shown(field.value)));
    box.addEventListener("input", () => write(box));
    box.addEventListener("paste", (event) => {
      event.preventDefault();
      const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
      put(box, shown(text));
    });
    box.addEventListener("copy", copied);
    box.addEventListener("cut", (event) => {
      copied(event);
      getSelection().getRangeAt(0).deleteContents();
      write(box);
    });
    box.addEventListener("drop", (event) => event.preventDefault());
  };

  /** What is copied keeps its marks, so that a number pasted in another paragraph is still bound. */
  const copied = (event) => {
    const selection = getSelection();
    if (!selection.rangeCount) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", said(element("div", {}, selection.getRangeAt(0).cloneContents())));
  };

  const put = (box, parts) => {
    const selection = getSelection();
    let range = selection.rangeCount ? selection.getRangeAt(0) : null;
    if (!range || !box.contains(range.commonAncestorContainer)) {
      range = document.createRange();
      range.selectNodeContents(box);
      range.collapse(false);
    }
    range.deleteContents();
    const end = parts.lastChild;
    range.insertNode(parts);
    if (end) range.setStartAfter(end);
    range.collapse(true);
    selection.removeAllRanges();
    selection.addRange(range);
    write(box);
  };

  const caretAt = (box, atEnd) => {
    const range = document.createRange();
    range.selectNodeContents(box);
    range.collapse(!atEnd);
    box.focus();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  // -- paragraphs --------------------------------------------------------------------------------------------------

  const blocks = (part) => [...part.querySelectorAll("[data-block]")];
  const renumber = (part) => {
    blocks(part).forEach((block, place) => {
      block.querySelector('[name^="order:"]').value = (place + 1) * 10;
    });
    part.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const kindOf = (block) => block.querySelector('select[name^="kind:"]');
  const dress = (block) => {
    const kind = kindOf(block).value;
    const look = kind.startsWith("heading") ? kind : kind.split("-")[0];
    block.className = `block block--${look}${kind === "remove" ? " block--gone" : ""}`;
  };

  const tools = (block) => {
    block.querySelector(".block-order").hidden = true;
    const bar = element("span", { className: "block-buttons" });
    for (const [name, sign] of [["up", "↑"], ["down", "↓"], ["add", "＋"], ["remove", "✕"]]) {
      const press = element("button", { type: "button", textContent: sign, title: words[name] });
      press.setAttribute("aria-label", words[name]);
      press.addEventListener("click", () => deeds[name](block));
      bar.append(press);
    }
    block.querySelector(".block-tools").append(bar);
    kindOf(block).addEventListener("change", () => dress(block));
    dress(block);
  };

  const added = (block, text) => {
    const part = block.closest("[data-part]");
    const name = `n${part.dataset.part}.${1000 + (made += 1)}`;
    const source = [...part.querySelectorAll("[data-block]")].find((item) => item.querySelector(".written"));
    const fresh = source.cloneNode(true);
    fresh.dataset.name = name;
    for (const box of fresh.querySelectorAll(".written, .block-buttons, .prose-head-text")) box.remove();
    for (const field of fresh.querySelectorAll("[name]")) {
      const word = field.name.split(":")[0];
      field.name = `${word}:${name}`;
      if (field.id) field.id = `${word}-${name}`;
    }
    for (const label of fresh.querySelectorAll("label[for]")) {
      if (label.htmlFor.startsWith("head-")) label.remove();
      else label.htmlFor = `text-${name}`;
    }
    kindOf(fresh).value = "paragraph";
    const field = fresh.querySelector("textarea");
    field.value = text;
    field.placeholder = "";
    block.after(fresh);
    enhance(field);
    tools(fresh);
    renumber(part);
    return fresh;
  };

  const deeds = {
    up: (block) => shift(block, -1),
    down: (block) => shift(block, 1),
    add: (block) => boxOf(added(block, "")).focus(),
    remove: (block) => {
      const kind = kindOf(block);
      if (kind.value !== "remove") block.dataset.was = kind.value;
      kind.value = kind.value === "remove" ? block.dataset.was || "paragraph" : "remove";
      kind.dispatchEvent(new Event("change", { bubbles: true }));
      kind.dispatchEvent(new Event("input", { bubbles: true }));
    },
  };

  const shift = (block, way) => {
    const all = blocks(block.closest("[data-part]"));
    const other = all[all.indexOf(block) + way];
    if (!other) return;
    if (way < 0) other.before(block);
    else other.after(block);
    renumber(block.closest("[data-part]"));
    (block.querySelector(".written") || kindOf(block)).focus();
  };

  const split = (box) => {
    const selection = getSelection();
    const range = selection.getRangeAt(0);
    range.deleteContents();
    const rest = document.createRange();
    rest.selectNodeContents(box);
    rest.setStart(range.endContainer, range.endOffset);
    const text = said(element("div", {}, rest.extractContents()));
    write(box);
    caretAt(boxOf(added(box.closest("[data-block]"), text)), false);
  };

  const atStart = (box) => {
    const range = getSelection().getRangeAt(0);
    const before = document.createRange();
    before.selectNodeContents(box);
    before.setEnd(range.startContainer, range.startOffset);
    return range.collapsed && said(element("div", {}, before.cloneContents())) === "";
  };

  /** Backspace at the start of a paragraph joins it to the one before. */
  const join = (box) => {
    const block = box.closest("[data-block]");
    const all = blocks(block.closest("[data-part]"));
    const before = all[all.indexOf(block) - 1];
    if (box !== block.querySelector(".written") || !before || !boxOf(before) || kindOf(before).value === "remove") return false;
    const target = boxOf(before);
    const text = [...block.querySelectorAll("textarea")].map((field) => field.value).join("");
    caretAt(target, true);
    const parts = shown(text);
    const mark = element("span");
    target.append(mark, parts);
    write(target);
    for (const field of block.querySelectorAll("textarea")) {
      field.value = "";
      field.dispatchEvent(new Event("change"));
    }
    if (block.dataset.name.startsWith("n")) block.remove();
    else deeds.remove(block);
    const range = document.createRange();
    range.setStartBefore(mark);
    mark.remove();
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return true;
  };

  form.addEventListener("keydown", (event) => {
    const box = event.target.closest(".written");
    if (!box || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (fieldOf(box).classList.contains("prose-head-text")) caretAt(boxOf(box.closest("[data-block]")), false);
      else split(box);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      shift(box.closest("[data-block]"), event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Backspace" && atStart(box) && join(box)) {
      event.preventDefault();
    }
  });

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const at = selection.rangeCount ? selection.getRangeAt(0) : null;
    const inside = at && (at.startContainer.nodeType === 1 ? at.startContainer : at.startContainer.parentElement);
    const box = inside && inside.closest(".written");
    if (box) last = { box, range: at.cloneRange() };
  });

  /** A number goes where the caret was last. */
  const insert = (mark) => {
    const boxes = form.querySelectorAll(".written");
    const box = last && last.box.isConnected ? last.box : boxes[boxes.length - 1];
    if (!box) return;
    const range = last && last.box === box ? last.range : null;
    box.focus();
    if (range) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    put(box, shown(mark));
  };
  for (const press of document.querySelectorAll("[data-insert]")) {
    press.addEventListener("click", () => insert(press.closest("[data-mark]").dataset.mark));
  }
  const choice = form.querySelector("[data-insert-choice]");
  choice?.addEventListener("change", () => {
    if (choice.value) insert(choice.value);
    choice.value = "";
  });

  for (const field of form.querySelectorAll("textarea[data-prose]")) enhance(field);
  for (const block of form.querySelectorAll("[data-block]")) tools(block);
  for (const item of document.querySelectorAll(".editor-on")) item.hidden = false;
  for (const item of document.querySelectorAll(".editor-off")) item.hidden = true;
})();
