const HEADER_BYTES = 12;
/** A name can carry data out of a network: more different ones than this tell nothing new. */
const MOST = 200;

/** Writes each name that is asked for as a line, once, before its question is answered. What is no name of a host becomes `?` in it. */
export function printNames(write: (line: string) => void = (line) => void process.stdout.write(line)): (question: Buffer) => void {
  const known = new Set<string>();
  return (question) => {
    const name = nameOf(question);
    if (known.size === MOST || known.has(name)) return;
    known.add(name);
    write(`asked ${name}\n`);
  };
}

/** Of a question whose name is known to end. */
function nameOf(question: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER_BYTES; (question[at] ?? 0) !== 0; at += (question[at] ?? 0) + 1) {
    labels.push(question.toString('latin1', at + 1, at + 1 + (question[at] ?? 0)).toLowerCase().replaceAll(/[^a-z0-9_-]/g, '?'));
  }
  return labels.join('.');
}
