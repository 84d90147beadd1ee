// The page of uvea report in a headless Chromium: its figures, its numbers, its keys.

import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {fixed, grouped, percent} from '../../../sw/report/page/shape/format.js';
import {barriers, changed, folder, hasBrowser, launch, open, results, run, saved, tableOf, uvea} from './pages.mjs';

const runIds = ['cycles', 'mapper', 'stalls', 'time', 'roofline', 'traffic'];
const layerIds = ['eyexam', 'places', 'pes', 'links'];
const compareIds = ['runs-cycles', 'runs-stalls', 'runs-traffic'];
const onChip = (json) => json.layers.filter((layer) => layer.on_chip);
const sum = (values) => values.reduce((a, b) => a + b, 0);

/// Drawn shapes of a figure.
const marks = (tab, id) => tab.locator(`#${id} svg :is(rect, path, circle, line)`).count();

/// Differences between the page and the run's results.json, a line each.
async function differences(tab, json) {
  const wrong = [];
  const same = (what, a, b) => {
    if (a !== b) wrong.push(`${what}: the page has ${a}, results.json ${b}`);
  };
  const tiles = await tab.locator('#overview .tiles dd').allTextContents();
  same('cycles', tiles[0], grouped(json.total.cycles));
  const {rows} = await tableOf(tab, '#layers');
  same('layers', rows.length, json.layers.length + 1);
  json.layers.forEach((layer, i) => {
    const row = rows[i];
    same('name', row[1], layer.name);
    if (!layer.on_chip) return same(`${layer.name} on`, row[3], 'host');
    same(`${layer.name} MACs`, row[4], grouped(layer.macs));
    same(`${layer.name} cycles`, row[5], grouped(layer.cycles));
    same(`${layer.name} predicted`, Math.abs(Number.parseFloat(row[6]) - 100 * (layer.predicted_cycles / layer.cycles - 1)) <= 0.051, true);
    same(`${layer.name} MAC occ.`, row[7], percent(layer.mac_occupancy));
    same(`${layer.name} PEs`, row[8], grouped(layer.active_pes));
    same(`${layer.name} limited by`, `${row.at(-2)} of PE cycles`, layer.limited_by);
  });
  const chip = onChip(json);
  const cycles = await tableOf(tab, '#cycles');
  const drawn = await tab.locator('#cycles svg text').allTextContents();
  chip.forEach((layer, i) => {
    same(`${layer.name} in the table of cycles`, cycles.rows[i][2], grouped(layer.cycles));
    if (!drawn.includes(grouped(layer.cycles))) wrong.push(`${layer.name}: its cycles are not drawn`);
  });
  const mapper = await tableOf(tab, '#mapper');
  chip.forEach((layer, i) => {
    const row = mapper.rows[i].slice(2, 5).map((text) => Number(text.replaceAll(',', '')));
    const near = (what, shown, told) => same(`${layer.name} ${what}`, Math.abs(shown - told) <= 0.051, true);
    near('least bound', row[0], layer.lower_bound_cycles);
    near('prediction', row[1], layer.predicted_cycles);
    same(`${layer.name} simulated`, row[2], layer.cycles);
  });
  const stalls = await tableOf(tab, '#stalls');
  chip.forEach((layer, i) => {
    const row = stalls.rows[i + 1].slice(2).map((text) => Number(text.replaceAll(',', '')));
    const classes = new Map();
    for (const [key, value] of Object.entries(layer.stalls)) {
      const name = key.split('.')[0];
      classes.set(name, (classes.get(name) ?? 0) + value);
    }
    same(`${layer.name} classes`, row.slice(0, -1).join(), [...classes.values()].join());
    same(`${layer.name} PE cycles`, row.at(-1), sum(Object.values(layer.stalls)));
  });
  return wrong;
}

