// What a link leads to may be folded away; not every browser opens it by itself.
const unfold = () => {
  const place = document.getElementById(location.hash.slice(1));
  for (let node = place; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  place?.scrollIntoView();
};
addEventListener("hashchange", unfold);
// A window made wider, a phone turned.  Later, because drawing changes heights.
const later = () => requestAnimationFrame(drawAll);
new ResizeObserver(later).observe(document.body);
// Paper is cut into pages before it can be measured, so it is measured on the screen.
const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
const printed = rules.filter((rule) => rule.media?.mediaText === "print");
const layOut = (media, width) => {
  printed.forEach((rule) => { rule.media.mediaText = media; });
  document.body.style.width = width;
  return drawAll();
};
addEventListener("beforeprint", () => layOut("all", "184mm"));  // A4 less its margins
addEventListener("afterprint", () => layOut("print", ""));
