// Passkeys: joins the page's button to allauth's scripts, and says in words what went wrong.
// A page has one [data-passkey="add|login|authenticate"] whose JSON tells the ids (see allauth's webauthn.js).
(() => {
  "use strict";
  const sign = document.querySelector("[data-passkey-error]");
  const say = (kind) => {
    if (!sign) return;
    sign.textContent = sign.dataset[kind];
    sign.hidden = false;
  };
  const NAMES = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "insecure" };

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say(NAMES[event.detail.exception && event.detail.exception.name] || "other");
  });

  const settings = document.querySelector("[data-passkey]");
  if (!settings) return;
  const ids = JSON.parse(settings.textContent);
  const button = document.getElementById(ids.add || ids.login || ids.authenticate);
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say("missing");
    return;
  }
  button.addEventListener("click", () => { if (sign) sign.hidden = true; }, { capture: true });
  window.allauth.webauthn.forms[`${settings.dataset.passkey}Form`]({ ids });
})();
