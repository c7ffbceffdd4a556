// Forms of the desk and of the telephone: Ctrl+Enter sends the form one is in, a question fills itself in.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest && event.target.closest("form[data-submit-keys]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // <button data-fill="words">: puts the words into the form's text, in the language they are in.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const area = button.closest("form").querySelector("textarea");
    area.value = button.dataset.fill;
    area.lang = button.lang;
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // What is unfolded to be filled in takes the focus.
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    const field = fold.open && fold.matches(".fold") && fold.querySelector("input:not([type=hidden]), textarea, select");
    if (field && !fold.contains(document.activeElement.closest("form"))) field.focus();
  }, true);

  // A place that is only half read brings its own question, ready to be sent to whoever reported it.
  function offerQuestions() {
    const form = document.querySelector("#pane form[data-ask]");
    for (const offer of document.querySelectorAll(".question__ask")) offer.hidden = !form;
  }
  document.addEventListener("htmx:after:swap", offerQuestions);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask-with]");
    const form = button && document.querySelector("#pane form[data-ask]");
    if (!form) return;
    form.closest("details").open = true;
    const area = form.querySelector("textarea");
    area.value = button.dataset.askWith;
    area.lang = button.lang;
    form.querySelector("[type=submit]").focus();
  });

  // Another kind of message brings the advice that usually goes with it, until a person has chosen their own.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-compose]");
    if (!form) return;
    if (event.target.name === "advice") form.dataset.advised = "1";
    if (event.target.name !== "kind" || form.dataset.advised) return;
    const usual = JSON.parse(form.querySelector("[data-usual-advice] script").textContent)[event.target.value] || [];
    for (const box of form.querySelectorAll("input[name=advice]")) box.checked = usual.includes(box.value);
  });

  // The script on the telephone follows the caller's language, and a form is sent once.
  const call = document.querySelector("[data-call]");
  if (!call) return;
  const speak = () => {
    const chosen = call.querySelector("input[name=language]:checked");
    for (const words of call.querySelectorAll(".call__script [lang]")) {
      words.toggleAttribute("data-own", Boolean(chosen) && words.lang === chosen.value);
    }
  };
  call.addEventListener("change", speak);
  speak();
  call.addEventListener("submit", (event) => {
    if (call.dataset.sent) event.preventDefault();
    call.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete call.dataset.sent);
  // A candidate that is chosen becomes the point the report offers.
  call.addEventListener("change", (event) => {
    if (event.target.name !== "point") return;
    const [lat, lon] = event.target.value.split(",");
    call.elements.offered_lat.value = lat || "";
    call.elements.offered_lon.value = lon || "";
  });
})();
