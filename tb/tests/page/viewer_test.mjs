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

  /// Opens a file as `speedscope FILE` does; the line that names the profile shown.
  async function shown(file) {
    const work = folder('viewer');
    const script = join(work, 'profile.js');
    const data = JSON.stringify(readFileSync(file).toString('base64'));
    writeFileSync(script, `speedscope.loadFileFromBase64("t.json", ${data})`);
    const tab = await browser.newPage();
    tab.setDefaultTimeout(120_000);
    const wrong = [];
    tab.on('pageerror', (error) => wrong.push(error.message));
    tab.on('dialog', (dialog) => {
      wrong.push(dialog.message());
      dialog.dismiss();
    });
    await tab.goto(`${pathToFileURL(viewer).href}#localProfilePath=${script}`);
    await tab.waitForFunction(() => /\(\d+\/\d+\)/.test(document.body.innerText));
    const lines = (await tab.locator('body').innerText()).split('\n');
    const text = lines.find((line) => /\(\d+\/\d+\)/.test(line));
    await tab.close();
    assert.deepEqual(wrong, []);
    return text;
  }

  test('every row with slices is a profile', async () => {
    const file = join(folder('transactions'), 't.json');
    const done = uvea(['run', '--batch', '1', '--quiet', '--layers', '1-2', '--transactions', file, '--trace-scope', '*.cluster_0_0']);
    assert.equal(done.status, 0, done.err);
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
});
