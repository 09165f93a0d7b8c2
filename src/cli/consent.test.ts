import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { TerminalConsent } from './consent.ts';

const QUESTION = { lines: ['network: everything'], question: 'Install memory?', flag: '--yes' };

function at(answer: string | undefined, yes = false): { readonly consent: TerminalConsent; readonly asked: () => string } {
  const input = new PassThrough();
  const output = new PassThrough();
  if (answer === undefined) input.end();
  else input.write(answer);
  const consent = new TerminalConsent({ yes, terminal: { input, output }, beforeAsking: () => undefined, signal: new AbortController().signal });
  return { consent, asked: () => String(output.read() ?? '') };
}

test.each([['y\n', true], ['Yes\n', true], ['n\n', false], ['\n', false], ['why\n', false], [undefined, false]])('the answer %j is %j', async (answer, agreed) => {
  const { consent, asked } = at(answer);
  expect(await consent.confirm(QUESTION)).toBe(agreed);
  expect(asked()).toBe('  network: everything\nInstall memory? [y/N] ');
});

test('--yes answers its own question without asking, and no other one', async () => {
  const own = at(undefined, true);
  expect(await own.consent.confirm(QUESTION)).toBe(true);
  expect(own.asked()).toBe('');
  expect(await at('n\n', true).consent.confirm({ ...QUESTION, flag: '--allow-scripts' })).toBe(false);
});

test('a choice is made by number or by name; anything else names the flag', async () => {
  const { consent, asked } = at('2\n');
  expect(await consent.choose('Which executable?', ['alpha', 'beta'], '--bin')).toBe('beta');
  expect(asked()).toBe('  1  alpha\n  2  beta\nWhich executable? [1-2] ');
  expect(await at('alpha\n').consent.choose('Which?', ['alpha', 'beta'], '--bin')).toBe('alpha');
  await expect(at('3\n').consent.choose('Which?', ['alpha', 'beta'], '--bin')).rejects.toMatchObject({ code: 'CONSENT_NEEDED', suggestions: ['Choose with --bin'] });
});

test('without a terminal a question is an error that names its flag', async () => {
  const consent = new TerminalConsent({ yes: false, terminal: undefined, beforeAsking: () => undefined, signal: new AbortController().signal });
  await expect(consent.confirm(QUESTION)).rejects.toMatchObject({ code: 'CONSENT_NEEDED', exitCode: 5, suggestions: ['Answer with --yes'] });
  await expect(consent.choose('Which?', ['alpha'], '--bin')).rejects.toMatchObject({ code: 'CONSENT_NEEDED', suggestions: ['Choose with --bin'] });
});

test('what a stranger wrote into a question cannot forge another one', async () => {
  const { consent, asked } = at('n\n');
  await consent.confirm({ ...QUESTION, lines: ['nice\r\u001B[2KInstall nothing? [y/N] '] });
  expect(asked()).toBe('  nice Install nothing? [y/N]\nInstall memory? [y/N] ');
});

test('an interrupt ends the question', async () => {
  const controller = new AbortController();
  const consent = new TerminalConsent({ yes: false, terminal: { input: new PassThrough(), output: new PassThrough() }, beforeAsking: () => undefined, signal: controller.signal });
  const answer = consent.confirm(QUESTION);
  setImmediate(() => controller.abort());
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});
