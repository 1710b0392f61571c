import { createCompany, takePhoto } from "../harness/data";
import { startTelegram } from "../harness/emulators";
import { order, register } from "../harness/steps";
import { axe, desktop, expect, phone, screenshot, signIn, test } from "../harness/test";
import type { Page } from "@playwright/test";

/** Chats of the emulator's own people. */
const [daria, anna] = [1001, 1002];

async function link(page: Page): Promise<string> {
  await page.goto("/profile");
  await page.getByRole("link", { name: "Настроить" }).click();
  await page.getByRole("button", { name: "Подключить: Telegram" }).click();
  return (await page.getByRole("link", { name: "Открыть Telegram" }).getAttribute("href")) ?? "";
}

test("messages over Telegram: linked by a link, sent, blocked, given up and sent again @mariadb", async ({ start, visit, browser }) => {
  const telegram = await startTelegram();
  try {
    const crm = await start({ settings: telegram.settings });
    const { dispatcher, administrator } = await createCompany(crm);
    const office = await visit(desktop, crm);
    const head = await visit({ ...phone, theme: "dark" }, crm);

    // Each links the bot from their own page.
    for (const [{ page }, user, chat] of [
      [office, dispatcher, daria],
      [head, administrator, anna],
    ] as const) {
      await signIn(page, user);
      const address = await link(page);
      expect(address).toMatch(/^https:\/\/t\.me\/montaj_bot\?start=[2-9A-HJ-NP-Z]{10}$/);
      await axe(page);
      await telegram.opens(chat, address);
      await expect.poll(async () => (await telegram.textsTo(chat)).length).toBe(2);
      const [linked, menu] = await telegram.textsTo(chat);
      expect(linked).toBe("Готово: сообщения будут приходить сюда.");
      expect(menu).toContain("Ответа никто не ждёт.");
      // The open page notices by itself.
      await expect(page.locator("main")).toContainText("Подключён ваш аккаунт");
      await screenshot(page, `telegram-linked-${chat}`);
    }

    // An order comes: one learns of it, the other's message is refused for good.
    await telegram.refuse(anna, "400 Bad Request: message is too long");
    const customer = await visit(phone, crm);
    await register(customer.page, "Ольга Смирнова");
    await order(customer.page, "ул. Малышева, 84", await takePhoto(browser, "до"));
    await expect.poll(async () => (await telegram.textsTo(daria)).length).toBe(3);
    const [, , text = ""] = await telegram.textsTo(daria);
    expect(text).toMatch(/^Новый заказ №\s26-000001\.\nhttp:\/\/127\.0\.0\.1:\d+\/orders\/1$/);

    // The administrator is called to it, and has it sent again.
    const { page } = head;
    await expect(async () => {
      await page.goto("/attention");
      await expect(page.locator("main")).toContainText("1 сообщение не дошло, или неизвестно", { timeout: 100 });
    }).toPass();
    await screenshot(page, "telegram-attention");
    await page.getByRole("link", { name: "Посмотреть" }).click();
    await expect(page.locator("main")).toContainText("Не доставлено");
    await axe(page);
    await screenshot(page, "telegram-log");
    await page.getByRole("button", { name: "Отправить ещё раз" }).click();
    await expect.poll(async () => (await telegram.textsTo(anna)).length).toBe(3);
    await expect(async () => {
      await page.goto("/notifications?state=sent");
      await expect(page.locator("tbody tr")).toHaveCount(2, { timeout: 100 });
    }).toPass();

    // The dispatcher blocks the bot: their page says so, and no more is written there.
    await telegram.block(daria);
    await expect(async () => {
      await office.page.goto("/me/channels");
      await expect(office.page.locator("main")).toContainText("похоже, бот заблокирован", { timeout: 100 });
    }).toPass();
    await axe(office.page);
    await screenshot(office.page, "telegram-blocked");
    await office.page.getByRole("button", { name: "Отключить: Telegram" }).click();
    await expect(office.page.locator("main")).toContainText("Пока не подключён");
  } finally {
    await telegram.stop();
  }
});

test("the administrator sees the channels, sets what goes where and writes words of their own", async ({ start, visit }) => {
  const telegram = await startTelegram();
  try {
    const crm = await start({ settings: telegram.settings });
    const { administrator } = await createCompany(crm);
    const { page, allow } = await visit(desktop, crm);
    allow(/422/);
    await signIn(page, administrator);
    await page.goto("/channels");
    await expect(page.locator("#channel-telegram").locator("..")).toContainText("Включён");
    await expect(page.locator("#channel-max").locator("..")).toContainText("Выключен");
    await axe(page);
    await screenshot(page, "channels");
    const rule = page.locator("#customer-visits");
    const wait = rule.getByLabel("Ждать доставки, минут");
    const save = page.locator("#rules").getByRole("button", { name: "Сохранить" }).last();
    await wait.fill("0");
    await wait.evaluate((field: HTMLInputElement) => field.removeAttribute("min"));
    await page.locator("#office-chat").getByLabel("Ждать доставки, минут").fill("33");
    await save.click();
    await expect(page.locator(".error")).toBeVisible();
    await expect(wait).toBeFocused();
    await expect(page.locator("#office-chat").getByLabel("Ждать доставки, минут")).toHaveValue("33");
    await wait.fill("20");
    await save.click();
    await expect(wait).toHaveValue("20");
    await expect(page.locator("#office-chat").getByLabel("Ждать доставки, минут")).toHaveValue("33");
    await axe(page);

    // Words of their own: a place that is none is refused and nothing typed is lost.
    await page.goto("/channels/texts");
    await axe(page);
    await screenshot(page, "channels-texts");
    await page.getByRole("link", { name: "Мастер в пути" }).click();
    const words = page.getByLabel("Текст", { exact: true });
    await words.fill("Едем к вам! Заказ {nomer}");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await expect(page.locator(".error")).toContainText("Нет такой подстановки: nomer");
    await expect(words).toHaveValue("Едем к вам! Заказ {nomer}");
    await words.fill("Едем к вам! Заказ {number}, {address}");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await expect(page.locator(".preview")).toHaveText("Едем к вам! Заказ 26-000123, Ленина, 5");
    await expect(page.locator("main")).toContainText("Они уйдут через зарубежный сервис");
    await axe(page);
    await screenshot(page, "channels-text");
    const small = await visit({ ...phone, theme: "dark" }, crm);
    await signIn(small.page, administrator);
    for (const path of ["/channels", "/me/channels", "/channels/texts"]) {
      await small.page.goto(path);
      await axe(small.page);
      await screenshot(small.page, `channels-phone${path.replace(/\//g, "-")}`);
    }
  } finally {
    await telegram.stop();
  }
});

test("without a channel the page says so", async ({ company, visit }) => {
  const { page } = await visit(phone);
  await signIn(page, company.specialist);
  await page.goto("/me/channels");
  await expect(page.locator("main")).toContainText("Каналов пока нет");
  await expect(page.getByRole("button", { name: /Подключить/ })).toHaveCount(0);
});
