/** The user guide's content; it comes when somebody opens the guide. */
import type { GuideApi } from "../api.ts";

export function guideCalls(): GuideApi {
  return {
    async guideContent() {
      const { guideContent } = await import("./guide_content.ts");
      return guideContent();
    },
  };
}
