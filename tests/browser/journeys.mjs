// What visitors come for, in as few clicks as it may take, on a phone, a tablet and a desk, from left to right and from right to left, by
// day and by night. They use what they see: names of links, never addresses that a page did not give.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visitor } from "./site.mjs";
import { WORDS } from "./words.mjs";

const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"];

/** What visitors come for, and the most clicks that it may take them from the front page. */
const JOURNEYS = {
  "finds the newest UN statement on education in French, and follows it": [4, subscribe],
  "sees all deadlines": [1, allDeadlines],
  "copies the address of a feed": [2, copyAddress],
  "finds a piece by half a memory with a typo": [2, halfAMemory],
  "changes the language of a filter and stays": [3, changeLanguage],
  "finds when the next pre-session is": [1, nextPreSession],
  "finds who else published a piece": [2, otherPublishers],
};

export function journeys(desk) {
  for (const [language, words] of Object.entries(WORDS)) {
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        describe(`a visitor in ${language} at ${width} px, ${colorScheme}`, () => {
          for (const [name, [most, journey]] of Object.entries(JOURNEYS)) {
            it(name, () => walk(desk, words, { viewport: { width, height: 800 }, colorScheme }, most, journey));
          }
        });
      }
    }
    describe(`a visitor in ${language} without script`, () => {
      for (const [name, [most, journey]] of Object.entries(JOURNEYS)) {
        it(name, () => walk(desk, words, { javaScriptEnabled: false }, most, journey));
      }
    });
  }
}

/** One journey of a fresh visitor, from the front page; nothing may go wrong on the way. */
async function walk(desk, words, options, most, journey) {
  const { context, page, wrong } = await visitor(desk.chrome, desk.address, options);
  const steps = { count: 0, hasScript: options.javaScriptEnabled !== false };
  try {
    await page.goto(`${desk.address}${words.prefix}/`);
    await journey(page, words, steps, desk.address);
    assert.deepEqual(wrong, []);
    assert.deepEqual(await context.cookies(), [], "no cookies for visitors");
    assert.ok(steps.count >= 1 && steps.count <= most, `${steps.count} clicks of ${most}`);
  } finally {
    await context.close();
  }
}

/** One click on what a visitor sees. */
async function click(steps, what) {
  steps.count += 1;
  await what.click();
}

/** Follows the link of this name that stands in `where`; the page that comes must fit the window. */
async function follow(page, steps, where, name) {
  await click(steps, where.getByRole("link", { name, exact: true }).first());
  await page.waitForLoadState();
  await fits(page);
}

/** Opens what a page offers to whoever wants its news; gives the address that stands there. */
async function openUpdates(page, words, steps) {
  await click(steps, page.locator("summary", { hasText: words.updates }));
  const field = page.locator(".copy input");
  assert.ok(await field.isVisible());
  return field.inputValue();
}

async function fits(page) {
  const size = page.viewportSize();
  const box = await page.locator("main").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= size.width + 1, `${page.url()} is ${box.width} px wide in ${size.width}`);
}

async function subscribe(page, words, steps, address) {
  const main = page.getByRole("main");
  await follow(page, steps, main, words.statements);
  await follow(page, steps, main.locator(".narrow"), words.education);
  await follow(page, steps, main.locator(".narrow"), words.french);
  const dates = await main.locator("article.piece > time").evaluateAll((all) => all.map((one) => one.dateTime));
  assert.ok(dates.length > 0, "the demo has a French statement on education");
  assert.deepEqual(dates, [...dates].sort().reverse(), "the newest comes first");
  const newest = main.locator("article.piece").first().getByRole("heading").getByRole("link");
  assert.equal(await newest.getAttribute("lang"), "fr");
  const title = await newest.innerText();

  const feed = new URL(await openUpdates(page, words, steps));
  const announced = page.locator('head link[rel="alternate"][type="application/atom+xml"]');
  const found = await announced.evaluateAll((all) => all.map((one) => one.href));
  assert.ok(found.some((one) => one.endsWith(feed.pathname + feed.search)), "a reader that is given the page finds it");
  const answer = await fetch(address + feed.pathname + feed.search);
  assert.match(answer.headers.get("content-type"), /^application\/atom\+xml/);
  const entries = (await answer.text()).split("<entry").slice(1);
  assert.equal(entries.length, dates.length, "the feed holds what the page shows");
  assert.ok(entries[0].replaceAll("&apos;", "'").replaceAll("&#39;", "'").includes(title), `${title} comes first`);
}

async function allDeadlines(page, words, steps, address) {
  await follow(page, steps, page.getByRole("banner"), words.deadlines);
  const days = await page.locator("article.occasion time").evaluateAll((all) => all.map((one) => one.dateTime));
  const { items } = await (await fetch(`${address}/api/v1/search?q=has:deadline&limit=100`)).json();
  const missing = items.filter((item) => !days.includes(item.deadline.slice(0, 10))).map((item) => item.title);
  assert.ok(items.length > 5, `${items.length} pieces name a deadline`);
  assert.deepEqual(missing, []);
  const file = await (await fetch(`${address}/calendar.ics`)).text();
  assert.equal(file.split("CATEGORIES:deadline").length - 1, days.length, "the file of the calendar has them, too");
}

async function copyAddress(page, words, steps, address) {
  const field = await openUpdates(page, words, steps);
  assert.ok(field.endsWith("/all.atom"), field);
  if (!steps.hasScript) return;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: address });
  await click(steps, page.getByRole("button", { name: words.copy, exact: true }));
  await page.getByRole("button", { name: words.copied, exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), field);
}

async function halfAMemory(page, words, steps) {
  const box = page.getByRole("searchbox");
  await click(steps, box);
  await box.fill(words.memory);
  await box.press("Enter");
  await page.waitForURL(/search\?q=/);
  await fits(page);
  await click(steps, page.getByRole("main").getByRole("link", { name: words.remembered, exact: true }));
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), words.remembered);
}

async function changeLanguage(page, words, steps) {
  const main = page.getByRole("main");
  await follow(page, steps, main, words.statements);
  await follow(page, steps, main.locator(".narrow"), words.education);
  const rows = await main.locator("article.piece").count();
  await follow(page, steps, page.getByRole("banner"), words.other.name);
  const now = new URL(page.url());
  assert.equal(now.pathname + now.search, `${words.other.prefix}/sections/un-statements?topic=education`);
  assert.equal(await main.locator("article.piece").count(), rows, "the same rows");
  assert.ok(await main.locator(".chosen").getByText(words.other.education).isVisible());
}

async function nextPreSession(page, words, steps) {
  await follow(page, steps, page.getByRole("banner"), words.calendar);
  const next = page.locator("article").filter({ has: page.locator(".by", { hasText: words.preSession }) }).first();
  assert.ok(await next.isVisible());
  assert.ok((await next.innerText()).includes(words.nextPreSession), await next.innerText());
  const address = await openUpdates(page, words, { count: 0 });
  assert.ok(address.endsWith("/calendar.ics"), "one can subscribe");
}

async function otherPublishers(page, words, steps) {
  const shared = page.locator("article.piece").filter({ hasText: words.also }).first();
  const other = await shared.locator("li").filter({ hasText: words.also }).getByRole("link").first().innerText();
  await click(steps, shared.getByRole("heading").getByRole("link"));
  await fits(page);
  const publishers = page.getByRole("region", { name: words.who });
  assert.ok((await publishers.locator("ol > li").count()) >= 2, "there are two publishers at least");
  await click(steps, publishers.getByRole("link", { name: other, exact: true }));
  await fits(page);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), other);
}
