// Saves a form in the background while it is being filled in. Without this file its button saves it.
// One that becomes something only with its button (data-typed) is kept in this tab alone.

const form = document.querySelector("form[data-autosave], form[data-typed]");
const said = document.querySelector("[data-saved]");
const alarm = document.querySelector("[data-overtaken]");
const PAUSE = 1500;
const AGAIN = 8000;

let timer = 0;
let sending = null;
let ended = false;
let leaving = false;

const data = () => {
  const filled = new FormData(form);
  for (const [name, value] of [...filled]) if (value instanceof File) filled.delete(name);
  return new URLSearchParams(filled);
};
// Shown again as it was typed, in the other language or after a sign-in, it is not saved yet.
let saved = form.hasAttribute("data-unsaved") ? "" : String(data());

// What is not saved yet waits in this tab, too: the phone may put the page away, or the button meet no connection.
const SLOT = "typed";
const keep = (body) => sessionStorage.setItem(SLOT, JSON.stringify([location.pathname, String(body)]));

// It comes back where nothing was saved since; whoever is on another page has left it.
function bringBack() {
  const [path, body] = JSON.parse(sessionStorage.getItem(SLOT) ?? "[]");
  sessionStorage.removeItem(SLOT);
  const typed = new URLSearchParams(body);
  if (path !== location.pathname || (typed.get("version") ?? "") !== (form.elements.version?.value ?? "")) return;
  for (const field of form.elements) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = typed.getAll(field.name).includes(field.value);
    else if (!["hidden", "file"].includes(field.type) && typed.has(field.name)) field.value = typed.get(field.name);
    else continue;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function say(text) {
  said.textContent = text;
}

async function send(keepalive = false) {
  clearTimeout(timer);
  const body = data();
  if (leaving || String(body) === saved) return;
  keep(body);
  if (ended || "typed" in form.dataset) return;
  try {
    const answer = await fetch(form.dataset.autosaveTo ?? form.action, { method: "POST", body, keepalive, headers: { "X-Autosave": "1" } });
    const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (!told) throw new Error(answer.status);
    if (told.token) {
      // Signed in again in another window: this one goes on.
      form.elements.csrfmiddlewaretoken.value = told.token;
      timer = setTimeout(save, PAUSE);
      return;
    }
    const refused = !answer.ok && answer.status !== 422;
    alarm.hidden = !refused;
    if (refused) {
      alarm.textContent = told.said;
      // Whoever is signed out can sign in again; what else is refused stays refused.
      if (answer.status === 401) timer = setTimeout(save, AGAIN);
      else ended = true;
      return;
    }
    if (told.version) {
      form.elements.version.value = told.version;
      body.set("version", told.version);
    }
    saved = String(body);
    // What is sent on leaving may arrive when the next page is drawn already; that it was is told by the version.
    if (answer.ok && !(keepalive && told.version)) sessionStorage.removeItem(SLOT);
    remember();
    say(told.said);
  } catch {
    say(form.dataset.autosave);
    timer = setTimeout(save, AGAIN);
  }
}

// A new piece that was saved is found again by its address.
function remember() {
  if (!form.elements.uid) return;
  const here = new URL(location.href);
  here.searchParams.set("piece", form.elements.uid.value);
  history.replaceState(null, "", here);
}

// One at a time: each needs the version that the one before it has made.
function save(keepalive) {
  sending = (sending ?? Promise.resolve()).then(() => send(keepalive === true)).finally(() => (sending = null));
  return sending;
}

form.addEventListener("input", ({ target }) => {
  if (target.type === "file") return;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));

addEventListener("pageshow", () => (leaving = false));
addEventListener("beforeunload", (event) => {
  if (!leaving && sessionStorage.getItem(SLOT) && String(data()) !== saved) event.preventDefault();
});

// The button waits for what is on its way, so that it does not overtake it.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!sending) {
    if (String(data()) !== saved) keep(data());
    return void (leaving = true);
  }
  event.preventDefault();
  const button = event.submitter;
  sending.then(() => form.requestSubmit(button));
});

// The next page waits as well: drawn before what was typed has arrived, it would go by what stood there until then.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link?.target;
  if (!link || elsewhere || event.defaultPrevented || link.origin !== location.origin || link.hash) return;
  if (!sending && String(data()) === saved) return;
  event.preventDefault();
  save().finally(() => location.assign(link.href));
});

bringBack();
save();
