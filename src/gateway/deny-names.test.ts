import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { expect, test } from 'vitest';
import { denyNames } from './deny-names.ts';

test('every name is unknown, at once', async () => {
  const server = await denyNames('127.0.0.1', 0);
  const resolver = new Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  await expect(resolver.resolve4('secret-data.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolveTxt('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  server.close();
});

test('what is no question is passed over, and the next one answered', async () => {
  const server = await denyNames('127.0.0.1', 0);
  const client = createSocket('udp4');
  for (const bytes of [[], [1, 2, 3], Array(12).fill(0), [...Array(12).fill(0), 200, 1], [0, 0, 0x80, ...Array(20).fill(0)]]) client.send(Buffer.from(bytes), server.port, '127.0.0.1');
  client.close();
  const resolver = new Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  server.close();
});
