// The map, loaded only when somebody opens it (page.js) or the desk needs it (desk_map.js).
// corredorMap(element, options) resolves to a handle: { map, setPin, setRadius, setIncidents, showPlace, follow, remove }.
// Options: center [lon, lat]; zoom; bounds [w, s, e, n]; pin [lon, lat]; radius_m;
// incidents: GeoJSON or its address, features with {id, status, status_words, label, age, link};
// onPick({lat, lon}): a person set or dragged the pin; onOpen(properties): pressed an incident (else a popup opens).

let library;

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => reject(new Error("script did not load"));
    document.head.append(script);
  });
}

function loadStyle(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = () => reject(new Error("style did not load"));
    document.head.append(link);
  });
}

async function loadLibrary(data) {
  const [maplibre, look] = await Promise.all([
    import(data.maplibre), import(data.styleScript), loadScript(data.pmtiles),
    loadStyle(data.maplibreCss), loadStyle(data.mapCss),
  ]);
  maplibre.setWorkerUrl(new URL(data.maplibreWorker, location.href).href);
  maplibre.addProtocol("pmtiles", new window.pmtiles.Protocol().tile);
  return { maplibre, look };
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const numbers = (text) => (text ? text.split(",").map(Number) : undefined);
const none = { type: "FeatureCollection", features: [] };

// A ring of `radius_m` metres as GeoJSON.
function ring([lon, lat], radius_m) {
  const up = radius_m / 111195.08; // metres per degree of latitude, as in engines/geo/earth.py
  const across = up / Math.cos((lat * Math.PI) / 180);
  const ends = Array.from({ length: 65 }, (_, at) => {
    const turn = (at / 64) * 2 * Math.PI;
    return [lon + across * Math.cos(turn), lat + up * Math.sin(turn)];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ends] } };
}

// Where an area's shape stands: the middle of its bounds.
function toPoint(feature) {
  if (feature.geometry.type === "Point") return feature;
  const flat = feature.geometry.coordinates.flat(feature.geometry.type === "MultiPolygon" ? 2 : 1);
  const middle = (axis) => {
    const along = flat.map((spot) => spot[axis]);
    return (Math.min(...along) + Math.max(...along)) / 2;
  };
  return { ...feature, geometry: { type: "Point", coordinates: [middle(0), middle(1)] } };
}

async function loadImage(address) {
  const image = new Image(60, 60);
  image.src = address;
  await image.decode();
  return image;
}

function pinElement(words) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "map__pin link-button";
  element.setAttribute("aria-label", words);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 44 54");
  svg.setAttribute("aria-hidden", "true");
  const part = (name, values) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(values)) node.setAttribute(key, value);
    svg.append(node);
  };
  part("path", { d: "M22 53S40 33 40 20A18 18 0 0 0 4 20C4 33 22 53 22 53z", fill: "currentColor", stroke: "#fff", "stroke-width": 2.5 });
  part("circle", { cx: 22, cy: 20, r: 6.5, fill: "#fff" });
  element.append(svg);
  return element;
}

function popupContent(properties) {
  const box = document.createElement("div");
  const add = (tag, text) => {
    if (!text) return null;
    const node = document.createElement(tag);
    node.textContent = text;
    box.append(node);
    return node;
  };
  const name = add(properties.link ? "a" : "strong", properties.label);
  if (name && properties.link) name.href = new URL(properties.link, location.origin).pathname;
  add("p", [properties.status_words, properties.age].filter(Boolean).join(" · "));
  return box;
}

