// Pictures of evidence: nearer, farther, turned. Without this file a picture opens by itself in the browser.

const NEAREST = 4;

for (const picture of document.querySelectorAll(".viewer figure > a > img")) {
  const { nearer, farther, turn } = picture.closest(".viewer").dataset;
  const lens = document.createElement("div");
  const tools = document.createElement("div");
  const [width, height] = ["width", "height"].map((name) => picture.getAttribute(name));
  let zoom = 1;
  let turned = 0;

  // At first all of it is in sight, and its room is kept before it has arrived.
  function show() {
    const sideways = turned % 180 !== 0;
    const fits = `min(${zoom * 100}%, ${(zoom * 80 * width) / height}vh, ${zoom * width}px)`;
    lens.classList.toggle("turned", sideways);
    picture.style.width = sideways ? `${zoom * 100}%` : fits;
    picture.style.height = sideways ? `${zoom * 100}%` : "auto";
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
  show();
}
