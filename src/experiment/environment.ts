/** What a run's numbers depend on besides its spec. */
import type { BackendInfo } from "../backend/backend.ts";
import type { Environment } from "./events.ts";

/** Raised when the engine computes other numbers than before. */
export const ENGINE_VERSION = "0.1.0";

/** @param agent browser or runtime, e.g. navigator.userAgent */
export function environmentOf(info: BackendInfo, agent: string, fallback?: string): Environment {
  return {
    backend: info.kind,
    adapter: info.adapter,
    features: info.features,
    ...(fallback && { fallback }),
    engine: ENGINE_VERSION,
    agent,
  };
}
