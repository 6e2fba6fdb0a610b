// Saves a form in the background while it is being filled in. Without this file its button saves it.

const form = document.querySelector("form[data-autosave]");
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
let saved = String(data());

function say(text) {
  said.textContent = text;
}

async function send(keepalive = false) {
  clearTimeout(timer);
  const body = data();
  if (ended || leaving || String(body) === saved) return;
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
    say(told.said);
  } catch {
    say(form.dataset.autosave);
    timer = setTimeout(save, AGAIN);
  }
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

// The button waits for what is on its way, so that it does not overtake it.
form.addEventListener("submit", (event) => {
  clearTimeout(timer);
  if (!sending) return void (leaving = true);
  event.preventDefault();
  const button = event.submitter;
  sending.then(() => form.requestSubmit(button));
});
