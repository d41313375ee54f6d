// What a link leads to may be folded away; not every browser opens it by itself.
const unfold = () => {
  const place = document.getElementById(location.hash.slice(1));
  for (let node = place; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  place?.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
