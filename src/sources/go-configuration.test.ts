import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGoConfiguration } from './go-configuration.ts';
import { checkedGoConfiguration, goNetwork } from './go-settings.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cc-mcp-go-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

const read = (environment: Record<string, string> = {}, platform: 'linux' | 'darwin' = 'linux') => readGoConfiguration({ environment, homeFolder: home, platform });

test('variables count before the file that go env -w writes, and what is empty is not set', () => {
  write('.config/go/env', 'GOPROXY=https://file.example\nGONOSUMDB=corp.example\nGOFLAGS=-toolexec=evil\nCC=evil\nnot a line\n');
  expect(read()).toEqual({ GOPROXY: 'https://file.example', GONOSUMDB: 'corp.example' });
  expect(read({ GOPROXY: 'https://variable.example,direct', GONOSUMDB: '', GOFLAGS: '-toolexec=evil' })).toEqual({ GOPROXY: 'https://variable.example,direct', GONOSUMDB: 'corp.example' });
});

test('the file is where Go looks for it', () => {
  write('Library/Application Support/go/env', 'GOPROXY=https://mac.example\n');
  write('elsewhere/go/env', 'GOPROXY=https://xdg.example\n');
  write('own', 'GOPROXY=https://own.example\r\n');
  expect(read({}, 'darwin')).toEqual({ GOPROXY: 'https://mac.example' });
  expect(read({ XDG_CONFIG_HOME: join(home, 'elsewhere') })).toEqual({ GOPROXY: 'https://xdg.example' });
  expect(read({ GOENV: join(home, 'own') })).toEqual({ GOPROXY: 'https://own.example' });
  expect(read({ GOENV: 'off', XDG_CONFIG_HOME: join(home, 'elsewhere') })).toEqual({});
});

test('a proxy that wants credentials, or is a folder of this machine, is refused without naming a secret', () => {
  const refused = (GOPROXY: string): string => {
    try {
      checkedGoConfiguration({ GOPROXY });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refused('https://user:geheim@proxy.example,direct')).toMatch(/^The Go module proxy proxy\.example wants credentials/);
  expect(refused('https://user:geheim@proxy.example,direct')).not.toContain('geheim');
  expect(refused('file:///var/cache/go')).toMatch(/not an http or https address/);
  expect(refused('https://proxy.example|direct')).toBe('');
});

test('a proxy on this machine needs its network', () => {
  expect(goNetwork({ GOPROXY: 'http://127.0.0.1:3000,direct' })).toBe('host');
  expect(goNetwork({ GOPROXY: 'https://proxy.example,direct' })).toBe('default');
  expect(goNetwork({})).toBe('default');
});
