// A figure's table as a text file.

const field = (value) => {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/// Numbers as they are in the run's files; units in the heading.
export const csv = ({columns, rows}) =>
  [
    columns.map((column) => field(column.unit ? `${column.label} [${column.unit}]` : column.label)),
    ...rows.map((row) => columns.map((column) => field(row[column.key]))),
  ]
    .map((line) => line.join(',') + '\n')
    .join('');
