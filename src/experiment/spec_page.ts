/** The reference of all settings, from the schema and the registries alone: the strings that forms and messages use. */
import { LOSSES } from "../objective/losses/index.ts";
import { STRATEGIES } from "../objective/strategies/index.ts";
import { allowed, type Condition, type Field } from "./field.ts";
import { parameterFields } from "./parameters.ts";
import { FIELDS, SECTIONS, SPEC_VERSION } from "./schema.ts";

/** Markdown. */
export function specPage(): string {
  const parts = [
    "# The spec of an experiment",
    "Written from src/experiment/schema-*.ts; `npx vitest run --project node test/experiment/spec_page.test.ts -u` writes " +
      "it again.",
    `A spec is JSON, version ${SPEC_VERSION}. Every setting has a default, so \`{}\` is a whole one. \`train.lambda\` below is ` +
      '`{"train": {"lambda": …}}` in a file and `train.lambda=…` in a link. Older versions are brought along by ' +
      "migrate.ts, which says what changed. What is hashed and linked is the canonical form: version and departures " +
      "from the defaults, with sorted keys.",
    ...SECTIONS.flatMap(({ id, label }) => {
      const fields = FIELDS.filter((field) => field.group === id);
      return fields.length > 0 ? [`## ${label}`, ...fields.map(fieldText)] : [];
    }),
    "## Settings of the losses",
    ...LOSSES.map(({ id, name }) =>
      owner(name, id, parameterFields({ train: { loss: id, strategy: "erm" } })),
    ),
    "## Settings of the strategies",
    ...STRATEGIES.map(({ id, name }) =>
      owner(
        name,
        id,
        parameterFields({ train: { loss: LOSSES[0]!.id, strategy: id } }).filter(({ path }) =>
          path.startsWith("train.strategyParams."),
        ),
      ),
    ),
    "## Links",
    LINKS,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const LINKS = [
  "`#v=1&train.strategy=erm&seed=3` after the page's address: settings that differ from the defaults, readable. Longer ones",
  "are `#z1=` and base64url of the same content as JSON, deflated. Besides settings a link may have `title`, `file` (the",
  "name of the file whose SHA-256 is in data.source), `digest` with `backend`, `adapter`, `engine`, `variant` and",
  "`curve:NAME=STEP:VALUE,…` (what running it should give), `embed` and `hide`. Above 2,000 characters a recipe file holds",
  'the same: JSON that starts with `{"tilt": "recipe"`.',
].join("\n");

function fieldText(field: Field): string {
  const { path, label, help } = field;
  const lines = [
    `**\`${path}\`** ${label}. ${help}`,
    `Default ${shown(field.default)}; ${allowed(field)}.${conditions(field.when)}`,
  ];
  return lines.join("  \n");
}

function owner(name: string, id: string, fields: readonly Field[]): string {
  if (fields.length === 0) return "";
  return [`### ${name} (\`${id}\`)`, ...fields.map(fieldText)].join("\n\n");
}

function shown(value: Field["default"]): string {
  if (value === null) return "not set";
  return value === "" ? "empty" : `\`${String(value)}\``;
}

function conditions(when: readonly Condition[] | undefined): string {
  if (!when) return "";
  const each = when.map(
    ({ path, in: values }) => `\`${path}\` is ${values.map((one) => `\`${one}\``).join(" or ")}`,
  );
  return ` Matters where ${each.join(" and ")}.`;
}
