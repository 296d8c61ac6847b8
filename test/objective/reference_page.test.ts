/** src/objective/README.md says what the registries say. Run with -u to write it again. */
import { expect, it } from "vitest";
import { LOSSES } from "../../src/objective/losses/index.ts";
import { referencePage } from "../../src/objective/reference_page.ts";
import { STRATEGIES } from "../../src/objective/strategies/index.ts";

it("is up to date, and leaves nothing out", async () => {
  const page = referencePage();
  for (const { id } of [...LOSSES, ...STRATEGIES]) expect(page).toContain(`(\`${id}\`)`);
  await expect(page).toMatchFileSnapshot("../../src/objective/README.md");
});
