// The demo and the browser that looks at it: started once, for all tests of this folder.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

/** How long the demo may take until it has read its sources, in milliseconds. A debug build is slow. */
const READY_WITHIN = 60_000;
/** How long a visitor waits for something to appear, in milliseconds. */
const PATIENCE = 10_000;
/** Between two looks at whether the demo still changes, in milliseconds. */
const LOOK_EVERY = 1_000;

/** Starts the demo with the clock standing still; gives its address and a way to end it. */
export async function demo() {
  const program = process.env.PLENARY ?? "plenary";
  const child = spawn(program, ["demo", "--still", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the demo ended with ${code} before it was ready`)));
  });
  const address = await Promise.race([said(child), failed]);
  await Promise.race([settled(address), failed]);
  return { address, stop: () => { failed.catch(() => {}); child.kill("SIGTERM"); } };
}

/** The address that the demo prints. */
async function said(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (found) return found[0];
  }
  throw new Error("the demo said no address");
}

/** Waits until every section has pieces and the feed of everything stays as it is. */
async function settled(address) {
  const until = Date.now() + READY_WITHIN;
  let before = "";
  while (Date.now() < until) {
    const { items: sections } = await (await fetch(`${address}/api/v1/sections`)).json();
    const now = await (await fetch(`${address}/all.atom`)).text();
    if (sections.length > 0 && sections.every((section) => section.pieces > 0) && now === before) return;
    before = now;
    await sleep(LOOK_EVERY);
  }
  throw new Error(`the demo was not ready within ${READY_WITHIN} ms`);
}

/** A headless Chromium, the one installed on the machine. */
export function browser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/**
 * A fresh visitor: no cookies, and a record of what went wrong on the way (errors in the console, which
 * is where breaches of the content security policy stand; failed or foreign requests).
 */
export async function visitor(chrome, address, options = {}) {
  const context = await chrome.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const to = request.url();
    if (!to.startsWith(address) && !to.startsWith("data:")) wrong.push(`a request to ${to}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) wrong.push(`${response.status()} from ${response.url()}`);
  });
  return { context, page, wrong };
}
