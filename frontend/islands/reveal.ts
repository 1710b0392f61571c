// A button inside a password field shows what was typed while it is pressed in.
export function reveal(button: HTMLElement): void {
  const input = button.parentElement?.querySelector("input");
  if (!input) return;
  const hide = (hidden: boolean) => {
    input.type = hidden ? "password" : "text";
    button.setAttribute("aria-pressed", String(!hidden));
  };
  button.addEventListener("click", () => hide(input.type === "text"));
  // Password managers know the field by its type.
  input.form?.addEventListener("submit", () => hide(true));
}