describe('the page', {skip: hasBrowser ? false : 'chromium is not there, or npm could not bring playwright-core'}, () => {
  let browser, path, small, printed, json, tab;

  before(async () => {
    browser = await launch();
    path = folder('embedded');
    printed = run(path, ['--batch', '1', '--report']);
    json = results(path);
    small = folder('small');
    run(small, ['--batch', '1', '--layers', '1-2', '--quiet', '--set', 'mesh.rows=2', '--report']);
    tab = await open(browser, path);
  });
  after(() => browser?.close());

  test('every figure is drawn, without errors and without the network', async () => {
    for (const id of [...runIds, ...layerIds]) assert.ok((await marks(tab, id)) > 5, id);
    const layers = onChip(json).length;
    assert.equal(await tab.locator('#cycles svg [data-mark=bar] rect').count(), layers);
    assert.equal(await tab.locator('#time svg [data-mark=rect] rect').count(), 3 * layers);
    assert.equal(await tab.locator('#pes svg rect.mark').count(), 192);
    assert.ok((await tab.locator('#links svg path.mark').count()) > 30);
    assert.deepEqual(tab.wrong, []);
  });

  test('its numbers are those of results.json and of the terminal', async () => {
    assert.deepEqual(await differences(tab, json), []);
    const words = (text) => text.split(/\s+/).filter(Boolean);
    const lines = printed.split('\n').map((line) => words(line).join(' '));
    const {rows} = await tableOf(tab, '#layers');
    for (const row of rows) {
      const own = words(row.slice(0, row.at(-2) ? -2 : undefined).join(' ')).join(' ');
      assert.ok(lines.includes(own), `'${own}' is no line of uvea run's table`);
      if (row.at(-2) && row[0]) {
        const limits = words(`${row[0]} ${row[1]} ${row.at(-2).replace(/, (\d+ %)$/, ' $1')} ${row.at(-1)}`).join(' ');
        assert.ok(lines.includes(limits), `'${limits}' is no line of uvea run's table`);
      }
    }
    const rate = await tab.locator('#overview .tiles dd').nth(3).textContent();
    const megahertz = json.chip.control.clock_mhz;
    assert.ok(lines.some((line) => line.startsWith(`${rate} inferences/s at ${megahertz} MHz (batch 1)`)), rate);
  });

  test('a page of other numbers is found', async () => {
    const other = structuredClone(json);
    onChip(other)[2].cycles += 1;
    onChip(other)[3].stalls.imbalance += 1;
    const found = await differences(tab, other);
    assert.ok(found.some((line) => line.includes('its cycles are not drawn')), found.join('\n'));
    assert.ok(found.some((line) => line.includes('classes: the page has')), found.join('\n'));
  });

  test('a layer is chosen, and its figures are of it', async () => {
    const layer = onChip(json)[1];
    await tab.getByLabel('Layer', {exact: true}).selectOption(String(layer.index));
    const {rows} = await tableOf(tab, '#eyexam');
    assert.equal(rows.length, layer.eyexam.length + 1);
    layer.eyexam.forEach((step, i) => {
      assert.equal(rows[i][0], step.step);
      assert.equal(rows[i][1], Number.isInteger(step.cycles) ? grouped(step.cycles) : fixed(step.cycles, 1));
      assert.equal(rows[i][4], step.limit);
    });
    assert.equal(rows.at(-1)[1], grouped(layer.cycles));
    await tab.getByLabel('Class', {exact: true}).selectOption({label: 'imbalance'});
    const pes = await tableOf(tab, '#pes');
    assert.equal(sum(pes.rows.map((row) => Number(row[4].replaceAll(',', '')))), layer.stalls.imbalance);
    await tab.getByLabel('Mesh', {exact: true}).selectOption('weight');
    assert.match(await tab.locator('#links figcaption').textContent(), /weight links/);
    await tab.getByLabel('Layer', {exact: true}).selectOption('0');
    assert.deepEqual(tab.wrong, []);
  });

  test('figures are saved as CSV and as SVG that stands alone', async () => {
    const csv = await saved(tab, 'Save CSV: Where the PE cycles went');
    assert.match(csv.name, /\.csv$/);
    const lines = csv.text.trim().split('\n').map((line) => line.split(','));
    onChip(json).forEach((layer, i) => assert.equal(Number(lines[i + 2].at(-1)), sum(Object.values(layer.stalls))));
    const buttons = await tab.getByRole('button', {name: /^Save SVG: /}).all();
    for (const label of await Promise.all(buttons.map((button) => button.getAttribute('aria-label')))) {
      // Chromium lets a tab save ten files.
      const own = await open(browser, path);
      const svg = await saved(own, label);
      await own.context().close();
      assert.match(svg.name, /\.svg$/);
      assert.ok(!svg.text.includes('var('), label);
      const size = await tab.evaluate(
        (text) => new Promise((done) => {
          const image = new Image();
          image.onload = () => done(image.naturalWidth);
          image.onerror = () => done(0);
          image.src = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'}));
        }),
        svg.text,
      );
      assert.ok(size >= 900, label);
    }
  });

  test('all of it is reached by keys, in order, and the focus is seen', async () => {
    const own = await open(browser, path);
    await own.keyboard.press('Tab');
    assert.equal(await own.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await own.keyboard.press('Enter');
    assert.equal(await own.evaluate(() => document.activeElement.id), 'main');
    const reached = [];
    for (let i = 0; i < 200; ++i) {
      await own.keyboard.press('Tab');
      const at = await own.evaluate(() => {
        const element = document.activeElement;
        const inMain = document.querySelector('main').contains(element) && element.id !== 'main';
        if (!inMain) return null;
        globalThis.order ??= [...document.querySelectorAll('main *')];
        return {
          place: globalThis.order.indexOf(element),
          name: element.getAttribute('aria-label') ?? element.id ?? element.textContent,
          tag: element.tagName,
          outline: parseFloat(getComputedStyle(element).outlineWidth) * (getComputedStyle(element).outlineStyle !== 'none'),
        };
      });
      if (at === null) break;
      reached.push(at);
    }
    const places = reached.map((at) => at.place);
    assert.deepEqual(places, [...places].sort((a, b) => a - b));
    for (const at of reached) assert.ok(at.outline >= 2, `${at.tag} ${at.name}: its focus is not seen`);
    const controls = await own.locator('main :is(button:enabled, select, summary)').count();
    assert.equal(reached.filter((at) => ['BUTTON', 'SELECT', 'SUMMARY'].includes(at.tag)).length, controls);
    // A table opens, and a choice is made, without a mouse.
    await own.locator('#cycles summary').focus();
    await own.keyboard.press('Enter');
    assert.ok(await own.locator('#cycles details table').isVisible());
    await own.getByLabel('Layer', {exact: true}).focus();
    await own.keyboard.press('ArrowDown');
    assert.match(await own.locator('#eyexam svg title').first().textContent(), /layer 1, stem/);
    await own.context().close();
  });

  test('nothing is in the way of assistive technology, light or dark', async () => {
    const own = await open(browser, small);
    await own.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    for (const scheme of ['light', 'dark']) {
      await own.emulateMedia({colorScheme: scheme});
      assert.deepEqual(await barriers(own), [], scheme);
    }
    const found = await own.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
      const unnamed = [...document.querySelectorAll('main svg')].filter((svg) => {
        const names = svg.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
        return svg.getAttribute('role') !== 'img' || names.length !== 2 || names.some((name) => name.length < 5);
      });
      return {repeated: ids.filter((id, i) => ids.indexOf(id) !== i), unnamed: unnamed.length};
    });
    assert.deepEqual(found, {repeated: [], unnamed: 0});
    await own.evaluate(() => document.querySelector('select').removeAttribute('id'));
    assert.ok((await barriers(own)).some((one) => one.startsWith('select-name')), 'the check itself');
    await own.context().close();
  });

  test('dark is dark, paper is light, and a narrow window scrolls its figures', async () => {
    const own = await open(browser, small);
    const brightness = (property) =>
      own.evaluate((name) => {
        const [r, g, b] = getComputedStyle(document.body)[name].match(/\d+/g).map(Number);
        return (r + g + b) / 3;
      }, property);
    assert.ok((await brightness('backgroundColor')) > 240);
    await own.emulateMedia({colorScheme: 'dark'});
    assert.ok((await brightness('backgroundColor')) < 40);
    assert.ok((await brightness('color')) > 200);
    await own.emulateMedia({media: 'print', colorScheme: 'dark'});
    assert.ok((await brightness('color')) < 80);
    for (const hidden of ['nav', '.save', '#cycles details']) assert.ok(!(await own.locator(hidden).first().isVisible()), hidden);
    for (const id of [...runIds, ...layerIds]) assert.ok(await own.locator(`#${id} svg`).isVisible(), id);
    assert.ok((await own.pdf()).length > 10000);
    await own.emulateMedia({media: 'screen'});
    await own.setViewportSize({width: 360, height: 640});
    const [page, window] = await own.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(page <= window, `${page} > ${window}`);
    await own.context().close();
  });

  test('several runs are compared', async () => {
    const one = folder('one'), far = folder('far');
    run(one, ['--batch', '1', '--layers', '1-3', '--quiet', '--set', 'mesh.rows=2']);
    run(far, ['--batch', '1', '--layers', '2-4', '--quiet', '--set', 'mesh.rows=2', '--set', 'dram.ideal_latency_cycles=200']);
    const done = uvea(['report', one, far]);
    assert.deepEqual([done.status, done.out, done.err], [0, `${join(one, 'report.html')}\n`, '']);
    const own = await open(browser, one);
    for (const id of [...compareIds, ...runIds, ...layerIds]) assert.ok((await marks(own, id)) > 4, id);
    const settings = await tableOf(own, '#compare');
    assert.deepEqual(settings.rows, [['dram.ideal_latency_cycles', '20', '200']]);
    const {rows} = await tableOf(own, '#runs-cycles');
    assert.deepEqual(rows.map((row) => row.slice(0, 2).join(' ')), ['dw1 A', 'dw1 B', 'pw1 A', 'pw1 B', 'total A', 'total B']);
    const cycles = [results(one), results(far)].map((of) => of.layers.find((layer) => layer.name === 'pw1').cycles);
    assert.deepEqual(rows.slice(2, 4).map((row) => row[2]), cycles.map(grouped));
    const compared = uvea(['compare', one, far]).out;
    assert.ok(compared.includes(rows[3][3]), 'the change is that of uvea compare');
    assert.match(await own.locator('#compare').textContent(), /Not in A, and left out here: dw2/);
    await own.getByLabel('Run shown below', {exact: true}).selectOption('1');
    assert.deepEqual(await differences(own, results(far)), []);
    assert.deepEqual(await barriers(own), []);
    assert.deepEqual(own.wrong, []);
    await own.context().close();
  });

  test('a single layer, and none on the chip', async () => {
    const single = folder('single'), host = folder('host');
    run(single, ['--batch', '1', '--layers', '1', '--quiet', '--report']);
    run(host, ['--batch', '1', '--layers', '12', '--quiet', '--report']);
    const own = await open(browser, single);
    for (const id of [...runIds, ...layerIds]) assert.ok((await marks(own, id)) > 3, id);
    assert.deepEqual([...(await differences(own, results(single))), ...own.wrong], []);
    await own.context().close();
    const none = await open(browser, host);
    assert.equal(await none.locator('main svg').count(), 0);
    assert.match(await none.locator('#all').textContent(), /there is nothing to draw/);
    assert.deepEqual([...none.wrong, ...(await barriers(none))], []);
    await none.context().close();
  });

  test('a run of an older version has fewer figures, and no errors', async () => {
    const old = changed(path, 'old', (of) => {
      for (const layer of of.layers)
        for (const key of ['limited_by', 'stalls', 'eyexam', 'utilisation', 'counters', 'pes', 'predicted_cycles', 'lower_bound_cycles'])
          delete layer[key];
    });
    assert.deepEqual(uvea(['report', old, '--quiet']), {status: 0, out: '', err: ''});
    const own = await open(browser, old);
    assert.ok((await marks(own, 'cycles')) > 5);
    assert.match(await own.locator('#eyexam').textContent(), /has no bounds/);
    assert.match(await own.locator('#pes').textContent(), /an older uvea wrote it/);
    assert.deepEqual(own.wrong, []);
    await own.context().close();
  });

  test('names are texts, whatever they hold', async () => {
    const evil = '</script><img src=x onerror="globalThis.taken=1"><!--<script>&amp;\u2028{{"';
    const planted = changed(path, 'planted', (of, file) => {
      if (file === 'results.json') of.network = evil;
      of.layers[0].name = evil;
    });
    assert.equal(uvea(['report', planted, '--quiet']).status, 0);
    const own = await open(browser, planted);
    await own.getByLabel('Layer', {exact: true}).selectOption('1');
    assert.equal(await own.evaluate(() => globalThis.taken), undefined);
    assert.equal(await own.locator('img').count(), 0);
    assert.equal(await own.locator('h1').textContent(), evil);
    assert.equal((await tableOf(own, '#layers')).rows[0][1], evil);
    assert.deepEqual(own.wrong, []);
    await own.context().close();
    // Without the escape it would have been HTML.
    const text = readFileSync(join(planted, 'report.html'), 'utf8');
    writeFileSync(join(planted, 'report.html'), text.replaceAll('\\u003c', '<'));
    const unescaped = await open(browser, planted);
    assert.equal(await unescaped.locator('img').count(), 1);
    await unescaped.context().close();
  });
});
