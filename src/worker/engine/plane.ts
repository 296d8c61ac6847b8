/** The Plane world live: sessions by number, each with a player; the code behind them comes when the first one opens. */
import { TiltError } from "../../base/errors.ts";
import type { PlaneApi } from "../api.ts";
import type { Device } from "./device.ts";
import type { PlanePlayer } from "./plane_player.ts";

/** @param device asked for its GPU only, by sessions that may use one */
export function planeCalls(device: Pick<Device, "open">): PlaneApi {
  const code = () => import("./plane_player.ts");
  const players = new Map<number, PlanePlayer>();
  let count = 0;
  let sweep: AbortController | undefined;

  const playerOf = (id: number): PlanePlayer => {
    const player = players.get(id);
    if (!player) throw new TiltError("This Plane session was closed.", { where: `session ${id}` });
    return player;
  };

  return {
    async openPlane(request, onEvent) {
      const id = ++count;
      const { openPlayer, chooseBackend } = await code();
      const backend = chooseBackend(device, request.device ?? "ready");
      const { player, opened } = await openPlayer(backend, request, onEvent);
      players.set(id, player);
      return { ...opened, id };
    },
    async playPlane(id, pace, frames = 30) {
      playerOf(id).play(pace, frames);
    },
    async pausePlane(id) {
      players.get(id)?.pause();
    },
    async stepPlane(id, steps = 1) {
      await playerOf(id).step(steps);
    },
    async resetPlane(id) {
      await playerOf(id).reset();
    },
    async closePlane(id) {
      players.get(id)?.close();
      players.delete(id);
    },
    async sweepPlane(request, seeds, onSeed = () => {}) {
      sweep?.abort();
      const mine = new AbortController();
      sweep = mine;
      const { sweepSeeds } = await code();
      return sweepSeeds(request, seeds, onSeed, mine.signal);
    },
    async stopPlaneSweep() {
      sweep?.abort();
    },
  };
}
