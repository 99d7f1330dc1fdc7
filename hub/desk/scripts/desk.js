/* What a page does beyond its forms and links: letters, drafts that save themselves, the warning before a session ends.
   A page works without any of it. Everything is found by data attributes; nothing is kept in the browser. */
(() => {
  "use strict";

  const field = (node) => node instanceof Element && node.closest("input, textarea, select, [contenteditable]") !== null;
  const visible = (node) => node.getClientRects().length > 0;

  /* ---- Letters (WCAG 2.1.4): off in fields, off for those who said so, never with Ctrl, Alt or Meta ---- */

  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")].filter(visible);
  const current = (list) => list.findIndex((row) => row.contains(document.activeElement));

  function move(step) {
    const list = rows();
    if (!list.length) return false;
    const at = current(list);
    const next = list[Math.min(Math.max(at + step, 0), list.length - 1)];
    (next.querySelector("th a, a, button") || next).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  /* The element that answers to `key`: that of the row in hand before one of the page. */
  function answering(key) {
    const list = rows();
    const row = list[current(list)];
    const found = [...(row ? row.querySelectorAll("[data-key]") : []), ...document.querySelectorAll("[data-key]")];
    return found.find((node) => node.dataset.key.split(" ").includes(key) && visible(node) && (!node.closest("tbody tr") || (row && row.contains(node))));
  }

  function act(node) {
    if (field(node) || node.matches("summary")) node.focus();
    if (!field(node)) node.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest ? event.target.closest("form") : null;
      const button = form && (form.querySelector("[data-submit]") || form.querySelector("button:not([type=button])"));
      if (button) { event.preventDefault(); form.requestSubmit(button); }
      return;
    }
    if (event.key === "Escape") { close(event); return; }
    const off = document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey;
    if (off) return;
    if (event.altKey) {
      const candidate = /^[1-8]$/.test(event.key) && document.querySelectorAll("[data-candidate]")[event.key - 1];
      if (candidate) { event.preventDefault(); candidate.click(); }
      return;
    }
    if (field(event.target)) return;
    if ((event.key === "j" && move(1)) || (event.key === "k" && move(-1))) { event.preventDefault(); return; }
    const node = answering(event.key === "/" ? "r" : event.key);
    if (node) { event.preventDefault(); act(node); }
  });

  /* Escape closes one layer: the innermost open fold, panel or link that says so. */
  function close(event) {
    if (document.querySelector("dialog:modal")) return; /* the browser closes it */
    const inner = event.target.closest ? event.target.closest("details[open]:not([data-stays])") : null;
    if (inner) { inner.open = false; inner.querySelector("summary").focus(); return; }
    const link = [...document.querySelectorAll("[data-close]")].filter(visible).pop();
    if (link && !field(event.target)) link.click();
  }

  /* ---- Drafts: <form data-autosave="address">, a line [data-autosave-line] that says how it went ---- */

  const pending = new Set();

  function watch(form) {
    let timer = 0;
    let busy = false;
    let again = false;
    const line = form.querySelector("[data-autosave-line]") || document.querySelector("[data-autosave-line]");

    async function save() {
      if (busy) { again = true; return; }
      busy = true; again = false;
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(body), headers: { "X-Draft": "1" } });
        const words = (await answer.text()).trim();
        if (answer.ok || answer.status === 409) {
          const version = answer.headers.get("X-Draft-Version");
          if (version && form.elements.version) form.elements.version.value = version;
          if (!again) pending.delete(form);
          say(words, answer.status === 409);
        } else { lost(); }
      } catch { lost(); }
      busy = false;
      if (again) schedule(0);
    }

    function say(words, isLost) {
      if (!line || !words) return;
      line.textContent = words;
      line.classList.toggle("brouillon--perdu", isLost);
      line.hidden = false;
    }

    function lost() { say(line ? line.dataset.lost : "", true); schedule(5000); }
    function schedule(delay) { clearTimeout(timer); timer = setTimeout(save, delay); }
    function changed(delay) { pending.add(form); schedule(delay); }

    form.addEventListener("input", () => changed(800));
    form.addEventListener("change", () => changed(0));
    form.addEventListener("submit", () => { clearTimeout(timer); pending.delete(form); });
  }

  window.addEventListener("beforeunload", (event) => { if (pending.size) event.preventDefault(); });

  /* ---- The end of a session, said before: <dialog data-session data-idle data-warning data-renew>, in seconds ---- */

  /* The session that is there now, perhaps another one of the same person; null where none is: the answer is the page of sign-in. */
  async function read(answer) {
    if (!answer.ok) throw new Error(answer.status);
    return (answer.headers.get("Content-Type") || "").includes("json") ? answer.json() : null;
  }

  function warn(dialog) {
    const { idle, warning, renew } = dialog.dataset;
    let timer = 0;
    const closed = dialog.querySelector("[data-closed]");
    const start = (left = idle) => { clearTimeout(timer); timer = setTimeout(() => dialog.showModal(), Math.max(left - warning, 0) * 1000); };
    dialog.querySelector("[data-stay]").addEventListener("click", async (event) => {
      event.preventDefault();
      const form = event.target.closest("form");
      try {
        const session = await read(await fetch(renew, { headers: { Accept: "application/json" } }));
        if (!session) { closed.hidden = false; return; }
        const owner = document.querySelector("[data-motif='Acting context'] b");
        if (owner && owner.textContent !== session.person) { location.reload(); return; }
        for (const input of document.querySelectorAll("input[name=csrf]")) input.value = session.csrf;
        closed.hidden = true;
        dialog.close();
        start(Math.min(session.idle, session.absolute));
      } catch { form.requestSubmit(); }
    });
    document.addEventListener("htmx:after:request", () => start());
    start();
  }

  /* ---- Start, and again for what htmx brings ---- */

  function ready(root) {
    for (const form of root.querySelectorAll("form[data-autosave]:not([data-watched])")) { form.dataset.watched = ""; watch(form); }
    for (const button of root.querySelectorAll("[data-print]")) { button.hidden = false; button.onclick = () => window.print(); }
    const summary = root.querySelector("[data-focus]");
    if (summary) { summary.removeAttribute("data-focus"); summary.focus(); }
  }

  ready(document);
  const dialog = document.querySelector("dialog[data-session]");
  if (dialog) warn(dialog);
  document.addEventListener("htmx:after:swap", () => ready(document));
})();
