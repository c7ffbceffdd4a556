// "It is near me": the phone works out a coarse place and puts it in the form. Nothing is sent until the form is.
(() => {
  "use strict";
  const METRES_PER_DEGREE = 111195.08; // of latitude, as in engines/geo/earth.py
  const WIDE_M = 250; // an accuracy worse than this is said aloud

  // The middle of the square of a fixed grid that the point falls in, so that no exact place leaves the phone.
  function coarse(lat, lon, grid_m) {
    const stepLat = grid_m / METRES_PER_DEGREE;
    const middle = (Math.floor(lat / stepLat) + 0.5) * stepLat;
    const stepLon = grid_m / (METRES_PER_DEGREE * Math.cos((middle * Math.PI) / 180));
    return { lat: middle, lon: (Math.floor(lon / stepLon) + 0.5) * stepLon };
  }

  function ask() {
    return new Promise((resolve, reject) => {
      const options = { enableHighAccuracy: true, timeout: 12000, maximumAge: 30000 };
      navigator.geolocation.getCurrentPosition(resolve, reject, options);
    });
  }

  function set(form, name, value) {
    const field = name && form.elements.namedItem(name);
    if (field) field.value = value;
  }

  function wire(block) {
    const button = block.querySelector("[data-near-me-ask]");
    const forget = block.querySelector("[data-near-me-forget]");
    const words = block.querySelector("[data-near-me-words]");
    const form = block.closest("form");
    const { latName, lonName, accuracyName } = block.dataset;
    const grid_m = Number(block.dataset.gridM || 50);

    const say = (text) => {
      words.textContent = text;
      words.hidden = !text;
    };

    async function fill() {
      button.disabled = true;
      say(block.dataset.wordsWaiting);
      try {
        const { coords } = await ask();
        const place = coarse(coords.latitude, coords.longitude, grid_m);
        const accuracy_m = Math.max(Math.round(coords.accuracy), grid_m);
        set(form, latName, place.lat.toFixed(5));
        set(form, lonName, place.lon.toFixed(5));
        set(form, accuracyName, accuracy_m);
        say(accuracy_m > WIDE_M ? block.dataset.wordsWide : block.dataset.wordsSet);
        forget.hidden = false;
        form.dispatchEvent(new CustomEvent("corredor:place", { detail: place }));
      } catch (error) {
        say(error.code === 1 ? block.dataset.wordsRefused : block.dataset.wordsFailed);
      }
      button.disabled = false;
    }

    button.addEventListener("click", fill);
    forget.addEventListener("click", () => {
      for (const name of [latName, lonName, accuracyName]) set(form, name, "");
      forget.hidden = true;
      say(block.dataset.wordsForgotten);
      button.focus();
    });
  }

  for (const block of document.querySelectorAll("[data-near-me]")) {
    if (!("geolocation" in navigator) || !window.isSecureContext) block.hidden = true;
    else wire(block);
  }
})();
