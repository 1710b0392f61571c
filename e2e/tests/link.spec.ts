import type { Page } from "@playwright/test";
import { createOrder } from "../harness/data";
import { desktop, expect, phone, signIn, test } from "../harness/test";

for (const script of [true, false]) {
  test(`a secret link shows one order until it is revoked, script ${script ? "on" : "off"}`, async ({ visit, crm, company }) => {
    const { id, number } = await createOrder(crm, company, `Юлия ${script ? "Быкова" : "Титова"}`);
    const other = await createOrder(crm, company, "Марк Гусев");
    const { page: office } = await visit({ ...desktop, script });
    const { page: stranger, allow } = await visit({ ...phone, script });
    allow(/status of 40[14]/);
    await signIn(office, company.dispatcher);

    await office.goto(`/orders/${id}`);
    await openLinks(office);
    await office.getByRole("button", { name: "Создать ссылку" }).click();
    const link = (await office.locator(".secret code").textContent())!;

    expect((await stranger.goto(link))?.status()).toBe(200);
    await expect(stranger.locator("#main")).toContainText("Екатеринбург, Малышева, 84");
    await expect(stranger.locator("#main")).not.toContainText("Гусев");
    for (const path of [`/my/orders/${id}`, `/orders/${id}`, `/my/orders/${other.id}`]) {
      await stranger.goto(path);
      await expect(stranger).toHaveURL(/\/sign-in/);
    }

    await stranger.goto(link);
    await stranger.getByRole("link", { name: "Отменить заказ" }).click();
    await stranger.getByLabel("Почему отменяете").fill("Переезжаем");
    await stranger.getByRole("button", { name: "Отменить заказ" }).click();
    await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Заказ отменён");
    await office.goto(`/orders/${id}`);
    await expect(office.locator(".order-title")).toContainText("Отменён");
    await expect(office.locator(".crumbs")).toContainText(number);

    await openLinks(office);
    await office.getByRole("button", { name: "Отозвать все" }).click();
    await expect(office.getByText("Ссылки отозваны")).toBeVisible();
    // An open page goes there by itself, and two ways to one place get into each other's way.
    expect((await stranger.request.get(link)).status()).toBe(404);
    if (script) await expect(stranger.getByRole("heading", { level: 1 })).not.toHaveText("Заказ отменён");
  });
}

async function openLinks(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Другие действия" }).click();
  await page.getByRole("link", { name: "Ссылка для заказчика" }).click();
}
