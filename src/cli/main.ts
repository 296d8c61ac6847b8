/** `npm run tilt -- COMMAND …`: the engine without a page. */
import { messageOf } from "../base/errors.ts";
import { exportRun } from "./export.ts";
import { ratio } from "./ratio.ts";
import { run } from "./run.ts";

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
  ratio: {
    usage: "ratio FILE [--folds FOLDS.json] [--json OUT.json] [--backend webgpu|cpu]",
    what: "Tells how well target and synthetic responses can be told apart, and what the likelihood ratios are worth.",
    execute: ratio,
  },
  export: {
    usage: "export RUN.json [--data FILE]... [--format jsonl|csv|parquet|trl] [--out DIR]",
    what: "Gives a run's data back with log-ratios, h and weights, or as files that train another model the same way.",
    execute: exportRun,
  },
};

function help(): string {
  const lines = Object.values(COMMANDS).map(({ usage, what }) => `  npm run tilt -- ${usage}\n      ${what}`);
  return `Tilt without a page.\n\n${lines.join("\n")}`;
}

/** @param args words after `--` @returns the process's exit code */
export async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help") {
    console.log(help());
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
