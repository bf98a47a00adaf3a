// The page works without this. With it, news appears by itself, and a question is looked for only while the page is seen.
"use strict";
const SOON = 4000, LATE = 60000;
const page = document.getElementById("page"), here = location.pathname;
let wait = SOON, timer;

const toEnd = () => scrollTo({ top: document.body.scrollHeight, behavior: "instant" });

/** Takes over what has changed, and leaves alone what is being written or chosen. */
function take(fresh) {
  const isOpen = document.getElementById("mine").open;
  const said = fresh.getElementById("said"), now = fresh.getElementById("now");
  document.getElementById("said").replaceWith(said);
  document.getElementById("mine").replaceWith(fresh.getElementById("mine"));
  document.getElementById("mine").open = isOpen;
  const typed = document.getElementById("text"), words = typed.value, isTyping = document.activeElement === typed;
  document.getElementById("now").replaceWith(now);
  const text = document.getElementById("text");
  text.value = words;
  if (isTyping) text.focus();
  page.dataset.news = fresh.getElementById("page").dataset.news;
  toEnd();
}

async function look() {
  try {
    const answer = await fetch(`${here}/news`, { redirect: "error" });
    if (answer.status === 401) return;
    if (answer.ok && (await answer.text()) !== page.dataset.news) {
      const whole = await fetch(here, { redirect: "error" });
      if (whole.ok) take(new DOMParser().parseFromString(await whole.text(), "text/html"));
      wait = SOON;
    } else {
      wait = Math.min(wait * 1.4, LATE);
    }
  } catch {
    wait = LATE;
  }
  again();
}

function again() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, wait);
}

document.addEventListener("visibilitychange", () => { wait = SOON; again(); });
// A second tap while the first is on its way would be the same form anyway; so the buttons show that it was heard.
document.addEventListener("submit", (event) => { event.target.setAttribute("aria-busy", "true"); });
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[aria-busy]")) form.removeAttribute("aria-busy"); });
toEnd();
again();
