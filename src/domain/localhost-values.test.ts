import { expect, test } from 'vitest';
import { environmentThroughGateway, throughGateway } from './localhost-values.ts';

const PORTS = [3000, 5432];

test.each([
  ['postgresql://u:p@localhost:5432/db', 'postgresql://u:p@gateway.cc-mcp.internal:5432/db'],
  ['postgresql://u:p@127.0.0.1:5432/db?host=LOCALHOST:5432', 'postgresql://u:p@gateway.cc-mcp.internal:5432/db?host=gateway.cc-mcp.internal:5432'],
  ['http://[::1]:3000', 'http://gateway.cc-mcp.internal:3000'],
  ['localhost:3000', 'gateway.cc-mcp.internal:3000'],
  ['postgres://u:p@localhost/db', 'postgres://u:p@gateway.cc-mcp.internal/db'],
  ['host=localhost:3000,localhost:3001', 'host=gateway.cc-mcp.internal:3000,localhost:3001'],
])('%s leads to the gateway', (value, expected) => {
  expect(throughGateway(value, PORTS)).toBe(expected);
});

test.each([
  'postgresql://u:p@localhost:5433/db', 'http://localhost:54321', 'http://notlocalhost:5432', 'http://my.localhost:5432', 'http://localhost.example.com:5432', 'redis://localhost/0', 'http://localhost/',
  'postgres://u:p@localhost:5433/db', 'localhost', 'http://10.127.0.0.1:3000',
])('%s stays as it is', (value) => {
  expect(throughGateway(value, PORTS)).toBe(value);
});

test('a host and its port in two variables are one address; where a server listens itself is none', () => {
  const environment = { PGHOST: 'localhost', PGPORT: '5432', REDIS_HOST: 'localhost', REDIS_PORT: '6379', HOST: '127.0.0.1', PORT: '3000', db_host: '127.0.0.1', db_port: '5432' };
  expect(environmentThroughGateway(environment, PORTS)).toEqual({ ...environment, PGHOST: 'gateway.cc-mcp.internal', db_host: 'gateway.cc-mcp.internal' });
});
