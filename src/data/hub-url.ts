/** Addresses of data files: links to a file's page on a hub become links to the file. */
import { TiltError } from "../base/errors.ts";

/**
 * The address to fetch for a link that a person pasted.
 * Hugging Face: `/blob/` becomes `/resolve/`. GitHub: the file's page becomes raw.githubusercontent.com; gists become raw.
 * @throws TiltError when it is no https address (http only on this machine)
 */
export function fileUrl(link: string): URL {
  let url: URL;
  try {
    url = new URL(link.trim());
  } catch (cause) {
    throw new TiltError("This is not an address.", {
      remedy: "Paste the whole link, starting with https://.",
      cause,
    });
  }
  const local = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
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
  const parts = url.pathname.split("/");
  if (url.hostname === "huggingface.co" || url.hostname === "hf.co") {
    const at = parts.indexOf("blob");
    if (at > 1) parts[at] = "resolve";
    url.pathname = parts.join("/");
  } else if (
    url.hostname === "github.com" &&
    (parts[3] === "blob" || parts[3] === "raw") &&
    parts.length > 5
  ) {
    parts.splice(3, 1);
    url.hostname = "raw.githubusercontent.com";
    url.pathname = parts.join("/");
    url.search = "";
  } else if (url.hostname === "gist.github.com" && parts.length === 3) {
    url.hostname = "gist.githubusercontent.com";
    url.pathname = `${url.pathname}/raw`;
  }
  url.hash = "";
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
