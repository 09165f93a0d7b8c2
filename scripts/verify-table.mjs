const COLUMNS = 80;
const HEADINGS = ['server', 'version', 'build s', 'prove s', 'image', 'result'];
const RIGHT = new Set([2, 3, 4]);

/** One line a server, at most 80 columns wide, then what does not fit into a line. */
export function indexTable(results) {
  const rows = [HEADINGS, ...results.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => (RIGHT.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  ').trimEnd().slice(0, COLUMNS));
  const proven = results.filter(({ outcome }) => outcome === 'proven').length;
  return [...lines, ...remarks(results), '', `${proven} proven, ${results.length - proven} failed`].join('\n');
}

function rowOf(result) {
  const { name, version, outcome } = result;
  if (outcome !== 'proven') return [name, version, '', '', '', 'failed'];
  const { built, buildSeconds, proveSeconds, imageBytes, tools, calls } = result;
  return [name, version, built ? buildSeconds.toFixed(1) : 'there', proveSeconds.toFixed(1), `${Math.round(imageBytes / 1e6)} MB`, [counted(tools, 'tool'), ...(calls === 0 ? [] : [counted(calls, 'call')])].join(', ')];
}

function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function remarks(results) {
  const lines = results.flatMap(({ name, outcome, reason, warnings = [] }) => [
    ...(outcome === 'proven' ? [] : [`✗ ${name}: ${reason}`]), ...warnings.map((warning) => `! ${name}: ${warning}`),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}
