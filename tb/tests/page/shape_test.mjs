// What the figures of uvea report make of a run: every number is one of the run's, or a sum or a
// share of them.

import assert from 'node:assert/strict';
import {test} from 'node:test';
import {change, fixed, grouped, percent, shortened, withUnitPrefix} from '../../../sw/report/page/shape/format.js';
import {classesOf, classShares, largest} from '../../../sw/report/page/shape/classes.js';
import {classesByRun, commonLayers, cyclesByRun, missing, settings, trafficByRun} from '../../../sw/report/page/shape/compare.js';
import {chosen, sumOf} from '../../../sw/report/page/shape/layers.js';
import {mapper, median} from '../../../sw/report/page/shape/mapper.js';
import {busiest, nocLinks, peArray} from '../../../sw/report/page/shape/mesh.js';
import {places, waterfall} from '../../../sw/report/page/shape/one_layer.js';
import {batchOf, headline, layerTable} from '../../../sw/report/page/shape/overview.js';
import {cycles, dramRoof, roofline, stalls, timeline, traffic} from '../../../sw/report/page/shape/per_layer.js';
import {csv} from '../../../sw/report/page/view/csv.js';
import {chipLayer, hostLayer, keys, madeRun} from './made_data.mjs';

const column = (shape, key) => shape.rows.map((row) => row[key]);

test('numbers are printed as C++ prints them', () => {
  // fmt::format("{:.1f}") of the same values.
  const cases = [[0.25, '0.2'], [0.35, '0.3'], [0.75, '0.8'], [12.25, '12.2'], [12.35, '12.3'], [99.95, '100.0'], [0, '0.0'], [-0.25, '-0.2']];
  for (const [value, text] of cases) assert.equal(fixed(value, 1), text, `${value}`);
  assert.deepEqual([0.5, 1.5, 2.5, 0.49].map((value) => fixed(value, 0)), ['0', '2', '2', '0']);
  assert.deepEqual([0, 999, 1000, 2182360].map(grouped), ['0', '999', '1,000', '2,182,360']);
  assert.equal(percent(0.4125), '41.2 %');
  assert.deepEqual([0, 9.994, 9.995, 999.4, 999.5, 1820000, 99.95, 1e15].map(withUnitPrefix),
    ['0.00', '9.99', '10.0', '999', '1.00 k', '1.82 M', '100', '1000 T']);
  assert.deepEqual([change(5, 5), change(5, 0), change(112.3, 100), change(50, 100)], ['=', '', '+12.3 %', '-50.0 %']);
  assert.equal(shortened('a_very_long_name_of_a_layer'), 'a_very..e_of_a_layer');
});

test('classes are taken together over their places, and are named by the program\'s table', () => {
  const shares = classShares({mac_useful: 10, 'wait_iact.dram_latency': 20, 'wait_iact.hop': 10, coffee: 60}, keys);
  assert.deepEqual(shares.map(({key, words, cycles: own, share}) => [key, words, own, share]), [
    ['mac_useful', 'useful MACs', 10, 0.1], ['wait_iact', 'waiting for iacts', 30, 0.3], ['coffee', 'coffee', 60, 0.6]]);
  assert.deepEqual(shares[1].places.map(({words, cycles: own}) => [words, own]), [['DRAM latency', 20], ['hop', 10]]);
  assert.deepEqual(classesOf(keys).map(({key}) => key), ['mac_useful', 'wait_iact', 'imbalance']);
  assert.deepEqual(largest({mac_useful: 1, imbalance: 0, 'wait_iact.hop': 2}, keys, 3).map(({brief}) => brief), ['iact', 'MAC']);
  assert.deepEqual(classShares({}, keys), []);
});

test('the headline and the table of layers say what uvea run prints', () => {
  const run = madeRun();
  const facts = Object.fromEntries(headline(run, keys).map(({term, value}) => [term, value]));
  assert.equal(facts.cycles, '400');
  assert.equal(facts['MAC occupancy'], percent(1200 / (400 * 8)));
  assert.equal(facts['limited by'], 'imbalance, 60 % of PE cycles');
  assert.equal(facts.batch, '16');
  assert.equal(facts['inferences/s'], '8.00 M');
  assert.match(facts.chip, /^1 x 2 clusters of 1 x 2 PEs: 4 PEs, 8 MACs, 200 MHz$/);
  assert.equal(facts.run, undefined);
  assert.ok(headline({...run, whole: false}, keys).some(({term}) => term === 'run'));
  const {columns, rows} = layerTable(run, keys);
  assert.ok(!columns.some(({key}) => key === 'overflows'));
  assert.deepEqual(rows.map(({name, on, cycles: own}) => [name, on, own]),
    [['first', 'chip', '100'], ['second', 'chip', '300'], ['softmax', 'host', undefined], ['total', undefined, '400']]);
  assert.equal(rows[0].limit, 'psum drain, 41 %');
  assert.equal(rows[0].classes, 'iact 50, MAC 25, imbalance 25');
  const wrapped = madeRun([chipLayer(1, 'l', 10, {psum_overflows: 3})]);
  assert.ok(layerTable(wrapped, keys).columns.some(({key}) => key === 'overflows'));
  assert.equal(batchOf(madeRun([])), 1);
});

