// Everything by keyboard: j and k walk the list, Enter opens, / searches, ? helps; any other letter presses the
// button that carries it (data-key="c"), or goes where it says (data-key-to="#selector"). Single letters can be
// switched off (WCAG 2.1.4); Tab and Enter always work.
(() => {
  "use strict";
  const panel = document.querySelector("[data-help]");
  const opener = document.querySelector("[data-help-toggle]");
  const switchBox = document.querySelector("[data-keys-switch]");
  const STORE = "corredor-desk-keys";

  const remembered = () => {
    try {
      return localStorage.getItem(STORE) !== "off";
    } catch {
      return true;
    }
  };
  let isOn = remembered();
  if (switchBox) {
    switchBox.checked = isOn;
    switchBox.addEventListener("change", () => {
      isOn = switchBox.checked;
      try {
        localStorage.setItem(STORE, isOn ? "on" : "off");
      } catch {
        // A private window forgets the choice.
      }
    });
  }

  const isVisible = (element) => element.checkVisibility() && !element.disabled;
  const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");

  // ---- help: beside the work, never over all of it, listing what this page answers to ----
  function listKeys() {
    const list = panel.querySelector("[data-help-list]");
    list.querySelectorAll("[data-own]").forEach((part) => part.remove());
    for (const element of document.querySelectorAll("[data-key]")) {
      if (!isVisible(element)) continue;
      const words = element.dataset.keyWords || element.textContent.replace(/\s+\S$/, "").trim();
      const key = document.createElement("dt");
      const sign = document.createElement("kbd");
      sign.textContent = element.dataset.key;
      key.append(sign);
      const meaning = document.createElement("dd");
      meaning.textContent = words;
      for (const part of [key, meaning]) part.dataset.own = "";
      list.append(key, meaning);
    }
  }

  function showHelp(isOpen) {
    if (!panel) return;
    if (isOpen) listKeys();
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = !isOpen;
    if (opener) opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) panel.querySelector("[data-help-close]").focus();
    else if (hadFocus && opener) opener.focus();
  }

  if (opener) opener.addEventListener("click", () => showHelp(panel.hidden));
  if (panel) panel.querySelector("[data-help-close]").addEventListener("click", () => showHelp(false));

  // ---- the list ----
  const rows = () => [...document.querySelectorAll("[data-list] .row, [data-row]")].filter(isVisible);

  function walk(step) {
    const list = rows();
    if (!list.length) return;
    const focused = list.indexOf(document.activeElement);
    const current = focused >= 0 ? focused : list.findIndex((row) => row.getAttribute("aria-current") === "true");
    const at = current < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(current + step, 0), list.length - 1);
    list[at].focus();
    list[at].scrollIntoView({ block: "nearest" });
  }

  function focusSearch() {
    const box = document.querySelector("[data-search]");
    if (box) box.focus();
  }

  function press(key) {
    const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isVisible);
    if (!element) return false;
    // A step that should be looked at first: the letter only brings the focus there (data-key-to="#selector").
    const goal = element.dataset.keyTo ? document.querySelector(element.dataset.keyTo) : null;
    if (goal) goal.focus();
    else if (element.matches("input, select, textarea")) element.focus();
    else element.click();
    return true;
  }

  const own = {
    j: () => walk(1),
    k: () => walk(-1),
    "/": focusSearch,
    "?": () => showHelp(panel.hidden),
  };

  function escape() {
    if (panel && !panel.hidden) showHelp(false);
    else if (document.activeElement && isTyping(document.activeElement)) document.activeElement.blur();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      escape();
      return;
    }
    if (!isOn || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key.length !== 1) return;
    const action = own[event.key];
    if (action) action();
    else if (!press(event.key)) return;
    event.preventDefault();
  });

  // ---- a morph or a swap must not lose the place in the list ----
  let focusedId = "";
  document.addEventListener("htmx:before:swap", () => {
    const row = document.activeElement && document.activeElement.closest(".row[id]");
    focusedId = row ? row.id : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    const row = focusedId && document.getElementById(focusedId);
    if (row && document.activeElement === document.body) row.focus({ preventScroll: true });
  });
})();
