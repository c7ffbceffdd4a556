// The desk, live: asks the server every two seconds, says when it cannot hear it, sounds and counts new reports.
// A part that lives: <div hx-get="/desk/queue/" hx-trigger="every 2s" hx-swap="innerMorph" data-live>...</div>
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // ---- only what changed travels: ETag and If-None-Match by hand, so that an unchanged part is left alone ----
  const seen = new WeakMap(); // element -> { address, etag }

  if (window.htmx) {
    window.htmx.registerExtension("etag", {
      htmx_config_request(element, { ctx }) {
        const last = seen.get(element);
        if (ctx.request.method !== "GET" || !last || last.address !== ctx.request.action) return;
        ctx.request.headers["If-None-Match"] = last.etag;
      },
      htmx_after_request(element, { ctx }) {
        const etag = ctx.response.headers.get("ETag");
        const isRead = ctx.request.method === "GET" && ctx.response.status === 200 && etag;
        // A proxy that compresses marks the tag as weak; the server compares without the mark.
        if (isRead) seen.set(element, { address: element.getAttribute("hx-get"), etag: etag.replace(/^W\//, "") });
      },
    });
  }

  // ---- on a phone a list of pages is one line that is pushed aside: where one is stands in sight ----
  for (const here of document.querySelectorAll("nav a[aria-current]")) {
    here.scrollIntoView({ inline: "center", block: "nearest" });
  }

  // ---- the connection, in words ----
  const sign = document.querySelector("[data-connection]");
  let heardAt = new Date();

  // As kit/time_of_day.py says it: "2:40 p.m.", "2:40 p. m.", "14:40".
  function sayHour(at) {
    const halves = (document.documentElement.dataset.halves || "").split("|");
    const [hour, minute] = [at.getHours(), String(at.getMinutes()).padStart(2, "0")];
    if (halves.length < 2) return `${hour}:${minute}`;
    return `${hour % 12 || 12}:${minute} ${halves[hour < 12 ? 0 : 1]}`;
  }

  function showConnection(isLive) {
    if (!sign) return;
    const state = isLive ? "live" : "lost";
    if (isLive) heardAt = new Date();
    if (sign.dataset.state === state) return;
    sign.dataset.state = state;
    sign.textContent = isLive ? sign.dataset.live : `${sign.dataset.lost} ${sayHour(heardAt)}`;
  }

  const isLiving = (event) => event.target.closest && event.target.closest("[data-live][hx-get]");
  document.addEventListener("htmx:after:request", (event) => {
    if (isLiving(event)) showConnection(event.detail.ctx.response.status < 500);
  });
  document.addEventListener("htmx:error", (event) => {
    if (isLiving(event)) showConnection(false);
  });
  addEventListener("offline", () => showConnection(false));

  // Signed out on another tab, or the session ended: the sign-in page must come, not silence.
  document.addEventListener("htmx:response:error", (event) => {
    if ([401, 403].includes(event.detail.ctx.response.status) && isLiving(event)) location.reload();
  });

  // ---- sound: two soft tones, off until switched on ----
  const toggle = document.querySelector("[data-sound]");
  let audio;

  function tone(at, pitch) {
    const wave = audio.createOscillator();
    const level = audio.createGain();
    wave.type = "sine";
    wave.frequency.value = pitch;
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(0.14, at + 0.03);
    level.gain.exponentialRampToValueAtTime(0.0008, at + 0.6);
    wave.connect(level).connect(audio.destination);
    wave.start(at);
    wave.stop(at + 0.65);
  }

  async function chime() {
    if (!toggle || toggle.getAttribute("aria-pressed") !== "true") return;
    audio ||= new AudioContext();
    if (audio.state === "suspended") await audio.resume();
    tone(audio.currentTime, 523.25);
    tone(audio.currentTime + 0.18, 659.25);
  }

  function setSound(isOn) {
    toggle.setAttribute("aria-pressed", String(isOn));
    try {
      localStorage.setItem("corredor-desk-sound", isOn ? "on" : "off");
    } catch {
      // A private window forgets the choice; it works until the page is left.
    }
  }

  if (toggle) {
    toggle.addEventListener("click", () => {
      setSound(toggle.getAttribute("aria-pressed") !== "true");
      chime(); // lets a person hear what it is
    });
    try {
      setSound(localStorage.getItem("corredor-desk-sound") === "on");
    } catch {
      setSound(false);
    }
  }

  // ---- new reports: a number in the title and on the icon, one tone however many came ----
  // The page says how many wait and which is the newest: <span data-new="3" data-newest="118">,
  // or marks each row that is new: <a class="row" data-new-report="118">.
  const title = document.title.replace(/^\(\d+\) /, "");
  let heard = null;

  function readNew() {
    const state = document.querySelector("[data-new][data-newest]");
    if (state) return { count: Number(state.dataset.new) || 0, newest: Number(state.dataset.newest) || 0 };
    const ids = all("[data-new-report]").map((row) => Number(row.dataset.newReport));
    return { count: ids.length, newest: Math.max(0, ...ids) };
  }

  function showNew() {
    const now = readNew();
    document.title = now.count ? `(${now.count}) ${title}` : title;
    if (navigator.setAppBadge) navigator.setAppBadge(now.count).catch(() => undefined); // only installed apps may
    if (heard && now.newest > heard.newest) chime();
    heard = now;
  }
  showNew();
  document.addEventListener("htmx:after:swap", showNew);
})();
