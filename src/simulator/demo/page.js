// The demo page: what its parts share, the tabs, the clock and the loop.
// Everything that people wrote goes into the page as textContent, never as HTML.
"use strict";

const POLL_MS = 1000;
const $ = (id) => document.getElementById(id);
const phones = new Map();
let isMoving = false;
let isPolling = false;

/** An element with attributes, and children that are nodes or texts. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  };
  const response = await fetch(path, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message || "请求没有成功");
  return answer;
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

/** Runs an action of the visitor and shows what went wrong. */
async function attempt(action) {
  try { return await action(); } catch (error) { toast(error.message); return undefined; }
}

const localParts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});
function localTime(iso) {
  const parts = Object.fromEntries(localParts.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  return { day: `${parts.month}月${parts.day}日`, time: `${parts.hour}:${parts.minute}` };
}

// ---- Tabs on a narrow screen ---------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll(".tabs button")];
function markTab(name) {
  document.body.dataset.tab = name;
  for (const tab of tabs) {
    if (tab.dataset.tab === name) { tab.setAttribute("aria-current", "true"); tab.classList.remove("fresh"); } else tab.removeAttribute("aria-current");
  }
}
function openTab(name) {
  markTab(name);
  phones.get(name)?.element.scrollIntoView({ inline: "start", block: "nearest", behavior: "instant" });
}
function markFresh(role) {
  if (document.body.dataset.tab !== role) tabs.find((tab) => tab.dataset.tab === role)?.classList.add("fresh");
}
function followSwipe() {
  const strip = $("phones");
  if (strip.scrollWidth <= strip.clientWidth + 8 || document.body.dataset.tab === "side") return;
  const index = Math.round(strip.scrollLeft / strip.clientWidth);
  markTab(strip.children[index].dataset.role);
}

// ---- The clock and the loop ----------------------------------------------------------------------------------

const pushClock = (body) => attempt(async () => { showClock((await call("api/clock", body)).clock); });

function showClock(clock) {
  $("day").textContent = clock.day;
  $("time").textContent = clock.time;
  $("time").dateTime = clock.now;
  isMoving = clock.target !== null;
  $("moving").hidden = !isMoving;
}

async function poll() {
  if (isPolling) return;
  isPolling = true;
  try {
    const state = await call(`api/state?feed_after=${feedAfter}`);
    $("school").textContent = state.school;
    document.title = `${state.school} · 课后演示`;
    showClock(state.clock);
    showCoverage(state.coverage);
    showFeed(state.feed);
    showNetwork(state.network, state.figures);
    showPanel(state.panel);
    await Promise.all([...phones.values()].map(refresh));
  } catch {
    toast("连不上演示服务，稍后会自动重试");
  } finally {
    isPolling = false;
  }
}

function playOn() {
  if ($("auto").getAttribute("aria-pressed") === "true" && !isMoving) pushClock({ advance_minutes: Number($("speed").value) });
}

function setUp() {
  for (const button of document.querySelectorAll("[data-advance]")) button.addEventListener("click", () => pushClock({ advance_minutes: Number(button.dataset.advance) }));
  for (const button of document.querySelectorAll("[data-to]")) button.addEventListener("click", () => pushClock({ to: button.dataset.to }));
  $("auto").addEventListener("click", () => {
    const isOn = $("auto").getAttribute("aria-pressed") !== "true";
    $("auto").setAttribute("aria-pressed", String(isOn));
    $("auto").replaceChildren(make("span", { "aria-hidden": "true" }, isOn ? "❚❚" : "▶"), make("span", { class: "label" }, " 自动播放"));
  });
  $("open").addEventListener("click", () => attempt(async () => { toast((await call("api/campaign", { action: "open" })).message); poll(); }));
  $("cut").addEventListener("click", () => setNetwork({ ...network, is_cut: !network.is_cut }));
  $("repeat").addEventListener("click", () => setNetwork({ ...network, is_repeating: !network.is_repeating }));
  $("revoke").addEventListener("click", () => attempt(async () => { await call("api/faults", { revoke_token: true }); toast("令牌已吊销，下一条消息会先换新令牌"); poll(); }));
  $("query").addEventListener("input", search);
  for (const tab of tabs) tab.addEventListener("click", () => openTab(tab.dataset.tab));
  $("phones").addEventListener("scrollend", followSwipe);
  setUpPhones().then(poll);
  setInterval(() => { playOn(); poll(); }, POLL_MS);
}

// After the other parts are there.
document.addEventListener("DOMContentLoaded", setUp);
