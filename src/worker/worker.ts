/** The worker's entry: the engine, behind Comlink. */
import { expose } from "comlink";
import { createEngine } from "./engine.ts";
import { keepProblems } from "./problems.ts";

keepProblems();
expose(createEngine(navigator.gpu, navigator.userAgent));
// The first sight needs it at once, and the worker is idle while the page draws its frame.
import("./engine/plane_player.ts").catch(() => {}); // asked for again, and told of, when a session opens
