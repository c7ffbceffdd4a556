// The service worker, served at /sw.js: shows alerts, opens their page, and keeps one page for when there is no network.
// It keeps no list of what was read: only the offline page and the style, script and picture files it needs.
"use strict";

const VERSION = "corredor-1";
const OFFLINE = "/offline/";
const PRIVATE = /^\/(desk|staff|hooks|api)\//;
const SHELL_FILE = /^\/static\/(css|js|img)\//;
// What to say when a message came without words, by language: web/worker_script.py puts it before this file.
const FALLBACK = self.corredorWords || {
  en: { title: "Corredor", body: "There is news near you. Open to read it.",
    open: "Open", leave: "Stop these alerts", drill: "Drill" },
};

const base = (tag) => (tag || "").split("-")[0];
const wordsFor = (lang) => FALLBACK[base(lang)] || FALLBACK[base(navigator.language)] || FALLBACK.en;

// ---- alerts ----

function readPayload(data) {
  try {
    const payload = data ? data.json() : {};
    return payload && typeof payload === "object" ? payload : {};
  } catch {
    return {}; // a browser must show something for every push, so an unreadable one still says there is news
  }
}

function toNotification(payload) {
  const words = wordsFor(payload.lang);
  const text = (value) => (typeof value === "string" ? value : "");
  const title = text(payload.title) || words.title;
  const isDrill = payload.drill === true;
  const isMarked = title.toLowerCase().includes(words.drill.toLowerCase());
  const sentAt = Date.parse(text(payload.sent_at));
  return {
    title: isDrill && !isMarked ? `${words.drill}: ${title}` : title,
    options: {
      body: text(payload.body) || words.body,
      lang: text(payload.lang) || "en",
      tag: text(payload.tag) || "corredor",
      renotify: true, // an update under the same tag replaces the first and is still noticed
      timestamp: Number.isNaN(sentAt) ? Date.now() : sentAt,
      icon: "/static/img/icon-192.png",
      badge: "/static/img/badge-96.png",
      actions: [
        { action: "open", title: words.open },
        ...(text(payload.leave) ? [{ action: "leave", title: words.leave }] : []),
      ],
      data: { link: text(payload.link), leave: text(payload.leave), status: text(payload.status), drill: isDrill },
    },
  };
}

// Says once that this alert was shown, so that no text message is needed; of a school's first notice it is the yes. The word it sends back came inside the
// encrypted alert and means this one message; no cookie and no page goes with it. Without network it stays unsaid.
async function confirmShown(receipt) {
  if (typeof receipt !== "string" || !/^[dn][0-9]+-[A-Za-z0-9_-]{16}$/.test(receipt)) return;
  await fetch("/hooks/push/shown", {
    method: "POST", body: receipt, credentials: "omit", referrerPolicy: "no-referrer", keepalive: true,
    headers: { "Content-Type": "text/plain" },
  }).catch(() => undefined);
}

async function show(payload) {
  const { title, options } = toNotification(payload);
  await self.registration.showNotification(title, options);
  await confirmShown(payload.receipt);
}

self.addEventListener("push", (event) => event.waitUntil(show(readPayload(event.data))));

function ownAddress(link) {
  try {
    const address = new URL(link || "/", self.location.origin);
    return address.origin === self.location.origin ? address.href : `${self.location.origin}/`;
  } catch {
    return `${self.location.origin}/`;
  }
}

async function open(link) {
  const address = ownAddress(link);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = event.notification.data || {};
  event.waitUntil(open(event.action === "leave" ? data.leave : data.link));
});

// The browser changed this phone's address: tell the server, which knows the old one.
async function renew(event) {
  const old = event.oldSubscription;
  const fresh = event.newSubscription
    || (old && (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: old.options.applicationServerKey,
    })));
  if (!old || !fresh) return;
  const body = JSON.stringify({ old: old.endpoint, subscription: fresh.toJSON() });
  await fetch("/push/renew/", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

// ---- offline ----

async function keepShell() {
  const response = await fetch(OFFLINE, { cache: "no-cache", credentials: "same-origin" });
  if (!response.ok) return;
  const cache = await caches.open(VERSION);
  const html = await response.clone().text();
  const files = [...html.matchAll(/(?:href|src)="(\/static\/(?:css|js|img)\/[^"]+)"/g)].map((found) => found[1]);
  await cache.addAll([...new Set(files)]);
  await cache.put(OFFLINE, response);
}

self.addEventListener("install", (event) => {
  // Without the offline page (server busy) alerts still work, so installing goes on.
  event.waitUntil(keepShell().catch(() => undefined).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// The kept page follows the language last read, and its files follow a new release.
let keptLang = "";
self.addEventListener("message", (event) => {
  const { type, lang } = event.data || {};
  if (type !== "keep" || lang === keptLang) return;
  keptLang = lang;
  event.waitUntil(keepShell().catch(() => { keptLang = ""; }));
});

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(OFFLINE, { cacheName: VERSION });
    if (kept) return kept;
    throw error;
  }
}

async function shellFile(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { cacheName: VERSION });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin || PRIVATE.test(address.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL_FILE.test(address.pathname)) event.respondWith(shellFile(request));
});
