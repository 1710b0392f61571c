import { execFileSync } from "node:child_process";
import { root } from "./crm";

/** Builds the program to test and the emulators of its surroundings, unless CRM_BIN names one. */
export default function build(): void {
  if (process.env["CRM_BIN"]) return;
  execFileSync("cargo", ["build", "--quiet", "--locked", "--package", "maxmontaj67", "--package", "emulators"], { cwd: root, stdio: "inherit" });
}
