// The phones of the demo page, and the choice of who holds them.
// Everything that people wrote goes into the page as textContent, never as HTML.
"use strict";

const ROLES = {
  guardian: { label: "家长", idle: ["我的登记", "修改", "帮助"], empty: "还没有消息。调查开始后，问题会出现在这里。" },
  homeroom_teacher: { label: "班主任", idle: ["菜单", "帮助"], empty: "还没有消息。需要老师的事会出现在这里。" },
  admin: { label: "管理员", idle: ["菜单", "帮助"], empty: "还没有消息。每天傍晚，日报会发到这里。" },
};
/** What people call things on the school's platform. */
const WORDS = {
  wecom: { notices: "学校通知" },
  dingtalk: { notices: "工作通知" },
}[document.body.dataset.platform];
let picking = null;

// ---- Phones --------------------------------------------------------------------------------------------------

/** The numbered options that a text lists in order from 1: 「1 参加  2 不参加」. */
function optionsIn(text) {
  const options = [];
  for (const mark of text.matchAll(/[[【]?([1-9])(?:[\]】.、)）][ \u3000]*|[ \u3000]+)(?=\p{L})/gu)) {
    const before = text.slice(0, mark.index);
    // The first one opens a line or a list, so that 「请回复 1 或 2」 is no list.
    const opens = options.length ? /[\s\u3000\]】]$/u.test(before) : /(^|\n|[ \u3000]{2}|[？?：:][ \u3000]?)$/u.test(before);
    if (opens && Number(mark[1]) === options.length + 1) options.push({ number: mark[1], start: mark.index, from: mark.index + mark[0].length });
  }
  if (options.length < 2) return [];
  return options.map((option, index) => {
    const rest = text.slice(option.from, options[index + 1]?.start);
    return { number: option.number, label: rest.split(/\n|[ \u3000]+\d\d/u)[0].trim().replace(/[，。；;,]+$/u, "").slice(0, 24) };
  });
}

/** What a text suggests to say: 比如“每天”，或「周一三五」. */
const suggestionsIn = (text) => [...new Set([...text.matchAll(/[“「]([^”」\n]{1,12})[”」]/gu)].map((match) => match[1]))].slice(0, 4);

const wordsOf = (shows) => ({
  text: () => shows.text, task_card: () => `${shows.title}\n${shows.text}`, card: () => `${shows.title}\n${shows.description}`, picture: () => "🖼 图片", image: () => "", voice: () => "🔊 语音",
}[shows.kind]());

/** What a card offers to press; once it is settled, what became of it. */
function pressables(phone, card) {
  const row = make("div", { class: "press" });
  if (card.replaced) {
    row.append(make("button", { type: "button", disabled: "" }, card.replaced));
  } else if (card.submit) {
    const chosen = new Set();
    for (const [key, label] of card.options) {
      const button = make("button", { type: "button", "aria-pressed": "false" }, label);
      button.addEventListener("click", () => {
        if (!chosen.delete(key)) chosen.add(key);
        button.setAttribute("aria-pressed", String(chosen.has(key)));
      });
      row.append(button);
    }
    const submit = make("button", { type: "button", class: "submit" }, card.submit[1]);
    submit.addEventListener("click", () => press(phone, card.task, card.submit[0], [...chosen]));
    row.append(submit);
  } else {
    for (const [key, label] of card.options) {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => press(phone, card.task, key, []));
      row.append(button);
    }
  }
  return row;
}

async function press(phone, task, key, chosen) {
  if (phone.isBusy) return;
  phone.isBusy = true;
  const account = phone.account;
  const answer = await attempt(() => call(`api/phone/${encodeURIComponent(account)}/press`, { task, key, chosen }));
  phone.isBusy = false;
  if (answer && phone.account === account) showThread(phone, answer);
  poll();
}

/** Where a card leads: to the page of whoever holds the phone. */
function cardLink(phone, url) {
  const label = url.includes("/p/") ? "打开家长页 ↗" : "查看详情";
  if (!phone.hasPage) return make("span", { class: "go" }, label);
  const link = make("button", { type: "button", class: "link go" }, label);
  link.addEventListener("click", () => openPage(phone));
  return link;
}

