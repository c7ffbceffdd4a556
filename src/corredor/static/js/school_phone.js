// A school's page: one tap, and this phone is told; one tap, and it is told no more. Only the phone knows that it is.
(() => {
  "use strict";
  const { isApple, isPossible, find, subscribe, giveUp } = window.pushAddress;
  const LOOK_MS = 1500;
  const MOST_LOOKS = 20; // half a minute; after that the page says that the first notice has not come

  // POST {"do", "subscription", "language"} -> {"state": "off" | "waiting" | "on", "keeps"} or {"error": "words"}
  async function ask(block, what, subscription) {
    const response = await fetch(block.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ do: what, subscription: subscription.toJSON(), language: block.dataset.language }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error || "");
    return answer;
  }

  function wire(block) {
    const part = (name) => block.querySelector(`[data-phone-${name}]`);
    const [off, on, words, follow, leave] = ["off", "on", "words", "follow", "leave"].map(part);
    const say = (text) => {
      words.textContent = text || "";
      words.hidden = !text;
    };
    function show(state) {
      off.hidden = state === "on";
      on.hidden = state !== "on";
    }
    if (!isPossible()) {
      follow.hidden = true;
      say(isApple() ? block.dataset.wordsApple : block.dataset.wordsImpossible);
      return;
    }

    // The phone says to the server, not to this page, that it has shown the first notice: so the page looks.
    async function wait(subscription, looks) {
      const { state } = await ask(block, "look", subscription);
      show(state);
      if (state !== "waiting") {
        say("");
        if (state === "on") on.focus();
        return;
      }
      say(looks < MOST_LOOKS ? block.dataset.wordsWaiting : block.dataset.wordsSilent);
      setTimeout(() => wait(subscription, looks + 1).catch(fail), looks < MOST_LOOKS ? LOOK_MS : LOOK_MS * 10);
    }

    function fail(error) {
      say(error.message && error.name === "Error" ? error.message : block.dataset.wordsFailed);
    }

    function press(button, work) {
      button.addEventListener("click", async () => {
        button.disabled = true;
        try {
          await work();
        } catch (error) {
          fail(error);
        }
        button.disabled = false;
      });
    }

    press(follow, async () => {
      say(block.dataset.wordsAsking);
      if ((await Notification.requestPermission()) !== "granted") {
        say(block.dataset.wordsRefused);
        return;
      }
      const subscription = await subscribe(block.dataset.vapidKey);
      await ask(block, "follow", subscription);
      await wait(subscription, 0);
    });

    press(leave, async () => {
      const subscription = await find();
      if (subscription) {
        const { keeps } = await ask(block, "leave", subscription);
        if (!keeps) await giveUp(); // nothing else of this network needs it
      }
      show("off");
      say(block.dataset.wordsLeft);
      follow.focus();
    });

    if (Notification.permission === "granted") {
      find()
        .then((subscription) => subscription && ask(block, "look", subscription))
        .then((answer) => answer && show(answer.state))
        .catch((error) => console.warn("look", error)); // the button works all the same
    }
  }

  for (const block of document.querySelectorAll("[data-school-phone]")) wire(block);
})();
