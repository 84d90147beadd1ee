// Classes of PE cycles (docs/stalls.md) by the words of the program's own table.

/// The table by key: {class, brief, words, place, help}.
export const keyTable = (keys) => new Map(keys.map((row) => [row.key, row]));

/// Every class of the table, in its order: {key, brief, words}.
export function classesOf(keys) {
  const classes = new Map();
  for (const row of keys)
    if (!classes.has(row.class))
      classes.set(row.class, {key: row.class, brief: row.brief, words: row.words});
  return [...classes.values()];
}

/// In the order of the file, places taken together: {key, brief, words, cycles, share, places:
/// [{words, cycles}]}. A class that the table does not know keeps its key.
export function classShares(stalls, keys) {
  const table = keyTable(keys);
  const shares = new Map();
  let all = 0;
  for (const [key, cycles] of Object.entries(stalls)) {
    const [name, place = ''] = key.split('.');
    const row = table.get(key);
    if (!shares.has(name))
      shares.set(name, {key: name, brief: row?.brief ?? name, words: row?.words ?? name, cycles: 0, places: []});
    const own = shares.get(name);
    own.cycles += cycles;
    if (place) own.places.push({key: place, words: row?.place ?? place, cycles});
    all += cycles;
  }
  return [...shares.values()].map((own) => ({...own, share: all > 0 ? own.cycles / all : 0}));
}

/// The `most` largest of a layer, the largest first; those of no cycle are left out.
export const largest = (stalls, keys, most) =>
  classShares(stalls, keys)
    .filter((own) => own.cycles > 0)
    .sort((a, b) => b.cycles - a.cycles)
    .slice(0, most);
