// Photos and papers on their way: looked at before anything is sent, photos made smaller where the line is slow, each file
// sent by itself with its progress, and kept in this page when the network dies. Without this file the form is an
// ordinary form, and the server says the same.
"use strict";
(() => {
  const SIDE = 2560; // pixels of a photo that is made smaller: more than the copy that pages show
  const QUALITY = 0.85;
  const PATIENCE = 30000; // milliseconds without a byte moving
  const MEGABYTE = 2 ** 20;
  const make = (name, more = {}, ...children) => {
    const element = Object.assign(document.createElement(name), more);
    element.append(...children);
    return element;
  };
  const size = (bytes) => (bytes < MEGABYTE ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`);
  const slow = () => {
    const line = navigator.connection;
    return Boolean(line && (line.saveData || /2g|3g/.test(line.effectiveType || "")));
  };
  const isFilm = (file) => file.type.startsWith("video/") || /\.(mp4|mov|m4v|avi|mkv|wmv|flv|webm|mpe?g|3gp)$/i.test(file.name);
  const isPicture = (file) => file.type.startsWith("image/") || /\.(jpe?g|png|webp|heic|heif)$/i.test(file.name);
  const isHeic = (file) => /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name);

  /** The photo as a JPG of at most SIDE pixels, upright, with nothing that its camera wrote; itself where that fails. */
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "white";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
      if (!made || (made.size >= file.size && !isHeic(file))) return file;
      return new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file;
    }
  };

  /** One file to the server: {state: "arrived" | "refused" | "session" | "stale" | "lost", said, to}. */
  const post = (form, file, token, moved) =>
    new Promise((resolve) => {
      const body = new FormData(form);
      for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
      body.set("csrfmiddlewaretoken", token);
      body.append(form.querySelector("input[type=file]").name, file, file.name);
      const request = new XMLHttpRequest();
      let timer = 0;
      const wait = () => { clearTimeout(timer); timer = setTimeout(() => request.abort(), PATIENCE); };
      const end = (result) => { clearTimeout(timer); resolve(result); };
      request.upload.onprogress = (event) => { wait(); moved(event.lengthComputable ? event.loaded / event.total : 0); };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* a page: no words for one file */ }
        if (request.status === 200 && answer.to) return end({ state: "arrived", to: answer.to });
        if (request.status === 401) return end({ state: "session" });
        if (request.status === 403) return end({ state: "stale" });
        if (request.status >= 500 || request.status === 429) return end({ state: "lost" });
        end({ state: "refused", said: answer.said || "" });
      };
      request.onerror = request.onabort = () => end({ state: "lost" });
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      wait();
      request.send(body);
    });

  const freshToken = async () => {
    const page = await (await fetch(location.href, { credentials: "same-origin" })).text();
    return new DOMParser().parseFromString(page, "text/html").querySelector("meta[name=csrf-token]")?.content || "";
  };

  const take = (form) => {
    const words = form.dataset;
    const largest = Number(words.largest);
    const input = form.querySelector("input[type=file]");
    const button = form.querySelector("button[type=submit], button:not([type])");
    const shrink = form.querySelector("[data-shrink]");
    const list = make("ul", { className: "sending plain", lang: "zh-Hans" });
    list.setAttribute("aria-live", "polite");
    form.querySelector("[data-upload]").after(list);
    if (shrink) {
      shrink.hidden = false;
      shrink.querySelector("input").checked = slow();
    }
    let rows = []; // {file, state, said, shown}
    let going = false;
    let again = false; // whether what was kept has gone once more by itself

    const show = (row) => {
      const said = make("span", { className: row.state === "refused" ? "cell-fault" : "help", textContent: row.said });
      said.lang = document.documentElement.lang;
      const parts = [make("span", { textContent: row.file.name }), make("span", { className: "help", textContent: size(row.file.size) }), said];
      if (row.state === "going") parts.push(make("progress", { max: 1, value: row.moved || 0, ariaLabel: row.file.name }));
      row.shown.replaceChildren(...parts);
    };
    const set = (row, state, said = "") => { Object.assign(row, { state, said }); show(row); };
    const kept = () => rows.filter((row) => ["ready", "kept"].includes(row.state));

    /** What is wrong with a file before a byte of it is sent. */
    const wrong = (file) => {
      if (isFilm(file)) return words.film;
      if (file.size === 0) return words.empty;
      if (file.size > largest && !(shrink && isPicture(file))) return words.large;
      return "";
    };
    const choose = () => {
      rows = [...input.files].map((file) => ({ file, shown: make("li") }));
      list.replaceChildren(...rows.map((row) => row.shown));
      for (const row of rows) {
        const said = wrong(row.file);
        set(row, said ? "refused" : "ready", said);
      }
      again = false;
    };

    const send = async (row, token) => {
      const wanted = shrink && isPicture(row.file) && (shrink.querySelector("input").checked || row.file.size > largest || isHeic(row.file));
      if (wanted && !row.made) {
        set(row, "going", words.shrinking);
        row.made = await smaller(row.file);
      }
      const file = row.made || row.file;
      if (file.size > largest) {
        set(row, "refused", words.large);
        return { state: "refused" };
      }
      set(row, "going", file === row.file ? words.sending : `${words.sending} ${size(file.size)}`);
      const result = await post(form, file, token, (part) => {
        row.moved = part;
        const bar = row.shown.querySelector("progress");
        if (bar) bar.value = part;
      });
      if (result.state === "arrived") set(row, "arrived", words.arrived);
      else if (result.state === "refused") set(row, "refused", result.said || words.failed);
      else set(row, "kept", result.state === "session" ? words.session : words.kept);
      return result;
    };

    const sendAll = async () => {
      if (going) return;
      going = true;
      button.disabled = true;
      let token = form.querySelector("[name=csrfmiddlewaretoken]").value;
      let to = "";
      for (const row of kept()) {
        let result = await send(row, token);
        if (result.state === "stale") { // signed in anew elsewhere meanwhile
          try { token = (await freshToken()) || token; } catch { /* as it was */ }
          result = await send(row, token);
        }
        to = result.to || to;
        if (["lost", "session", "stale"].includes(result.state)) break; // the others would fare the same
      }
      for (const row of kept()) if (row.state === "ready") set(row, "kept", words.kept);
      going = false;
      button.disabled = false;
      if (rows.every((row) => row.state === "arrived") && to) location.assign(to);
      else if (kept().length) button.textContent = words.again;
    };

    input.addEventListener("change", choose);
    form.addEventListener("submit", (event) => {
      if (!rows.length) return; // nothing chosen: the server says so
      event.preventDefault();
      if (kept().length) sendAll();
    });
    addEventListener("online", () => {
      if (again || going || !rows.some((row) => row.state === "kept")) return;
      again = true;
      sendAll();
    });
    addEventListener("beforeunload", (event) => {
      if (rows.some((row) => ["kept", "going"].includes(row.state))) event.preventDefault();
    });
    if (input.files.length) choose();
  };
  document.querySelectorAll("form[data-files]").forEach(take);
})();
