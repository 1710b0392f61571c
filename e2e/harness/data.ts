import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import type { Crm, Role, User } from "./crm";

/** A company at work: one person of each role and a service that asks for everything a report can hold. */
export type Company = Record<Role, User> & { serviceId: number };

/** What the seeded data says, in one language. */
export type Words = { people: Record<Role, string>; service: string; checklist: string[]; street: string; district: string; wish: string };

export const russian: Words = {
  people: {
    administrator: "Анна Павлова",
    dispatcher: "Мария Орлова",
    specialist: "Пётр Кузнецов",
    contractor: "Олег Дёмин",
    customer: "Вера Лебедева",
  },
  service: "Установка сплит-системы",
  checklist: ["Дренаж проверен", "Мусор убран"],
  street: "Екатеринбург, Малышева, 84",
  district: "Центр",
  wish: "Кондиционер на кухню, стена кирпичная",
};

export const english: Words = {
  people: { administrator: "Ann Poe", dispatcher: "Mary Orr", specialist: "Peter Smith", contractor: "Oleg Hall", customer: "Vera Swan" },
  service: "Air conditioner",
  checklist: ["Drain tested", "Swept up"],
  street: "84 Main Street",
  district: "Old Town",
  wish: "In the kitchen, a brick wall",
};

export const { service, checklist } = russian;

/** Calls the API as this user; every answer but success is an error. */
export async function call<T = { id: number }>(crm: Crm, user: User, method: string, path: string, body?: object): Promise<T> {
  return ask(crm.url, await crm.token(user), method, path, body);
}

/** Calls the API of the program at `url` with this token; every answer but success is an error. */
export async function ask<T = { id: number }>(url: string, token: string, method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  if (method === "POST") headers["idempotency-key"] = randomUUID();
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Creates one user of each role, and a service that wants a photo before, one after, all lines ticked and a signature. */
export async function createCompany(crm: Crm, words = russian): Promise<Company> {
  const roles = Object.keys(words.people) as Role[];
  const users = await Promise.all(roles.map((role) => crm.createUser(role, words.people[role])));
  const people = Object.fromEntries(users.map((user) => [user.role, user])) as Record<Role, User>;
  await endQuietHours(crm, people.administrator);
  const { id } = await call(crm, people.administrator, "POST", "/services", {
    name: words.service,
    duration_minutes: 150,
    checklist: words.checklist,
    required_photos: { before: 1, after: 1 },
    signature_required: true,
    price_minor: 4_890_000,
  });
  return { ...people, serviceId: id };
}

/** Lets messages go at any hour: tests are also run at night, when they would wait for the morning. */
export async function endQuietHours(crm: Crm, administrator: User): Promise<void> {
  await call(crm, administrator, "PATCH", "/settings", { quiet_from: "00:00", quiet_to: "00:00" });
}

let customers = 0;

/** Who writes orders down, and for which work. */
type Office = Pick<Company, "dispatcher" | "serviceId">;

/** A confirmed order for a new customer, as a dispatcher writes it down during a call. */
export function createOrder(crm: Crm, company: Office, name: string, words = russian): Promise<{ id: number; number: string }> {
  return call(crm, company.dispatcher, "POST", "/orders", {
    service_id: company.serviceId,
    customer: { name, phone: nextPhone() },
    address: { text: words.street, district: words.district, entrance: "3", floor: "5", flat: "17" },
    description: words.wish,
    confirm: true,
  });
}

/** Plans a visit in so many hours and offers it to this crew. */
export async function offerVisit(crm: Crm, company: Pick<Office, "dispatcher">, orderId: number, crew: User | User[], hours: number): Promise<{ id: number }> {
  const { items } = await call<{ items: { id: number; name: string }[] }>(crm, company.dispatcher, "GET", "/workers");
  const worker_ids = [crew].flat().map(({ name }) => {
    const found = items.find((worker) => worker.name === name);
    if (!found) throw new Error(`no worker ${name}`);
    return found.id;
  });
  const starts_at = new Date(Date.now() + hours * 3_600_000).toISOString();
  return call(crm, company.dispatcher, "POST", `/orders/${orderId}/visits`, { worker_ids, starts_at, offer: true });
}

/** A phone number nobody has yet. */
export function nextPhone(): string {
  customers += 1;
  return `+7912${String(1_000_000 + customers).slice(-7)}`;
}

/** The time of the system under test, which E2E_TIME sets. */
export function now(): number {
  const set = process.env["E2E_TIME"];
  return set ? Date.parse(`${set.replace(" ", "T")}Z`) : Date.now();
}

/** The time in so many hours as a field of date and time takes it, in this zone. */
export function typedTime(hours: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return parts.format(now() + hours * 3_600_000).replace(" ", "T");
}

export type Photo = { name: string; mimeType: string; buffer: Buffer };

/** A photo as a phone takes it: larger than what is kept, drawn here. */
export async function takePhoto(browser: Browser, words: string): Promise<Photo> {
  const page = await browser.newPage();
  const data = await page.evaluate(drawPhoto, words);
  await page.close();
  return { name: `${words}.jpg`, mimeType: "image/jpeg", buffer: Buffer.from(data.split(",")[1] ?? "", "base64") };
}

function drawPhoto(words: string): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2400, 1800];
  const paint = canvas.getContext("2d")!;
  const sky = paint.createLinearGradient(0, 0, 2400, 1800);
  sky.addColorStop(0, "#8fb8de");
  sky.addColorStop(1, "#3d5a80");
  paint.fillStyle = sky;
  paint.fillRect(0, 0, 2400, 1800);
  paint.fillStyle = "white";
  paint.font = "200px sans-serif";
  paint.fillText(words, 200, 900);
  return canvas.toDataURL("image/jpeg", 0.6);
}

/** Draws a name on the signature's glass. */
export async function sign(page: Page): Promise<void> {
  const glass = page.locator(".signature canvas");
  await glass.scrollIntoViewIfNeeded();
  const box = await glass.boundingBox();
  if (!box) throw new Error("nowhere to sign");
  await page.mouse.move(box.x + 30, box.y + box.height / 2);
  await page.mouse.down();
  for (let step = 1; step <= 12; step += 1) {
    await page.mouse.move(box.x + 30 + step * 18, box.y + box.height / 2 + (step % 2 ? 25 : -25));
  }
  await page.mouse.up();
}
