/** Timing a training step for the page. */
import type { ProfileApi } from "../api/profile.ts";
import type { Core } from "./core.ts";
import { modelsOf } from "./models.ts";

export function profileCalls({ device, store, shelf, turns }: Core): ProfileApi {
  return {
    async profileStep(spec) {
      const release = await turns.take("Timing a step");
      try {
        const { backend } = await device.open();
        const dataset = await shelf.forSpec(spec);
        const { pretrained } = await modelsOf(spec, store);
        const { profileStep } = await import("../../experiment/step_profile.ts");
        return await profileStep(backend, spec, dataset, new AbortController().signal, pretrained);
      } finally {
        release();
      }
    },
  };
}
