import { describe, expect, it } from 'vitest';
import { plainArguments } from './plain-arguments.ts';

function read(words: readonly string[], options: { readonly pathsAsArguments?: boolean; readonly project?: boolean } = {}): { readonly words: readonly string[]; readonly warnings: number } {
  let warnings = 0;
  const kept = plainArguments({ progress: { report: () => void (warnings += 1) } }, { name: 'it', words, pathsAsArguments: false, project: false, ...options });
  return { words: kept, warnings };
}

describe('[N8] plainArguments', () => {
  it('keeps what is plain, and says what looks like a secret', () => {
    expect(read(['stdio', '--port', '80', '--key-file', 'x'])).toEqual({ words: ['stdio', '--port', '80', '--key-file', 'x'], warnings: 1 });
    for (const secret of [['--api-key', 'abc'], ['--token=abc'], ['sk-1234567890'], ['postgresql://me:pw@host/db']]) expect(read(secret)).toEqual({ words: secret, warnings: 1 });
  });

  it('refuses what only the client fills in', () => {
    expect(() => read(['a', '--dir=${workspaceFolder}/x'])).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringMatching(/^Argument 2 of it is \$\{workspaceFolder\}/) as string }));
  });

  it('takes the folder that the client opens for @project, where folders are given by grants', () => {
    expect(read(['${CLAUDE_PROJECT_DIR:-.}', '/a'], { pathsAsArguments: true, project: true }).words).toEqual(['/a']);
    expect(() => read(['${workspaceFolder}'], { pathsAsArguments: true })).toThrow(expect.objectContaining({ code: 'CONSENT_NEEDED', suggestions: [expect.stringContaining('--allow-read @project')] }));
  });
});
