/**
 * Drives the page in headless Chromium. `openPage()` gives a fresh visitor (empty storage) on the built page; the
 * browser is started once per worker.
 */
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { inject } from "vitest";
import { AXE } from "../setup/axe_options.ts";
import { CHROMIUM_ARGS, findChromium } from "../setup/chromium.mjs";

const screenshots = resolve(import.meta.dirname, "../results/screenshots");

/** A file to drop: a path on disk, or a name with its content. */
export type DroppedFile = string | { readonly name: string; readonly content: string | Uint8Array };

/** A task that kept the main thread busy for over 50 ms. */
export interface LongTask {
  /** Milliseconds since the page was opened. */
  readonly start: number;
  readonly duration: number;
}

/** Something that moved although nobody touched anything. */
export interface Shift {
  /** Milliseconds since the page was opened. */
  readonly start: number;
  /** As Chromium scores it: how much of the window moved, times how far. */
  readonly value: number;
  /** The elements that moved most. */
  readonly what: string;
}

export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught errors, failed requests, requests to other hosts: empty on a healthy page. */
  readonly problems: readonly string[];
  /** Drops files where a person would let go of them: `target` is a selector (it reaches into shadow roots). */
  drop(target: string, files: readonly DroppedFile[]): Promise<void>;
  /** Writes test/results/screenshots/NAME.png and returns its path. */
  screenshot(name: string, options?: { fullPage?: boolean }): Promise<string>;
  /** Runs axe on the whole page; each violation as "rule (impact): what, at which element". */
  accessibilityProblems(): Promise<string[]>;
  /** Long tasks of the main thread since the page was loaded, or since `since` (milliseconds, as `start`). */
  longTasks(since?: number): Promise<LongTask[]>;
  /**
   * Milliseconds of processor time of each task of the main thread while `act` went on: what other work on the machine
   * does not lengthen.
   */
  mainTasks(act: () => Promise<void>): Promise<number[]>;
  /** What moved by itself since the page was loaded, or since `since`. */
  shifts(since?: number): Promise<Shift[]>;
  /** Milliseconds since the page was loaded, on the clock of `LongTask.start`. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Switches of a browser as many people have it: without WebGPU. */
const NO_WEBGPU = ["--no-sandbox", "--disable-features=WebGPU", "--disable-gpu", ...CHROMIUM_ARGS.slice(5)];

const launched = new Map<readonly string[], Promise<Browser>>();

/** One of each kind for all files of a worker; it ends with the worker, and a lost one is replaced. */
function browser(args: readonly string[]): Promise<Browser> {
  const executablePath = findChromium();
  let known = launched.get(args);
  if (!known) {
    known = chromium
      .launch({ ...(executablePath && { executablePath }), args: [...args] })
      .then((started) => started.on("disconnected", () => launched.delete(args)));
    launched.set(args, known);
  }
  return known;
}

function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("crash", () => problems.push("the page crashed"));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "no reason given";
    // The browser itself gives up a page's icon when the page is left before it has come.
    if (reason === "net::ERR_ABORTED" && request.url().endsWith("/icon.svg")) return;
    problems.push(`request failed: ${request.url()} (${reason})`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== "localhost") {
      problems.push(`request to another host: ${request.url()}`);
    }
  });
  return problems;
}

/** Runs in the page before its own scripts. */
function recordLongTasks(): void {
  const record: LongTask[] = [];
  Object.assign(globalThis, { tiltLongTasks: record });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) record.push({ start: startTime, duration });
  }).observe({ type: "longtask", buffered: true });
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

async function mainTasks(page: Page, act: () => Promise<void>): Promise<number[]> {
  const started = page.context().browser()!;
  await started.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await act();
  const trace = await started.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === "X" && /RunTask$/.test(name) && main.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
}

