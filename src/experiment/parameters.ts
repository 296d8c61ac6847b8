/** The settings that only the chosen loss or strategy has, as fields like all others. */
import { LOSSES } from "../objective/losses/index.ts";
import type { Param, ParamSpecs, ParamValue } from "../objective/params.ts";
import { STRATEGIES } from "../objective/strategies/index.ts";
import type { Field } from "./field.ts";

/** Strategy settings that every strategy shares as fields of their own, so that a sweep can hold them fixed. */
const SHARED: Readonly<Record<string, "lambda" | "rho">> = { lam: "lambda", rho: "rho" };

/** Just enough of a spec to know which loss and strategy it chose. */
interface Chosen {
  readonly train: {
    readonly strategy: string;
    readonly loss: string;
    readonly lambda: number;
    readonly rho: number;
    readonly strategyParams: Readonly<Record<string, ParamValue>>;
  };
}

/** Settings of a loss by id, as its registry entry states them; none for an unknown id. */
export function lossParams(id: string): ParamSpecs {
  return LOSSES.find((loss) => loss.id === id)?.params ?? {};
}

/** Settings of a strategy by id, without those that are fields of `train` (λ and ρ). */
export function strategyParams(id: string): ParamSpecs {
  const all = STRATEGIES.find((strategy) => strategy.id === id)?.params ?? {};
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(SHARED, name)));
}

/** What `strategy.evaluate` wants: its own settings, with λ and ρ from the spec. */
export function strategyValues({ train }: Chosen): Record<string, ParamValue> {
  const specs = STRATEGIES.find((strategy) => strategy.id === train.strategy)?.params ?? {};
  const values: Record<string, ParamValue> = { ...train.strategyParams };
  for (const [name, field] of Object.entries(SHARED)) {
    if (Object.hasOwn(specs, name)) values[name] = train[field];
  }
  return values;
}

/** Fields for the settings of a spec's loss and strategy, e.g. "train.lossParams.beta". */
export function parameterFields(spec: {
  readonly train: { readonly strategy: string; readonly loss: string };
}): Field[] {
  return [
    ...asFields("train.strategyParams", strategyParams(spec.train.strategy)),
    ...asFields("train.lossParams", lossParams(spec.train.loss)),
  ];
}

function asFields(prefix: string, specs: ParamSpecs): Field[] {
  return Object.entries(specs).map(([name, param]) => asField(`${prefix}.${name}`, name, param));
}

function asField(path: string, name: string, param: Param): Field {
  const label = name === "beta" ? "β" : name.replaceAll("_", " ");
  const shared = { path, group: "train", label, help: param.help, default: param.default };
  if (param.kind === "number") {
    const scale = param.min > 0 && param.max / param.min >= 1000 ? { scale: "log" as const } : {};
    return { ...shared, kind: "number", min: param.min, max: param.max, ...scale };
  }
  if (param.kind === "toggle") return { ...shared, kind: "boolean" };
  return { ...shared, kind: "choice", choices: param.choices.map((value) => ({ value, label: value })) };
}
