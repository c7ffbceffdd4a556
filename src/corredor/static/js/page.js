// Every page: marks that scripts run, keeps ages true, tells of a lost connection, opens maps when asked.
// All of it is an extra: each page works with scripts off.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // An error summary takes the focus, so that a screen reader starts there.
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // "4 min ago" goes on being true: <time data-age datetime="2025-10-04T15:04:00-05:00">
  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const format = window.Intl && Intl.RelativeTimeFormat
    ? new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "auto", style: "short" })
    : null;

  function ageWords(seconds) {
    const [unit, size] = units.find(([, length]) => seconds >= length) || ["minute", 60];
    return format.format(-Math.floor(seconds / size), unit);
  }

  function showAges() {
    if (!format) return;
    for (const time of all("time[data-age]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (seconds >= 60) time.textContent = ageWords(seconds);
    }
  }
  showAges();
  setInterval(showAges, 20000);
  document.addEventListener("htmx:after:swap", showAges);

  // No connection: said in words, at the top.
  const banner = document.querySelector("[data-offline-banner]");
  function showConnection() {
    if (banner) banner.hidden = navigator.onLine !== false;
  }
  addEventListener("online", showConnection);
  addEventListener("offline", showConnection);
  showConnection();

  // A part of the page that changes by itself: <section data-refresh="/now/list/" data-refresh-s="30">
  async function refresh(part) {
    if (document.hidden || part.contains(document.activeElement)) return;
    try {
      const response = await fetch(part.dataset.refresh, { headers: { "X-Fragment": "1" } });
      if (!response.ok) return;
      const html = await response.text();
      if (html !== part.dataset.seen) part.innerHTML = html;
      part.dataset.seen = html;
      showAges();
    } catch {
      showConnection(); // the next round tries again
    }
  }
  for (const part of all("[data-refresh]")) {
    setInterval(refresh, Number(part.dataset.refreshS || 30) * 1000, part);
  }

  // A map is fetched only when somebody opens it.
  async function openMap(button) {
    const element = document.getElementById(button.dataset.mapOpen);
    const block = element.closest("[data-map-block]");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const { openBlock } = await import(element.dataset.script);
      await openBlock(element);
      for (const part of all("[data-map-open-row], [data-map-still]", block)) part.hidden = true;
    } catch (error) {
      element.hidden = true;
      const words = block.querySelector("[data-map-words]");
      words.textContent = element.dataset.wordsFailed;
      words.hidden = false;
      button.disabled = false;
      button.removeAttribute("aria-busy");
      console.warn("map", error);
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-open]");
    if (button) openMap(button);
  });

  // The service worker keeps the offline page and receives alerts. Staff pages have none.
  const address = root.dataset.sw;
  if (address && "serviceWorker" in navigator) {
    addEventListener("load", async () => {
      try {
        await navigator.serviceWorker.register(address, { scope: "/", updateViaCache: "none" });
        const ready = await navigator.serviceWorker.ready;
        if (ready.active) ready.active.postMessage({ type: "keep", lang: root.lang });
      } catch (error) {
        console.warn("service worker", error); // private windows refuse it; nothing is lost but the offline page
      }
    });
  }
})();
