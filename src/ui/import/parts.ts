/** What of bringing data in comes with its own code. */
import { fetched } from "../lazy.ts";

export const needReading = fetched(() => import("./reading.ts"));
export const needMapper = fetched(() => import("./mapper.ts"));
export const needReport = fetched(() => import("./report.ts"));
export const needAddress = fetched(() => import("./address_dialog.ts"));
export const needStorage = fetched(() => import("../storage/dialog.ts"));
