// The desk's board: asks once a second, mirrors what is open in the address, keeps the focus where people work,
// shows panes one at a time on a tablet, and says in words when a step was not taken.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  const live = document.getElementById("live");
  if (!desk || !live || !window.htmx) return;
  const HIDDEN_EVERY = 5; // seconds between questions while nobody looks at the page

  // What a person has unfolded stays unfolded when the rest is brought up to date.
  window.htmx.config.morphIgnore.push("open");

  // ---- the pulse ----
  let beats = 0;
  function beat() {
    beats += 1;
    if (document.hidden && beats % HIDDEN_EVERY) return;
    window.htmx.trigger(live, "desk:tick");
  }
  try {
    new Worker(live.dataset.tick).addEventListener("message", beat);
  } catch {
    setInterval(beat, 1000);
  }
  document.addEventListener("visibilitychange", () => document.hidden || window.htmx.trigger(live, "desk:tick"));

  // ---- the address says what is open; back and forward walk through it ----
  const address = () => document.querySelector("[data-screen]").dataset.address;
  const here = () => location.pathname + location.search;
  let opened = address();

  function mirror() {
    const now = address();
    if (now === opened) return;
    const isSamePlace = now.split("?")[0] === opened.split("?")[0];
    opened = now;
    if (now !== here()) history[isSamePlace ? "replaceState" : "pushState"]({ desk: now }, "", now);
    if (!isSamePlace) showPane(now.includes("/reports/") || now.includes("/incidents/") ? "incident" : "queue");
  }
  addEventListener("popstate", () => {
    opened = here(); // the list's own hx-sync lets this take the place of whatever is still on its way
    window.htmx.ajax("GET", opened, { source: "#queue", swap: "none" });
  });

  // ---- panes as tabs on a tablet ----
  const tabs = [...document.querySelectorAll("[data-pane-tab]")];
  function showPane(name) {
    desk.dataset.pane = name;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.paneTab === name));
  }
  for (const tab of tabs) tab.addEventListener("click", () => showPane(tab.dataset.paneTab));
  showPane(desk.dataset.pane);

  // ---- the focus: after a step it goes to the reason, or to the head of what is open ----
  const isPulse = (event) => event.target === live;
  const isScreen = ({ detail: { ctx } }) => ctx.response && ctx.response.headers.get("X-Desk-Screen");
  document.addEventListener("htmx:after:swap", (event) => {
    if (!isScreen(event)) return;
    mirror();
    countTabs();
    if (filter && filter.value) sift();
    if (isPulse(event)) return;
    const lost = !document.activeElement || document.activeElement === document.body;
    const reason = document.querySelector("#pane-alert .refusal, #pane [data-focus]");
    const goal = reason || (lost ? document.getElementById("pane-title") : null);
    if (!goal) return;
    goal.tabIndex = -1;
    goal.focus({ preventScroll: false });
  });

  // Enter on a row opens it and goes to it; a press with the mouse leaves the focus on the row.
  desk.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".row")) return;
    document.addEventListener("htmx:after:swap", function go(swap) {
      if (isPulse(swap) || !isScreen(swap)) return;
      document.removeEventListener("htmx:after:swap", go);
      const title = document.getElementById("pane-title");
      if (title) title.focus();
    });
  });
  // Escape goes back to the queue, unless it leaves a field or the help first.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!document.activeElement || !document.activeElement.closest("#pane")) return;
    if (document.activeElement.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
    const row = document.querySelector(".row[aria-current=true]") || document.querySelector(".row");
    showPane("queue");
    if (row) row.focus();
  });

  // ---- a word in the filter leaves only the rows that have it ----
  const filter = document.querySelector("[data-search]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  function sift() {
    const wanted = plain(filter.value.trim());
    for (const row of document.querySelectorAll(".queue .row")) {
      row.parentElement.hidden = Boolean(wanted) && !plain(row.textContent).includes(wanted);
    }
  }
  if (filter) filter.addEventListener("input", sift);

  function countTabs() {
    const count = document.querySelector("[data-new-count]");
    if (count) count.textContent = document.querySelector("[data-screen]").dataset.new;
  }

  // ---- a step that was not taken is said in words, beside where it was asked ----
  const alertBox = document.getElementById("pane-alert");
  function sayPlainly(words) {
    const line = document.createElement("p");
    line.className = "refusal";
    line.tabIndex = -1;
    line.textContent = words;
    alertBox.replaceChildren(line);
    line.focus();
  }
  document.addEventListener("htmx:error", (event) => {
    if (!isPulse(event) && event.detail.ctx) sayPlainly(alertBox.dataset.wordsLost);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { ctx } = event.detail;
    if (isPulse(event) || isScreen(event)) return;
    const piece = new DOMParser().parseFromString(ctx.text || "", "text/html");
    const words = piece.body.textContent.replace(/\s+/g, " ").trim();
    sayPlainly(words.slice(0, 400) || alertBox.dataset.wordsLost);
  });

  // Notices go away by themselves; a refusal stays.
  const notices = document.querySelector("[data-notices]");
  function dismiss() {
    for (const notice of notices.querySelectorAll(".notice:not([data-going])")) {
      notice.dataset.going = "";
      setTimeout(() => notice.remove(), 6000);
    }
  }
  if (notices) new MutationObserver(dismiss).observe(notices, { childList: true });
  if (notices) dismiss();
})();
