/** The page on the made-up engine, in a state named by the address: page.html?state=done&stage=policy. */
import "../../../src/ui/app.ts";
import "../../../src/ui/views/workbench.ts";
import { createApp } from "../../../src/ui/engine/app.ts";
import { STAGE_IDS } from "../../../src/ui/state/state.ts";
import { fakeEngine } from "./fake_engine.ts";
import { SCENES } from "./scenes.ts";

if (location.hash === "") history.replaceState(null, "", "#/workbench");
const query = new URLSearchParams(location.search);
const scene = SCENES[query.get("state") ?? "fresh"]!;
const stage = STAGE_IDS.find((id) => id === query.get("stage")) ?? "policy";
const app = createApp(fakeEngine(scene.engine), { stage });
document.querySelector("tilt-app")!.app = app;
await app.open();
await scene.act?.(app);
document.body.dataset.scenes = Object.keys(SCENES).join(" ");
document.body.dataset.ready = "yes";
