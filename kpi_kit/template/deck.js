(() => {
  "use strict";
  const WIDE = 1280, TALL = 720;
  const root = document.documentElement;
  const sheets = [...document.querySelectorAll(".sheet")];
  const told = document.getElementById("at");
  const nav = document.querySelector(".turn");
  let at = 0;
  // The address holds the slide and whether the notes are open: #3, #3-notes.
  const read = () => {
    const [, number, notes] = location.hash.match(/^#(\d+)(-notes)?$/) ?? [];
    show(Number(number ?? 1) - 1, Boolean(notes));
  };
  const show = (place, notes = root.classList.contains("noted")) => {
    at = Math.min(Math.max(place, 0), sheets.length - 1);
    sheets.forEach((sheet, n) => sheet.classList.toggle("shown", n === at));
    root.classList.toggle("noted", notes);
    const [back, on] = nav.querySelectorAll("button");
    back.disabled = at === 0;
    on.disabled = at === sheets.length - 1;
    const title = sheets[at].querySelector("h2").textContent;
    told.textContent = `Slide ${at + 1} of ${sheets.length}: ${title}`;
    history.replaceState(null, "", `#${at + 1}${notes ? "-notes" : ""}`);
  };
  const scale = () => {
    const by = Math.min(innerWidth / WIDE, innerHeight / TALL);
    root.style.setProperty("--by", by);
    root.style.setProperty("--left", `${(innerWidth - by * WIDE) / 2}px`);
    root.style.setProperty("--top", `${(innerHeight - by * TALL) / 2}px`);
  };
  const notes = () => show(at, !root.classList.contains("noted"));
  const KEYS = {
    ArrowRight: () => show(at + 1), ArrowDown: () => show(at + 1),
    PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), ArrowUp: () => show(at - 1),
    PageUp: () => show(at - 1), Backspace: () => show(at - 1),
    Home: () => show(0), End: () => show(sheets.length - 1),
    n: notes, s: notes,
  };
  addEventListener("keydown", (event) => {
    const pressed = event.target.closest("button") && [" ", "Enter"].includes(event.key);
    const way = KEYS[event.key];
    if (!way || pressed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    (event.key === " " && event.shiftKey ? KEYS.PageUp : way)();
  });
  nav.addEventListener("click", (event) => {
    const by = Number(event.target.closest("button")?.dataset.by ?? 0);
    if (by) show(at + by);
  });
  // A finger that goes to the left turns to the next slide.
  let from = null;
  addEventListener("touchstart", ({ touches }) => {
    from = touches.length === 1 ? touches[0] : null;
  }, { passive: true });
  addEventListener("touchend", ({ changedTouches: [to] }) => {
    const [right, down] = from ? [to.clientX - from.clientX, to.clientY - from.clientY] : [0, 0];
    if (Math.abs(right) > 40 && Math.abs(right) > Math.abs(down)) show(at - Math.sign(right));
  }, { passive: true });
  addEventListener("hashchange", read);
  addEventListener("resize", scale);
  root.classList.add("presented");
  nav.hidden = false;
  scale();
  read();
})();
