// The parent page in a real browser, over the demo: three widths, opt-in, correction and leave, with and without scripts;
// and the console of the staff, at a desk with a scan and inside WeCom. The demo's second school does the same on DingTalk.
// Each step is looked at by axe; nothing serious may be found. Start at `main`.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [[320, 640], [390, 844], [1024, 768]];
// The console: at a desk, and on a phone inside WeCom.
const DESK = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, userAgent: "Mozilla/5.0 (iPhone) AppleWebKit/605.1 wxwork/4.1.22" };
const KEHOU = process.env.KEHOU ?? "target/debug/kehou";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SHOTS = process.env.SHOTS ?? "target/browser";
const PAGE_BYTES_MAX = 50_000;

let checks = 0;
/** What is wrong with the look of a step; told all at once, at the end. */
const findings = [];
const check = (holds, what) => {
  checks += 1;
  if (!holds) throw new Error(what);
};

/** Starts the demo on a free port; resolves with its address. */
function startDemo() {
  const demo = spawn(KEHOU, ["demo", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = new Promise((resolve, reject) => {
    let said = "";
    demo.stdout.on("data", (chunk) => {
      said += chunk;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/u);
      if (found) resolve(found[0]);
    });
    demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
  });
  return { demo, address };
}

const call = async (base, path, body) => {
  const answer = await fetch(base + path, body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};

/** Waits until the survey has reached `count` of these phones, and returns them: of two guardians, one is asked. */
async function asked(base, accounts, count) {
  for (let tries = 0; tries < 600; tries += 1) {
    const reached = [];
    for (const account of accounts) if ((await call(base, `/api/phone/${account}`)).thread.length) reached.push(account);
    if (reached.length >= count) return reached;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error("the survey did not reach the phones");
}

/** Waits until the demo's clock stands where it was pushed to. */
async function arrived(base) {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const { clock } = await call(base, "/api/state");
    if (!clock.target) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error("the clock does not arrive");
}

/** What every step of the page must be: no finding of weight, nothing wider than the screen, buttons big enough for a thumb. */
async function look(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  checks += 3;
  findings.push(...serious.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0].html}`));
  const { wide, small } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    small: [...document.querySelectorAll("button, summary, textarea, .chips label")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 39).map((e) => e.outerHTML),
  }));
  if (wide > 0) findings.push(`${name}: ${wide} pixels too wide`);
  findings.push(...small.map((element) => `${name}: too small for a thumb: ${element}`));
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Taps a button, as a plain form does; the next page is there when this returns. */
async function tap(page, label) {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: label, exact: true }).click()]);
}

async function choose(page, labels) {
  for (const label of labels) await page.getByRole("checkbox", { name: label, exact: true }).check();
  await tap(page, "选好了");
}

async function write(page, words) {
  await page.getByLabel("用自己的话说").fill(words);
  await tap(page, "发送");
}

const says = async (page, words) => {
  const text = await page.locator("#said").innerText();
  check(text.includes(words), `the page does not say «${words}» but: ${text.slice(-300)}`);
};

async function optIn(page, at) {
  await says(page, "参加吗");
  await look(page, `${at}-1-need`);
  await tap(page, "参加");
  await look(page, `${at}-2-days`);
  await choose(page, ["周一", "周三"]);
  await look(page, `${at}-3-time`);
  await tap(page, "17:30");
  await look(page, `${at}-4-activities`);
  await tap(page, "听老师安排");
  await says(page, "周一、周三，17:30接");
  await look(page, `${at}-5-right`);
  await tap(page, "对");
  await says(page, "已登记参加");
  await page.locator("#mine summary").click();
  check((await page.locator("#mine .code").first().innerText()).length === 6, "the receipt stands in «我的登记»");
  await look(page, `${at}-6-done`);
}

async function correct(page, at) {
  await tap(page, "修改登记");
  await tap(page, "几点来接");
  await write(page, "五点");
  await says(page, "改成17:00接");
  await look(page, `${at}-7-correction`);
  await tap(page, "对");
  await says(page, "办好了");
}

async function leave(page, at) {
  await tap(page, "请假");
  await page.getByRole("checkbox").nth(1).check();
  await look(page, `${at}-8-leave`);
  await tap(page, "选好了");
  await tap(page, "对");
  await says(page, "请好了");
  await look(page, `${at}-9-leave-taken`);
}

/** News comes by itself: what the same family's phone says elsewhere appears without a reload. */
async function news(page, base, account) {
  await page.evaluate(() => { globalThis.untouched = true; });
  await page.getByLabel("用自己的话说").fill("写了一半");
  await call(base, `/api/phone/${account}/say`, { text: "菜单" });
  await page.getByText("要办哪件事").first().waitFor();
  check(await page.evaluate(() => globalThis.untouched), "the page was loaded anew");
  check((await page.getByLabel("用自己的话说").inputValue()) === "写了一半", "what was being written is gone");
}

async function visit(browser, base, account, [width, height], withScripts, steps) {
  const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled: withScripts, locale: "zh-CN" });
  const page = await context.newPage();
  const failures = [];
  page.on("console", (message) => { if (message.type() === "error") failures.push(message.text()); });
  page.on("pageerror", (error) => failures.push(error.message));
  const { url } = await call(base, `/api/phone/${account}/page`, {});
  await page.goto(url);
  check(!page.url().includes("code="), "the code stays in the address");
  await steps(page);
  check(!failures.length, failures.join("; "));
  await context.close();
}

/** The console of one member of staff: in by a scan or without a tap, the figures, and out again. */
async function staff(browser, base, account, at, settings, steps, platform = "企业微信") {
  const context = await browser.newContext({ ...settings, locale: "zh-CN" });
  const page = await context.newPage();
  const failures = [];
  page.on("pageerror", (error) => failures.push(error.message));
  const { url } = await call(base, `/api/phone/${account}/page`, {});
  await page.goto(url);
  if (!settings.userAgent) {
    await look(page, `${at}-entrance`);
    await page.getByRole("link", { name: `用${platform}扫码登录` }).click();
    await page.getByRole("link", { name: "用手机扫码并确认" }).click();
  }
  await page.getByRole("button", { name: "退出" }).waitFor();
  check(page.url() === `${url}#page`, `the console stands at ${page.url()}`);
  await steps(page);
  await large(page, at);
  await look(page, at);
  await tap(page, "退出");
  await look(page, `${at}-out`);
  check(!failures.length, failures.join("; "));
  await context.close();
}

/** The school on DingTalk: a page that opens there asks its script who holds the phone; at a desk staff scan. */
async function onDingtalk(browser, base) {
  const { people } = await call(base, "/api/people?role=guardian");
  const held = people.filter(({ has_page, children }) => has_page && children.length === 1).map(({ account }) => account);
  for (const account of held) await call(base, `/api/phone/${account}/hold`, {});
  await call(base, "/api/campaign", { action: "open" });
  await call(base, "/api/clock", { advance_minutes: 15 });
  const [parent] = await asked(base, held, 1);
  await visit(browser, base, parent, WIDTHS[1], true, async (page) => {
    await page.locator("#said").waitFor();
    await optIn(page, "dingtalk-390");
    await tap(page, "退出");
  });
  const [teacher] = (await call(base, "/api/people?role=homeroom_teacher")).people;
  await staff(browser, base, teacher.account, "dingtalk-1280-teacher", DESK, async (page) => {
    check((await page.locator("main").innerText()).includes("登记情况"), "the teacher sees the class");
  }, "钉钉");
}

async function weight(page) {
  const bytes = await page.evaluate(async () => {
    const assets = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((asset) => asset.href || asset.src);
    const texts = await Promise.all([location.href, ...assets].map(async (at) => (await (await fetch(at)).blob()).size));
    return texts.reduce((sum, size) => sum + size, 0);
  });
  check(bytes < PAGE_BYTES_MAX, `${bytes} bytes`);
  return bytes;
}

async function large(page, at) {
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(wide <= 0, `${at}: with large letters ${wide} pixels too wide`);
  await page.screenshot({ path: `${SHOTS}/${at}-large.png` });
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
}

async function main() {
  mkdirSync(SHOTS, { recursive: true });
  const { demo, address } = startDemo();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  try {
    const base = await address;
    const { people } = await call(base, "/api/people?role=guardian");
    // They chat in 微信客服 too, so that something can be said elsewhere.
    const held = people.filter(({ has_page, road, children }) => has_page && road === "chat" && children.length === 1).map(({ account }) => account);
    check(held.length > WIDTHS.length, "too few guardians have the page");
    // Whose phone a visitor holds does not answer by itself.
    for (const account of held) await call(base, `/api/phone/${account}/hold`, {});
    await call(base, "/api/campaign", { action: "open" });
    await call(base, "/api/clock", { advance_minutes: 2 });
    const parents = await asked(base, held, WIDTHS.length + 1);
    let bytes = 0;
    for (const [index, size] of WIDTHS.entries()) {
      const at = String(size[0]);
      await visit(browser, base, parents[index], size, true, async (page) => {
        await optIn(page, at);
        await large(page, at);
        await correct(page, at);
        await leave(page, at);
        await news(page, base, parents[index]);
        bytes = Math.max(bytes, await weight(page));
        await tap(page, "退出");
        await look(page, `${at}-out`);
      });
    }
    await visit(browser, base, parents[WIDTHS.length], WIDTHS[1], false, async (page) => {
      await tap(page, "参加");
      await choose(page, ["周二"]);
      await says(page, "几点来接");
    });
    await call(base, "/api/clock", { to: "17:00" });
    await arrived(base);
    for (const [role, at, settings] of [["admin", "console-1280-admin", DESK], ["homeroom_teacher", "console-1280-teacher", DESK], ["admin", "console-390-admin", PHONE], ["homeroom_teacher", "console-390-teacher", PHONE], ["staff", "console-390-staff", PHONE]]) {
      const [person] = (await call(base, `/api/people?role=${role}`)).people.filter(({ has_page }) => has_page);
      await staff(browser, base, person.account, at, settings, async (page) => {
        const text = await page.locator("main").innerText();
        check(text.includes("登记情况") === (role !== "staff" || text.includes("全校")), text);
        if (role === "admin") await page.locator("summary").click();
      });
    }
    await onDingtalk(browser, `${base}/dingtalk`);
    check(!findings.length, findings.join("\n"));
    console.log(`the console, and the parent page at ${WIDTHS.map(([width]) => width).join(", ")} pixels hold: ${checks} checks, ${bytes} bytes at the most; pictures in ${SHOTS}`);
  } finally {
    await browser.close();
    demo.removeAllListeners("exit");
    demo.kill("SIGINT");
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
