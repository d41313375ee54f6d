(async () => {
  "use strict";
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
  // Nothing is ever fetched: all data stands in the page.
  const refuse = () => Promise.reject(new Error("this report loads nothing"));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };
  const tokens = {{ page.tokens }};
  const themed = (part, name) => {
    if (name === "datasets" || name === "data") return part;
    if (typeof part === "string") return tokens[part.toUpperCase()] ?? part;
    if (Array.isArray(part)) return part.map((item) => themed(item));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([k, v]) => [k, themed(v, k)]));
  };
  const draw = async (figure) => {
    const place = figure.querySelector(".drawing");
    const spec = themed(JSON.parse(figure.querySelector("script").textContent));
    if (spec.layer || spec.mark) {
      spec.width = "container";
      spec.autosize = { type: "fit-x", contains: "padding" };
    }
    const options = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, loader };
    try {
      await window.vegaEmbed(place, spec, options);
      // The place has the label; Vega's names of single marks are noise, or missing.
      place.querySelector("svg").setAttribute("aria-hidden", "true");
      figure.dataset.drawn = "yes";
    } catch (error) {
      figure.dataset.drawn = "no";
      place.textContent = "This chart could not be drawn.";
      console.error(error);
    }
  };
  await Promise.all([...document.querySelectorAll("figure.chart")].map(draw));
  document.documentElement.dataset.drawn = "all";
})();
