// Coverage, what happened, the network and the troubles, as the demo page shows them.
// Everything that people wrote goes into the page as textContent, never as HTML.
"use strict";

const STATES = [
  ["accepted", "参加"], ["declined", "不参加"], ["undecided", "再考虑"],
  ["silent", "未回复"], ["unreachable", "联系不上"], ["not_asked", "未询问"],
];
let feedAfter = 0;
let chosenClass = null;
let network = {};

// ---- Coverage ------------------------------------------------------------------------------------------------

const sumOf = (states) => STATES.reduce((sum, [key]) => sum + states[key], 0);
const answeredOf = (states) => states.accepted + states.declined + states.undecided;
const inWords = (states) => STATES.map(([key, label]) => `${label} ${states[key]}`).join("，");

/** Widths of a stacked bar; its parts are made once, so that they can grow. */
function fillBar(bar, states) {
  if (!bar.firstChild) for (const [key] of STATES) bar.append(make("i", { class: key }));
  const total = sumOf(states) || 1;
  STATES.forEach(([key], index) => { bar.children[index].style.width = `${(100 * states[key]) / total}%`; });
}

function showCoverage(coverage) {
  fillBar($("bar"), coverage.states);
  $("bar").setAttribute("aria-label", `全校 ${coverage.total} 人：${inWords(coverage.states)}`);
  const legend = $("legend");
  if (!legend.firstChild) {
    for (const [key, label] of STATES) legend.append(make("li", {}, make("i", { class: key }), label, make("b")));
  }
  STATES.forEach(([key], index) => { legend.children[index].lastChild.textContent = coverage.states[key]; });
  const answered = answeredOf(coverage.states);
  const percent = coverage.total ? Math.floor((100 * answered) / coverage.total) : 0;
  $("coverage-sum").replaceChildren(make("b", {}, `${answered}`), ` / ${coverage.total} 人已有答复（${percent}%）`);
  $("open").hidden = coverage.is_open;
  showClasses(coverage.classes);
}

function showClasses(classes) {
  const body = $("classes").tBodies[0];
  const shape = classes.map((one) => one.name).join("|");
  if (body.dataset.shape !== shape) {
    body.dataset.shape = shape;
    body.replaceChildren();
    showClassHeads(classes);
    let row = null;
    let grade = null;
    classes.forEach((one) => {
      if (one.grade !== grade) {
        grade = one.grade;
        row = make("tr", {}, make("th", { scope: "row" }, grade));
        body.append(row);
      }
      const cell = make("button", { type: "button", class: "cell", "aria-pressed": "false" }, make("span"), make("div", { class: "mini" }));
      cell.addEventListener("click", () => { chosenClass = one.name; poll(); });
      row.append(make("td", {}, cell));
    });
  }
  const cells = body.querySelectorAll(".cell");
  classes.forEach((one, index) => {
    const cell = cells[index];
    const answered = answeredOf(one.states);
    const total = sumOf(one.states);
    cell.firstChild.textContent = `${answered}/${total}`;
    cell.classList.toggle("full", total > 0 && answered === total);
    cell.setAttribute("aria-label", `${one.name}，${answered} / ${total} 已有答复`);
    cell.setAttribute("aria-pressed", String(one.name === chosenClass));
    fillBar(cell.lastChild, one.states);
    if (one.name === chosenClass) {
      $("class-detail").replaceChildren(make("b", {}, `${one.name}（${total} 人）`), ` ${inWords(one.states)}`);
    }
  });
}

/** The columns' heads, 1班 2班 …, where the classes are numbered alike in every grade. */
function showClassHeads(classes) {
  const shorts = [...new Set(classes.map((one) => one.name.replace(one.grade, "")))];
  const widest = Math.max(0, ...classes.map((one) => classes.filter((other) => other.grade === one.grade).length));
  const heads = shorts.length === widest ? shorts : [];
  $("classes").tHead.replaceChildren(make("tr", {}, make("td"), ...heads.map((text) => make("th", { scope: "col" }, text))));
}

function showFeed(lines) {
  if (!lines.length) return;
  const feed = $("feed");
  feed.querySelector(".empty")?.remove();
  for (const line of lines) {
    const { day, time } = localTime(line.at);
    feed.prepend(make("li", {}, make("time", { datetime: line.at, title: day }, time), make("span", {}, line.text)));
    feedAfter = Math.max(feedAfter, line.number);
  }
  while (feed.children.length > 80) feed.lastChild.remove();
}

function showNetwork(now, figures) {
  network = now;
  $("cut").setAttribute("aria-pressed", String(now.is_cut));
  $("cut").textContent = now.is_cut ? "恢复网络" : "中断网络";
  $("repeat").setAttribute("aria-pressed", String(now.is_repeating));
  $("repeat").textContent = now.is_repeating ? "停止重复" : "重复推送";
  $("figures").textContent = `回调 ${figures.callbacks} 次，送达 ${figures.shown} 条，拦下重复发送 ${figures.swallowed} 次`;
}

/** Switches of the panel, and what was parked; both are made anew only when they differ. */
function showPanel({ troubles, parked }) {
  const shape = JSON.stringify([troubles, parked]);
  if ($("troubles").dataset.shape === shape) return;
  $("troubles").dataset.shape = shape;
  const kept = document.activeElement?.dataset?.trouble;
  $("troubles").replaceChildren(...troubles.map(({ trouble, label, is_on, is_moment }) => {
    const name = JSON.stringify(trouble);
    const button = make("button", { type: "button", "data-trouble": name, ...(is_moment ? {} : { "aria-pressed": String(is_on) }) }, label);
    button.addEventListener("click", () => attempt(async () => {
      showPanel(await call("api/troubles", { trouble, is_on: !is_on }));
      if (is_moment) toast(`${label}：已经发生`);
      poll();
    }));
    return button;
  }));
  if (kept) [...$("troubles").children].find((button) => button.dataset.trouble === kept)?.focus();
  const lines = parked.map(({ reason, count }) => make("li", {}, make("b", {}, `${count} 条`), ` ${reason}`));
  $("parked").replaceChildren(...(lines.length ? lines : [make("li", { class: "hint" }, "没有，全部发出去了。")]));
}

const setNetwork = (wanted) => attempt(async () => { await call("api/faults", { network: wanted }); poll(); });
