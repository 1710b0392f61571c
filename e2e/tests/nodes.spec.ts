// Two programs on one MariaDB and one Redis are one system: whoever listens at one hears what is written at the other, also when one of them
// or Redis dies in between.
import { ask, type Company, call, createCompany } from "../harness/data";
import { type Listener, listen, type Redis, startGate, startRedis, type Told } from "../harness/line";
import { linesOf } from "../harness/steps";
import { type Crm, expect, phone, signIn, test } from "../harness/test";

type Message = { id: number; text: string };

/** A customer's program: it knows what the stream made it fetch, and nothing else. */
type Reader = { lines: Map<number, string>; stream: Listener };

async function read(url: string, token: string, order: number): Promise<Reader> {
  const lines = new Map<number, string>();
  const topic = `chat-${order}-customer`;
  const hear = async ({ event, topics }: Told) => {
    if (event !== "reload" && !topics.includes(topic)) return;
    const { items } = await ask<{ items: Message[] }>(url, token, "GET", `/orders/${order}/messages?limit=200`);
    for (const { id, text } of items) lines.set(id, text);
  };
  return { lines, stream: await listen(url, token, hear) };
}

/**
 * A customer who listens to the chat of one order and looks at that of another, and an office that writes the same in both. The two are apart,
 * because a page says aloud that it was read, and that would tell the listener what its own stream has not.
 */
async function scene(crm: Crm, gateUrl: string, company: Company) {
  const make = () => call(crm, company.customer, "POST", "/orders", { service_id: company.serviceId, address: { text: "Мира, 5" } });
  const [{ id }, { id: shown }] = [await make(), await make()];
  const [office, customer] = await Promise.all([crm.token(company.dispatcher), crm.token(company.customer)]);
  const reader = await read(gateUrl, customer, id);
  const written: string[] = [];
  /** Writes so many lines at this program, one after the other. */
  const write = async (url: string, count: number, wait = false) => {
    for (let n = 0; n < count; n += 1) {
      const text = `Строка ${written.length + 1}`;
      written.push(text);
      await Promise.all([id, shown].map((order) => ask(url, office, "POST", `/orders/${order}/messages`, { text, audience: "customer" })));
      if (wait) await expect.poll(() => [...reader.lines.values()].includes(text), { intervals: [10], message: text }).toBe(true);
    }
  };
  const all = async (patience = 20_000) => {
    await expect.poll(() => sorted(reader), { intervals: [20], timeout: patience }).toEqual(written);
  };
  return { topic: `chat-${id}-customer`, shown: `/my/orders/${shown}/messages`, reader, written, write, all };
}

const sorted = ({ lines }: Reader) => [...lines].sort(([a], [b]) => a - b).map(([, text]) => text);

/** What no stream may do: say the same twice, go back, or skip what it has numbered for this reader. */
function check({ told }: Listener): void {
  const said = told.filter(({ event }) => event === "signal").map(({ id }) => id);
  expect(new Set(said).size, "signals with an id of their own").toBe(said.length);
  const last = new Map<string, number>();
  for (const { id, event } of told.filter(({ id, event }) => id && event !== "hello")) {
    const [node = "", number] = id.split("-");
    expect(Number(number), `${event} ${id}`).toBeGreaterThanOrEqual(last.get(node) ?? 0);
    last.set(node, Number(number));
  }
}

let redis: Redis;
test.beforeAll(async () => void (redis = await startRedis()));
test.afterAll(() => redis.kill());

test("a reader goes from program to program, each dying in its turn, and has every line once @nodes", async ({ start, visit }) => {
  const crm = await start({ settings: { REDIS_URL: redis.url } });
  const company = await createCompany(crm);
  let there = await crm.another();
  const gate = await startGate(there.url);
  try {
    const { topic, shown, reader, written, write, all } = await scene(crm, gate.url, company);
    const { page: home, allow } = await visit(phone, { ...crm, url: gate.url });
    allow(/ERR_|Failed to fetch/);
    await signIn(home, company.customer);
    await home.goto(shown);
    await expect(home.locator("#connection")).toHaveText("На связи");

    for (let round = 1; round <= 3; round += 1) {
      // The stream is at the one, the lines are written at the other.
      await write(crm.url, 8, true);
      // Its line breaks and it comes back to the same one: what was written meanwhile is told as it was, nothing is begun anew.
      const before = reader.stream.told.length;
      gate.shut();
      await write(crm.url, 4);
      gate.open();
      await all();
      const again = (wanted: (told: Told) => boolean) => reader.stream.told.slice(before).filter(wanted).length;
      await expect.poll(() => again(({ topics }) => topics.includes(topic))).toBeGreaterThanOrEqual(4);
      expect(again(({ event }) => event === "reload")).toBe(0);
      // The one dies. It comes to the other, which does not know the number it stopped at; no later line tells of those before.
      gate.shut();
      await Promise.all([there.kill(), write(crm.url, 8)]);
      gate.leadTo(crm.url);
      gate.open();
      await all();
      await write(crm.url, 4, true);
      // A new one starts, and there it goes next; the lines are written at both.
      there = await crm.another();
      await write(there.url, 4, true);
      gate.shut();
      await write(crm.url, 4);
      gate.leadTo(there.url);
      gate.open();
      await all();
      await write(there.url, 2, true);
      await expect(linesOf(home)).toHaveText(written, { timeout: 20_000 });
    }
    expect(written.length).toBeGreaterThanOrEqual(100);
    expect(reader.stream.streams()).toBeGreaterThanOrEqual(10);
    check(reader.stream);
    await reader.stream.stop();
  } finally {
    await gate.stop();
  }
});

test("Redis dies and comes back: lines come late and once @nodes", async ({ start, visit }) => {
  const crm = await start({ settings: { REDIS_URL: redis.url } });
  const company = await createCompany(crm);
  const there = await crm.another();
  const { shown, reader, written, write, all } = await scene(crm, there.url, company);
  const { page: home } = await visit(phone, { ...crm, url: there.url });
  await signIn(home, company.customer);
  await home.goto(shown);
  await write(crm.url, 5, true);
  await redis.kill();
  // What is written where the reader listens comes at once.
  await write(there.url, 5, true);
  // What is written at the other comes when the pages look for it: nothing else happens that could tell them.
  await write(crm.url, 5);
  await all();
  await expect(linesOf(home)).toHaveText(written);
  await redis.start();
  // Nothing else tells of these: either program must find Redis again by itself.
  await write(crm.url, 20);
  await all();
  await write(there.url, 2, true);
  await write(crm.url, 5, true);
  await expect(linesOf(home)).toHaveText(written);
  check(reader.stream);
  await reader.stream.stop();
});
