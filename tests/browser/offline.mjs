// The page that is kept for when there is no network, also where the server of an exported site leads to it by
// a redirect: browsers refuse a redirected answer to a navigation.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { it } from "node:test";
import { visitor } from "./site.mjs";
import { WORDS } from "./words.mjs";

/** The site behind a server that leads from `/offline` to `/offline.html`. */
async function behind(address) {
  const server = createServer(async (request, response) => {
    if (request.url.endsWith("/offline")) {
      response.writeHead(301, { location: `${request.url}.html` }).end();
      return;
    }
    const asked = await fetch(address + request.url.replace(/\/offline\.html$/, "/offline"));
    const { "content-encoding": coding, "content-length": length, ...headers } = Object.fromEntries(asked.headers);
    response.writeHead(asked.status, headers).end(Buffer.from(await asked.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

export function offline(desk) {
  it("a feed is readable before and after a visit, and shows no tags", async () => {
    const { context, page } = await visitor(desk.chrome, desk.address);
    const look = async (path) => {
      const answer = await page.goto(desk.address + path);
      assert.equal(answer.fromServiceWorker(), false, path);
      assert.match(answer.headers()["content-type"], /^application\/xml/, path);
      // What a browser draws as text, without what the style sheet hides.
      const shown = await page.evaluate(() => {
        const parts = [...document.querySelectorAll("title, summary, description")];
        return parts.filter((one) => one.getClientRects().length > 0).map((one) => one.textContent);
      });
      assert.ok(shown.length > 5, `${path} shows ${shown.length} texts`);
      assert.deepEqual(shown.filter((text) => /<\/?[a-z]|&[a-z#0-9]+;/i.test(text)), [], path);
    };
    const feeds = ["/all.atom", "/sections/news.rss", "/sections/resources.rss", "/sections/resources.atom", "/search.atom?q=school"];
    try {
      for (const path of feeds) await look(path);
      await page.goto(`${desk.address}/`);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      await page.goto(`${desk.address}/how`);
      assert.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null), "the worker is at work");
      for (const path of feeds) await look(path);
    } finally {
      await context.close();
    }
  });

  it("a page of ours says so when there is no network", async () => {
    const server = await behind(desk.address);
    const address = `http://127.0.0.1:${server.address().port}`;
    const { context, page } = await visitor(desk.chrome, address);
    try {
      await page.goto(`${address}/ar/how`);
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      server.close();
      server.closeAllConnections();
      await page.goto(`${address}/ar/sources`);
      await page.getByRole("heading", { name: WORDS.ar.offline }).waitFor();
    } finally {
      await context.close();
      server.close();
    }
  });
}
