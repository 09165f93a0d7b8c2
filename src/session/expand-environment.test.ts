import { expect, test } from 'vitest';
import { expandEnvironment } from './expand-environment.ts';

const values = { secrets: { KEY: 's$&cret' }, remembered: { REGION: 'eu' } };
const template = (text: string): { kind: 'template'; template: string } => ({ kind: 'template', template: text });

test('secrets come from the store of the server, variables from the client, else from what was remembered', () => {
  const origins = { A: template('${secret:KEY}'), B: template('x-${REGION}-${ZONE}'), C: { kind: 'literal', value: '${REGION}' } as const };
  expect(expandEnvironment('s', origins, { ZONE: '1' }, values)).toEqual({ A: 's$&cret', B: 'x-eu-1', C: '${REGION}' });
  expect(expandEnvironment('s', { B: template('${REGION}') }, { REGION: 'us' }, values)).toEqual({ B: 'us' });
});

test('a secret is never taken from the environment, nor from what every object has', () => {
  for (const name of ['REGION', 'OTHER', 'constructor', 'toString']) {
    expect(() => expandEnvironment('s', { A: template(`\${secret:${name}}`) }, { OTHER: 'x', REGION: 'y' }, values)).toThrow(expect.objectContaining({ code: 'VALUE_MISSING' }));
  }
});

test('all that are missing are named at once, and an empty value is a value', () => {
  expect(() => expandEnvironment('s', { A: template('${ONE}${TWO}'), B: template('${secret:THREE}') }, {}, values)).toThrow(/ONE, TWO, THREE/);
  expect(expandEnvironment('s', { A: template('${ONE}') }, { ONE: '' }, values)).toEqual({ A: '' });
});
