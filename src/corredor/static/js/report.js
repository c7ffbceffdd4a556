// The report form's extras: what is written stays on this phone until it is sent, and is sent once.
// The form works without this file. Photos are sent as they were taken; the server keeps the original.
(() => {
  "use strict";
  const DAY_MS = 24 * 3600 * 1000;
  const TYPING_MS = 400;
  const KINDS = "textarea[name], select[name], input[name]:not([type=file], [type=hidden], [type=password])";

  const keyOf = (name) => `corredor-draft-${name}`;

  function readDraft(name) {
    try {
      const draft = JSON.parse(localStorage.getItem(keyOf(name)) || "null");
      if (draft && Date.now() - draft.at < DAY_MS) return draft;
      localStorage.removeItem(keyOf(name));
    } catch {
      return null; // storage refused (private window) or damaged: go on without a draft
    }
    return null;
  }

  function writeDraft(name, values) {
    const kept = (readDraft(name) || {}).values || {};
    try {
      localStorage.setItem(keyOf(name), JSON.stringify({ at: Date.now(), values: { ...kept, ...values } }));
    } catch {
      // Storage is full or refused: the page itself still holds the words.
    }
  }

  function eraseDraft(name) {
    try {
      localStorage.removeItem(keyOf(name));
    } catch {
      // Nothing could be kept, so nothing is left to erase.
    }
  }

  function valuesOf(form) {
    const values = {};
    for (const field of form.querySelectorAll(KINDS)) {
      if (field.type === "radio" && !field.checked) continue;
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
    return values;
  }

  function putBack(form, values) {
    let count = 0;
    for (const field of form.querySelectorAll(KINDS)) {
      if (!(field.name in values)) continue;
      const value = values[field.name];
      if (field.type === "radio" || field.type === "checkbox") {
        const wanted = field.type === "radio" ? field.value === value : value === true;
        if (wanted && !form.querySelector(`[name="${CSS.escape(field.name)}"]:checked`)) {
          field.checked = true;
          count += 1;
        }
      } else if (!field.value && value) {
        field.value = value;
        count += 1;
      }
    }
    return count;
  }

  function afterTyping(action) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, TYPING_MS);
    };
  }

  function keepForm(form) {
    const name = form.dataset.draftForm;
    const note = form.querySelector("[data-draft-note]");
    const draft = readDraft(name);
    if (draft && putBack(form, draft.values) && note) note.hidden = false;
    const save = () => writeDraft(name, valuesOf(form));
    form.addEventListener("input", afterTyping(save));
    form.addEventListener("change", save);
    const erase = form.querySelector("[data-draft-erase]");
    if (erase) {
      erase.addEventListener("click", () => {
        eraseDraft(name);
        form.reset();
        note.hidden = true;
      });
    }
    form.addEventListener("submit", save);
  }

  // One press sends once; without a connection nothing is sent and the words say so.
  function sendOnce(form) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      const offline = form.querySelector("[data-offline-words]");
      if (navigator.onLine === false || sent) {
        event.preventDefault();
        if (offline && !sent) offline.hidden = false;
        return;
      }
      sent = true;
      const sending = form.querySelector("[data-sending-words]");
      if (sending) sending.hidden = false;
      setTimeout(() => { sent = false; }, 15000); // a network that never answers must not lock the form
    });
    addEventListener("pageshow", () => { sent = false; });
  }

  for (const form of document.querySelectorAll("form[data-draft-form]")) {
    keepForm(form);
    sendOnce(form);
  }
  for (const area of document.querySelectorAll("textarea[data-draft]")) {
    const draft = readDraft(area.dataset.draft);
    const field = area.dataset.draftName;
    if (draft && draft.values[field]) area.value = draft.values[field];
    area.addEventListener("input", afterTyping(() => writeDraft(area.dataset.draft, { [field]: area.value })));
  }
  // The page that says "received" carries data-draft-done="report".
  for (const done of document.querySelectorAll("[data-draft-done]")) eraseDraft(done.dataset.draftDone);
})();
