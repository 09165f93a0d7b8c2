import { expect, test } from 'vitest';
import { parseSockets } from './listening-ports.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (address: string, state = '0A'): string => `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 10001        0 4242 1 0000000000000000 100 0 0 10 0\n`;

test('what listens is told from what is connected, and the loopback from every address', () => {
  const table = HEAD + line('00000000:0BB8') + line('0100007F:1F90') + line('0B00007F:A3F1') + line('020013C6:0BB8', '01') + HEAD
    + line('00000000000000000000000000000000:1F91') + line('00000000000000000000000001000000:1F92') + line('0000000000000000FFFF00000100007F:1F93') + line('00000000000000000000000000000000:1F90');
  expect(parseSockets(table)).toEqual([
    { port: 3000, loopbackOnly: false }, { port: 8080, loopbackOnly: false }, { port: 8081, loopbackOnly: false }, { port: 8082, loopbackOnly: true }, { port: 8083, loopbackOnly: true },
  ]);
});
