// Lines that break: a gate before the system, a Redis that dies, and a reader of the stream of changes that misses nothing it is told.
import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { end } from "./crm";

/** A door between the browsers and the system, as a phone's network is one. */
export type Gate = {
  url: string;
  /** New connections lead to this program. */
  leadTo(url: string): void;
  /** Breaks every connection; nobody comes through until `open`. */
  shut(): void;
  open(): void;
  /** From now on what is said goes in, and no answer comes out, until the gate is shut. */
  mute(): void;
  stop(): Promise<void>;
};

export async function startGate(to: string): Promise<Gate> {
  let target = new URL(to);
  let [isOpen, isMute] = [true, false];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // A broken connection is what this is for.
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (!isOpen) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    keep(far);
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => isMute || near.write(bytes));
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (url) => void (target = new URL(url)),
    shut: () => {
      isOpen = false;
      cut();
    },
    open: () => void ([isOpen, isMute] = [true, false]),
    mute: () => void (isMute = true),
    stop: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A Redis of the test's own, on one port for all its lives. */
export type Redis = {
  url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
};

export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async () => {
    const words = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no"];
    const started = spawn("redis-server", words, { stdio: ["ignore", "pipe", "inherit"] });
    server = started;
    await new Promise<void>((ready, fail) => {
      started.on("error", fail);
      started.on("exit", (code) => fail(new Error(`Redis ended with ${code}`)));
      createInterface(started.stdout).on("line", (line) => line.includes("Ready to accept connections") && ready());
    });
  };
  await start();
  return { url: `redis://127.0.0.1:${port}`, kill: async () => void (server && (await end(server, "SIGKILL"))), start };
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** One event of the stream. */
export type Told = { id: string; event: string; topics: string[] };

/** Reads the stream of changes as a browser does: after a break it comes back and names the last id it saw. */
export type Listener = {
  /** All that it was told, over all streams. */
  told: Told[];
  /** How many streams it has opened. */
  streams(): number;
  stop(): Promise<void>;
};

/** `hear` is called for each event, one after the other. */
export async function listen(url: string, token: string, hear: (told: Told) => Promise<void>): Promise<Listener> {
  const told: Told[] = [];
  const ending = new AbortController();
  let [lastId, streams] = ["", 0];
  let opened: () => void;
  const first = new Promise<void>((ready) => (opened = ready));

  async function once(): Promise<void> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    if (lastId) headers["last-event-id"] = lastId;
    const answer = await fetch(`${url}/api/v1/stream`, { headers, signal: ending.signal });
    if (!answer.ok || !answer.body) throw new Error(`no stream: ${answer.status}`);
    streams += 1;
    let text = "";
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      const events = text.split("\n\n");
      text = events.pop()!;
      for (const lines of events) {
        const field = (name: string) => lines.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
        if (!field("event")) continue;
        lastId = field("id") || lastId;
        const one = { id: field("id"), event: field("event"), topics: (JSON.parse(field("data")) as { topics?: string[] }).topics ?? [] };
        told.push(one);
        if (one.event === "hello" || one.event === "reload") opened();
        await hear(one);
      }
    }
  }

  const reading = (async () => {
    while (!ending.signal.aborted) {
      // A stream that breaks is what this is for; the pause is that of a browser, shortened.
      await once().catch(() => undefined);
      if (!ending.signal.aborted) await new Promise((done) => setTimeout(done, 50));
    }
  })();
  await first;
  return {
    told,
    streams: () => streams,
    stop: async () => {
      ending.abort();
      await reading;
    },
  };
}