function bubbleOf(phone, message) {
  const bubble = make("div", { class: "bubble" });
  if (message.shows.kind === "image") {
    bubble.classList.add("image");
    const source = `api/picture/${encodeURIComponent(message.shows.media_id)}`;
    const link = make("a", { href: source, target: "_blank", rel: "noopener" });
    const image = make("img", { src: source, alt: "机器人发来的图片，点开看大图", loading: "lazy" });
    image.addEventListener("load", () => follow(phone));
    link.append(image);
    bubble.append(link);
  } else if (message.shows.kind === "task_card") {
    bubble.append(make("h3", {}, message.shows.title), message.shows.text, pressables(phone, message.shows));
  } else if (message.shows.kind === "card") {
    bubble.append(make("h3", {}, message.shows.title), message.shows.description, cardLink(phone, message.shows.url));
  } else {
    bubble.textContent = wordsOf(message.shows);
  }
  bubble.classList.toggle("failed", message.delivery.state === "failed");
  return bubble;
}

/** What a phone shows of an answer: the app, or for who is only told the notices, in plain WeChat with a chat beside them. */
function showPhone(phone, answer) {
  const { chat } = answer;
  phone.views.hidden = !chat;
  const isChat = Boolean(chat) && phone.view === "chat";
  if (chat) {
    for (const [view, shown] of [["notices", answer], ["chat", chat]]) {
      const button = phone.views.querySelector(`[data-view="${view}"]`);
      const isOpen = (view === "chat") === isChat;
      const seen = phone.seen[view] ?? shown.total;
      button.setAttribute("aria-pressed", String(isOpen));
      button.classList.toggle("fresh", !isOpen && shown.total > seen);
      phone.seen[view] = isOpen ? shown.total : seen;
    }
  }
  const isOneWay = answer.person.road !== "app" && !isChat;
  phone.form.hidden = isOneWay;
  phone.oneWay.hidden = !isOneWay;
  phone.page.hidden = answer.person.road !== "app" || !phone.hasPage;
  showThread(phone, isChat ? chat : answer, isOneWay ? "notices" : isChat ? "chat" : "app");
}

const EMPTY = {
  notices: `还没有通知。调查开始后，${WORDS.notices}会出现在这里。`,
  chat: "还没有聊过。从家长页点「在微信里聊」进来，就认得这位家长；直接写，会先核对是谁。",
};

function showThread(phone, { thread, total, taps }, kind) {
  // Beyond what one answer holds, old bubbles fall out at the top, and the thread is drawn anew.
  const shape = `${total - thread.length}:${thread.map((message) => message.delivery.state + (message.shows.replaced ?? "")).join()}`;
  const shown = `${phone.account} ${kind}`;
  if (phone.shape === shape && phone.shown === shown) return;
  const isSame = phone.shown === shown;
  const kept = isSame && shape.startsWith(phone.shape ?? "-") ? phone.count : 0;
  if (!kept) { phone.thread.replaceChildren(); phone.lastStamp = null; }
  if (!thread.length) phone.thread.append(make("p", { class: "empty" }, EMPTY[kind] ?? ROLES[phone.role].empty));
  if (thread.length) phone.thread.querySelector(".empty")?.remove();
  for (const message of thread.slice(kept)) addBubble(phone, message, kind);
  if (isSame && thread.length > phone.count && thread.at(-1).from === "app") markFresh(phone.role);
  Object.assign(phone, { shape, shown, count: thread.length });
  if (kind === "notices") phone.chips.replaceChildren(); else showChips(phone, thread, taps ?? []);
  if (!kept) phone.follows = true;
  follow(phone);
}

/** The newest stays in sight, unless the visitor has scrolled away from it. */
function follow(phone) {
  if (phone.follows) phone.thread.scrollTop = phone.thread.scrollHeight;
}

