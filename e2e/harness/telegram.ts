// A stand-in for the Telegram Bot API: one bot, and people who talk to it or have blocked it.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type Telegram = {
  /** For TELEGRAM_API_URL. */
  url: string;
  /** Somebody writes to the bot. */
  comes(chat: number, username: string, text: string): void;
  /** From now on the bot cannot reach this person. */
  block(chat: number): void;
  stop(): Promise<void>;
};

const bot = { id: 1, is_bot: true, first_name: "Монтаж-Сервис", username: "montazh_servis_bot" };

export async function startTelegram(): Promise<Telegram> {
  let updates: { update_id: number; message: object }[] = [];
  let number = 1;
  let wake = () => {};
  const blocked = new Set<number>();

  /** Confirms what was taken and waits a while for more, as the real one does. */
  const arrived = async ({ offset = 0, timeout = 0 }): Promise<object[]> => {
    updates = updates.filter(({ update_id }) => update_id >= offset);
    if (!updates.length) {
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, Math.min(timeout, 2) * 1000);
        wake = () => (clearTimeout(patience), resolve());
      });
    }
    return updates;
  };
  const message = (chat: number, username: string, text: string) => {
    const person = { id: chat, first_name: username, username };
    return { message_id: number++, date: Math.floor(Date.now() / 1000), chat: { ...person, type: "private" }, from: { ...person, is_bot: false }, text };
  };
  const answer = async (method: string, asked: { chat_id?: number; text?: string; offset?: number; timeout?: number }) => {
    if (method === "getMe") return bot;
    if (method === "getUpdates") return arrived(asked);
    if (method === "sendMessage" && !blocked.has(asked.chat_id!)) return message(asked.chat_id!, "someone", asked.text!);
    return undefined;
  };

  const server = createServer(async (request, response) => {
    const result = await answer(request.url!.split("/").at(-1)!, await body(request));
    response.writeHead(result ? 200 : 403, { "content-type": "application/json" });
    response.end(JSON.stringify(result ? { ok: true, result } : { ok: false, error_code: 403, description: "Forbidden: bot was blocked by the user" }));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comes(chat, username, text) {
      updates.push({ update_id: number++, message: message(chat, username, text) });
      wake();
    },
    block: (chat) => void blocked.add(chat),
    stop: () => new Promise((gone) => (server.close(() => gone()), server.closeAllConnections())),
  };
}

async function body(request: IncomingMessage): Promise<object> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text ? (JSON.parse(text) as object) : {};
}
