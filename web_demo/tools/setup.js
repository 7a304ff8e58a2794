/**
 * Puts beside the page what it needs and what is in the repository or on npm already: `node tools/setup.js`, after `npm
 * ci`.
 *
 *     vendor/litert/   LiteRT.js and its WebAssembly
 *     data/nfkc.bin    the table of the normalisation
 *     models/          the packed models, and index.json with what each is
 *     version.js       all files of the page with one hash, for the service worker
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpack } from '../src/bundle/download.js';
import { readManifest } from '../src/bundle/manifest.js';

export const PAGE = fileURLToPath(new URL('..', import.meta.url));
const REPOSITORY = join(PAGE, '..');
/** Folders of packed models. */
const MODELS = ['lite_transformer_tf/pretrained/models', 'android_demo/app/src/main/assets/models'];
const RUNTIME = ['litert_wasm_internal', 'litert_wasm_compat_internal'].flatMap((name) => [
  `${name}.js`,
  `${name}.wasm`,
]);

/** The packed models, those of the Python package first. */
function modelFiles() {
  const files = MODELS.map((path) => join(REPOSITORY, path))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path)
        .filter((name) => name.endsWith('.ltpk'))
        .sort()
        .map((name) => join(path, name)),
    );
  if (!files.length) throw new Error(`Packed models must be in one of ${MODELS.join(', ')}. Received: none`);
  return files;
}

function copyRuntime() {
  const from = join(PAGE, 'node_modules/@litertjs');
  const to = join(PAGE, 'vendor/litert');
  if (!existsSync(from)) throw new Error(`npm packages must be installed: npm ci. Received: no ${from}`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const name of RUNTIME) cpSync(join(from, 'core/wasm', name), join(to, name));
  // Workers have no import maps, so the one bare specifier becomes a path.
  const core = readFileSync(join(from, 'core/dist/index.js'), 'utf8');
  const specifier = '"@litertjs/wasm-utils"';
  if (core.split(specifier).length !== 2)
    throw new Error(`LiteRT.js must import ${specifier} once. Received: another version`);
  writeFileSync(
    join(to, 'index.js'),
    core.replace(specifier, '"./wasm-utils.js"').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
  );
  const utilities = readFileSync(join(from, 'wasm-utils/dist/index.js'), 'utf8');
  writeFileSync(join(to, 'wasm-utils.js'), utilities.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
}

async function copyModels() {
  const to = join(PAGE, 'models');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const index = [];
  for (const path of modelFiles()) {
    const file = basename(path);
    const data = new Uint8Array(readFileSync(path));
    const manifest = readManifest((await unpack(data)).get('manifest.json'));
    cpSync(path, join(to, file));
    index.push({
      name: basename(file, '.ltpk'),
      file,
      bytes: data.length,
      task: manifest.task,
      languages: manifest.languages,
    });
  }
  const rank = (/** @type {string} */ task) => ['translation', 'summarization', 'language-model'].indexOf(task);
  index.sort((one, other) => rank(one.task) - rank(other.task)); // stable
  writeFileSync(join(to, 'index.json'), `${JSON.stringify(index, null, 1)}\n`);
  return index;
}

/** Every file of the page, as paths from its folder. @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [relative(PAGE, path).replaceAll('\\', '/')];
  });
}

function writeVersion() {
  const shell = ['index.html', 'style.css', 'icon.svg', 'manifest.webmanifest', ...filesOf(join(PAGE, 'src'))];
  const hash = createHash('sha256');
  for (const file of [...shell, ...['vendor', 'data', 'models'].flatMap((folder) => filesOf(join(PAGE, folder)))]) {
    hash.update(file).update(readFileSync(join(PAGE, file)));
  }
  const files = JSON.stringify(['./', ...shell, 'models/index.json'], null, 1);
  writeFileSync(
    join(PAGE, 'version.js'),
    `self.VERSION = '${hash.digest('hex').slice(0, 16)}';\nself.FILES = ${files};\n`,
  );
}

export async function setUp() {
  copyRuntime();
  mkdirSync(join(PAGE, 'data'), { recursive: true });
  cpSync(
    join(REPOSITORY, 'android_demo/core/src/main/resources/dev/litetransformer/text/nfkc.bin'),
    join(PAGE, 'data/nfkc.bin'),
  );
  const models = await copyModels();
  writeVersion();
  return models;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const models = await setUp();
  console.log(
    `web_demo: ready with ${models.map((model) => model.name).join(', ')}; ` +
      'serve this folder, as by python -m http.server --directory web_demo',
  );
}