test('figures per layer hold the run\'s numbers', () => {
  const run = madeRun();
  assert.deepEqual(column(cycles(run), 'cycles'), [100, 300]);
  assert.match(cycles(run).summary, /second with 300 of 400 cycles \(75\.0 %\)/);
  const stack = stalls(run, keys);
  assert.deepEqual(column(stack, 'all'), [1600, 400, 1200]);
  assert.deepEqual(column(stack, 'wait_iact'), [800, 200, 600]);
  for (const row of stack.rows) assert.equal(stack.classes.reduce((sum, {key}) => sum + row[key], 0), row.all);
  const strange = madeRun([chipLayer(1, 'l', 10, {stalls: {mac_useful: 30, coffee_break: 10}})]);
  assert.equal(stalls(strange, keys).classes.at(-1).key, 'coffee_break');
  const time = timeline(run);
  assert.deepEqual(time.rows.map(({from, to}) => [from, to]), [[0, 100], [100, 400]]);
  assert.deepEqual(column(time, 'dram_bytes_per_cycle'), [4, 400 / 300]);
  const levels = traffic(run);
  const {index, name, ...sums} = levels.rows.at(-1);
  assert.deepEqual(sums, {
    dram_read: 600, dram_write: 200, glb_iact: 22, glb_weight: 0, glb_psum: 30, noc_iact: 20, noc_weight: 40, noc_psum: 60,
    spad_iact: 12, spad_weight: 8, spad_psum: 22});
  assert.equal(name, 'all layers');
});

test('what the mapper said is measured by the simulated cycles', () => {
  const shape = mapper(madeRun([
    chipLayer(1, 'a', 100, {predicted_cycles: 90, lower_bound_cycles: 80}),
    chipLayer(2, 'b', 200, {predicted_cycles: 240, lower_bound_cycles: 0}),
    chipLayer(3, 'c', 50, {predicted_cycles: 0, lower_bound_cycles: 40}),
    hostLayer(4)]));
  assert.deepEqual(column(shape, 'predicted'), [90, 240, null]);
  assert.deepEqual(column(shape, 'bound'), [80, null, 40]);
  assert.deepEqual(column(shape, 'off').map((own) => own === null ? null : own.toFixed(3)), ['-0.100', '0.200', null]);
  assert.deepEqual(column(shape, 'gap'), [0.25, null, 0.25]);
  assert.equal(shape.summary,
    'The mapper: predictions are off by 15.0 % in the median, the simulated cycles are 25.0 % above the least bound of any mapping.');
  assert.equal(median([3, 1, 2]), 2);
  assert.match(mapper(madeRun([chipLayer(1, 'a', 100, {predicted_cycles: 0, lower_bound_cycles: 0})])).summary, /does not say/);
});

test('the roof is that of the chip\'s memory', () => {
  const run = madeRun();
  const ports = 2 * (1 + 1 + 2);
  assert.equal(dramRoof(run).bytes, (64 * 16 * ports) / 20);
  run.chip['control.dma_line_bytes'] = '32';
  assert.equal(dramRoof(run).bytes, (32 * 16 * ports) / 20);
  run.chip['dram.timing'] = 'ddr4_3200';
  // 8 bytes twice a memory clock of 0.625 ns, two channels, 5 ns a cycle.
  assert.equal(dramRoof(run).bytes, 256);
  const {rows, peak} = roofline(run);
  assert.equal(peak, 8);
  assert.deepEqual(rows.map((row) => [row.macs_per_byte, row.macs_per_cycle]), [[1, 4], [2, 800 / 300]]);
  for (const row of rows) assert.ok(row.macs_per_cycle <= peak);
  delete run.chip['dram.tck_ns'];
  assert.equal(roofline(run).roof, null);
});

test('a layer is chosen by its number, all layers are their sum', () => {
  const run = madeRun();
  assert.equal(chosen(run, 2).layer.cycles, 300);
  assert.deepEqual(chosen(run, 2).resources.map(({index}) => index), [2]);
  const all = chosen(run, 0);
  assert.equal(all.layer.cycles, 400);
  assert.equal(all.resources.length, 2);
  assert.deepEqual(all.layer.eyexam.map((one) => one.cycles), [2, 20, 80]);
  assert.deepEqual(sumOf([]).eyexam, []);
});

