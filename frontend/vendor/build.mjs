// Builds web/static/vendor and THIRD_PARTY_NOTICES from the pinned packages; the same bytes on every run.
// What it makes is committed, so that neither an install nor a running desk needs Node or a network.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const out = join(root, "web", "static", "vendor");
const modules = join(here, "node_modules");

const ICONS = [
  "activity", "alert-triangle", "check", "circle-help", "clock", "coffee", "globe", "log-out", "message-circle", "moon",
  "phone", "phone-call", "phone-incoming", "phone-off", "send", "sun", "user", "users", "wifi-off", "x",
];

const locked = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;

function describe(name) {
  const about = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  return { name, version: about.version, licence: about.license, integrity: locked[`node_modules/${name}`].integrity };
}

/** Bundle one entry file; tells the bytes and the packages that really went in. */
async function bundle(entry) {
  const result = await build({
    absWorkingDir: here, entryPoints: [entry], bundle: true, minify: true, format: "esm", target: "es2022",
    legalComments: "eof", metafile: true, write: false,
  });
  const names = Object.keys(result.metafile.inputs)
    .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter(Boolean);
  return { bytes: Buffer.from(result.outputFiles[0].contents), names: [...new Set(names)].sort() };
}

/** One sprite of symbols, used as <svg><use href="/static/vendor/icons.svg#phone"/></svg>; colour is the text's. */
function sprite() {
  const symbols = ICONS.map((id) => {
    const source = readFileSync(join(modules, "lucide-static", "icons", `${id}.svg`), "utf8");
    const body = source.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/\s*\n\s*/g, "");
    return `<symbol id="${id}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" `
      + `stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  const { version } = describe("lucide-static");
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">\n<!-- lucide ${version}, ISC and MIT: see THIRD_PARTY_NOTICES -->\n`
    + `${symbols.join("\n")}\n</svg>\n`);
}

function notices(names) {
  const parts = names.map((name) => {
    const { version, licence } = describe(name);
    const text = readFileSync(join(modules, name, "LICENSE"), "utf8").trim();
    return `${"=".repeat(80)}\n${name} ${version} (${licence})\n${"=".repeat(80)}\n\n${text}\n`;
  });
  return "The files in web/static/vendor contain the packages below, each under its own licence.\n"
    + "The Python packages that requirements.lock names are not part of this project; each carries its own licence.\n\n"
    + parts.join("\n");
}

const lit = await bundle("lit.js");
const files = [
  { file: `lit-${describe("lit").version}.js`, bytes: lit.bytes, names: lit.names },
  { file: "icons.svg", bytes: sprite(), names: ["lucide-static"] },
];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { file, bytes } of files) writeFileSync(join(out, file), bytes);

const manifest = files.map(({ file, bytes, names }) => ({
  file,
  size: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  packages: names.map(describe),
}));
writeFileSync(join(out, "MANIFEST.json"), `${JSON.stringify({ files: manifest }, null, 2)}\n`);
writeFileSync(join(root, "THIRD_PARTY_NOTICES"), notices([...new Set(files.flatMap(({ names }) => names))].sort()));
