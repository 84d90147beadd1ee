// A run's layers: those of the chip, all of them taken together, and the chosen one.

export const chipLayers = (run) => run.layers.filter((layer) => layer.on_chip);

/// The letter of a run, as uvea compare names it.
export const letter = (i) => String.fromCharCode(65 + i);

function addInto(sums, values) {
  for (const [key, value] of Object.entries(values)) sums[key] = (sums[key] ?? 0) + value;
}

/// Sums over layers, with the fields that a layer has. Bounds are added up step by step: a lower
/// bound of the sum.
export function sumOf(layers) {
  const sum = {name: 'all layers', macs: 0, effectual_macs: 0, cycles: 0, stalls: {}, counters: {}, eyexam: []};
  for (const layer of layers) {
    sum.macs += layer.macs;
    sum.effectual_macs += layer.effectual_macs;
    sum.cycles += layer.cycles;
    addInto(sum.stalls, layer.stalls);
    addInto(sum.counters, layer.counters);
    layer.eyexam.forEach((step, i) => {
      sum.eyexam[i] ??= {step: step.step, cycles: 0, macs: 0};
      sum.eyexam[i].cycles += step.cycles;
      sum.eyexam[i].macs += step.cycles * step.macs_per_cycle;
    });
  }
  sum.eyexam = sum.eyexam.map((step) => ({
    step: step.step,
    cycles: step.cycles,
    macs_per_cycle: step.cycles > 0 ? step.macs / step.cycles : 0,
    limit: `sum over ${layers.length} layers`,
  }));
  return sum;
}

/// What a figure on one layer shows: the layer of that number, or for 0 all of the chip together;
/// {title, layer, resources}: resources of each layer that is in it.
export function chosen(run, index) {
  const layers = chipLayers(run).filter((layer) => index === 0 || layer.index === index);
  const resources = run.resources.filter((own) => layers.some((layer) => layer.index === own.index));
  const layer = index === 0 ? {...sumOf(layers), limited_by: run.limited_by} : layers[0];
  return {title: index === 0 ? 'all layers' : `layer ${index}, ${layers[0].name}`, layer, resources};
}
