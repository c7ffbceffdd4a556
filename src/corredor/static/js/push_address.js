// This browser's address for pushes: whether it can have one, getting it, giving it up. Used by subscribe_push.js and
// school_phone.js, which hand it to the server.
window.pushAddress = (() => {
  "use strict";

  function keyBytes(text) {
    const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
    return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
  }

  const isApple = () => /iP(hone|ad|od)/.test(navigator.userAgent);
  const isPossible = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  async function find() {
    const worker = await navigator.serviceWorker.ready;
    return worker.pushManager.getSubscription();
  }

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

  async function giveUp() {
    const subscription = await find();
    if (subscription) await subscription.unsubscribe();
  }

  return { isApple, isPossible, find, subscribe, giveUp };
})();
