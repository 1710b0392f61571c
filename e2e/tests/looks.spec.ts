// Every main page of every role in its four looks, and once in English.
import { call, type Company, createCompany, createOrder, english, offerVisit, russian } from "../harness/data";
import { barriersOf, desktop, excessWidth, expect, keysOn, phone, screenshot, signIn, test, wordsOf, type Crm, type Role } from "../harness/test";

/** Paths under short names, by whom they are shown to. */
type Pages = Partial<Record<Role | "nobody", Record<string, string>>>;

let pages: Pages;

test.beforeAll(async ({ crm, company }) => {
  pages = await pagesOf(crm, company, russian);
});

const roles: (Role | "nobody")[] = ["nobody", "administrator", "dispatcher", "contractor", "customer"];

for (const role of roles) {
  for (const look of [desktop, phone]) {
    test(`pages of ${role} on a ${look.screen}, light and dark`, async ({ visit, company }) => {
      test.setTimeout(180_000);
      const { page } = await visit(look);
      await page.emulateMedia({ reducedMotion: "reduce" });
      if (role !== "nobody") await signIn(page, company[role]);
      for (const [name, path] of Object.entries(pages[role]!)) {
        const answer = await page.goto(path);
        // One page's fault must not hide another's.
        expect.soft(answer?.status(), path).toBe(200);
        expect.soft(await excessWidth(page), `excess width of ${path}`).toBe(0);
        expect.soft(await keysOn(page), `names of texts on ${path}`).toEqual([]);
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          await page.evaluate(coloured);
          expect.soft(await barriersOf(page), `barriers on ${path}, ${theme}`).toEqual([]);
          await screenshot(page, `${role}-${name}-${look.screen}-${theme}`);
        }
      }
    });
  }
}

test("every page in English", async ({ visit, start }) => {
  test.setTimeout(180_000);
  const crm = await start();
  const company = await createCompany(crm, english);
  for (const [role, paths] of Object.entries(await pagesOf(crm, company, english)) as [Role | "nobody", Record<string, string>][]) {
    const { page } = await visit({ language: "en-US" }, crm);
    if (role !== "nobody") await signIn(page, company[role]);
    for (const path of Object.values(paths)) {
      await page.goto(path);
      expect.soft(await keysOn(page), `names of texts on ${path}`).toEqual([]);
      // A language is called by its own name.
      const cyrillic = (await wordsOf(page, '[lang="ru"]')).filter((words) => /[А-Яа-яЁё]/.test(words));
      expect.soft(cyrillic, `Russian on ${path}`).toEqual([]);
    }
  }
});

/** Until then colours may be between the two themes; a change of one sets off that of another. */
async function coloured(): Promise<void> {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const ends = ({ effect }: Animation) => Number(effect?.getComputedTiming().endTime) < Infinity;
  for (let calm = 0; calm < 3; calm++) {
    await frame();
    if (document.getAnimations().some(ends)) calm = -1;
  }
}

/** Fills the system with something of each kind and tells where it is seen. */
async function pagesOf(crm: Crm, company: Company, words: typeof russian): Promise<Pages> {
  const { contractor } = company;
  const offered = await createOrder(crm, company, words.people.customer, words);
  const offer = await offerVisit(crm, company, offered.id, contractor, 30);
  const running = await createOrder(crm, company, words.people.specialist, words);
  const work = await offerVisit(crm, company, running.id, contractor, 1);
  for (const step of ["acceptance", "departure", "arrival"]) await call(crm, contractor, "POST", `/visits/${work.id}/${step}`);
  const own = await call(crm, company.customer, "POST", "/orders", { service_id: company.serviceId, address: { text: words.street } });
  const asked = await call(crm, company.customer, "POST", `/orders/${own.id}/messages`, { text: words.wish });
  await call(crm, company.dispatcher, "POST", `/orders/${own.id}/messages?audience=customer`, { text: words.wish, reply_to: asked.id });
  await call(crm, company.customer, "POST", `/orders/${own.id}/messages`, { text: words.wish });
  await call(crm, company.dispatcher, "POST", "/quick-replies", { audience: "customer", text: words.wish });
  return {
    nobody: { "sign-in": "/sign-in", "sign-up": "/sign-up", forgotten: "/resets/new", help: "/help", "help-customer": "/help/customer" },
    administrator: {
      start: "/",
      users: "/users",
      "new-user": "/users/new",
      audit: "/audit",
      services: "/services",
      "new-service": "/services/new",
      settings: "/settings",
      workers: "/workers",
    },
    dispatcher: {
      board: "/orders",
      chats: "/conversations",
      "all-chats": "/conversations?show=all",
      chat: `/orders/${own.id}/messages?audience=customer`,
      "quick-replies": "/quick-replies",
      kanban: "/orders/kanban",
      attention: "/attention",
      "new-order": "/orders/new",
      order: `/orders/${running.id}`,
      assign: `/orders/${own.id}/visits/new`,
      cancel: `/orders/${offered.id}/cancellation`,
      customers: "/customers",
      reviews: "/reviews",
      profile: "/profile",
      help: "/help",
      "help-chapter": "/help/orders",
      "help-found": "/help?q=отменить",
      "help-not-found": "/help?q=абракадабра",
    },
    contractor: {
      today: "/visits",
      offer: `/visits/${offer.id}`,
      visit: `/visits/${work.id}`,
      report: `/visits/${work.id}/report`,
      chat: "/messages",
      all: "/visits/all",
      profile: "/profile",
      help: "/help",
      "help-chapter": "/help/worker",
      "help-found": "/help?q=отчёт",
    },
    customer: { orders: "/my/orders", "new-order": "/my/orders/new", order: `/my/orders/${own.id}`, chat: `/my/orders/${own.id}/messages`, profile: "/profile", help: "/help" },
  };
}
