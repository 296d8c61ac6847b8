/** The engine in Node: files read, read again another way, reported on; addresses asked only when told to. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EngineApi, ExportedFile, ImportOutcome, ImportProgress } from "../../src/worker/api.ts";
import { createEngine } from "../../src/worker/engine.ts";

const quiet = (): void => {};
const row = (i: number) => ({ prompt: `Why ${i}?`, chosen: ` yes ${i}`, rejected: ` no ${i}` });
const lines = (rows: readonly unknown[]) => rows.map((one) => `${JSON.stringify(one)}\n`).join("");
const fileOf = (name: string, rows: readonly unknown[]) => new File([lines(rows)], name);

let engine: EngineApi;
beforeEach(() => {
  engine = createEngine(undefined, "test");
});

function needed(outcome: ImportOutcome) {
  if (!outcome.ok) throw new Error(outcome.problem.what);
  return outcome.dataset;
}
const textOf = ({ blob }: ExportedFile) => blob.text();
const stored = async () =>
  (await engine.datasets()).filter(({ builtin }) => !builtin).map(({ hash }) => hash);

describe("what was read", () => {
  it("is told in columns, choices and examples, and again from the storage", async () => {
    const dataset = needed(await engine.importFiles([fileOf("march.jsonl", [1, 2, 3, 4].map(row))], quiet));
    expect(dataset.reading).toMatchObject({
      label: "TRL preference",
      roles: { prompt: ["prompt"], responses: ["chosen", "rejected"] },
      choices: {},
      counts: { rowsRead: 4, rowsKept: 4 },
      origin: null,
    });
    expect(dataset.reading!.examples).toHaveLength(3);
    expect(dataset.reading!.examples[0]).toMatchObject({ prompt: "Why 1?", responses: [{ wins: 1 }, {}] });
    expect((await engine.datasets()).find(({ hash }) => hash === dataset.hash)).toEqual(dataset);

    const named = await engine.preferredIsTarget(dataset.hash);
    expect(named.reading).toMatchObject({ choices: { sourceRule: { kind: "preferred-is-target" } } });
    expect(named.reading!.examples[0]!.responses.map(({ source }) => source)).toEqual(["human", "synthetic"]);
  });

  it("is replaced by another reading of the same files, under an address of its own", async () => {
    const first = needed(await engine.importFiles([fileOf("march.jsonl", [1, 2].map(row))], quiet));
    const mapping = { prompt: "prompt", chosen: "rejected", rejected: "chosen" };
    const second = needed(await engine.reread(first.hash, { mapping, template: "chatml" }, quiet));
    expect(second.hash).not.toBe(first.hash);
    expect(await stored()).toEqual([second.hash]);
    expect(second.reading!.examples[0]!.responses[0]!.text).toContain("no 1");
    // The guess again: the first address again.
    const third = needed(await engine.reread(second.hash, {}, quiet));
    expect(third.hash).toBe(first.hash);
    expect(await stored()).toEqual([first.hash]);
  });

  it("stays as it is when nothing can be read the other way", async () => {
    const first = needed(await engine.importFiles([fileOf("march.jsonl", [1, 2].map(row))], quiet));
    const outcome = await engine.reread(first.hash, { mapping: { chosen: "x", rejected: "y" } }, quiet);
    expect(outcome.ok).toBe(false);
    expect(await stored()).toEqual([first.hash]);
  });

  it("is reported whole, beyond the problems that the page lists", async () => {
    const rows = Array.from({ length: 700 }, (_, i) => (i % 7 ? { ...row(i), rejected: "" } : row(i)));
    const { hash, rowsLeftOut, problems } = needed(
      await engine.importFiles([fileOf("a.jsonl", rows)], quiet),
    );
    expect(rowsLeftOut).toBe(600);
    expect(problems).toHaveLength(500);
    const report = JSON.parse(await textOf(await engine.importReport(hash, "json")));
    expect(report).toMatchObject({
      counts: { rowsRead: 700, rowsKept: 100, rowsLeftOut: 600 },
      problemsOmitted: 0,
    });
    expect(report.problems).toHaveLength(600);
    expect(report.problems[0]).toMatchObject({ file: "a.jsonl", line: 2, field: "rejected" });
    const csv = await textOf(await engine.importReport(hash, "csv"));
    expect(csv.trimEnd().split("\r\n")).toHaveLength(601);
  });

  it("is reported even when nothing came of it", async () => {
    const outcome = await engine.importFiles([fileOf("b.jsonl", [{ colour: 1 }])], quiet);
    expect(outcome.ok).toBe(false);
    const report = JSON.parse(await textOf(await engine.importReport(null, "json")));
    expect(report).toMatchObject({ dataset: "b", counts: { rowsRead: 1, rowsKept: 0 } });
  });
});

describe("addresses", () => {
  const asked: string[] = [];
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
    "/pairs.jsonl": (_, response) => {
      const body = lines([1, 2, 3].map(row));
      response.writeHead(200, { "content-type": "text/plain", "content-length": Buffer.byteLength(body) });
      response.end(body);
    },
    "/moved.jsonl": (_, response) => response.writeHead(302, { location: "/pairs.jsonl" }).end(),
    "/page.jsonl": (_, response) =>
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>log in</html>"),
    "/short.jsonl": (_, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("{");
      setTimeout(() => response.destroy(), 30);
    },
    "/endless.jsonl": (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(lines([row(1)])), 5);
      response.on("close", () => clearInterval(timer));
    },
    "/private.jsonl": (_, response) => response.writeHead(401).end(),
    "/huge.jsonl": (_, response) => response.writeHead(200, { "content-length": 3e9 }).end(),
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    (answers[request.url!] ?? ((_, nothing) => nothing.writeHead(404).end()))(request, response);
  });
  let base = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => asked.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const problemAt = async (path: string) => {
    const outcome = await engine.importAddress(base + path, quiet);
    return outcome.ok ? "imported" : `${outcome.problem.what} ${outcome.problem.remedy}`;
  };

  it("are told apart and rewritten without any request", async () => {
    expect(await engine.readAddress("https://huggingface.co/datasets/a/b/blob/main/train.parquet")).toEqual({
      url: "https://huggingface.co/datasets/a/b/resolve/main/train.parquet",
      host: "huggingface.co",
      file: "train.parquet",
      rewritten: true,
    });
    expect(await engine.readAddress(`${base}/pairs.jsonl`)).toMatchObject({ rewritten: false });
    await expect(engine.readAddress("ftp://a.b/c")).rejects.toThrow(/https/);
    expect(asked).toEqual([]);
  });

  it("are asked for the size alone, then fetched with progress; the origin is kept", async () => {
    const size = lines([1, 2, 3].map(row)).length;
    expect(await engine.askSize(`${base}/pairs.jsonl`)).toEqual({ bytes: size, answeredBy: null });
    expect(asked).toEqual(["HEAD /pairs.jsonl"]);
    const seen: ImportProgress[] = [];
    const dataset = needed(
      await engine.importAddress(`${base}/moved.jsonl`, (progress) => seen.push(progress)),
    );
    expect(dataset).toMatchObject({ groups: 3, reading: { origin: `${base}/moved.jsonl` } });
    expect(seen.some(({ fetching, bytes }) => fetching === true && bytes === size)).toBe(true);
    expect(asked.slice(1)).toEqual(["GET /moved.jsonl", "GET /pairs.jsonl"]);
  });

  it("say what is wrong: a web page, a login, nothing there, too large, cut off, no such host", async () => {
    expect(await problemAt("/page.jsonl")).toMatch(/web page, not with a file.*raw/);
    expect(await problemAt("/private.jsonl")).toMatch(/who asks.*drop it here/);
    expect(await problemAt("/nowhere.jsonl")).toMatch(/no such file/);
    expect(await problemAt("/huge.jsonl")).toMatch(/larger than 2\.1 GB/);
    expect(await problemAt("/short.jsonl")).toMatch(/broke off after|bytes arrived/);
    const gone = await engine.importAddress("http://127.0.0.1:1/a.jsonl", quiet);
    expect(gone).toMatchObject({ ok: false, problem: { what: expect.stringContaining("cannot be read") } });
    expect(await stored()).toEqual([]);
  });

  it("can be left alone while the file arrives", async () => {
    const outcome = await engine.importAddress(`${base}/endless.jsonl`, ({ bytes }) => {
      if (bytes > 0) void engine.cancelImport();
    });
    expect(outcome).toMatchObject({ ok: false, problem: { what: "The import was cancelled." } });
    expect(await stored()).toEqual([]);
  });
});
