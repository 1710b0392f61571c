// Builds frontend/dist: content-hashed names, compressed siblings and manifest.json (logical name → hashed name).
import { build } from "esbuild";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const modules = path.join(here, "node_modules");
const source = (...parts) => path.join(here, ...parts);
const manifest = {};

/** The dark tokens are written once; this keeps them off paper and adds the copy that follows the system's choice. */
const darkBySystem = {
  name: "dark-by-system",
  setup(build) {
    build.onLoad({ filter: /dark\.css$/ }, async ({ path: file }) => {
      const css = await fs.promises.readFile(file, "utf8");
      const copy = css.replace(':root[data-theme="dark"]', ':root:not([data-theme="light"])');
      return { contents: `@media screen {\n${css}\n}\n@media screen and (prefers-color-scheme: dark) {\n${copy}\n}`, loader: "css" };
    });
  },
};

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "islands/app.ts", "app-style": "css/app.css", help: "css/help.css", "api-docs": "islands/api-docs.ts" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    charset: "utf8",
    target: ["chrome114", "firefox125", "safari17"],
    outdir: dist,
    entryNames: "[name]-[hash]",
    chunkNames: "part-[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    plugins: [darkBySystem],
    metafile: true,
    logLevel: "warning",
    legalComments: "none",
  });
  // By itself, because browsers take a service worker as one file.
  const worker = await build({
    absWorkingDir: here,
    entryPoints: ["islands/push-worker.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["chrome114", "firefox125", "safari17"],
    logLevel: "warning",
  });
  emit("push-worker.js", worker.outputFiles[0].text);
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const name = path.basename(file);
    if (output.entryPoint === "islands/app.ts") manifest["app.js"] = name;
    else if (output.entryPoint === "css/app.css") manifest["app.css"] = name;
    else if (output.entryPoint === "css/help.css") manifest["help.css"] = name;
    else if (output.entryPoint === "islands/api-docs.ts") manifest["api-docs.js"] = name;
    else manifest[name.replace(/-[A-Z0-9]{8}(?=\.\w+$)/, "")] = name;
  }
}

/** Writes one file under its hashed name and notes it in the manifest. */
function emit(logical, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const { name, ext } = path.parse(logical);
  manifest[logical] = `${name}-${hash}${ext}`;
  fs.writeFileSync(path.join(dist, manifest[logical]), content);
}

/** One sprite of the listed outline icons and the product's own status glyphs. */
function sprite() {
  const names = fs.readFileSync(source("icons/list.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const svg = fs.readFileSync(path.join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${body.replace(/<path stroke="none"[^>]*>/, "").replace(/\s*\n\s*/g, " ").trim()}</symbol>`;
  });
  const own = fs.readFileSync(source("icons/status.svg"), "utf8").match(/<symbol[\s\S]*?<\/symbol>/g);
  return `<svg xmlns="http://www.w3.org/2000/svg">${[...symbols, ...own].join("")}</svg>`;
}

function webManifest() {
  const icon = (file, sizes, purpose) => ({ src: manifest[file], sizes, type: "image/png", purpose });
  return JSON.stringify({
    name: "maxmontaj67",
    short_name: "maxmontaj67",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#f5f5f2",
    theme_color: "#f5f5f2",
    icons: [icon("icon-192.png", "192x192", "any"), icon("icon-512.png", "512x512", "any")],
  });
}

/** Text files get .br and .gz beside them when that saves bytes; fonts and pictures are already packed. */
function compress() {
  for (const name of fs.readdirSync(dist)) {
    if (!/\.(js|css|svg|webmanifest)$/.test(name)) continue;
    const file = path.join(dist, name);
    const content = fs.readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    fs.writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
    fs.writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

fs.rmSync(dist, { recursive: true, force: true });
fs.mkdirSync(dist, { recursive: true });
await bundle();
emit("icons.svg", sprite());
emit("logo.svg", fs.readFileSync(source("icons/logo.svg")));
for (const file of ["icon-192.png", "icon-512.png", "apple-touch-icon.png"]) emit(file, fs.readFileSync(source("icons", file)));
emit("app.webmanifest", webManifest());
compress();

// Cargo watches the manifest so that a deleted dist is built again; an old date keeps it from seeing its own output as news.
const written = path.join(dist, "manifest.json");
fs.writeFileSync(written, `${JSON.stringify(manifest, null, 2)}\n`);
fs.utimesSync(written, new Date(0), new Date(0));
