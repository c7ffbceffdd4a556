// Finds an area by any of its names while one types, and counts what is chosen. Without it the list is whole.
(() => {
  "use strict";

  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");

  function wire(root) {
    const search = root.querySelector("[data-areas-search]");
    const words = root.querySelector("[data-areas-count]");
    const sides = [...root.querySelectorAll("[data-areas-side]")];
    const areas = [...root.querySelectorAll("[data-area]")].map((label) => ({
      label, names: plain(label.dataset.area), box: label.querySelector("input"),
    }));

    function chosen() {
      const count = areas.filter(({ box }) => box.checked).length;
      return count ? words.dataset.wordsChosen.replace("{n}", count) : "";
    }

    function show() {
      const wanted = plain(search.value.trim());
      let found = 0;
      for (const { label, names } of areas) {
        label.hidden = Boolean(wanted) && !names.includes(wanted);
        if (!label.hidden) found += 1;
      }
      for (const side of sides) {
        const left = side.querySelectorAll("[data-area]:not([hidden])").length;
        side.hidden = left === 0;
        if (wanted) side.open = left > 0;
      }
      const { wordsOne, wordsMany, wordsNone } = words.dataset;
      const seen = found === 0 ? wordsNone : found === 1 ? wordsOne : wordsMany.replace("{n}", found);
      words.textContent = [wanted ? seen : "", chosen()].filter(Boolean).join(" · ");
    }

    search.addEventListener("input", show);
    // Enter in the search must not send the form half-filled.
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    root.addEventListener("change", show);
    show();
  }

  for (const root of document.querySelectorAll("[data-areas]")) wire(root);
})();
