import { expect, test } from 'vitest';
import { explainUvFailure } from './pypi-failure.ts';

const POSTGRES = { package: 'postgres-mcp', version: '0.3.0' };
const unsolved = (...lines: string[]): string[] => ['error: No solution found when resolving dependencies', ...lines];

/* What uv 0.13 says, word for word. */
test.each([
  ['a version that is gone', unsolved('  cause: Because there is no version of pglast==7.2.0 and postgres-mcp>=0.3.0 depends on pglast==7.2.0, we can conclude that postgres-mcp>=0.3.0 cannot be used.', '         And because you require postgres-mcp==0.3.0, we can conclude that your requirements are unsatisfiable.'),
    'RESOLUTION_FAILED', 'pglast==7.2.0, wanted by postgres-mcp 0.3.0, does not exist', "--override 'pglast>=7.2.0'"],
  ['the same with the tree that older uv draws', ['  × No solution found when resolving dependencies:', '  ╰─▶ Because there is no version of', '      pglast==7.2.0 and other-lib==1.0 depends on', '      pglast==7.2.0, we can conclude that other-lib==1.0 cannot be used.'],
    'RESOLUTION_FAILED', 'pglast==7.2.0, wanted by other-lib==1.0, does not exist', '--override'],
  ['the version itself', unsolved('  cause: Because there is no version of postgres-mcp==0.3.0 and you require postgres-mcp==0.3.0, we can conclude that your requirements are unsatisfiable.'), 'VERSION_NOT_FOUND', 'pypi:postgres-mcp has no version 0.3.0', 'pypi:postgres-mcp'],
  ['a range beyond the newest', unsolved('  cause: Because only postgres-mcp<=0.3.0 is available and you require postgres-mcp>=5, we can conclude that your requirements are unsatisfiable.'), 'VERSION_NOT_FOUND', 'pypi:postgres-mcp has no version 0.3.0', ''],
  ['a dependency beyond the newest', unsolved('  cause: Because only flask<=3.1.3 is available and postgres-mcp==0.3.0 depends on flask>=99, we can conclude that your requirements are unsatisfiable.'), 'RESOLUTION_FAILED', 'flask>=99, wanted by postgres-mcp 0.3.0, does not exist', "--override 'flask>=VERSION'"],
  ['the package itself', unsolved('  cause: Because postgres-mcp was not found in the package registry and you require postgres-mcp, we can conclude that your requirements are unsatisfiable.'), 'PACKAGE_NOT_FOUND', 'There is no PyPI package postgres-mcp', 'cc-mcp search'],
  ['a package that is gone', unsolved('  cause: Because gone.lib was not found in the package registry and mid==1.0 depends on gone.lib, we can conclude that mid==1.0 cannot be used.'), 'RESOLUTION_FAILED', 'gone.lib, wanted by mid==1.0, is not in the index', ''],
  ['no wheel', unsolved('  cause: Because docopt==0.6.2 has no usable wheels and postgres-mcp==0.3.0 depends on docopt==0.6.2, we can conclude', '', 'hint: Wheels are required for `docopt` because building from source is disabled for all packages (i.e., with `--no-build`)'), 'RESOLUTION_FAILED', 'docopt==0.6.2 has no wheel', '--allow-scripts'],
  ['no wheel at all', unsolved('  cause: Because all versions of docopt have no usable wheels and you require docopt, we can conclude that your requirements are unsatisfiable.'), 'RESOLUTION_FAILED', 'docopt has no wheel', '--allow-scripts'],
  ['wheels for another Python', unsolved('  cause: Because tensorflow==2.10.0 has no wheels with a matching Python version tag (e.g., `cp313`) and you require tensorflow==2.10.0, we can conclude'), 'RESOLUTION_FAILED', 'tensorflow==2.10.0 has no wheel for the Python of the base image', '--override'],
  ['a contradiction', unsolved('  cause: Because mcp==1.2.0 depends on starlette>=0.27 and you require mcp==1.2.0, we can conclude that you require starlette>=0.27.'), 'RESOLUTION_FAILED', 'mcp==1.2.0 depends on starlette>=0.27 and you require mcp==1.2.0', '--override'],
  ['a server error', ['error: Request failed after 2 retries in 4.3s', '  cause: Failed to fetch: http://127.0.0.1:8765/500/postgres-mcp/', '  cause: HTTP status server error (500 Internal Server Error) for url (http://127.0.0.1:8765/500/postgres-mcp/)'], 'SOURCE_UNREACHABLE', '127.0.0.1:8765 does not answer: HTTP 500', 'network'],
  ['no connection', ['error: Request failed after 2 retries in 5.6s', '  cause: Failed to fetch: http://127.0.0.1:9/postgres-mcp/', '  cause: tcp connect error', '  cause: Connection refused (os error 111)'], 'SOURCE_UNREACHABLE', 'connection refused', 'network'],
  ['no name', ['error: Request failed after 2 retries in 3.0s', '  cause: Failed to fetch: http://nohost.invalid/postgres-mcp/', '  cause: dns error'], 'SOURCE_UNREACHABLE', 'nohost.invalid does not answer: its name is not known', 'network'],
  ['no answer', ['error: Request failed after 2 retries in 19.1s', '  cause: Failed to fetch: http://127.0.0.1:8765/hang/postgres-mcp/', '  cause: operation timed out'], 'SOURCE_UNREACHABLE', 'no answer in time', 'network'],
  ['a certificate', ['error: Failed to fetch: https://index.example/simple/postgres-mcp/', '  cause: invalid peer certificate: UnknownIssuer'], 'SOURCE_UNREACHABLE', 'certificate', 'SSL_CERT_FILE'],
  ['no credentials', unsolved('  cause: Because postgres-mcp was not found in the package registry and you require postgres-mcp==0.3.0, we can conclude that your requirements are unsatisfiable.', '', 'hint: An index URL (http://127.0.0.1:8765/401/) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)'), 'SOURCE_UNREACHABLE', '127.0.0.1:8765 wants credentials, and your configuration has none for it', 'machine 127.0.0.1 login USER'],
  ['a source alone', unsolved('  cause: Because only postgres-mcp==0.3.0 is available and postgres-mcp==0.3.0 has no usable wheels, we can conclude that your requirements are unsatisfiable.'), 'RESOLUTION_FAILED', 'postgres-mcp==0.3.0 has no wheel', '--allow-scripts'],
  ['no entrance', unsolved('  cause: Because postgres-mcp was not found in the package registry and you require postgres-mcp==0.3.0, we can conclude that your requirements are unsatisfiable.', '', 'hint: An index (http://127.0.0.1:8765/403/) returned a 403 Forbidden error. Check that the index URL is correct'), 'SOURCE_UNREACHABLE', '127.0.0.1:8765 refuses us (HTTP 403), and your configuration has no credentials for it', '~/.netrc'],
  ['another archive', ['error: Failed to download `mid==1.0`', '  cause: Hash mismatch for `mid==1.0`'], 'BUILD_FAILED', 'mid==1.0 is not the one of the lock', 'do not install'],
  ['a source that does not build', ['error: Failed to build `mid==1.0`', '  cause: The build backend returned an error'], 'RESOLUTION_FAILED', 'mid==1.0 could not be built', '--override'],
])('%s', (_, output, code, message, suggestion) => {
  const diagnosis = explainUvFailure(output, POSTGRES);
  expect(diagnosis).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(diagnosis?.suggestions.join('\n')).toContain(suggestion);
});

test('a log in which uv says nothing has no diagnosis', () => {
  expect(explainUvFailure(['Step 1/9 : FROM base', 'no space left on device'])).toBeUndefined();
});

test('a long hostile output is read in time', () => {
  const begin = performance.now();
  explainUvFailure([`Because ${'a'.repeat(5000)}==${'1.'.repeat(2000)} and ${'there is no version of '.repeat(300)}`], POSTGRES);
  expect(performance.now() - begin).toBeLessThan(1000);
});
