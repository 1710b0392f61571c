// One stream of events for the page: rests while the tab is hidden, comes back by itself.

// Over HTTP/1.1 a browser opens six connections to a site: the tabs that nobody looks at must not keep one each.
const HIDDEN_MS = 2000;
const LOST_MS = 3000;
const LONGEST_RETRY_MS = 60_000;

export interface Listener {
  /** These topics changed. */
  changed(topics: string[]): void;
  /** Somebody is typing in the chat of this topic. */
  typing(topic: string, who: string): void;
  /** Events may have been missed: everything shown has to be fetched anew. */
  missed(): void;
  online(online: boolean): void;
  /** The session has ended or its rights have changed: nothing on the page holds any more. */
  over(): void;
}

/** `position` is where the page stood when it was made: what changed since then is told first. */
export function listen(url: string, position: string | undefined, listener: Listener): void {
  let stream: EventSource | undefined;
  let lostTimer = 0;
  let pauseTimer = 0;
  let wasAway = false;
  let retryMs = 1000;

  function found(): void {
    clearTimeout(lostTimer);
    lostTimer = 0;
  }

  function connect(): void {
    if (stream || document.hidden) return;
    stream = new EventSource(wasAway || !position ? url : `${url}?after=${encodeURIComponent(position)}`);
    stream.onopen = () => {
      found();
      retryMs = 1000;
      listener.online(true);
      if (wasAway) listener.missed();
      wasAway = false;
    };
    stream.addEventListener("signal", (event) => listener.changed((JSON.parse(event.data) as { topics?: string[] }).topics ?? []));
    stream.addEventListener("typing", (event) => {
      const { topic = "", who = "" } = JSON.parse(event.data) as { topic?: string; who?: string };
      listener.typing(topic, who);
    });
    stream.addEventListener("reload", () => listener.missed());
    stream.addEventListener("over", () => {
      leave();
      listener.over();
    });
    stream.onerror = () => {
      // From the first failure on: those that follow it, one a second, must not put it off.
      lostTimer ||= window.setTimeout(() => listener.online(false), LOST_MS);
      // While the browser comes back by itself, the server tells what was missed.
      if (stream?.readyState !== EventSource.CLOSED) return;
      // It was refused: what is fetched anew tells why.
      leave();
      listener.missed();
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    };
  }

  function leave(): void {
    stream?.close();
    stream = undefined;
    wasAway = true;
  }

  function pause(): void {
    found();
    leave();
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(pauseTimer);
    if (document.hidden) pauseTimer = window.setTimeout(pause, HIDDEN_MS);
    else connect();
  });
  window.addEventListener("pagehide", pause);
  window.addEventListener("pageshow", connect);
  connect();
}
