import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { end, root } from "./crm";

/** What the bot was asked, as the emulator keeps it. */
type Call = { method: string; chat: number | null; text: string; taken: boolean };

/** Telegram, emulated: `make emulators` runs the same by hand. */
export type Telegram = {
  /** With these settings the system under test talks to it. */
  settings: Record<string, string>;
  /** One more person, by their name with Telegram. */
  meets(chat: number, username: string): Promise<void>;
  /** Somebody opens the link to the bot, or takes its code, and presses «Start». */
  opens(chat: number, link: string): Promise<void>;
  block(chat: number): Promise<void>;
  /** Refuses the next message to this chat for good: `403 Forbidden: bot was blocked by the user`. */
  refuse(chat: number, why: string): Promise<void>;
  /** The texts that this chat got from the bot. */
  textsTo(chat: number): Promise<string[]>;
  stop(): Promise<void>;
};

/** Starts an emulator that knows nobody but the people of its own page (chats 1001 to 1003). */
export async function startTelegram(): Promise<Telegram> {
  const server = spawn(join(root, "target/debug/emulators"), ["127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise<string>((ready, fail) => {
    server.on("error", fail);
    server.on("exit", (code) => fail(new Error(`the emulators ended with ${code}`)));
    createInterface(server.stdout).on("line", (line) => {
      const address = /on (http:\/\/[^/\s]+)\//.exec(line)?.[1];
      if (address) ready(address);
    });
  });

  const ask = async (path: string, body?: BodyInit, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, body === undefined ? {} : { method: "POST", body, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const tell = (path: string, what: object) => ask(path, JSON.stringify(what), { "content-type": "application/json" });
  return {
    settings: { TELEGRAM_BOT_TOKEN: "1:emulator", TELEGRAM_API_URL: url },
    meets: async (chat, username) => void (await tell("/_/people", { chat, name: username, username })),
    opens: async (chat, link) => void (await ask(`/chats/${chat}/start`, new URLSearchParams({ link }))),
    block: async (chat) => void (await ask(`/chats/${chat}/block`, new URLSearchParams())),
    refuse: async (chat, why) => {
      const [status, ...description] = why.split(" ");
      await tell("/_/faults", { kind: "refuse", status: Number(status), description: description.join(" "), method: "sendMessage", chat });
    },
    textsTo: async (chat) => {
      const calls = (await (await ask(`/_/journal?method=sendMessage&chat=${chat}`)).json()) as Call[];
      return calls.filter(({ taken }) => taken).map(({ text }) => text);
    },
    stop: () => end(server),
  };
}
