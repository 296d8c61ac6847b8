/** Starts the page: the engine's worker, the state, the elements. */
import { connectEngine } from "../worker/client.ts";
import "./app.ts";
import { createApp } from "./engine/app.ts";
import { restore, save } from "./saved.ts";
import { VIEWS } from "./views/views.ts";

const client = connectEngine();
const app = createApp(client.engine, restore());
client.onCrash((problem) => void app.recover(problem));
app.store.subscribe(debounced(save, 300));
// A page that is left at once keeps the last change, too.
addEventListener("pagehide", () => {
  save(app.store.get());
  // Who deletes something and leaves wants it gone.
  app.leave();
});

for (const root of document.querySelectorAll("tilt-app")) root.app = app;
void app
  .open()
  .then(() => import("./pwa/notices.ts"))
  .then(({ showNotices }) => showNotices())
  // Where most people go next: its code is there before they do.
  .then(() => VIEWS.workbench.load?.());

function debounced<T>(act: (value: T) => void, ms: number): (value: T) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms, value);
  };
}
