// @ts-check
/** What is done on a page before its picture is taken. */

/** @typedef {import("playwright-core").Page} Page */

/** Milliseconds within which a software GPU ends the small runs of these pictures, on a machine that does other things too. */
const PATIENCE = 480_000;

/** A page on the made-up engine has come to its scene. @param {Page} page */
export const sceneReady = (page) => page.locator("body[data-ready]").waitFor({ timeout: 60_000 });

/** The open view's code is here and it has drawn. @param {Page} page */
export async function viewReady(page) {
  await page.locator("main").waitFor();
  await page.waitForFunction(
    () => !/^(Fetching|Drawing)/.test(document.querySelector("main")?.innerText ?? ""),
  );
  await page.locator(".multiples.waiting").waitFor({ state: "detached", timeout: 60_000 });
}

/** Presses a button by its name. @param {string | RegExp} name @returns {(page: Page) => Promise<void>} */
export const press = (name) => (page) =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();

/** One after the other. @param {...(page: Page) => Promise<unknown>} acts @returns {(page: Page) => Promise<void>} */
export const inTurn =
  (...acts) =>
  async (page) => {
    for (const act of acts) await act(page);
  };

/** Waits for an element. @param {string} selector @returns {(page: Page) => Promise<void>} */
export const seen = (selector) => (page) => page.locator(selector).first().waitFor({ timeout: PATIENCE });

/** Chooses a file made of `content`. @param {string} name @param {string} content @returns {(page: Page) => Promise<void>} */
export const choose = (name, content) => async (page) => {
  await page.locator(".transport .main:not([disabled])").waitFor({ timeout: 60_000 });
  await page.locator("#file").setInputFiles({ name, mimeType: "", buffer: Buffer.from(content) });
};

/** Composes a small sweep and starts it. @param {Page} page */
export async function startSweep(page) {
  await page.locator(".choice", { hasText: "λ sensitivity" }).click();
  const small = {
    "data.groups": 80,
    "sft.steps": 4,
    "train.steps": 12,
    "train.evalEvery": 3,
    "model.layers": 1,
  };
  for (const [path, value] of Object.entries(small)) {
    const control = page.locator(`#f-${path.replaceAll(".", "-")}`);
    if ((await control.count()) === 0) await page.selectOption("#fix-field", path);
    await control.fill(String(value));
    await control.blur();
  }
  await page.locator("#axis-train-lambda-values").fill("0.1, 10");
  await page.locator("#axis-train-lambda-values").blur();
  await page
    .locator("#axis-train-strategy label")
    .getByText("Importance-weighted KL-DRO", { exact: true })
    .click();
  await page.locator("#sweep-seeds").fill("1-3");
  await page.locator("#sweep-seeds").blur();
  await page.getByRole("button", { name: /^Start \d+ runs/ }).click();
  await page.locator(".sweep-pace b").waitFor({ timeout: 60_000 });
}

/** A small sweep, ended. @param {Page} page */
export async function endSweep(page) {
  await startSweep(page);
  await page.getByText(/\d+ runs done/).waitFor({ timeout: PATIENCE });
}

/** Answers a lesson's question without a guess and waits for what is measured. @param {Page} page */
export async function reveal(page) {
  const bars = page.locator("tilt-guess");
  const start = page.getByRole("button", { name: /^(Show without a guess|Run \d+ seeds and show)$/ }).last();
  await start.waitFor({ timeout: 60_000 });
  if ((await bars.count()) === 0) await page.locator(".option").first().click();
  await page.getByRole("button", { name: /^Run \d+ seeds and show$/ }).click();
  await page.locator(".reveal").waitFor({ timeout: PATIENCE });
}

/** Runs what a link asks for. @param {Page} page */
export async function runLink(page) {
  await page.locator(".card .terms").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".verdict").waitFor({ timeout: PATIENCE });
}

/** Opens the report of a run made from a link, as its reader would. @param {Page} page */
export async function openReport(page) {
  await runLink(page);
  await press("Show it among the results")(page);
  await page.locator(".runs tbody tr").first().waitFor({ timeout: 60_000 });
  const coming = page.waitForEvent("download");
  await press("Report")(page);
  const saved = await (await coming).createReadStream();
  let text = "";
  for await (const part of saved) text += part;
  await page.setContent(text);
}