class CorredorMap {
  constructor(element, options, { maplibre, look }) {
    Object.assign(this, { element, options, maplibre, look });
    this.incidents = none;
    this.center = options.pin || null;
    this.radius_m = options.radius_m || 0;
    this.map = new maplibre.Map({
      container: element,
      style: this.style(),
      ...(options.bounds ? { bounds: options.bounds } : { center: options.center, zoom: options.zoom || 13 }),
      minZoom: 8.5,
      maxZoom: 18,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      attributionControl: { compact: true },
      locale: JSON.parse(element.dataset.locale || "{}"),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.getCanvas().setAttribute("aria-label", element.dataset.wordsLabel || "");
    this.turn = () => this.map.setStyle(this.style());
    dark.addEventListener("change", this.turn);
    this.map.on("style.load", () => this.addOwnLayers());
    this.map.on("click", (event) => this.press(event));
  }

  style() {
    const { tiles, wordsCredit } = this.element.dataset;
    return this.look.mapStyle(tiles, wordsCredit, dark.matches);
  }

  async addOwnLayers() {
    const { map } = this;
    const source = (id, data) => map.getSource(id) || map.addSource(id, { type: "geojson", data });
    source("incidents", this.incidents);
    source("incident-points", this.points());
    source("radius", this.circle());
    const layers = [...this.look.radiusLayers(this.element), ...this.look.incidentLayers(this.element, dark.matches)];
    for (const layer of layers) if (!map.getLayer(layer.id)) map.addLayer(layer);
    await Promise.all((this.element.dataset.shapes || "").split(/\s+/).filter(Boolean).map(async (address) => {
      const name = `status-${address.match(/([A-Z_]+)\.[^/]*$/)[1]}`;
      if (!map.hasImage(name)) {
        const image = await loadImage(address);
        if (!map.hasImage(name)) map.addImage(name, image);
      }
    }));
  }

  points() {
    const areas = this.incidents.features.filter((feature) => feature.geometry.type !== "LineString");
    return { ...none, features: areas.map(toPoint) };
  }

  circle() {
    return this.center && this.radius_m ? ring(this.center, this.radius_m) : none;
  }

  draw(id, data) {
    const source = this.map.getSource(id);
    if (source) source.setData(data);
  }

  press(event) {
    const layers = ["incident-shape"].filter((name) => this.map.getLayer(name));
    const [shape] = layers.length ? this.map.queryRenderedFeatures(event.point, { layers }) : [];
    if (shape && this.options.onOpen) this.options.onOpen(shape.properties);
    else if (shape) this.openPopup(shape);
    else if (this.options.onPick) this.pick(event.lngLat);
  }

  openPopup(feature) {
    new this.maplibre.Popup({ offset: 18, maxWidth: "16rem" })
      .setLngLat(feature.geometry.coordinates)
      .setDOMContent(popupContent(feature.properties))
      .addTo(this.map);
  }

  pick({ lng, lat }) {
    this.setPin([lng, lat]);
    this.options.onPick({ lat, lon: lng });
  }

  setPin(place) {
    this.center = place;
    if (!this.marker) {
      const element = pinElement(this.element.dataset.wordsPin || "");
      this.marker = new this.maplibre.Marker({ element, anchor: "bottom", draggable: Boolean(this.options.onPick) });
      this.marker.setLngLat(place).addTo(this.map);
      this.marker.on("dragend", () => this.pick(this.marker.getLngLat()));
      element.addEventListener("keydown", (event) => this.nudge(event));
      element.addEventListener("click", (event) => event.stopPropagation());
    }
    this.marker.setLngLat(place);
    this.draw("radius", this.circle());
  }

  // The pin moves by the arrow keys: 4 px a press, 40 with Shift.
  nudge(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !this.options.onPick) return;
    event.preventDefault();
    event.stopPropagation();
    const reach = event.shiftKey ? 40 : 4;
    const spot = this.map.project(this.marker.getLngLat());
    this.pick(this.map.unproject([spot.x + step[0] * reach, spot.y + step[1] * reach]));
  }

  // What the desk looks at now: its pin (or none), its circle, and who hears of a moved pin.
  follow({ pin, radius_m = 0, onPick }) {
    this.options.onPick = onPick;
    this.radius_m = radius_m;
    if (pin) {
      this.setPin(pin);
      this.marker.setDraggable(Boolean(onPick));
      return;
    }
    if (this.marker) this.marker.remove();
    this.marker = undefined;
    this.center = null;
    this.draw("radius", none);
  }

  setRadius(radius_m) {
    this.radius_m = radius_m;
    this.draw("radius", this.circle());
  }

  async setIncidents(incidents) {
    this.incidents = typeof incidents === "string" ? await (await fetch(incidents)).json() : incidents;
    this.draw("incidents", this.incidents);
    this.draw("incident-points", this.points());
  }

  // Moves to a place, with its whole circle in sight when it has one.
  showPlace(place, zoom = 15) {
    const duration = window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 350;
    if (this.radius_m && this.center) {
      const bounds = new this.maplibre.LngLatBounds();
      for (const spot of ring(place, this.radius_m).geometry.coordinates[0]) bounds.extend(spot);
      this.map.fitBounds(bounds, { padding: 32, maxZoom: 16, duration });
    } else {
      this.map.easeTo({ center: place, zoom, duration });
    }
  }

  remove() {
    dark.removeEventListener("change", this.turn);
    this.map.remove();
  }
}

export async function corredorMap(element, options) {
  library ||= loadLibrary(element.dataset).catch((error) => {
    library = undefined; // a lost connection must not spoil the next try
    throw error;
  });
  const made = new CorredorMap(element, options, await library);
  if (options.pin) made.setPin(options.pin);
  if (options.incidents) await made.setIncidents(options.incidents);
  return made;
}

// A map block of a page (partials/map_block.html): shows incidents, or picks a place into the form's hidden fields.
export async function openBlock(element, more = {}) {
  const data = element.dataset;
  const form = element.closest("form");
  const field = (name) => (name && form ? form.elements.namedItem(name) : null);
  const [lat, lon] = [field(data.latName), field(data.lonName)];
  const set = (place) => {
    lat.value = place.lat.toFixed(5);
    lon.value = place.lon.toFixed(5);
    form.dispatchEvent(new CustomEvent("corredor:place", { detail: place }));
  };
  element.hidden = false;
  const pin = lat && lat.value && lon.value ? [Number(lon.value), Number(lat.value)] : undefined;
  const radius = field(data.radiusName);
  const made = await corredorMap(element, {
    center: pin || numbers(data.center),
    zoom: Number(data.zoom),
    bounds: pin ? undefined : numbers(data.bounds),
    incidents: data.incidents,
    onPick: lat ? set : undefined,
    pin,
    radius_m: radius ? Number(radius.value) : Number(data.radiusM || 0),
    ...more,
  });
  if (radius) form.addEventListener("change", () => made.setRadius(Number(field(data.radiusName).value)));
  if (form && lat) {
    form.addEventListener("corredor:place", ({ detail }) => {
      made.setPin([detail.lon, detail.lat]);
      if (!made.map.getBounds().contains([detail.lon, detail.lat])) made.showPlace([detail.lon, detail.lat]);
    });
  }
  element.corredorMap = made;
  return made;
}

window.corredorMap = corredorMap;
