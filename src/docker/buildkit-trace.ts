import { protobufFields } from './protobuf-fields.ts';

/** What BuildKit says of a build while it goes on: `StatusResponse` of its control API, as far as it is for people. */
interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly cached: boolean;
  readonly started: boolean;
  readonly completed: boolean;
}

interface VertexLog {
  readonly digest: string;
  readonly stream: bigint;
  readonly bytes: Uint8Array;
}

/** Turns BuildKit's trace into lines as a builder prints them: a step when it begins, and whole lines of what it says. */
export class BuildkitTrace {
  readonly #push: (text: string) => void;
  readonly #seen = new Set<string>();
  /** Steps run side by side and two streams speak at once: each has its own half line. */
  readonly #halves = new Map<string, { readonly decoder: InstanceType<typeof TextDecoder>; held: string }>();

  constructor(push: (text: string) => void) {
    this.#push = push;
  }

  read(message: Uint8Array): void {
    const done: string[] = [];
    for (const { number, value } of protobufFields(message)) {
      if (!(value instanceof Uint8Array)) continue;
      if (number === 1) {
        const vertex = readVertex(value);
        this.#announce(vertex);
        if (vertex.completed) done.push(vertex.digest);
      }
      if (number === 3) this.#log(readLog(value));
    }
    for (const digest of done) this.#flush((key) => key.startsWith(`${digest} `));
  }

  end(): void {
    this.#flush(() => true);
  }

  #announce({ digest, name, cached, started }: Vertex): void {
    if (!started || !isStep(name) || this.#seen.has(digest)) return;
    this.#seen.add(digest);
    this.#push(`${cached ? 'CACHED ' : ''}${name}\n`);
  }

  #log({ digest, stream, bytes }: VertexLog): void {
    const key = `${digest} ${stream}`;
    const half = this.#halves.get(key) ?? { decoder: new TextDecoder(), held: '' };
    this.#halves.set(key, half);
    const text = half.held + half.decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    half.held = text.slice(end);
    if (end > 0) this.#push(text.slice(0, end));
  }

  #flush(isEnded: (key: string) => boolean): void {
    for (const [key, { held }] of this.#halves) {
      if (!isEnded(key)) continue;
      this.#halves.delete(key);
      if (held !== '') this.#push(`${held}\n`);
    }
  }
}

/** A step of the Dockerfile, or the last one, which no instruction asks for; not how the context and the base are looked up. */
function isStep(name: string): boolean {
  return (name.startsWith('[') && !name.startsWith('[internal]')) || name.startsWith('exporting');
}

function readVertex(message: Uint8Array): Vertex {
  const vertex = { digest: '', name: '', cached: false, started: false, completed: false };
  for (const { number, value } of protobufFields(message)) {
    if (number === 1) vertex.digest = textOf(value);
    if (number === 3) vertex.name = textOf(value);
    if (number === 4) vertex.cached = value === 1n;
    if (number === 5) vertex.started = true;
    if (number === 6) vertex.completed = true;
  }
  return vertex;
}

function readLog(message: Uint8Array): VertexLog {
  const log = { digest: '', stream: 0n, bytes: new Uint8Array() };
  for (const { number, value } of protobufFields(message)) {
    if (number === 1) log.digest = textOf(value);
    if (number === 3 && typeof value === 'bigint') log.stream = value;
    if (number === 4 && value instanceof Uint8Array) log.bytes = new Uint8Array(value);
  }
  return log;
}

function textOf(value: bigint | Uint8Array): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
