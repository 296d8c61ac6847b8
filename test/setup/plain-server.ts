/** A static host as plain as they come: a folder under a sub-path, content types by ending, no other header. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

export interface PlainServer {
  /** Address of the folder, with a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param path where the folder lies on the host, e.g. "/some/where/"
 * @param port 0 for any
 * @param change what is sent instead of a text file's content
 */
export async function servePlainly(
  folder: string,
  path: string,
  port = 0,
  change: (file: string, text: string) => string = (_, text) => text,
): Promise<PlainServer> {
  const server: Server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const file = normalize(asked.slice(path.length) || "index.html");
    try {
      if (!asked.startsWith(path) || file.startsWith("..")) throw new Error("outside");
      const content = await readFile(join(folder, file));
      const changed = /\.(html|js)$/.test(file) ? change(file, content.toString()) : content;
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(changed);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("Not here.");
    }
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://localhost:${address.port}${path}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
