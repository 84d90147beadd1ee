// The file of `uvea run --transactions` in a viewer of trace events: speedscope, in a headless Chromium.

import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {pathToFileURL} from 'node:url';
import {folder, hasBrowser, launch, uvea} from './pages.mjs';

const viewer = join(process.env.UVEA_PAGE_MODULES, 'speedscope/dist/release/index.html');
const missing = 'chromium is not there, or npm could not bring playwright-core and speedscope';

describe('the trace events', {skip: hasBrowser && existsSync(viewer) ? false : missing}, () => {
  let browser;
  before(async () => (browser = await launch()));
  after(() => browser.close());

  /// Opens a file as `speedscope FILE` does: the lines of the page when it shows a profile, or has said that it
  /// cannot, and what the page, its console and its dialogs said against it.
  async function opened(file) {
    const work = folder('viewer');
    const script = join(work, 'profile.js');
    const data = JSON.stringify(readFileSync(file).toString('base64'));
    writeFileSync(script, `speedscope.loadFileFromBase64("t.json", ${data})`);
    const tab = await browser.newPage();
    tab.setDefaultTimeout(120_000);
    const wrong = [];
    const refused = new Promise((resolve) => {
      const note = (message) => resolve(wrong.push(message));
      tab.on('pageerror', (error) => note(error.message));
      tab.on('console', (said) => said.type() === 'error' && note(said.text()));
      tab.on('dialog', (dialog) => dialog.dismiss().then(() => note(dialog.message())));
    });
    await tab.goto(`${pathToFileURL(viewer).href}#localProfilePath=${script}`);
    await Promise.race([refused, tab.waitForFunction(() => /\(\d+\/\d+\)/.test(document.body.innerText))]);
    const lines = (await tab.locator('body').innerText()).split('\n');
    await tab.close();
    return {lines, wrong};
  }

  const isTitle = (line) => /\(\d+\/\d+\)/.test(line);

  /// The line that names the profile shown.
  async function shown(file) {
    const {lines, wrong} = await opened(file);
    assert.deepEqual(wrong, []);
    return lines.find(isTitle);
  }

  const traced = (name) => {
    const file = join(folder(name), 't.json');
    const done = uvea(['run', '--batch', '1', '--quiet', '--layers', '1-2', '--transactions', file, '--trace-scope', '*.cluster_0_0']);
    assert.equal(done.status, 0, done.err);
    return file;
  };

  test('every row with slices is a profile', async () => {
    const file = traced('transactions');
    const {traceEvents} = JSON.parse(readFileSync(file, 'utf8'));
    const rows = new Set(traceEvents.filter((event) => event.ph === 'X').map((event) => `${event.pid} ${event.tid}`));
    const named = (kind, id) => traceEvents.find((event) => event.ph === 'M' && event.name === kind && id(event)).args.name;
    assert.ok(rows.size > 50, `${rows.size} rows`);
    const title = await shown(file);
    const [, pid, tid, row, count] = title.match(/\(pid (\d+)\)[^]*\(tid (\d+)\)[^]*\((\d+)\/(\d+)\)/);
    assert.equal(Number(row), 1);
    assert.equal(Number(count), rows.size);
    assert.ok(title.startsWith(named('process_name', (event) => event.pid === Number(pid))), title);
    assert.ok(title.includes(named('thread_name', (event) => event.pid === Number(pid) && event.tid === Number(tid))), title);
  });

  test('a damaged file is no profile, and the viewer says so', async () => {
    const file = traced('damaged');
    const text = readFileSync(file, 'utf8');
    // Cut in the middle of a slice, and without the list of events.
    const slice = text.indexOf('"ph":"X"', text.length / 2);
    assert.ok(slice > 0);
    for (const damaged of [text.slice(0, slice), text.replaceAll('"traceEvents"', '"events"')]) {
      writeFileSync(file, damaged);
      const {lines, wrong} = await opened(file);
      assert.equal(lines.find(isTitle), undefined);
      assert.match(wrong.join('\n'), /Unrecognized format/);
    }
  });
});
