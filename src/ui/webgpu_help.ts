/** How to get WebGPU in the browser at hand, as far as its name and platform tell. */

export interface Visitor {
  /** navigator.userAgent */
  readonly agent: string;
  /** Whether the page came over https, or from this machine. */
  readonly secure: boolean;
  /** Whether navigator.gpu is there at all. */
  readonly api: boolean;
}

export interface WebGpuHelp {
  /** "Chrome on Linux". */
  readonly browser: string;
  /** Each one sentence, in the order to try them. */
  readonly steps: readonly string[];
}

type Browser = "Edge" | "Chrome" | "Firefox" | "Safari" | "this browser";
type Platform = "Windows" | "macOS" | "Linux" | "Android" | "iOS" | "this system";

function browserOf(agent: string): Browser {
  // Every browser on iOS is Safari's engine.
  if (/iPhone|iPad|iPod/.test(agent)) return "Safari";
  if (/Edg\//.test(agent)) return "Edge";
  if (/Firefox\//.test(agent)) return "Firefox";
  if (/Chrome\/|Chromium\//.test(agent)) return "Chrome";
  return /Safari\//.test(agent) ? "Safari" : "this browser";
}

function platformOf(agent: string): Platform {
  if (/iPhone|iPad|iPod/.test(agent)) return "iOS";
  if (/Android/.test(agent)) return "Android";
  if (/Windows/.test(agent)) return "Windows";
  if (/Mac OS X|Macintosh/.test(agent)) return "macOS";
  return /Linux|X11/.test(agent) ? "Linux" : "this system";
}

function chromium(browser: "Edge" | "Chrome", platform: Platform, api: boolean): string[] {
  const scheme = browser === "Edge" ? "edge" : "chrome";
  const acceleration = `Open ${scheme}://settings/system, turn on “Use graphics acceleration when available”, and restart ${browser}.`;
  if (platform === "Linux")
    return [
      acceleration,
      `If that is not enough, open ${scheme}://flags/#enable-unsafe-webgpu, choose Enabled, do the same with #enable-vulkan, and restart ${browser}.`,
    ];
  if (platform === "Android")
    return [`Update ${browser}: it has WebGPU from version 121 on, on Android 12 and newer.`];
  const update = `Update ${browser}: it has WebGPU from version 113 on.`;
  const blocked = `${scheme}://gpu says under “WebGPU” why the graphics card is not used; a newer driver often helps.`;
  return api ? [acceleration, blocked] : [update, acceleration];
}

function firefox(platform: Platform): string[] {
  const flag =
    "Firefox Nightly has it behind a switch: open about:config and set dom.webgpu.enabled to true.";
  if (platform === "Windows") return ["Update Firefox: on Windows it has WebGPU from version 141 on."];
  if (platform === "macOS")
    return ["Update Firefox and macOS: on Apple silicon it has WebGPU from version 145 on.", flag];
  return [flag, "Chrome and Edge have it on more systems."];
}

function safari(platform: Platform): string[] {
  if (platform === "iOS")
    return [
      "Update to iOS or iPadOS 26: its browsers have WebGPU.",
      "On iOS 18, open Settings, Apps, Safari, Advanced, Feature Flags, and turn on WebGPU.",
    ];
  return [
    "Update to Safari 26, which has WebGPU.",
    "In older ones, open Develop, Feature Flags, and turn on WebGPU; Chrome and Edge have it, too.",
  ];
}

export function webgpuHelp({ agent, secure, api }: Visitor): WebGpuHelp {
  const [browser, platform] = [browserOf(agent), platformOf(agent)];
  const name = browser === "this browser" ? browser : `${browser} on ${platform}`;
  if (!secure)
    return {
      browser: name,
      steps: [
        "Browsers offer WebGPU to pages over https only, and to those from this machine: open this page over https.",
      ],
    };
  switch (browser) {
    case "Edge":
    case "Chrome":
      return { browser: name, steps: chromium(browser, platform, api) };
    case "Firefox":
      return { browser: name, steps: firefox(platform) };
    case "Safari":
      return { browser: name, steps: safari(platform) };
    default:
      return {
        browser: name,
        steps: ["Open this page in a current Chrome or Edge, in Firefox on Windows, or in Safari 26."],
      };
  }
}