function addBubble(phone, message, kind) {
  const { day, time } = localTime(message.at);
  const minutes = new Date(message.at).getTime() / 60000;
  if (phone.lastStamp === null || minutes - phone.lastStamp >= 5) {
    phone.thread.append(make("p", { class: "stamp" }, `${day} ${time}`));
    phone.lastStamp = minutes;
  }
  const face = message.from === "me" ? phone.name.slice(0, 1) : kind === "notices" ? "通知" : kind === "chat" ? "客服" : "课后";
  const bubble = bubbleOf(phone, message);
  if (kind === "notices") linkToPage(phone, bubble);
  const row = make("div", { class: `row ${message.from}` }, make("span", { class: "face", "aria-hidden": "true" }, face), bubble);
  row.setAttribute("aria-label", message.from === "me" ? "我说" : "机器人说");
  phone.thread.append(row);
  if (message.delivery.state === "failed") phone.thread.append(make("p", { class: "why" }, message.delivery.reason));
}

/** The address at the end of a notice becomes what it is in WeChat: a link. */
function linkToPage(phone, bubble) {
  const [words, address] = bubble.textContent.split(/(?=https?:\/\/\S+$)/u);
  if (!address) return;
  const link = make("button", { type: "button", class: "link" }, address);
  link.addEventListener("click", () => openPage(phone));
  bubble.replaceChildren(words, link);
}

function showChips(phone, thread, taps) {
  if (taps.length) {
    phone.chips.replaceChildren(...taps.map(({ id, label }) => {
      const button = make("button", { type: "button" }, label);
      button.addEventListener("click", () => say(phone, label, id));
      return button;
    }));
    return;
  }
  const last = thread.findLast((message) => message.from === "app" && message.delivery.state === "ok");
  const isAnswered = last && thread.indexOf(last) < thread.findLastIndex((message) => message.from === "me" && message.delivery.state === "ok");
  const text = last && !isAnswered ? wordsOf(last.shows) : "";
  const options = optionsIn(text);
  const isMany = options.length > 0 && /选几个|可多选|可以多选/u.test(text);
  // Where words are offered after a list, such as “都到了” after a class, they are the answer, and the list is what it is about.
  const suggestions = options.length && !isMany ? suggestionsIn(text.split(options.at(-1).label)[1] ?? "") : suggestionsIn(text);
  const idle = options.length || /[？?]/u.test(text) ? [] : ROLES[phone.role].idle;
  const numbered = options.map((option) => (isMany ? choice(phone, option) : chip(phone, option.number, `${option.number} ${option.label}`, "")));
  const words = [...new Set([...suggestions, ...idle])].map((one) => chip(phone, one, one, "quiet"));
  phone.chips.replaceChildren(...(options.length && !isMany ? [...words, ...numbered] : [...numbered, ...words]));
}

/** One of several that can be chosen together: it goes into the line, and the visitor sends. */
function choice(phone, option) {
  const button = make("button", { type: "button", "aria-pressed": "false" }, `${option.number} ${option.label}`);
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    const others = phone.input.value.split("、").filter((part) => part && part !== option.number);
    phone.input.value = (isOn ? [...others, option.number].sort() : others).join("、");
    hold(phone);
  });
  return button;
}

function chip(phone, says, label, kind) {
  const button = make("button", { type: "button", class: kind }, label);
  button.addEventListener("click", () => say(phone, says));
  return button;
}

async function say(phone, text, tap) {
  if (!phone.account || !text.trim() || phone.isBusy) return;
  phone.isBusy = true;
  const account = phone.account;
  const answer = await attempt(() => call(`api/phone/${encodeURIComponent(account)}/say`, tap ? { text, tap } : { text }));
  phone.isBusy = false;
  if (!answer) return;
  // What did not get through stays in the line, to be sent again.
  phone.input.value = answer.delivered ? "" : text;
  if (phone.account === account) showPhone(phone, answer);
  phone.thread.scrollTop = phone.thread.scrollHeight;
  poll();
}

/** From now on the visitor answers for this person, and nobody else does. */
function hold(phone) {
  if (phone.account && phone.held !== phone.account) attempt(() => call(`api/phone/${encodeURIComponent(phone.account)}/hold`, {}));
  phone.held = phone.account;
}

