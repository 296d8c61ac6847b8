/** `npm run tilt -- COMMAND …`: the engine without a page. */
import { messageOf } from "../base/errors.ts";
import { specPage } from "../experiment/spec_page.ts";
import { ablation } from "./ablation.ts";
import { exportRun } from "./export.ts";
import { online } from "./online.ts";
import { pretrain } from "./pretrain.ts";
import { ratio } from "./ratio.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { sweep } from "./sweep.ts";
import { verify } from "./verify.ts";

interface Command {
  readonly usage: string;
  readonly what: string;
  /** Resolves to the exit code. */
  execute(args: string[]): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: {
    usage:
      "run SPEC.json [--data FILE]... [--preset ID] [--model DIR] [--out DIR] [--weights DIR] [--backend webgpu|cpu]",
    what: "Runs an experiment and writes its results as JSON.",
    execute: run,
  },
  sweep: {
    usage:
      "sweep FILE.json|PRESET [--data FILE]... [--seeds 5] [--out DIR] [--resume] [--backend webgpu|cpu]",
    what: "Runs an experiment over some axes and seeds; a table with intervals and paired differences, as text and CSV.",
    execute: sweep,
  },
  online: {
    usage:
      "online [SPEC.json] [--rounds 3] [--score human|annotator|model] [--strategy ID] [--data FILE]... [--out DIR] [--backend webgpu|cpu]",
    what: "Self-training: in each round the policy writes the synthetic responses, which are judged and trained on.",
    execute: online,
  },
  ratio: {
    usage:
      "ratio FILE...|chatter|plane [--spec SPEC.json] [--folds FOLDS.json|5] [--json OUT.json] [--target NAME] [--target-rule preferred|position:A,B|text:WORDS|score:N] [--target-file FILE] [--classifier linear|hidden|states] [--heads auto|binary|nway] [--l2 L] [--calibration platt|temperature|isotonic|none] [--form mixture|posterior|averaged|stabilised|released] [--clip LOW,HIGH] [--alpha A] [--beta B,C] [--gamma G,H] [--model DIR] [--responses 4000] [--shift 1] [--shares 0.3,0.5,0.2] [--seed 1] [--backend webgpu|cpu]",
    what: "Tells how well target and synthetic responses can be told apart, and what the likelihood ratios are worth.",
    execute: ratio,
  },
  ablation: {
    usage:
      "ablation [--full] [--seeds 10] [--out FILE.json] [--resume] [--report] [--jobs N] [--part K/N] [--backend cpu|webgpu]",
    what: "Plain training, DRO, reweighting and DoRA against each other on Chatter, with means, intervals and paired differences.",
    execute: ablation,
  },
  export: {
    usage: "export RUN.json [--data FILE]... [--format jsonl|csv|parquet|trl] [--out DIR]",
    what: "Gives a run's data back with log-ratios, h and weights, or as files that train another model the same way.",
    execute: exportRun,
  },
  pretrain: {
    usage:
      "pretrain chatter|english [--corpora DIR] [--out DIR] [--cache DIR] [--fresh] [--backend webgpu|cpu]",
    what: "Makes one of the models that come with Tilt; goes on where it was stopped. The same as npm run pretrain.",
    execute: pretrain,
  },
  verify: {
    usage: "verify LINK [--data FILE]... [--model DIR] [--fetch] [--json OUT.json] [--backend webgpu|cpu]",
    what: "Runs the experiment of a link or recipe file; exit code 0 when it gives what the link promises, 1 otherwise.",
    execute: verify,
  },
  report: {
    usage: "report RUN.json... [--out DIR]",
    what: "Writes runs as one HTML file without scripts, as JSON, and their methods' papers as BibTeX.",
    execute: report,
  },
};

function help(): string {
  const lines = Object.values(COMMANDS).map(({ usage, what }) => `  npm run tilt -- ${usage}\n      ${what}`);
  const spec =
    "  npm run tilt -- help spec\n      Every setting of an experiment, as a link or a spec file writes it.";
  return `Tilt without a page.\n\n${[...lines, spec].join("\n")}`;
}

/** @param args words after `--` @returns the process's exit code */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    console.log(rest[0] === "spec" ? specPage() : help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    console.error(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  try {
    return await command.execute(rest);
  } catch (thrown) {
    console.error(messageOf(thrown));
    return 1;
  }
}
