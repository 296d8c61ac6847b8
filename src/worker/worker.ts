/** The worker's entry: the engine, behind Comlink. */
import { expose } from "comlink";
import { createEngine } from "./engine.ts";
import { keepProblems } from "./problems.ts";

keepProblems();
expose(createEngine(navigator.gpu, navigator.userAgent));