function become(phone, person) {
  Object.assign(phone, { account: person.account, name: person.name, class: person.class, hasPage: person.has_page, view: "notices", seen: {} });
  phone.element.querySelector(".who-name").textContent = person.name;
  phone.element.querySelector(".who-about").textContent = person.about;
  phone.page.textContent = person.role === "guardian" ? "在家长页打开 ↗" : "打开管理页 ↗";
  return refresh(phone);
}

/** The same person in the parent page or the console, in a tab of its own. */
async function openPage(phone) {
  // Opened at once, because browsers take a later one for an advertisement.
  const tab = window.open("", "_blank");
  const answer = await attempt(() => call(`api/phone/${encodeURIComponent(phone.account)}/page`, {}));
  if (answer && tab) tab.location = answer.url; else tab?.close();
}

async function refresh(phone) {
  if (!phone.account || phone.isBusy) return;
  const account = phone.account;
  const answer = await call(`api/phone/${encodeURIComponent(account)}`);
  if (phone.account === account && !phone.isBusy) showPhone(phone, answer);
}

async function setUpPhone(element) {
  const role = element.dataset.role;
  element.append($("phone-template").content.cloneNode(true));
  const find = (selector) => element.querySelector(selector);
  const phone = { role, element, name: "", account: null, count: 0, thread: find(".thread"), chips: find(".chips"), input: find("input"), who: find(".who"), page: find(".open-page"), views: find(".views"), form: find(".write"), oneWay: find(".one-way"), view: "notices", seen: {} };
  phones.set(role, phone);
  find(".role").textContent = ROLES[role].label;
  phone.thread.setAttribute("aria-label", `${ROLES[role].label}的聊天记录`);
  phone.input.setAttribute("aria-label", `以${ROLES[role].label}的身份输入`);
  phone.input.placeholder = role === "guardian" ? "用自己的话回答" : "输入消息";
  phone.thread.addEventListener("scrollend", () => {
    phone.follows = phone.thread.scrollHeight - phone.thread.scrollTop - phone.thread.clientHeight < 80;
  });
  phone.who.addEventListener("click", () => openPicker(phone));
  phone.page.addEventListener("click", () => openPage(phone));
  find(".one-way .hint").textContent = `${WORDS.notices}只能看，不能回。`;
  find(".to-page").addEventListener("click", () => openPage(phone));
  for (const button of phone.views.children) {
    button.addEventListener("click", () => { phone.view = button.dataset.view; attempt(() => refresh(phone)); });
  }
  phone.input.addEventListener("focus", () => hold(phone));
  find("form").addEventListener("submit", (event) => { event.preventDefault(); say(phone, phone.input.value); });
  // The teacher whom one sees is the one of the child whom one sees.
  const at = (role === "homeroom_teacher" && phones.get("guardian").class) || "";
  const { people } = await call(`api/people?role=${role}&q=${encodeURIComponent(at)}`);
  if (!people.length) return;
  await become(phone, people[0]);
  if (role === "guardian") hold(phone);
}

async function setUpPhones() {
  for (const element of document.querySelectorAll(".phone")) await attempt(() => setUpPhone(element));
}

// ---- Picker --------------------------------------------------------------------------------------------------

function openPicker(phone) {
  picking = phone;
  $("picker-title").textContent = `换一位${ROLES[phone.role].label}`;
  $("query").value = "";
  $("picker").showModal();
  search();
}

async function search() {
  const answer = await attempt(() => call(`api/people?role=${picking.role}&q=${encodeURIComponent($("query").value)}`));
  if (!answer) return;
  const entries = answer.people.map((person) => {
    const button = make("button", { type: "button" }, make("span", {}, person.name), make("small", {}, person.about));
    button.addEventListener("click", () => { $("picker").close(); attempt(() => become(picking, person)); });
    return make("li", {}, button);
  });
  $("found").replaceChildren(...entries);
  $("found-hint").textContent = entries.length ? (entries.length >= 40 ? "只列出前 40 位，输入姓名或班级可以缩小范围。" : "") : "没有找到，换个写法试试。";
}