/** Runs in the page before its own scripts. */
function recordShifts(): void {
  type Entry = PerformanceEntry & {
    readonly hadRecentInput: boolean;
    readonly value: number;
    readonly sources: readonly { readonly node: Node | null }[];
  };
  const record: Shift[] = [];
  Object.assign(globalThis, { tiltShifts: record });
  const nameOf = ({ node }: { readonly node: Node | null }): string =>
    node instanceof Element ? `${node.localName}.${node.getAttribute("class") ?? ""}` : "text";
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, startTime, value, sources } of list.getEntries() as Entry[])
      if (!hadRecentInput) record.push({ start: startTime, value, what: sources.map(nameOf).join(", ") });
  }).observe({ type: "layout-shift", buffered: true });
}

async function drop(page: Page, target: Locator, files: readonly DroppedFile[]): Promise<void> {
  await target.waitFor({ state: "visible" });
  // A file input takes files of any size from disk, which a script in the page could not read by itself.
  const input = await page.evaluateHandle(() => {
    const element = document.createElement("input");
    element.type = "file";
    element.multiple = true;
    return element;
  });
  const onDisk = files.filter((file) => typeof file === "string");
  const made = files.filter((file) => typeof file !== "string");
  const payloads = made.map(({ name, content }) => ({
    name,
    mimeType: "",
    buffer: typeof content === "string" ? Buffer.from(content) : Buffer.from(content),
  }));
  const transfer = await page.evaluateHandle(() => new DataTransfer());
  const add = () =>
    page.evaluate(
      ({ input, transfer }) => {
        for (const file of input.files ?? []) transfer.items.add(file);
      },
      { input, transfer },
    );
  if (onDisk.length > 0) {
    await input.setInputFiles(onDisk);
    await add();
  }
  if (payloads.length > 0) {
    await input.setInputFiles(payloads);
    await add();
  }
  await target.evaluate((element, dataTransfer) => {
    const fire = (type: string, cancelable = true) =>
      element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable }));
    fire("dragenter");
    fire("dragover");
    fire("drop");
  }, transfer);
}

async function accessibilityProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (options) => (globalThis as unknown as { axe: typeof axe }).axe.run(options),
    AXE,
  );
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => `${id} (${impact ?? "unknown"}): ${help}, at ${target.flat().join(" ")}`),
  );
}

/** As Playwright names them, and whether the browser knows WebGPU. */
export type TabOptions = BrowserContextOptions & { readonly webgpu?: boolean };

/** A fresh visitor on an empty tab, without a service worker unless the options say so. Most tests want `openPage`. */
export async function openTab({ webgpu = true, ...options }: TabOptions = {}): Promise<Visit> {
  const context = await (await browser(webgpu ? CHROMIUM_ARGS : NO_WEBGPU)).newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
    ...options,
  });
  const page = await context.newPage();
  // Only a failing test waits as long.
  page.setDefaultTimeout(60_000);
  const problems = collectProblems(page);
  await page.addInitScript(recordLongTasks);
  await page.addInitScript(recordShifts);
  return {
    page,
    problems,
    drop: (target, files) => drop(page, page.locator(target).first(), files),
    async screenshot(name, { fullPage = true } = {}) {
      mkdirSync(screenshots, { recursive: true });
      const path = resolve(screenshots, `${name}.png`);
      await page.screenshot({ path, fullPage });
      return path;
    },
    accessibilityProblems: () => accessibilityProblems(page),
    async longTasks(since = 0) {
      const tasks = await page.evaluate(
        () => (globalThis as unknown as { tiltLongTasks: LongTask[] }).tiltLongTasks,
      );
      return tasks.filter(({ start }) => start >= since);
    },
    mainTasks: (act) => mainTasks(page, act),
    async shifts(since = 0) {
      const shifts = await page.evaluate(() => (globalThis as unknown as { tiltShifts: Shift[] }).tiltShifts);
      return shifts.filter(({ start }) => start >= since);
    },
    now: () => page.evaluate(() => performance.now()),
    close: () => context.close(),
  };
}

/**
 * A fresh visitor on the built page, at the workbench unless another address is given.
 * @param path what follows the address, e.g. "#/play", "" for the bare address
 * @param options viewport, colour scheme, reduced motion, …, as Playwright names them
 */
export async function openPage(path = "#/workbench", options: TabOptions = {}): Promise<Visit> {
  const visit = await openTab(options);
  await visit.page.goto(inject("pageUrl") + path);
  return visit;
}
