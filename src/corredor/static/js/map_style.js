// The look of the map: quiet ground, legible streets, and only incidents in strong colours.
// Text is drawn with the phone's own fonts (the style names no glyph server), so nothing is fetched for it.

const LIGHT = {
  land: "#f3f1ec", water: "#bfd9ea", waterText: "#2c5878", park: "#d8e8cf", parkText: "#3b5c2f",
  area: "#8d93a5", areaText: "#4a5266", minor: "#ffffff", major: "#ffffff", casing: "#d6d3cb",
  majorCasing: "#bdb8ab", rail: "#a9a6a0", text: "#2a3442", halo: "#fbfaf7", place: "#46556a",
};
const DARK = {
  land: "#161d27", water: "#0d2c42", waterText: "#8fb9d6", park: "#1a2c22", parkText: "#94b89c",
  area: "#67738a", areaText: "#b3bfd1", minor: "#2c3746", major: "#3c4a5d", casing: "#10161f",
  majorCasing: "#10161f", rail: "#4a5563", text: "#d7dfe9", halo: "#141b24", place: "#b5c2d1",
};

const REGULAR = ["system-ui", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif"];
const width = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const isMajor = ["==", ["get", "class"], "major"];
const isMinor = ["!=", ["get", "class"], "major"];

const ground = (c) => [
  { id: "land", type: "background", paint: { "background-color": c.land } },
  { id: "parks", type: "fill", "source-layer": "parks", paint: { "fill-color": c.park } },
  { id: "water", type: "fill", "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": c.water } },
  { id: "water-lines", type: "line", "source-layer": "water", filter: ["==", ["geometry-type"], "LineString"],
    paint: { "line-color": c.water, "line-width": width(10, 1, 16, 6) } },
];

function streets(c) {
  const line = (id, filter, color, stops, minzoom) => ({
    id, type: "line", "source-layer": "streets", filter, minzoom,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": color, "line-width": width(...stops) },
  });
  return [
    line("minor-edge", isMinor, c.casing, [13, 1.6, 15, 5, 18, 20], 13),
    line("major-edge", isMajor, c.majorCasing, [9, 0.8, 12, 2.6, 15, 9, 18, 30], 9),
    line("minor", isMinor, c.minor, [12, 0.5, 13, 1, 15, 3.8, 18, 17], 12),
    line("major", isMajor, c.major, [9, 0.4, 12, 1.6, 15, 7, 18, 26], 9),
  ];
}

const rail = (c) => ({
  id: "rail", type: "line", "source-layer": "rail", minzoom: 10,
  paint: { "line-color": c.rail, "line-width": width(10, 0.6, 16, 2.4), "line-dasharray": [4, 2] },
});

const areaEdges = (c) => ({
  id: "area-edges", type: "line", "source-layer": "areas",
  paint: { "line-color": c.area, "line-width": width(8, 0.6, 14, 1.6), "line-dasharray": [3, 2], "line-opacity": 0.75 },
});

