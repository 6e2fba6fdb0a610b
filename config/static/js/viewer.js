// Pictures of evidence: nearer, farther, turned. Without this file a picture opens by itself in the browser.

const NEAREST = 4;

for (const picture of document.querySelectorAll(".viewer figure > a > img")) {
  const { nearer, farther, turn } = picture.closest(".viewer").dataset;
  const lens = document.createElement("div");
  const tools = document.createElement("div");
  let zoom = 1;
  let turned = 0;

  function show() {
    lens.classList.toggle("turned", turned % 180 !== 0);
    picture.style.width = `${zoom * 100}%`;
    picture.style.height = turned % 180 ? `${zoom * 100}%` : "auto";
    picture.style.rotate = `${turned}deg`;
  }
  function add(words, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => (act(), show()));
    tools.append(button);
  }

  add(nearer, () => (zoom = Math.min(zoom * 1.5, NEAREST)));
  add(farther, () => (zoom = Math.max(zoom / 1.5, 1)));
  add(turn, () => (turned += 90));
  lens.className = "lens";
  lens.tabIndex = 0;
  lens.role = "group";
  lens.ariaLabel = picture.alt;
  tools.className = "row small lens-tools";
  picture.parentElement.before(tools, lens);
  lens.append(picture.parentElement);
}
