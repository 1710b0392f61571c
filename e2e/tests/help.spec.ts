import { desktop, expect, phone, signIn, test } from "../harness/test";

for (const script of [true, false]) {
  test(`a dispatcher finds a task in the manual, script ${script ? "on" : "off"}`, async ({ visit, company }) => {
    const { page } = await visit({ ...desktop, script });
    await signIn(page, company.dispatcher);
    await page.goto("/orders");
    await page.getByRole("link", { name: "Справка" }).first().click();
    await page.getByLabel("Найти в справке").fill("перенос задания");
    await page.getByLabel("Найти в справке").press("Enter");
    await page.getByRole("link", { name: "Перенести задание" }).first().click();
    await expect(page).toHaveURL(/\/help\/visits#/);
    await expect(page.getByRole("heading", { name: "Перенести задание" })).toBeInViewport();
  });
}

test("a picture of the manual comes when it is scrolled to, and opens in full", async ({ visit, company }) => {
  const { page } = await visit(phone);
  await signIn(page, company.contractor);
  await page.getByRole("link", { name: "Справка" }).click();
  await page.getByRole("link", { name: "Сдать отчёт с фото" }).click();
  const picture = page.getByRole("img", { name: "Отчёт: снимки до и после" });
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
  await picture.click();
  await expect(page.locator("dialog.viewer img")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog.viewer")).toHaveCount(0);
});

test("whoever cannot sign in finds help on the page of signing in", async ({ visit }) => {
  const { page } = await visit(phone);
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Справка" }).click();
  await page.getByRole("link", { name: "Если пароль забыт" }).click();
  await expect(page.getByRole("heading", { name: "Если пароль забыт" })).toBeInViewport();
});
