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
