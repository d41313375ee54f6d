const nonce = document.currentScript.nonce;
// The bundle is run as one function: its top level would clash with other scripts.
const packed = document.getElementById("vega-bundle").textContent;
const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const bundle = document.createElement("script");
bundle.nonce = nonce;
bundle.textContent = `(() => {${await new Response(stream).text()}\n})()`;
document.head.append(bundle);
bundle.remove();
// Nothing is ever fetched: all data stands in the page, and marks lead nowhere else.
const refuse = () => Promise.reject(new Error("this report loads nothing"));
const inside = async (to) => /^#[\w-]+$/.test(to) ? { href: to } : refuse();
const loader = { load: refuse, sanitize: inside, http: refuse, file: refuse };
const tokens = {{ page.tokens }};
const themed = (part, name) => {
  if (name === "datasets" || name === "data") return part;
  if (typeof part === "string") return tokens[part.toUpperCase()] ?? part;
  if (Array.isArray(part)) return part.map((item) => themed(item));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([k, v]) => [k, themed(v, k)]));
};
// For the width of its place, not shrunk; in a narrow one some charts stand upright.
const NARROW = 480;
const sized = (spec, width) => {
  if (!spec.layer && !spec.mark) return spec;
  const upright = width < NARROW ? spec.usermeta?.narrow : {};
  return { ...spec, ...upright, width };
};
// In the page's own look; what the data says is text there too.
const listed = (value, plain) => {
  if (typeof value !== "object") return plain(value);
  const entry = ([name, text]) => `<dt>${plain(name)}</dt><dd>${plain(text)}</dd>`;
  return Object.entries(value).map(entry).join("");
};
const tooltip = { id: "tooltip", disableDefaultStyle: true, formatTooltip: listed };
const options = {
  mode: "vega-lite", renderer: "svg", actions: false, ast: true, loader, tooltip,
};
const drawn = new Map();
const draw = async (figure) => {
  const place = figure.querySelector(".drawing");
  // As laid out: a slide is scaled to its window.
  const width = Math.floor(parseFloat(getComputedStyle(place).width));
  const before = drawn.get(figure);
  if (!width || before?.width === width) return;
  drawn.set(figure, { width });
  try {
    const spec = themed(JSON.parse(figure.querySelector("script").textContent));
    const { view } = await window.vegaEmbed(place, sized(spec, width), options);
    before?.view?.finalize();
    drawn.set(figure, { width, view });
    // The place has the label; Vega's names of single marks are noise, or missing.
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    place.setAttribute("role", "img");
    place.removeAttribute("aria-roledescription");
    figure.dataset.drawn = "yes";
  } catch (error) {
    figure.dataset.drawn = "no";
    place.textContent = "This chart could not be drawn.";
    console.error(error);
  }
};
const figures = [...document.querySelectorAll("figure.chart")];
const drawAll = () => Promise.all(figures.map(draw));
await drawAll();
document.documentElement.dataset.drawn = "all";
