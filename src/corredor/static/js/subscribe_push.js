// Alerts on this phone: asks the browser for leave and an address, and hands the address to the form or the server.
(() => {
  "use strict";

  function keyBytes(text) {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
    return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
  }

  const isApple = () => /iP(hone|ad|od)/.test(navigator.userAgent);
  const isPossible = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  // The browser keeps one subscription; one made with another network's key must go first.
  async function subscribe(key) {
    const worker = await navigator.serviceWorker.ready;
    const old = await worker.pushManager.getSubscription();
    if (old) {
      const used = new Uint8Array(old.options.applicationServerKey || []);
      const wanted = keyBytes(key);
      if (used.length === wanted.length && used.every((byte, at) => byte === wanted[at])) return old;
      await old.unsubscribe();
    }
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) });
  }

  function answersOf(form) {
    const answers = {};
    for (const [name, value] of new FormData(form)) {
      if (name !== "csrfmiddlewaretoken" && typeof value === "string") (answers[name] ||= []).push(value);
    }
    return answers;
  }

  // POST {"subscription": {...}, "answers": {name: [values]}} -> {"next": "/..."} or {"error": "words"}
  async function post(address, form, subscription) {
    const token = form.elements.namedItem("csrfmiddlewaretoken");
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" },
      body: JSON.stringify({ subscription: subscription.toJSON(), answers: answersOf(form) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error || "");
    return answer;
  }

  function wire(block) {
    const button = block.querySelector("[data-push-ask]");
    const words = block.querySelector("[data-push-words]");
    const form = block.closest("form");
    const data = block.dataset;
    const say = (text) => {
      words.textContent = text;
      words.hidden = !text;
    };
    if (!isPossible()) {
      button.hidden = true;
      say(isApple() ? data.wordsApple : data.wordsImpossible);
      return;
    }
    async function hand(subscription) {
      if (data.postUrl) {
        const answer = await post(data.postUrl, form, subscription);
        const next = new URL(answer.next || "/", location.origin);
        if (next.origin === location.origin) location.assign(next);
      } else {
        form.elements.namedItem(data.field).value = JSON.stringify(subscription.toJSON());
        say(data.wordsReady);
        form.requestSubmit();
      }
    }
    button.addEventListener("click", async () => {
      if (!form.reportValidity()) return;
      button.disabled = true;
      say(data.wordsWaiting);
      try {
        const leave = await Notification.requestPermission();
        if (leave === "granted") await hand(await subscribe(data.vapidKey));
        else say(data.wordsRefused);
      } catch (error) {
        say(error.message && error.name === "Error" ? error.message : data.wordsFailed);
      }
      button.disabled = false;
    });
  }

  for (const block of document.querySelectorAll("[data-push]")) wire(block);

  // Leaving: the browser's own address is given up as well as the server's copy.
  for (const form of document.querySelectorAll("form[data-push-leave]")) {
    form.addEventListener("submit", () => {
      if (!isPossible()) return;
      navigator.serviceWorker.ready
        .then((worker) => worker.pushManager.getSubscription())
        .then((subscription) => subscription && subscription.unsubscribe())
        .catch((error) => console.warn("unsubscribe", error));
    });
  }
})();
