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
