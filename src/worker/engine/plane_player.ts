/** Plays a Plane session: so many steps a second, a frame when the last one was taken, pause, step, reset. */
import { transfer } from "comlink";
import type { Backend } from "../../backend/backend.ts";
import { createCpuBackend } from "../../backend/cpu/cpu_backend.ts";
import { problemOf } from "../../base/errors.ts";
import { nextTask } from "../../base/pause.ts";
import { PLANE_STRATEGIES, planeSpec } from "../../experiment/plane/preset.ts";
import { createPlaneSession, type PlaneFrame, type PlaneSession } from "../../experiment/plane/session.ts";
import { planeWorldView } from "../../experiment/plane/statics.ts";
import { type PlaneSweep, planeSweep } from "../../experiment/plane/sweep.ts";
import type { PlaneEvent, PlaneOpened, PlaneRequest, PlaneSweepListener } from "../api.ts";
import type { Device } from "./device.ts";

export interface PlanePlayer {
  play(pace: number, frames: number): void;
  pause(): void;
  step(count: number): Promise<void>;
  reset(): Promise<void>;
  close(): void;
}

/** Longest the worker computes before it looks for messages again, ms. */
const SLICE = 12;

const warming = new WeakMap<Backend, Promise<void>>();

/** Compiles what sessions need, by opening a tiny one. */
function warmUp(backend: Backend): Promise<void> {
  let going = warming.get(backend);
  if (!going) {
    const tiny = planeSpec({ "data.groups": 20, "train.batch": 2, "train.steps": 1 });
    going = createPlaneSession(backend, tiny, PLANE_STRATEGIES, { testPairs: 1 }).then(async (session) => {
      session.step();
      await session.metrics();
      session.close();
    });
    warming.set(backend, going);
    going.catch(() => warming.delete(backend));
  }
  return going;
}

/** Where a session runs, and whether the backend is its own to destroy. */
export interface Seat {
  readonly backend: Backend;
  readonly own: boolean;
}

const ready = new WeakMap<Pick<Device, "open">, Backend>();

/**
 * The GPU if it is open and its kernels are compiled, else the CPU at once; a GPU that is not ready is made ready for the
 * next session.
 */
export function chooseBackend(device: Pick<Device, "open">, wanted: "ready" | "cpu"): Seat {
  const cpu = (): Seat => ({ backend: createCpuBackend(), own: true });
  if (wanted === "cpu") return cpu();
  const backend = ready.get(device);
  if (backend) return { backend, own: false };
  device
    .open()
    .then(async (opened) => {
      if (opened.backend.info.kind === "cpu") return;
      await warmUp(opened.backend);
      ready.set(device, opened.backend);
      void opened.backend.lost.then(() => ready.delete(device));
    })
    .catch(() => {}); // whoever opens the device by name is told why; Plane has the CPU
  return cpu();
}

/** @throws TiltError as `createPlaneSession` */
export async function openPlayer(
  { backend, own }: Seat,
  { spec, strategies, extras, rushTo = 0 }: PlaneRequest,
  onEvent: (event: PlaneEvent) => unknown,
): Promise<{ readonly player: PlanePlayer; readonly opened: Omit<PlaneOpened, "id"> }> {
  const session = await createPlaneSession(backend, spec, strategies, extras);
  const player = createPlayer(session, onEvent, () => {
    session.close();
    if (own) backend.destroy();
  });
  await rush(session, player, rushTo);
  const { setting } = session;
  const opened = {
    world: planeWorldView(setting.options),
    backend: backend.info.kind,
    adapter: backend.info.adapter,
    steps: setting.steps,
    h: Float32Array.from(setting.pairs.h),
  };
  return { player, opened };
}

/** Frames sent on the way, so that curves have points to go through. */
const MARKS = 12;

/** Takes steps up to `step`, letting messages through now and then, with a frame here and there. */
async function rush(session: PlaneSession, player: PlanePlayer, step: number): Promise<void> {
  const goal = Math.min(step, session.setting.steps);
  await player.step(0);
  for (let mark = 1; mark <= MARKS && session.at < goal; mark++) {
    const due = Math.ceil((goal * mark) / MARKS);
    while (session.at < due) {
      session.step(Math.min(5, due - session.at));
      await nextTask();
    }
    await player.step(0);
  }
}

/** @param onEvent may answer with a promise: the next frame waits for it */
function createPlayer(
  session: PlaneSession,
  onEvent: (event: PlaneEvent) => unknown,
  onClose: () => void,
): PlanePlayer {
  /** Raised to end the loop that plays. */
  let turn = 0;
  let closed = false;
  /** Frames are made one after the other, so that none is drawn from a step that is half done. */
  let making: Promise<void> = Promise.resolve();

  async function send(rate: number): Promise<void> {
    if (closed) return;
    const frame = await session.frame();
    if (closed) return;
    await onEvent(transfer({ kind: "frame", frame, rate }, buffersOf(frame)));
  }

  /** Does `act` once everything asked for before is done; what goes wrong is told, not thrown. */
  function queue(act: () => Promise<void>): Promise<void> {
    making = making.then(act).catch((thrown) => {
      turn++;
      if (closed) return;
      const { what, remedy } = problemOf(thrown);
      onEvent({ kind: "failed", what, ...(remedy && { remedy }) });
    });
    return making;
  }

  async function loop(mine: number, pace: number, frames: number): Promise<void> {
    const began = performance.now();
    const from = session.at;
    let seen = session.at;
    let seenAt = began;
    while (mine === turn && session.at < session.setting.steps) {
      const from0 = performance.now();
      const due = Number.isFinite(pace) ? from + Math.ceil(((from0 - began) / 1000) * pace) : Infinity;
      while (session.at < Math.min(due, session.setting.steps) && performance.now() - from0 < SLICE)
        session.step();
      if (session.at > seen && from0 - seenAt >= 1000 / frames - 4) {
        const rate = (1000 * (session.at - seen)) / Math.max(1, from0 - seenAt);
        [seen, seenAt] = [session.at, from0];
        await send(session.at >= session.setting.steps ? 0 : rate);
      }
      if (session.at < due) await nextTask();
      else await new Promise((resolve) => setTimeout(resolve, Math.min(1000 / pace, 1000 / frames)));
    }
    if (mine === turn && session.at > seen) await send(0);
  }

  return {
    play(pace, frames) {
      const mine = ++turn;
      void queue(() => loop(mine, pace, frames));
    },
    pause() {
      turn++;
      void queue(() => send(0));
    },
    step(count) {
      turn++;
      return queue(async () => {
        session.step(count);
        await send(0);
      });
    },
    reset() {
      turn++;
      return queue(async () => {
        session.reset();
        await send(0);
      });
    },
    close() {
      turn++;
      void queue(async () => {
        closed = true;
        onClose();
      });
    },
  };
}

const buffersOf = ({ density, batch }: PlaneFrame): ArrayBuffer[] =>
  [density, batch.pairs, batch.sources, batch.h, batch.losses, batch.weights].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );

/** Runs seeds until all are done or the signal is given. */
export async function sweepSeeds(
  { spec, strategies, extras }: Omit<PlaneRequest, "rushTo" | "device">,
  seeds: number,
  onSeed: PlaneSweepListener,
  signal: AbortSignal,
): Promise<PlaneSweep> {
  let done: PlaneSweep = [];
  const sweep = planeSweep(spec, strategies, seeds, extras, signal);
  for await (const sofar of sweep) {
    done = sofar;
    onSeed(done);
  }
  return done;
}
