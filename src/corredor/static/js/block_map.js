// A block of a street, chosen by a tap: the server says which one it is, the map shows it, and a button marks it
// (partials/unlit_marks.html). What is marked already is drawn from the page's own data.

const EMPTY = { type: "FeatureCollection", features: [] };

class Blocks {
  constructor(view, element) {
    const block = element.closest("[data-block]");
    const form = element.closest("form");
    Object.assign(this, { map: view.map, element, words: block.dataset, asked: 0 });
    this.fields = ["lat", "lon"].map((name) => form.elements.namedItem(name));
    this.part = (name) => block.querySelector(`[data-block-${name}]`);
    this.marked = JSON.parse(document.getElementById("unlit-lines").textContent);
    this.chosen = EMPTY;
    this.say(this.words.wordsFirst);
    this.map.on("style.load", () => this.addLayers());
    if (this.map.isStyleLoaded()) this.addLayers();
    this.map.on("click", ({ lngLat }) => this.choose(lngLat));
    this.part("middle").addEventListener("click", () => this.choose(this.map.getCenter()));
    this.part("tools").hidden = false;
  }

  addLayers() {
    const tone = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
    const line = (id, data, color, width) => {
      if (!this.map.getSource(id)) this.map.addSource(id, { type: "geojson", data });
      if (this.map.getLayer(id)) return;
      this.map.addLayer({ id, type: "line", source: id, layout: { "line-cap": "round", "line-join": "round" },
        paint: { "line-color": color, "line-width": width } });
    };
    line("unlit", this.marked, tone("--ink"), 5);
    line("chosen", this.chosen, tone("--brand"), 9);
  }

  say(words) {
    this.part("words").textContent = words;
  }

  put(line, place) {
    this.chosen = line.length ? { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } } : EMPTY;
    this.fields[0].value = place ? place.lat.toFixed(6) : "";
    this.fields[1].value = place ? place.lng.toFixed(6) : "";
    this.part("mark").disabled = !place;
    const source = this.map.getSource("chosen");
    if (source) source.setData(this.chosen);
  }

  // Of two quick taps the later counts, whichever answer comes first.
  async choose(place) {
    const turn = ++this.asked;
    let found;
    try {
      const answer = await fetch(`${this.words.near}?${new URLSearchParams({ lat: place.lat, lon: place.lng })}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      found = await answer.json();
    } catch (error) {
      if (turn !== this.asked) return;
      this.put([], null);
      this.say(this.words.wordsFailed);
      console.warn("block", error);
      return;
    }
    if (turn !== this.asked) return;
    this.put(found.line, found.line.length ? place : null);
    this.say(found.label || this.words.wordsNone);
  }
}

export async function openBlock(element) {
  const { openBlock: open } = await import(element.dataset.mapScript);
  const view = await open(element);
  element.blocks = new Blocks(view, element);
  return view;
}
