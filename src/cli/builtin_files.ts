/** Files of the models that come with Tilt, from the project's own folder. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { ReadModelFile } from "../experiment/builtin_models.ts";

/** public/models */
export const MODELS_FOLDER = resolve(import.meta.dirname, "../../public/models");

export const readBuiltinFile: ReadModelFile = (path) => readFile(resolve(MODELS_FOLDER, path));
