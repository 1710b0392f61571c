import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { end, root } from "./crm";

/** What a provider was asked, as its emulator keeps it. */
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

/** A push service of browsers, emulated with its browsers: it opens what they get. */
export type Push = {
  settings: Record<string, string>;
  /** The subscription of a new browser, as a page gets it, for the sender with this key alone. */
  subscribe(key: string): Promise<string>;
  /** What the browser with this subscription was told, as its worker gets it. */
  received(subscription: string): Promise<string[]>;
  stop(): Promise<void>;
};

/** WhatsApp, emulated: its page's people have the phones 79990000002 and 79990000003. */
export type WhatsApp = {
  settings: Record<string, string>;
  /** Brings what happens to this system from now on. */
  hook(url: string): Promise<void>;
  writes(phone: number, text: string): Promise<void>;
  textsTo(phone: number): Promise<string[]>;
  stop(): Promise<void>;
};

/** A provider among the emulators: where it is, and the settings with which the system under test talks to it. */
type Provider = { url: string; settings: Record<string, string> };

/** Starts the emulators; each is told by the name that it gives itself. */
async function startEmulators(): Promise<{ of(name: string): Provider; stop(): Promise<void> }> {
  const server = spawn(join(root, "target/debug/emulators"), ["127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const providers = await new Promise<Map<string, Provider>>((ready, fail) => {
    const known = new Map<string, Provider>();
    let last: Provider | undefined;
    server.on("error", fail);
    server.on("exit", (code) => fail(new Error(`the emulators ended with ${code}`)));
    createInterface(server.stdout).on("line", (line) => {
      const [, name, url] = /^(.+) is emulated on (http:\/\/[^/\s]+)\//.exec(line) ?? [];
      if (name && url) known.set(name, (last = { url, settings: {} }));
      const [, settings] = /^To use it: (.+) make run$/.exec(line) ?? [];
      if (settings && last) last.settings = Object.fromEntries(settings.split(" ").map((one) => one.split(/=(.*)/s).slice(0, 2)));
      if (line.startsWith("All at once:")) ready(known);
    });
  });
  const of = (name: string) => {
    const found = providers.get(name);
    if (!found) throw new Error(`no emulator of ${name} among ${[...providers.keys()]}`);
    return found;
  };
  return { of, stop: () => end(server) };
}

async function ask(url: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, body === undefined ? {} : { method: "POST", body, headers });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function tell(url: string, what: object): Promise<Response> {
  return ask(url, JSON.stringify(what), { "content-type": "application/json" });
}

/** The texts that this chat or phone was sent and got. */
async function texts(url: string, method: string, chat: number): Promise<string[]> {
  const calls = (await (await ask(`${url}/_/journal?method=${method}&chat=${chat}`)).json()) as Call[];
  return calls.filter(({ taken }) => taken).map(({ text }) => text);
}

/** Starts an emulator that knows nobody but the people of its own page (chats 1001 to 1003). */
export async function startTelegram(): Promise<Telegram> {
  const emulators = await startEmulators();
  const { url, settings } = emulators.of("Telegram");
  return {
    settings,
    meets: async (chat, username) => void (await tell(`${url}/_/people`, { chat, name: username, username })),
    opens: async (chat, link) => void (await ask(`${url}/chats/${chat}/start`, new URLSearchParams({ link }))),
    block: async (chat) => void (await ask(`${url}/chats/${chat}/block`, new URLSearchParams())),
    refuse: async (chat, why) => {
      const [status, ...description] = why.split(" ");
      await tell(`${url}/_/faults`, { kind: "refuse", status: Number(status), description: description.join(" "), method: "sendMessage", chat });
    },
    textsTo: (chat) => texts(url, "sendMessage", chat),
    stop: emulators.stop,
  };
}

/** Starts a push service without browsers. */
export async function startPush(): Promise<Push> {
  const emulators = await startEmulators();
  const { url, settings } = emulators.of("A push service of browsers");
  return {
    settings,
    subscribe: async (key) => (await tell(`${url}/_/subscriptions`, { public_key: key })).text(),
    received: async (subscription) => (await (await ask(`${url}/_/received`, subscription)).json()) as string[],
    stop: emulators.stop,
  };
}

/** Starts WhatsApp with the templates of the manual. */
export async function startWhatsApp(): Promise<WhatsApp> {
  const emulators = await startEmulators();
  const { url, settings } = emulators.of("WhatsApp");
  const { WHATSAPP_APP_SECRET: app_secret, WHATSAPP_VERIFY_TOKEN: verify_token } = settings;
  return {
    settings,
    hook: async (crm) => void (await tell(`${url}/_/webhook`, { url: `${crm}/hooks/whatsapp`, app_secret, verify_token })),
    writes: async (phone, text) => void (await tell(`${url}/_/messages`, { phone, text })),
    textsTo: (phone) => texts(url, "messages", phone),
    stop: emulators.stop,
  };
}
