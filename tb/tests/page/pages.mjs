// Runs of the built program, their pages, and a headless Chromium that looks at them.
//
// Environment: UVEA the program, UVEA_PAGE_MODULES npm's packages, UVEA_WORK an own folder.

import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

export const program = process.env.UVEA;
const modules = process.env.UVEA_PAGE_MODULES;
const require = createRequire(join(modules, 'here.js'));

/// An empty folder of that name.
export function folder(name) {
  const path = join(process.env.UVEA_WORK, name);
  rmSync(path, {recursive: true, force: true});
  mkdirSync(path, {recursive: true});
  return path;
}

/// {status, out, err} of the program, or of another one.
export function uvea(words, options = {}) {
  const done = spawnSync(options.program ?? program, words, {encoding: 'utf8', env: {...process.env, ...options.env}});
  return {status: done.status, out: done.stdout, err: done.stderr};
}

/// A run into that folder; what it printed.
export function run(path, words) {
  const done = uvea(['run', ...words, '--out', path]);
  if (done.status !== 0) throw new Error(`uvea run ${words.join(' ')}: ${done.status} ${done.err}`);
  return done.out;
}

export const results = (path) => JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'));

/// A copy of a run with its results and resources changed.
export function changed(from, name, change) {
  const path = folder(name);
  cpSync(from, path, {recursive: true});
  rmSync(join(path, 'report.html'), {force: true});
  for (const file of ['results.json', 'resources.json']) {
    const json = JSON.parse(readFileSync(join(path, file), 'utf8'));
    change(json, file);
    writeFileSync(join(path, file), JSON.stringify(json));
  }
  return path;
}

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
export const hasBrowser = chromium !== undefined && existsSync(join(modules, 'playwright-core'));

/// As root Chromium has no sandbox.
export const launch = () => require('playwright-core').chromium.launch({executablePath: chromium, args: ['--no-sandbox']});

/// The page of a run in a tab, light, on a screen; `tab.wrong`: what the console, the page and the
/// network said against it.
export async function open(browser, path) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, colorScheme: 'light'});
  context.setDefaultTimeout(120_000);
  const tab = await context.newPage();
  tab.wrong = [];
  tab.on('console', (said) => tab.wrong.push(`console: ${said.text()}`));
  tab.on('pageerror', (error) => tab.wrong.push(`error: ${error.message}`));
  const own = pathToFileURL(join(path, 'report.html')).href;
  tab.on('request', (request) => {
    if (request.url().split('#')[0] !== own && !/^(data|blob):/.test(request.url())) tab.wrong.push(`request: ${request.url()}`);
  });
  tab.on('dialog', (dialog) => {
    tab.wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await tab.goto(own);
  return tab;
}

/// A table of the page: {heads, rows: [[text]]}. Closed ones, too.
export const tableOf = (tab, selector) =>
  tab.locator(`${selector} table`).first().evaluate((table) => ({
    heads: [...table.querySelectorAll('thead th')].map((cell) => cell.textContent),
    rows: [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
  }));

/// What a button saves: {name, text}.
export async function saved(tab, label) {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.getByRole('button', {name: label}).click()]);
  return {name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8')};
}

/// What axe-core finds against the page's accessibility: ["rule: element"].
export async function barriers(tab) {
  // The page's own rules let no script in: axe comes through the debugger.
  const session = await tab.context().newCDPSession(tab);
  await session.send('Runtime.evaluate', {expression: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')});
  const found = await tab.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 120)}`));
}
