import type { BrowserContext, Page } from "@playwright/test";

/** Notes what a page must never do: script errors, policy violations, requests to other hosts, answers 5xx. */
export class Watch {
  readonly faults: string[] = [];
  readonly #allowed: RegExp[] = [];
  readonly #host: string;

  constructor(url: string) {
    this.#host = new URL(url).host;
  }

  /** Lets pass what a test provokes on purpose, such as the console's line about an answer 422. */
  allow(fault: RegExp): void {
    this.#allowed.push(fault);
  }

  /** Watches every page of the context, those it opens later too. */
  async attach(context: BrowserContext): Promise<void> {
    await context.exposeBinding("__fault", (_source, fault: string) => this.#note(fault));
    await context.addInitScript(() => {
      const note = (globalThis as unknown as { __fault(fault: string): void }).__fault;
      document.addEventListener("securitypolicyviolation", (event) =>
        note(`policy ${event.violatedDirective} blocked ${event.blockedURI} ${event.sample}`),
      );
      window.alert = (text) => note(`alert: ${text}`);
    });
    context.on("console", (message) => {
      if (message.type() === "error") this.#note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.#note(`script: ${error.error().stack || error.error()}`));
    context.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && host !== this.#host) this.#note(`request to another host: ${request.url()}`);
    });
    context.on("response", (response) => {
      if (response.status() >= 500) this.#note(`answer ${response.status()}: ${response.url()}`);
    });
  }

  #note(fault: string): void {
    if (!this.#allowed.some((pattern) => pattern.test(fault))) this.faults.push(fault);
  }
}

/** Waits until what the page has just done has been reported here. */
export async function settle(page: Page): Promise<void> {
  if (!page.isClosed()) await page.waitForTimeout(50);
}
