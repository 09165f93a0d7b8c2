import { createSocket } from 'node:dgram';

const HEADER_BYTES = 12;
const NO_SUCH_NAME = 3;

/**
 * Answers every question for a name at once with «there is none»: what may be known by name the engine knows itself, and nobody outside
 * is asked. `asked` gets each question before its answer goes.
 */
export function denyNames(host = '0.0.0.0', port = 53, asked: (question: Buffer) => void = () => {}): Promise<{ readonly port: number; close(): void }> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address, port: from }) => {
    const answer = noSuchName(question);
    if (answer === undefined) return;
    asked(question);
    socket.send(answer, from, address);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port }, () => resolve({ port: socket.address().port, close: () => socket.close() }));
  });
}

/** The question given back with the flags of an answer; what is no question gets none. */
function noSuchName(question: Buffer): Buffer | undefined {
  if (question.length < HEADER_BYTES || ((question[2] ?? 0) & 0x80) !== 0) return undefined;
  const end = endOfQuestion(question);
  if (end === undefined) return undefined;
  const answer = Buffer.from(question.subarray(0, end));
  const wantsRecursion = (question[2] ?? 0) & 0x01;
  answer.set([0x80 | ((question[2] ?? 0) & 0x78) | wantsRecursion, 0x80 | NO_SUCH_NAME, 0, 1, 0, 0, 0, 0, 0, 0], 2);
  return answer;
}

/** After the name's last label come its type and its class. */
function endOfQuestion(question: Buffer): number | undefined {
  let at = HEADER_BYTES;
  while (question[at] !== 0) {
    const length = question[at];
    if (length === undefined || length > 63) return undefined;
    at += length + 1;
  }
  const end = at + 5;
  return end <= question.length ? end : undefined;
}
