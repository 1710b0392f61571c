import { axe, expect, looks, nameOf, screenshot, test } from "../harness/test";

for (const look of looks) {
  test(`the first page, ${nameOf(look)} @mariadb`, async ({ visit }) => {
    const { page } = await visit(look);
    const answer = await page.goto("/");
    expect(answer?.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await axe(page);
    await screenshot(page, `start-${nameOf(look)}`);
  });
}
