import { execFileSync } from "node:child_process";
import { root } from "./crm";

/** Builds the program to test, unless CRM_BIN names one. */
export default function build(): void {
  if (process.env["CRM_BIN"]) return;
  execFileSync("cargo", ["build", "--quiet", "--locked", "--package", "maxmontaj67"], { cwd: root, stdio: "inherit" });
}