function label(id, source, color, c, layout, more = {}) {
  return {
    id, type: "symbol", "source-layer": source,
    layout: { "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 13, ...layout },
    paint: { "text-color": color, "text-halo-color": c.halo, "text-halo-width": 1.6 }, ...more,
  };
}

const labels = (c) => [
  label("minor-names", "streets", c.text, c,
    { "symbol-placement": "line", "text-size": 12, "text-max-angle": 30, "symbol-spacing": 320 },
    { filter: isMinor, minzoom: 14.5 }),
  label("major-names", "streets", c.text, c,
    { "symbol-placement": "line", "text-size": width(12, 11, 16, 14), "text-max-angle": 30, "symbol-spacing": 380 },
    { filter: isMajor, minzoom: 12 }),
  { id: "place-dots", type: "circle", "source-layer": "places", minzoom: 14,
    paint: { "circle-radius": 3.5, "circle-color": c.place, "circle-stroke-color": c.halo, "circle-stroke-width": 1.5 } },
  label("place-names", "places", c.place, c,
    { "text-size": 12, "text-anchor": "left", "text-offset": [0.7, 0], "text-max-width": 9, "text-optional": true },
    { minzoom: 14.5 }),
  label("water-names", "water", c.waterText, c, { "text-size": 12 },
    { filter: ["all", ["has", "name"], ["==", ["geometry-type"], "Polygon"]], minzoom: 12 }),
  label("park-names", "parks", c.parkText, c, { "text-size": 12, "text-max-width": 8 }, { minzoom: 13.5 }),
  label("area-names", "area_labels", c.areaText, c,
    { "text-size": width(9, 11, 14, 17), "text-letter-spacing": 0.06, "text-max-width": 7 }, { maxzoom: 15 }),
];

// Statuses take the page's own tokens, so that the map and the words beside it agree in light and dark.
export const STATUSES = ["BEING_CHECKED", "CONFIRMED", "ENDED", "NOT_IMMIGRATION", "COULD_NOT_VERIFY", "CORRECTED"];
const TOKENS = ["--checking", "--danger", "--clear", "--plain", "--plain", "--told"];

function toneByStatus(element) {
  const style = getComputedStyle(element);
  const pairs = STATUSES.flatMap((status, at) => [status, style.getPropertyValue(TOKENS[at]).trim()]);
  return ["match", ["get", "status"], ...pairs, style.getPropertyValue("--plain").trim()];
}

const isArea = ["==", ["geometry-type"], "Polygon"];
const isLine = ["==", ["geometry-type"], "LineString"];
const isChecking = ["==", ["get", "status"], "BEING_CHECKED"];

// Incident areas: a tint, an edge (broken while being checked), and the shape of the status with its words.
export function incidentLayers(element, isDark) {
  const tone = toneByStatus(element);
  const c = isDark ? DARK : LIGHT;
  const edge = (id, filter, dash) => ({
    id, type: "line", source: "incidents", filter: ["all", isArea, filter],
    paint: { "line-color": tone, "line-width": 2.5, ...(dash ? { "line-dasharray": [2, 1.5] } : {}) },
  });
  const corridor = (id, color, line) => ({
    id, type: "line", source: "incidents", filter: isLine,
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": color, "line-width": line },
  });
  const brand = getComputedStyle(element).getPropertyValue("--brand").trim();
  return [
    corridor("corridor-edge", c.halo, 11),
    corridor("corridor-line", brand, 6),
    { id: "incident-tint", type: "fill", source: "incidents", filter: isArea,
      paint: { "fill-color": tone, "fill-opacity": 0.17 } },
    edge("incident-edge", ["!", isChecking], false),
    edge("incident-edge-checking", isChecking, true),
    { id: "incident-shape", type: "symbol", source: "incident-points",
      layout: { "icon-image": ["concat", "status-", ["get", "status"]], "icon-size": 0.6, "icon-allow-overlap": true,
        "text-field": ["get", "label"], "text-font": REGULAR, "text-size": 13, "text-anchor": "top",
        "text-offset": [0, 1.5], "text-optional": true, "text-max-width": 11 },
      paint: { "text-color": c.text, "text-halo-color": c.halo, "text-halo-width": 2 } },
  ];
}

export function radiusLayers(element) {
  const brand = getComputedStyle(element).getPropertyValue("--brand").trim();
  return [
    { id: "radius-tint", type: "fill", source: "radius", paint: { "fill-color": brand, "fill-opacity": 0.12 } },
    { id: "radius-edge", type: "line", source: "radius", paint: { "line-color": brand, "line-width": 2 } },
  ];
}

export function mapStyle(tiles, credit, isDark) {
  const c = isDark ? DARK : LIGHT;
  const layers = [...ground(c), areaEdges(c), ...streets(c), rail(c), ...labels(c)]
    .map((layer) => (layer.type === "background" ? layer : { source: "city", ...layer }));
  return {
    version: 8,
    sources: { city: { type: "vector", url: `pmtiles://${new URL(tiles, location.href).href}`, attribution: credit } },
    layers,
  };
}
