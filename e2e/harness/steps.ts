// What people do again and again, by the words they see.
import { expect, type Locator, type Page } from "@playwright/test";
import { nextPhone, type Photo, service, typedTime } from "./data";
import type { User } from "./crm";

export const password = "четыре жёлтых трамвая";

/** The first administrator, Анна Павлова (`anna`, `password`), sets up «Тёплый дом» by the one-time link. */
export async function setUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Название компании").fill("Тёплый дом");
  await page.getByLabel("Имя и фамилия").fill("Анна Павлова");
  await page.getByLabel("Логин").fill("anna");
  await page.getByLabel("Пароль", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Создать и войти" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Сводка");
}

/** A customer registers; the password is `password`. */
export async function register(page: Page, name: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Зарегистрируйтесь" }).click();
  await page.getByLabel("Имя и фамилия").fill(name);
  await page.getByLabel("Телефон").fill(nextPhone().replace("+7", "8 "));
  await page.getByLabel("Пароль", { exact: true }).fill(password);
  await page.getByLabel(/соглас/i).check();
  await page.getByRole("button", { name: "Зарегистрироваться" }).click();
  await page.waitForURL("**/my/orders");
}

/** The customer's own new order with a photo. */
export async function order(page: Page, street: string, photo: Photo): Promise<void> {
  await page.getByRole("link", { name: "Новый заказ" }).first().click();
  await page.getByLabel(service).check();
  await page.getByLabel("Адрес").fill(street);
  await page.getByLabel("Подробности").fill("Второй этаж, стена кирпичная");
  await page.locator("main form input[type=file]").setInputFiles(photo);
  await page.getByRole("button", { name: "Отправить заказ" }).click();
  await page.waitForURL(/\/my\/orders\/\d+$/);
  await expect(page.locator("main .photos").getByRole("img")).toHaveCount(1);
}

/** Opens the order of this customer from the board. */
export async function openFromBoard(page: Page, customer: string): Promise<void> {
  await page.getByRole("link", { name: customer }).click();
  await page.waitForURL(/\/orders\/\d+$/);
}

/** Assigns this worker in an hour, with an offer, on the order page. */
export async function assign(page: Page, worker: User, scripted = true): Promise<void> {
  await page.locator(".order-head").getByRole("link", { name: "Назначить" }).click();
  const form = page.locator('form:has([name="worker_ids"])');
  const zone = await form.locator("[name=_zone]").inputValue();
  const starts = form.locator("[name=starts_at]");
  const [usual, wanted] = [await starts.inputValue(), typedTime(1, zone)];
  // Who is free then is asked anew, unless the form had just this time already.
  const asked = scripted && wanted !== usual ? page.waitForResponse((answer) => answer.request().method() === "POST") : undefined;
  await starts.fill(wanted);
  await starts.blur();
  await asked;
  await form.getByRole("checkbox", { name: worker.name }).check();
  await form.getByLabel("Сразу предложить").check();
  await form.getByRole("button", { name: "Назначить", exact: true }).click();
  await expect(visitOf(page, worker)).toContainText("Предложено");
}

/** The visit on the order page that this worker goes to. */
export function visitOf(page: Page, worker: User): Locator {
  return page.locator("article.visit", { hasText: worker.name });
}

/** The worker's next step: the one big button. */
export async function step(page: Page, name: string, then: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
  await expect(page.locator("#main")).toContainText(then);
}

/** What has been said in the chat on this page. */
export function linesOf(page: Page): Locator {
  return page.locator(".message > p");
}

/** Says something in the chat on this page. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator("#chat-text").fill(text);
  await page.getByRole("button", { name: "Отправить" }).click();
  await expect(linesOf(page).last()).toHaveText(text);
}

/** The deeds of a message show themselves to whoever points at it. */
export async function pick(page: Page, text: string, deed: string): Promise<void> {
  const message = page.locator(".message", { hasText: text }).last();
  await message.hover();
  await message.getByRole("link", { name: deed }).click();
}
