// Makes the empty page: one HTML file with the script, its libraries, the style and the licences of
// what is bundled.   node build.mjs MODULES_FOLDER OUT_FILE
// MODULES_FOLDER: the node_modules that npm made from package.json.

import {createRequire} from 'node:module';
import {mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [modules, out] = process.argv.slice(2);
const {build} = createRequire(join(modules, 'here.js'))('esbuild');

const {outputFiles, metafile} = await build({
  entryPoints: [join(here, 'view/main.js')],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'iife',
  target: 'es2021',
  charset: 'utf8',
  legalComments: 'none',
  nodePaths: [modules],
});

/// The packages of which something is in the bundle, each with its licence's text.
function licences() {
  const packages = new Set();
  const [{inputs}] = Object.values(metafile.outputs);
  for (const [input, {bytesInOutput}] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    if (name && bytesInOutput > 0) packages.add(name);
  }
  return [...packages].sort().map((name) => {
    const folder = join(modules, name);
    const {version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    return `${name} ${version}: ${license}\n\n${text}\n`;
  });
}

// Neither text may end the element that it is put into.
const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
const style = readFileSync(join(here, 'page.css'), 'utf8');
const notice = `<!--\nIn the script above:\n\n${licences().join('\n').replaceAll('--', '- -')}-->`;
const page = readFileSync(join(here, 'page.html'), 'utf8')
  .replace('/*style*/', () => style)
  .replace('/*script*/', () => script)
  .replace('<!--licences-->', () => notice);

mkdirSync(dirname(out), {recursive: true});
writeFileSync(`${out}.part`, page);
renameSync(`${out}.part`, out);
