// What visitors come for, on a phone, a tablet and a desk, from left to right and from right to left, by
// day and by night. They use what they see: names of links, never addresses that a page did not give.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visitor } from "./site.mjs";
import { WORDS } from "./words.mjs";

const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"];

const JOURNEYS = {
  "finds the newest statement on education in French, and subscribes": subscribe,
  "finds when the next pre-session is": nextPreSession,
  "finds who else published a piece": otherPublishers,
};

export function journeys(desk) {
  for (const [language, words] of Object.entries(WORDS)) {
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        describe(`a visitor in ${language} at ${width} px, ${colorScheme}`, () => {
          for (const [name, journey] of Object.entries(JOURNEYS)) {
            it(name, () => walk(desk, words, { viewport: { width, height: 800 }, colorScheme }, journey));
          }
        });
      }
    }
    describe(`a visitor in ${language} without script`, () => {
      for (const [name, journey] of Object.entries(JOURNEYS)) {
        it(name, () => walk(desk, words, { javaScriptEnabled: false }, journey));
      }
    });
  }
}

/** One journey of a fresh visitor, from the front page; nothing may go wrong on the way. */
async function walk(desk, words, options, journey) {
  const { context, page, wrong } = await visitor(desk.chrome, desk.address, options);
  try {
    await page.goto(`${desk.address}${words.prefix}/`);
    await journey(page, words, desk.address);
    assert.deepEqual(wrong, []);
    assert.deepEqual(await context.cookies(), [], "no cookies for visitors");
  } finally {
    await context.close();
  }
}

/** Follows the link of this name that stands in `where`; the page that comes must fit the window. */
async function follow(page, where, name) {
  await where.getByRole("link", { name, exact: true }).first().click();
  await page.waitForLoadState();
  await fits(page);
}

async function fits(page) {
  const size = page.viewportSize();
  const box = await page.locator("main").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= size.width + 1, `${page.url()} is ${box.width} px wide in ${size.width}`);
}

async function subscribe(page, words, address) {
  const main = page.getByRole("main");
  await follow(page, main, words.statements);
  await follow(page, main, words.education);
  await follow(page, main, words.statement);
  await follow(page, main, words.french);
  const dates = await main.locator("article.piece > time").evaluateAll((all) => all.map((one) => one.dateTime));
  assert.ok(dates.length > 0, "the demo has a French statement on education");
  assert.deepEqual(dates, [...dates].sort().reverse(), "the newest comes first");
  const newest = main.locator("article.piece").first().getByRole("heading").getByRole("link");
  assert.equal(await newest.getAttribute("lang"), "fr");
  const title = await newest.innerText();

  const feed = main.getByRole("link", { name: /^Atom/ }).first();
  const announced = page.locator('head link[rel="alternate"][type="application/atom+xml"]');
  const found = await announced.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const href = await feed.getAttribute("href");
  assert.ok(found.includes(href), "a reader that is given the page finds the same feed");
  const answer = await fetch(new URL(href, address));
  assert.match(answer.headers.get("content-type"), /^application\/atom\+xml/);
  const entries = (await answer.text()).split("<entry").slice(1);
  assert.equal(entries.length, dates.length, "the feed holds what the page shows");
  assert.ok(entries[0].replaceAll("&apos;", "'").replaceAll("&#39;", "'").includes(title), `${title} comes first`);

  await newest.click();
  await fits(page);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), title);
}

async function nextPreSession(page, words) {
  await follow(page, page.getByRole("banner"), words.calendar);
  const next = page.locator("article").filter({ hasText: words.preSession }).first();
  assert.ok(await next.isVisible());
  assert.ok((await next.innerText()).includes(words.nextPreSession), await next.innerText());
  const calendar = page.getByRole("main").locator('a[href$="/calendar.ics"], a[href^="webcal:"]').first();
  assert.ok(await calendar.isVisible(), "one can subscribe");
}

async function otherPublishers(page, words) {
  const shared = page.locator("article.piece").filter({ hasText: words.also }).first();
  const other = await shared.locator("li").filter({ hasText: words.also }).getByRole("link").first().innerText();
  await shared.getByRole("heading").getByRole("link").click();
  await fits(page);
  const publishers = page.getByRole("region", { name: words.who });
  assert.ok((await publishers.locator("ol > li").count()) >= 2, "there are two publishers at least");
  await publishers.getByRole("link", { name: other, exact: true }).click();
  await fits(page);
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), other);
}