test('the waterfall adds up to the simulated cycles', () => {
  for (const index of [0, 1, 2]) {
    const own = chosen(madeRun(), index);
    const {rows} = waterfall(own);
    assert.equal(rows.reduce((sum, row) => sum + row.added, 0), own.layer.cycles);
    assert.equal(rows.at(-1).step, 'simulated');
    assert.equal(rows.at(-1).cycles, own.layer.cycles);
  }
  assert.deepEqual(waterfall({layer: {...chipLayer(1, 'old', 5), eyexam: []}}).rows, []);
});

test('waits are divided by place', () => {
  const {rows, summary} = places(chosen(madeRun(), 1), keys);
  assert.deepEqual(rows.map(({place, cycles: own, share}) => [place, own, share]), [['DRAM latency', 200, 0.5], ['hop', 0, 0]]);
  assert.match(summary, /waiting for iacts, DRAM latency, 50\.0 %/);
});

test('PEs and links stand where their paths say', () => {
  const run = madeRun();
  const array = peArray(run, chosen(run, 0), 'mac_useful', 'useful MACs');
  assert.deepEqual(array.rows.map(({row, col, pe_row: r, pe_col: k, cycles: own}) => [row, col, r, k, own]),
    [[0, 0, 0, 0, 40], [0, 0, 0, 1, 80], [0, 1, 0, 0, 120], [0, 1, 0, 1, 160]]);
  assert.deepEqual(array.rows.map(({share}) => share), [0.1, 0.2, 0.3, 0.4]);
  const links = nocLinks(run, chosen(run, 1), 'iact', 'busy');
  assert.deepEqual(links.rows.map(({row, col, to_col: to, direction, links: side, cycles: own}) => [row, col, to, direction, side, own]),
    [[0, 0, 1, 'east', 2, 40], [0, 1, 0, 'west', 1, 0]]);
  assert.deepEqual(links.rows.map(({share, busiest: top}) => [share, top]), [[0.2, 0.3], [0, 0]]);
  assert.deepEqual(nocLinks(run, chosen(run, 1), 'iact', 'held').rows.map((one) => one.cycles), [0, 5]);
  assert.match(nocLinks(run, chosen(run, 1), 'psum', 'busy').summary, /has no psum links/);
  const old = {...run, paths: {pes: [], parts: []}};
  assert.match(peArray(old, chosen(run, 1), 'mac_useful', 'useful MACs').summary, /older uvea/);
  const top = busiest(run, chosen(run, 1), 2);
  assert.deepEqual(top.rows.map((one) => [one.path.split('.').pop(), one.busy]), [['out_pe', 50], ['out_east', 30]]);
});

test('runs are compared over the layers that all have', () => {
  const slow = madeRun([chipLayer(1, 'first', 150), chipLayer(2, 'other', 50)]);
  const data = {
    keys, runs: [madeRun(), slow], changed: [{name: 'dram.timing', values: ['ideal', '']}],
    matched: [{name: 'first', in: [0, 0]}, {name: 'second', in: [1, null]}, {name: 'softmax', in: [2, null]}, {name: 'other', in: [null, 1]}],
  };
  assert.deepEqual(commonLayers(data).map(({name}) => name), ['first']);
  assert.deepEqual(missing(data), [{letter: 'A', names: ['other']}, {letter: 'B', names: ['second', 'softmax']}]);
  const rows = cyclesByRun(data).rows.map(({name, run, cycles: own, change: by}) => [name, run, own, by]);
  assert.deepEqual(rows, [['first', 'A', 100, ''], ['first', 'B', 150, '+50.0 %'], ['total', 'A', 100, ''], ['total', 'B', 150, '+50.0 %']]);
  assert.deepEqual(column(classesByRun(data), 'all'), [400, 600]);
  assert.deepEqual(trafficByRun(data).rows.map(({level, run, value}) => [level, run, value]).slice(0, 2), [['DRAM bytes', 'A', 400], ['DRAM bytes', 'B', 400]]);
  assert.deepEqual(settings(data).rows, [{name: 'dram.timing', A: 'ideal', B: '-'}]);
});

test('CSV holds numbers as they are, and quotes what needs it', () => {
  const text = csv({
    columns: [{key: 'name', label: 'layer'}, {key: 'n', label: 'cycles', unit: 'cycles'}],
    rows: [{name: 'a,"b"\n', n: 2182360}, {name: 'c', n: 0.125}, {n: 0}],
  });
  assert.equal(text, 'layer,cycles [cycles]\n"a,""b""\n",2182360\nc,0.125\n,0\n');
});
