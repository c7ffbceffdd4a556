// The desk's map: pins and their reach, dangers, points given with reports, the cells of a draft; and the place
// that a form is about to confirm, which a press on the map or a drag of the pin also sets.

const EMPTY = { type: "FeatureCollection", features: [] };
const canvas = document.querySelector('[data-map="board"]');
let view; // the handle of map.js
let shown = ""; // the state that is drawn, as text
let looking = ""; // what the map last moved to

const tone = (name) => getComputedStyle(canvas).getPropertyValue(name).trim();
const open = (link) => window.htmx.ajax("GET", link, { source: "#queue", swap: "none" });

// ---- layers of the desk's own, below the incidents ----
function addLayers() {
  const { map } = view;
  const kind = (name) => ["==", ["get", "kind"], name];
  const source = (id) => map.getSource(id) || map.addSource(id, { type: "geojson", data: EMPTY });
  for (const id of ["desk-areas", "desk-draft", "desk-points"]) source(id);
  const before = map.getLayer("incident-tint") ? "incident-tint" : undefined;
  const add = (layer) => map.getLayer(layer.id) || map.addLayer(layer, before);
  const area = (id, from, filter, color, dash) => {
    add({ id: `${id}-tint`, type: "fill", source: from, filter, paint: { "fill-color": color, "fill-opacity": 0.08 } });
    add({ id: `${id}-edge`, type: "line", source: from, filter,
      paint: { "line-color": color, "line-width": id === "desk-cells" ? 0.6 : 1.8, ...(dash ? { "line-dasharray": dash } : {}) } });
  };
  area("desk-cells", "desk-draft", kind("cell"), tone("--brand"));
  area("desk-reach", "desk-areas", kind("reach"), tone("--plain"), [3, 2]);
  area("desk-ring", "desk-draft", kind("draft"), tone("--brand"));
  area("desk-drift", "desk-areas", kind("drift"), tone("--checking"), [4, 2]);
  area("desk-hazard", "desk-areas", kind("hazard"), tone("--checking"), [1, 1.5]);
  if (map.getLayer("desk-points")) return;
  map.addLayer({ id: "desk-points", type: "circle", source: "desk-points",
    paint: { "circle-radius": ["case", ["get", "chosen"], 8, 5.5], "circle-color": tone("--paper"),
      "circle-stroke-color": tone("--brand"), "circle-stroke-width": 3 } });
}

function draw(id, data) {
  const source = view.map.getSource(id);
  if (source) source.setData(data || EMPTY);
}

function drawState() {
  const text = document.getElementById("map-data").textContent;
  const state = JSON.parse(text);
  if (text !== shown) {
    view.setIncidents(state.incidents);
    draw("desk-areas", state.areas);
    draw("desk-points", state.points);
    shown = text;
  }
  const address = document.querySelector("[data-screen]").dataset.address.split("?")[0];
  if (state.at && address !== looking) view.showPlace(state.at, Math.max(view.map.getZoom(), 14));
  looking = address;
}

// What a message would cover: a draft being written, or the alert that waits for approval.
let fitted = "";

function drawDraft() {
  const holder = document.querySelector("#pane [data-map-draft] script");
  const text = holder ? holder.textContent : "";
  const draft = text ? JSON.parse(text) : EMPTY;
  draw("desk-draft", draft);
  const circle = draft.features && draft.features.find((feature) => feature.properties.kind === "draft");
  const key = circle ? JSON.stringify(circle.geometry.coordinates[0][0]) : "";
  if (circle && key !== fitted) {
    const [ends] = circle.geometry.coordinates;
    const along = (axis) => ends.map((end) => end[axis]);
    const bounds = [0, 1].map((side) => [0, 1].map((axis) => Math[side ? "max" : "min"](...along(axis))));
    view.map.fitBounds(bounds, { padding: 24, duration: 0, maxZoom: 15 });
  }
  fitted = key;
}

// ---- the place a form is about to confirm ----
const isShown = (element) => element.checkVisibility(); // a folded part has boxes, but is not seen
let active = null;

function picker() {
  if (active && active.isConnected && isShown(active)) return active;
  return [...document.querySelectorAll("#pane [data-picker]")].find(isShown) || null;
}

async function pick({ lat, lon }) {
  const on = picker();
  if (!on) return;
  const spot = view.map.project([lon, lat]);
  if (view.map.queryRenderedFeatures(spot, { layers: ["desk-points"] }).length) return;
  const at = `${lat.toFixed(6)},${lon.toFixed(6)}`;
  const asked = new URLSearchParams({ name: on.dataset.name, at });
  const answer = await fetch(`${on.dataset.places}?${asked}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const list = on.querySelector(".picker__list");
  list.innerHTML = await answer.text();
  const radio = list.querySelector("input");
  if (radio) radio.checked = true;
  follow();
}

function follow() {
  const on = picker();
  const chosen = on && on.querySelector("input[type=radio]:checked");
  const [lat, lon] = chosen ? chosen.value.split(",").map(Number) : [];
  const pin = chosen ? [lon, lat] : null;
  view.follow({ pin, radius_m: 0, onPick: on ? pick : undefined });
  if (pin && !view.map.getBounds().contains(pin)) view.showPlace(pin, Math.max(view.map.getZoom(), 14));
}

async function start() {
  const { openBlock } = await import(canvas.dataset.script);
  view = await openBlock(canvas, { onOpen: ({ link }) => link && open(link) });
  view.map.on("style.load", () => {
    addLayers();
    shown = "";
    drawState();
    drawDraft();
  });
  view.map.on("click", "desk-points", (event) => open(event.features[0].properties.link));
  if (view.map.isStyleLoaded()) addLayers();
  const update = () => {
    if (!view.map.getSource("desk-areas")) return;
    drawState();
    drawDraft();
    follow();
  };
  document.addEventListener("htmx:after:swap", update);
  document.addEventListener("focusin", (event) => {
    const on = event.target.closest("[data-picker]");
    if (on && on !== active) {
      active = on;
      follow();
    }
  });
  document.addEventListener("change", (event) => event.target.closest("[data-picker]") && follow());
  document.addEventListener("toggle", follow, true);
  update();
  canvas.dataset.ready = "1";
}

if (canvas) {
  start().catch((error) => {
    canvas.textContent = canvas.dataset.wordsFailed;
    console.warn("map", error);
  });
}
