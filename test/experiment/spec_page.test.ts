/** src/experiment/README.md says what the schema says. Run with -u to write it again. */
import { expect, it } from "vitest";
import { FIELDS } from "../../src/experiment/spec.ts";
import { specPage } from "../../src/experiment/spec_page.ts";

it("is up to date, and leaves nothing out", async () => {
  const page = specPage();
  for (const { path, help } of FIELDS) {
    expect(page).toContain(`**\`${path}\`**`);
    expect(page).toContain(help);
  }
  expect(page).toContain("train.lossParams.beta");
  await expect(page).toMatchFileSnapshot("../../src/experiment/README.md");
});
