// The whole site without a pointer: what can be clicked can be reached, is seen while it has the focus,
// and does what it says on Enter or the space bar.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visitor } from "./site.mjs";
import { WORDS } from "./words.mjs";

/** Presses of Tab after which a page is taken for a trap. */
const PRESSES_MAX = 600;
/** Stops inside one field: day, month, year, and the button of a date. */
const PARTS_MAX = 4;

export function keyboard(desk) {
  const alone = (name, path, act) =>
    it(name, async () => {
      const { context, page, wrong } = await visitor(desk.chrome, desk.address);
      try {
        await page.goto(desk.address + path);
        await act(page);
        assert.deepEqual(wrong, []);
      } finally {
        await context.close();
      }
    });

  describe("by keyboard alone", () => {
    alone("the first stop leads past the menu", "/", async (page) => {
      await page.keyboard.press("Tab");
      const skip = page.getByRole("link", { name: WORDS.en.skip });
      assert.ok(await skip.evaluate((link) => link === document.activeElement));
      assert.ok(await isSeen(skip), "it shows while it has the focus");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
    });

    for (const path of ["/", "/sections/member-statements", "/search?q=school", "/calendar", "/sources", "/how"]) {
      alone(`every stop of ${path} is reached once, in order, and seen`, path, everyStop);
    }

    alone("a search is typed, sent and narrowed", "/search", async (page) => {
      await page.getByRole("searchbox").focus();
      await page.keyboard.type("school");
      await page.keyboard.press("Enter");
      await page.waitForURL(/q=school/);
      assert.ok((await page.locator("article.piece").count()) > 0);
    });

    alone("what is folded opens and closes", "/search?q=school", async (page) => {
      const fold = page.locator("main details").first();
      const wasOpen = await fold.evaluate((one) => one.open);
      await fold.locator("summary").focus();
      await page.keyboard.press("Space");
      assert.equal(await fold.evaluate((one) => one.open), !wasOpen);
      await page.keyboard.press("Enter");
      assert.equal(await fold.evaluate((one) => one.open), wasOpen);
    });
  });
}

/** Walks through a page with Tab and compares the stops with what can take the focus. */
async function everyStop(page) {
  const expected = await page.evaluate(() => {
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const open = stops.filter((stop) => stop.checkVisibility() && !stop.disabled && stop.type !== "hidden");
    open.forEach((stop, number) => stop.setAttribute("data-stop", String(number)));
    return open.length;
  });
  assert.ok(expected > 5 && expected < PRESSES_MAX, `${expected} stops`);
  for (let number = 0; number < expected; number += 1) {
    const stop = await next(page, number);
    assert.equal(stop.number, String(number), `stop ${number} is ${stop.name}`);
    assert.ok(stop.isInView, `${stop.name} is out of view while it has the focus`);
    assert.ok(stop.isMarked, `${stop.name} does not show that it has the focus`);
  }
}

/** Presses Tab and describes what has the focus then. A date has several stops inside; they are one. */
async function next(page, number) {
  for (let press = 0; ; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const focused = document.activeElement;
      const box = focused.getBoundingClientRect();
      const style = getComputedStyle(focused);
      return {
        number: focused.getAttribute("data-stop"),
        name: focused.outerHTML.slice(0, 120),
        isInView: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
      };
    });
    if (stop.number !== String(number - 1) || press === PARTS_MAX) return stop;
  }
}

/** True when an element is within the window. */
function isSeen(element) {
  return element.evaluate((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0;
  });
}
