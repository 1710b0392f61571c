// Counts down to a moment; data-left is the text with {time} in it, data-over the text when it has passed. Stays as the server wrote it while more than a day is left.

const DAY_MS = 86_400_000;

export function countdown(element: HTMLElement): void {
  const until = Date.parse(element.dataset.until ?? "");
  const two = (part: number) => String(part).padStart(2, "0");
  const show = () => {
    if (!element.isConnected) return;
    const far = until - Date.now() - DAY_MS;
    if (far > 0) return void setTimeout(show, Math.min(far, DAY_MS));
    const left = Math.ceil((until - Date.now()) / 1000);
    if (!(left > 0)) {
      element.textContent = element.dataset.over ?? "";
      element.closest(".deadline")?.classList.add("late");
      return;
    }
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor((left % 3600) / 60);
    const time = hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
    element.textContent = (element.dataset.left ?? "{time}").replace("{time}", time);
    setTimeout(show, 1000);
  };
  if (!Number.isNaN(until)) show();
}
