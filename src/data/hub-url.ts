/** Addresses of data files: links to a file's page on a hub become links to the file. */
import { TiltError } from "../base/errors.ts";

/** The hubs that are known, under all their names. */
const HOSTS: Readonly<Record<string, "huggingface" | "github" | "gist" | "gitlab">> = {
  "huggingface.co": "huggingface",
  "www.huggingface.co": "huggingface",
  "hf.co": "huggingface",
  "github.com": "github",
  "www.github.com": "github",
  "gist.github.com": "gist",
  "gitlab.com": "gitlab",
};

/** This machine: the only place that may answer without encryption. */
const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** How `fsspec` and pandas name a file on Hugging Face: hf://datasets/owner/name@revision/path. */
const FSSPEC =
  /^hf:\/\/(?<repo>(?:datasets\/[^/@]+|(?!datasets\/)[^/@]+)\/[^/@]+)(?:@(?<revision>[^/]+))?\/(?<path>.+)$/;

function notAFile(url: URL, what: string): TiltError {
  return new TiltError(`This is the page of a ${what}, not of a file.`, {
    where: url.href,
    remedy: "Open the list of its files, choose one with the data, and paste the link of that.",
  });
}

/** Where Hugging Face keeps the file that a page is about. A raw link would give a pointer in place of a large file. */
function onHuggingFace(url: URL): void {
  const parts = url.pathname.split("/");
  const at = parts.findIndex((part, i) => i > 2 && /^(?:blob|raw|blame|resolve)$/.test(part));
  if (at > 0) {
    parts[at] = "resolve";
    url.hostname = "huggingface.co";
    url.pathname = parts.join("/");
  } else if (parts[1] === "datasets") throw notAFile(url, "dataset");
  else if (parts.length <= 3 || parts[3] === "tree") throw notAFile(url, "repository");
}

function onGitHub(url: URL): void {
  const parts = url.pathname.split("/");
  if (/^(?:blob|raw|blame)$/.test(parts[3] ?? "") && parts.length > 5) {
    parts.splice(3, 1);
    url.hostname = "raw.githubusercontent.com";
    url.pathname = parts.join("/");
    url.search = "";
  } else if (parts.length <= 3 || parts[3] === "tree") throw notAFile(url, "repository");
}

/**
 * The address that a person pasted, of whatever it is.
 * @throws TiltError when it is no https address (http only on this machine)
 */
export function webUrl(link: string): URL {
  let url: URL;
  try {
    url = new URL(link.trim());
  } catch (cause) {
    throw new TiltError("This is not an address.", {
      remedy: "Paste the whole link, starting with https://.",
      cause,
    });
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOCAL.has(url.hostname))) {
    throw new TiltError(`Tilt fetches https addresses only, not ${url.protocol}`, {
      where: url.href,
      remedy: "Use the https link, or download the file and drop it.",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new TiltError("The address holds a user name or password, which would end up in links and logs.", {
      remedy: "Download the file and drop it.",
    });
  }
  url.hash = "";
  return url;
}

/**
 * The address to fetch for a link to a file.
 * Hugging Face: `/blob/`, `/raw/` and `hf://` become `/resolve/`. GitHub: the file's page becomes raw.githubusercontent.com; gists become
 * raw. GitLab: `/-/blob/` becomes `/-/raw/`.
 * @throws TiltError as `webUrl`, and for the page of a whole dataset or repository
 */
export function fileUrl(link: string): URL {
  const { repo, revision = "main", path } = FSSPEC.exec(link.trim())?.groups ?? {};
  const url = webUrl(
    repo === undefined ? link : `https://huggingface.co/${repo}/resolve/${revision}/${path}`,
  );
  const hub = Object.hasOwn(HOSTS, url.hostname) ? HOSTS[url.hostname] : undefined;
  if (hub === "huggingface") onHuggingFace(url);
  else if (hub === "github") onGitHub(url);
  else if (hub === "gitlab") url.pathname = url.pathname.replace("/-/blob/", "/-/raw/");
  else if (hub === "gist" && url.pathname.split("/").length === 3) {
    url.hostname = "gist.githubusercontent.com";
    url.pathname = `${url.pathname}/raw`;
  }
  return url;
}

/** The file name an address ends in, for the importer's guess by ending. */
export function fileNameOf(url: URL): string {
  const last = url.pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last) || url.hostname;
  } catch {
    return last;
  }
}
