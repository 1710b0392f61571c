// A signature on glass: what is drawn goes into the hidden file field as a PNG.
import SignaturePad from "signature_pad";

export function signature(box: HTMLElement): void {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector<HTMLInputElement>("input[type=file]");
  if (!canvas || !field) return;
  const pad = new SignaturePad(canvas, { penColor: "#14213d", backgroundColor: "#ffffff", minWidth: 0.8, maxWidth: 2.6 });

  const keep = () => {
    box.dataset.empty = String(pad.isEmpty());
    const files = new DataTransfer();
    if (pad.isEmpty()) {
      field.files = files.files;
      return;
    }
    canvas.toBlob((blob) => {
      if (!blob) return;
      files.items.add(new File([blob], "signature.png", { type: "image/png" }));
      field.files = files.files;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }, "image/png");
  };
  const fit = () => {
    const drawn = pad.toData();
    const ratio = Math.max(devicePixelRatio, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d")?.scale(ratio, ratio);
    pad.clear();
    pad.fromData(drawn);
  };

  pad.addEventListener("endStroke", keep);
  box.querySelector("[data-clear]")?.addEventListener("click", () => {
    pad.clear();
    keep();
  });
  new ResizeObserver(fit).observe(canvas);
}
