/** The few places from which anything can reach a network: the page's policy does not bind its worker, this list does. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../../src");
const WAYS =
  /\b(?:fetch\(|XMLHttpRequest|WebSocket|WebTransport|EventSource|RTCPeerConnection|sendBeacon|importScripts)/;

test("only two files of the page and its worker call the network: for Tilt's own models, and for addresses that a person named", () => {
  const callers = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".ts") && !file.startsWith("cli/"))
    .filter((file) =>
      WAYS.test(readFileSync(join(SRC, file), "utf8").replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, "")),
    );
  expect(callers.sort()).toEqual(["worker/engine/models.ts", "worker/engine/web.ts"]);
});
