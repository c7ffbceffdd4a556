// Alerts on this phone: asks the browser for leave and an address, and hands the address to the form or the server.
(() => {
  "use strict";

  const { isApple, isPossible, find, subscribe, giveUp } = window.pushAddress;

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

  // Left: the browser's own address is given up as well as the server's copy, unless a school's page still needs it.
  async function giveUpUnneeded(address) {
    const subscription = await find();
    if (!subscription) return;
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ subscription: subscription.toJSON() }),
    });
    if (response.ok && !(await response.json()).needed) await giveUp();
  }

  for (const left of document.querySelectorAll("[data-push-left]")) {
    if (isPossible()) giveUpUnneeded(left.dataset.pushLeft).catch((error) => console.warn("unsubscribe", error));
  }
})();
