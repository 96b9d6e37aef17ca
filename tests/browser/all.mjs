// Everything that needs a browser, over one demo: `node all.mjs`, through `run`.

import { after, before, describe } from "node:test";
import { browser, demo } from "./site.mjs";
import { journeys } from "./journeys.mjs";
import { keyboard } from "./keyboard.mjs";
import { offline } from "./offline.mjs";
import { pages } from "./pages.mjs";

describe("the site in a browser", { timeout: 900_000 }, () => {
  /** Filled before the first test: the address of the demo, and the browser. */
  const desk = {};
  let running;
  before(async () => {
    running = await demo();
    desk.address = running.address;
    desk.chrome = await browser();
  });
  after(async () => {
    await desk.chrome?.close();
    running?.stop();
  });
  journeys(desk);
  keyboard(desk);
  offline(desk);
  pages(desk);
});
