// Every kind of page: valid HTML, accessible (WCAG 2.2 AA by axe), light enough, and strict about what
// may be loaded.

import axe from "axe-core";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HtmlValidate, formatterFactory } from "html-validate";
import { visitor } from "./site.mjs";

const PREFIXES = ["", "/fr", "/es", "/ar"];
/** Most that a page may transfer with all it needs, in bytes. */
const WEIGHT_MAX = 60 * 1024;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** How a page is looked at for accessibility: in the narrowest and a wide window, by day and by night. */
const NARROW = { viewport: { width: 360, height: 800 }, colorScheme: "light" };
const WIDE = { viewport: { width: 1280, height: 900 }, colorScheme: "dark" };
/** In which languages, and how each: both ways from left to right and from right to left, else once. */
const LOOKS = [["", NARROW], ["", WIDE], ["/ar", NARROW], ["/ar", WIDE], ["/fr", NARROW], ["/es", WIDE]];
/** In the colours of the system, as people with low vision set them. */
const FORCED = { viewport: { width: 360, height: 800 }, colorScheme: "light", forcedColors: "active" };
LOOKS.push(["", FORCED], ["/ar", FORCED]);
/** The narrowest window of WCAG 1.4.10, in CSS pixels. */
const NARROWEST = 320;
/** Where the first piece begins on a phone, in CSS pixels: on the first screen of 800. */
const FIRST_PIECE_MAX = 790;

export function pages(desk) {
  /** One address of each kind, found on the demo. */
  const kinds = async () => {
    const ask = async (path) => (await fetch(desk.address + path)).json();
    const { items } = await ask("/api/v1/search?q=school");
    const piece = new URL(items[0].page).pathname;
    return [
      "/", "/sections/member-statements", "/sections/un-sessions", piece, "/search", "/search?q=school",
      "/search?q=nothing-at-all-has-this-word", "/sources", "/sources/lantern", "/sources/library", "/calendar", "/deadlines", "/how", "/topics",
      "/sections/un-statements?topic=education&since=2021-01-01", "/?since=2021-06-01",
      "/topics/education", "/genres", "/organisations", "/countries", "/no/such/page",
    ];
  };

  describe("every kind of page", () => {
    it("is valid HTML in every language", async () => {
      const validator = new HtmlValidate({
        extends: ["html-validate:standard"],
        rules: {
          // What the rules of style say, not the standard.
          "long-title": "off",
          "no-inline-style": "error",
          "no-trailing-whitespace": "off",
          "doctype-style": "off",
          "attribute-boolean-style": "off",
          "void-style": "off",
        },
      });
      const wrong = [];
      for (const prefix of PREFIXES) {
        for (const path of await kinds()) {
          const text = await (await fetch(desk.address + prefix + path)).text();
          const report = await validator.validateString(text, prefix + path);
          if (!report.valid) wrong.push(formatterFactory("text")(report.results));
        }
      }
      assert.deepEqual(wrong, []);
    });

    for (const [prefix, look] of LOOKS) {
      const name = `has nothing against WCAG 2.2 AA at ${prefix || "/en"}, ${look.viewport.width} px, ${look.forcedColors ? "forced colours" : look.colorScheme}`;
      it(name, async () => {
        // The tool is a script, which the site's policy forbids: it is let in for the test alone.
        const { context, page } = await visitor(desk.chrome, desk.address, { ...look, bypassCSP: true });
        const wrong = [];
        try {
          for (const path of await kinds()) {
            await page.goto(desk.address + prefix + path);
            // What is folded away is looked at as well.
            await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
            await page.evaluate(axe.source);
            const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: values }), TAGS);
            for (const one of violations) wrong.push(`${prefix}${path}: ${one.id} ${one.nodes[0].html}`);
          }
        } finally {
          await context.close();
        }
        assert.deepEqual(wrong, []);
      });
    }

    it("fits a window of 320 px, and marks the current page in forced colours", async () => {
      const wrong = [];
      for (const prefix of ["", "/ar"]) {
        const look = { viewport: { width: NARROWEST, height: 800 }, forcedColors: "active" };
        const { context, page } = await visitor(desk.chrome, desk.address, look);
        for (const path of await kinds()) {
          await page.goto(desk.address + prefix + path);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > NARROWEST) wrong.push(`${prefix}${path} is ${width} px wide`);
        }
        await page.goto(`${desk.address}${prefix}/calendar`);
        const outline = (selector) => page.locator(selector).first().evaluate((one) => getComputedStyle(one).outlineStyle);
        assert.equal(await outline(".menu a[aria-current]"), "solid");
        assert.equal(await outline(".menu a:not([aria-current])"), "none");
        await context.close();
      }
      assert.deepEqual(wrong, []);
    });

    it("shows search, sections and the first piece on the first screen of a phone", async () => {
      for (const prefix of PREFIXES) {
        const { context, page } = await visitor(desk.chrome, desk.address, NARROW);
        const top = (selector) => page.locator(selector).first().evaluate((one) => one.getBoundingClientRect().top);
        await page.goto(`${desk.address}${prefix}/`);
        const places = { search: await top(".find"), sections: await top(".index"), piece: await top("article.piece") };
        for (const [what, at] of Object.entries(places)) {
          assert.ok(at <= FIRST_PIECE_MAX, `${prefix}/: ${what} at ${at} px`);
        }
        await context.close();
      }
    });

    it("lists each work once, in the language of the page where there is one", async () => {
      const { items: sections } = await (await fetch(`${desk.address}/api/v1/sections`)).json();
      assert.ok(sections.some((section) => section.works < section.pieces), "the demo has translations");
      for (const prefix of PREFIXES) {
        for (const section of sections) {
          const html = await (await fetch(`${desk.address}${prefix}/sections/${section.id}`)).text();
          assert.equal(html.split('<article class="piece').length - 1, section.works, prefix + section.id);
        }
        const html = await (await fetch(`${desk.address}${prefix}/sections/un-statements`)).text();
        const first = html.split('<article class="piece')[1];
        assert.ok(!first.includes('class="kind tongue"'), `${prefix}: the first is in the language of the page`);
      }
    });

    it("brings what it needs from here, within its weight, before any script", async () => {
      for (const prefix of PREFIXES) {
        for (const path of (await kinds()).filter((path) => !path.startsWith("/no/"))) {
          const { context, page, wrong } = await visitor(desk.chrome, desk.address);
          const client = await context.newCDPSession(page);
          let bytes = 0;
          await client.send("Network.enable");
          client.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
          await page.goto(desk.address + prefix + path, { waitUntil: "networkidle" });
          assert.deepEqual(wrong, []);
          assert.ok(bytes > 1_000 && bytes <= WEIGHT_MAX, `${prefix}${path} takes ${bytes} bytes`);
          await context.close();
        }
      }
    });

    it("says strictly what may be loaded, and sets no cookie", async () => {
      for (const path of await kinds()) {
        const { headers } = await fetch(desk.address + path);
        const policy = headers.get("content-security-policy") ?? "";
        assert.match(policy, /default-src 'none'/, path);
        assert.match(policy, /require-trusted-types-for 'script'/, path);
        assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*/, path);
        assert.ok(headers.get("referrer-policy"), path);
        assert.equal(headers.get("set-cookie"), null, path);
      }
    });
  });
}
