import type { Page } from "@playwright/test";
import { call, checklist, createOrder, offerVisit } from "../harness/data";
import { expect, phone, signIn, test } from "../harness/test";

test("two of a crew write one report and nobody's words are lost", async ({ visit, crm, company }) => {
  const [first, second] = [await crm.createUser("specialist", "Пётр Зимин"), await crm.createUser("specialist", "Руслан Гареев")];
  const { id: order } = await createOrder(crm, company, "Нина Орлова");
  const { id } = await offerVisit(crm, company, order, [first, second], 1);
  await call(crm, first, "POST", `/visits/${id}/acceptance`, {});
  const visitors = [await visit(phone), await visit(phone)] as const;
  for (const { allow } of visitors) allow(/status of 412/);
  const [one, other] = visitors.map(({ page }) => page) as [Page, Page];
  for (const [page, worker] of [[one, first], [other, second]] as const) {
    await signIn(page, worker);
    await page.goto(`/visits/${id}/report`);
  }
  const draftOf = (page: Page) => page.waitForResponse((answer) => answer.url().endsWith("/report/draft"));

  // The other page has shown nothing of it in its fields, so it is told at once.
  const [drafted] = await Promise.all([draftOf(one), one.getByLabel("Комментарий").fill("Штробы готовы")]);
  expect(drafted.status()).toBe(200);
  await expect(other.getByRole("alert")).toContainText("Штробы готовы");
  await expect(one.getByRole("alert")).toHaveCount(0);

  // What it writes on top does not go over the first one's words by itself.
  const [refused] = await Promise.all([draftOf(other), other.getByLabel("Комментарий").fill("Дренаж выведен")]);
  expect(refused.status()).toBe(412);
  await expect(other.getByRole("alert")).toContainText("Штробы готовы");
  await expect(other.locator(".toast")).toHaveCount(0);
  expect(await textOf(first)).toBe("Штробы готовы");

  // It puts both together, and now the first page is the one that shows less than was saved.
  await other.getByLabel("Комментарий").fill("Штробы готовы, дренаж выведен");
  await other.getByRole("button", { name: "Сохранить" }).click();
  await expect(other.getByRole("alert")).toContainText("проверьте его и сохраните снова");
  await expect(other.getByLabel("Комментарий")).toHaveValue("Штробы готовы, дренаж выведен");
  await other.getByRole("button", { name: "Сохранить" }).click();
  await expect(other.getByRole("alert")).toHaveCount(0);
  expect(await textOf(first)).toBe("Штробы готовы, дренаж выведен");
  await expect(one.getByRole("alert")).toContainText("дренаж выведен");
  const [late] = await Promise.all([draftOf(one), one.getByLabel(checklist[0]!).check()]);
  expect(late.status()).toBe(412);
  expect(await textOf(second)).toBe("Штробы готовы, дренаж выведен");

  async function textOf(worker: typeof first): Promise<string> {
    return (await call<{ text: string }>(crm, worker, "GET", `/visits/${id}/report`)).text;
  }
});
