// compile.js PACKAGES OUTPUT...: compiles main.ts, with what it imports, to one
// Lua program for each OUTPUT; the name of an output (main_NAME.lua) says which
// options of TypeScriptToLua. PACKAGES is where package.json's packages are
// installed (compile.sh finds it).
"use strict";

const fs = require("fs");
const path = require("path");

const variants = {
  // The compiler's library inside the bundle, whole.
  require: { luaLibImport: "require" },
  // Only the parts that are used, and call sites mapped to TypeScript's lines.
  minimal: { luaLibImport: "require-minimal", sourceMapTraceback: true },
  // Functions of its own take no self unless they use it.
  plain: { luaLibImport: "require", noImplicitSelf: true, noImplicitGlobalVariables: true },
};

const [packages, ...outputs] = process.argv.slice(2);
const compiler = path.join(path.resolve(packages), "node_modules", "typescript-to-lua");
const typescript = require(path.join(path.dirname(compiler), "typescript"));
const tstl = require(compiler);

const folder = __dirname;
const base = tstl.parseConfigFileWithSystem(path.join(folder, "tsconfig.json")).options;
let failed = false;
for (const output of outputs) {
  const variant = path.basename(output, ".lua").replace("main_", "");
  if (!(variant in variants)) throw new Error(`no options for ${output}`);
  const { diagnostics } = tstl.transpileFiles(
    fs.readdirSync(folder).filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name)),
    {
      ...base, ...variants[variant],
      outDir: path.dirname(path.resolve(output)),
      luaBundle: path.basename(output), luaBundleEntry: path.join(folder, "main.ts"),
    },
    (name, text) => fs.writeFileSync(path.resolve(name), text),
  );
  for (const diagnostic of diagnostics) {
    failed ||= diagnostic.category === typescript.DiagnosticCategory.Error;
    console.error(typescript.formatDiagnostic(diagnostic, {
      getCurrentDirectory: () => folder, getCanonicalFileName: (name) => name, getNewLine: () => "\n",
    }).trimEnd());
  }
}
process.exit(failed ? 1 : 0);
