// Draws an area by tapping its corners, on a map block whose form holds a GeoJSON field (schools/area.html).
// Every corner can be dragged, moved by the arrow keys and taken away; the field always says what is drawn.

const MOST_HANDLES = 60; // an uploaded outline with more corners is shown whole, and drawn anew rather than mended
const EMPTY = { type: "FeatureCollection", features: [] };

const polygon = (corners) => ({ type: "Polygon", coordinates: [[...corners, corners[0]]] });
const same = (a, b) => a && b && a[0] === b[0] && a[1] === b[1];

// The outer rings of what the field holds, as [lon, lat] corners; none if it is empty or cannot be read.
function read(text) {
  try {
    const { type, coordinates } = JSON.parse(text);
    const parts = type === "Polygon" ? [coordinates] : type === "MultiPolygon" ? coordinates : [];
    return parts.map(([ring]) => (same(ring[0], ring[ring.length - 1]) ? ring.slice(0, -1) : ring));
  } catch {
    return [];
  }
}

class Outline {
  constructor(view, element) {
    const block = element.closest("[data-outline]");
    Object.assign(this, { view, map: view.map, element, block, words: block.dataset });
    this.field = element.closest("form").elements.namedItem(block.dataset.field);
    this.part = (name) => block.querySelector(`[data-outline-${name}]`);
    this.handles = [];
    this.load();
    this.map.on("style.load", () => this.addLayers());
    if (this.map.isStyleLoaded()) this.addLayers();
    this.map.on("click", ({ lngLat }) => this.add([lngLat.lng, lngLat.lat]));
    this.part("middle").addEventListener("click", () => this.add(this.map.getCenter().toArray()));
    this.part("back").addEventListener("click", () => this.takeBack());
    this.part("anew").addEventListener("click", () => this.set([]));
    this.field.addEventListener("change", () => this.load());
    this.part("tools").hidden = false;
  }

  load() {
    const rings = read(this.field.value);
    this.whole = rings.length > 1 || (rings[0] || []).length > MOST_HANDLES ? rings : null;
    this.corners = this.whole ? [] : rings[0] || [];
    this.show();
    const spots = rings.flat();
    if (spots.length < 2) return;
    const bounds = new this.view.maplibre.LngLatBounds();
    for (const spot of spots) bounds.extend(spot);
    this.map.fitBounds(bounds, { padding: 40, maxZoom: 16, duration: 0 });
  }

  addLayers() {
    const { map } = this;
    const tone = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
    for (const id of ["outline", "gate"]) if (!map.getSource(id)) map.addSource(id, { type: "geojson", data: EMPTY });
    const add = (layer) => map.getLayer(layer.id) || map.addLayer(layer);
    add({ id: "outline-tint", type: "fill", source: "outline", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": tone("--brand"), "fill-opacity": 0.14 } });
    add({ id: "outline-edge", type: "line", source: "outline",
      layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": tone("--brand"), "line-width": 3 } });
    add({ id: "gate", type: "circle", source: "gate", paint: { "circle-radius": 8, "circle-color": tone("--ink"),
      "circle-stroke-color": tone("--paper"), "circle-stroke-width": 3 } });
    const gate = this.element.dataset.center.split(",").map(Number);
    map.getSource("gate").setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: gate } });
    this.draw();
  }

  add(spot) {
    if (this.whole || this.corners.length >= MOST_HANDLES) return;
    this.set([...this.corners, spot]);
  }

  takeBack() {
    if (this.whole) this.set([]);
    else this.set(this.corners.slice(0, -1));
  }

  set(corners) {
    this.whole = null;
    this.corners = corners.map(([lon, lat]) => [Number(lon.toFixed(5)), Number(lat.toFixed(5))]);
    this.field.value = this.corners.length > 2 ? JSON.stringify(polygon(this.corners)) : "";
    this.show();
  }

  show() {
    for (const handle of this.handles) handle.remove();
    this.handles = this.corners.map((spot, at) => this.handle(spot, at));
    const count = this.whole ? this.whole.flat().length : this.corners.length;
    const { wordsNone, wordsMore, wordsCount } = this.words;
    const words = !count ? wordsNone : count < 3 ? wordsMore : wordsCount;
    this.part("words").textContent = words.replace("{n}", count);
    for (const name of ["back", "anew"]) this.part(name).disabled = !count;
    this.part("middle").disabled = Boolean(this.whole);
    this.draw();
  }

  draw() {
    const source = this.map.getSource("outline");
    if (!source) return;
    const rings = this.whole || (this.corners.length > 2 ? [this.corners] : []);
    const features = rings.map((ring) => ({ type: "Feature", properties: {}, geometry: polygon(ring) }));
    if (!this.whole && this.corners.length === 2) {
      features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: this.corners } });
    }
    source.setData({ ...EMPTY, features });
  }

  handle(spot, at) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "map__corner link-button";
    element.setAttribute("aria-label", this.words.wordsCorner.replace("{n}", at + 1));
    const marker = new this.view.maplibre.Marker({ element, draggable: true }).setLngLat(spot).addTo(this.map);
    const move = () => {
      this.corners[at] = marker.getLngLat().toArray();
      this.draw();
    };
    const put = () => {
      this.set(this.corners);
      this.handles[at].getElement().focus();
    };
    marker.on("drag", move);
    marker.on("dragend", put);
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      const away = event.key === "Delete" || event.key === "Backspace";
      if (!step && !away) return;
      event.preventDefault();
      event.stopPropagation();
      if (away) {
        this.set(this.corners.filter((_, other) => other !== at));
        return;
      }
      const reach = event.shiftKey ? 40 : 4;
      const { x, y } = this.map.project(marker.getLngLat());
      marker.setLngLat(this.map.unproject([x + step[0] * reach, y + step[1] * reach]));
      move();
      put();
    });
    return marker;
  }
}

export async function openBlock(element) {
  const { openBlock: open } = await import(element.dataset.mapScript);
  const view = await open(element);
  element.outline = new Outline(view, element);
  return view;
}
