import { describe, expect, it } from 'vitest';
import { diagnose, wanted } from './diagnose.ts';
import type { Evidence, GivenSettings } from './evidence.ts';

const GIVEN: GivenSettings = { memory: '512m', memoryBytes: 512 * 1024 ** 2, pids: 128, variables: ['HOME', 'GIVEN_TOKEN'], network: false };

/** What real servers and runtimes said, and what is to be made of it. */
const CORPUS: readonly (readonly [title: string, stderr: string, reason: RegExp, suggestion?: RegExp])[] = [
  // Values.
  ['postgres-mcp', "ValueError: Error: No database URL provided. Please specify via 'DATABASE_URI' environment variable or command-line argument.", /^it wants DATABASE_URI$/, /--env DATABASE_URI=…/],
  ['server-github', 'Error: GITHUB_PERSONAL_ACCESS_TOKEN environment variable is not set\n    at Object.<anonymous> (/opt/cc-mcp/node_modules/x/dist/index.js:12:9)', /^it wants GITHUB_PERSONAL_ACCESS_TOKEN$/],
  ['server-slack', 'Please set SLACK_BOT_TOKEN and SLACK_TEAM_ID environment variables', /^it wants SLACK_BOT_TOKEN or SLACK_TEAM_ID$/, /--env SLACK_BOT_TOKEN=… --env SLACK_TEAM_ID=…/],
  ['server-brave-search', 'Error: BRAVE_API_KEY environment variable is required', /^it wants BRAVE_API_KEY$/],
  ['openai', 'openai.OpenAIError: The api_key client option must be set either by passing api_key to the client or by setting the OPENAI_API_KEY environment variable', /^it wants OPENAI_API_KEY$/],
  ['os.environ', 'Traceback (most recent call last):\n  File "/opt/cc-mcp/bin/x", line 8, in <module>\n  File "<frozen os>", line 717, in __getitem__\nKeyError: \'API_TOKEN\'', /^it wants API_TOKEN$/],
  ['a name without underscore', "KeyError: 'TOKEN'", /^it wants TOKEN$/],
  ['pydantic-settings', 'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings\njira_url\n  Field required [type=missing, input_value={}, input_type=dict]\njira_token\n  Field required [type=missing, input_value={}, input_type=dict]', /^it wants JIRA_URL or JIRA_TOKEN$/],
  ['a missing list', 'Missing required environment variables: NOTION_TOKEN', /^it wants NOTION_TOKEN$/],
  ['one that was given', 'Error: GIVEN_TOKEN is missing or empty', /^it does not accept GIVEN_TOKEN$/, /another/],
  // Arguments.
  ['argparse', 'usage: mcp-server-x [-h] --db-path DB_PATH\nmcp-server-x: error: the following arguments are required: --db-path', /^it wants the argument --db-path$/, /behind --/],
  ['click', "Usage: x [OPTIONS]\nTry 'x --help' for help.\n\nError: Missing option '--repository'.", /^it wants the argument --repository$/],
  ['commander', "error: required option '--stack <name>' not specified", /^it wants the argument --stack <name>$/],
  ['yargs', 'Missing required argument: token', /^it wants the argument token$/],
  ['a usage line', 'Usage: mcp-server-x <allowed-directory> [additional-directories...]', /^it wants other arguments, and shows its usage: mcp-server-x <allowed-directory>/],
  // Files.
  ['node read', "Error: ENOENT: no such file or directory, open '/home/me/.config/x.json'\n    at Object.readFileSync (node:fs:440:20)", /^it wants to read \/home\/me\/.config\/x.json/, /--allow-read=\/home\/me\/.config\/x.json/],
  ['node stat', "Error: ENOENT: no such file or directory, stat '/srv/My Files'", /^it wants to read \/srv\/My Files/],
  ['python read', "FileNotFoundError: [Errno 2] No such file or directory: '/data/x'", /^it wants to read \/data\/x/],
  ['go read', 'open /data/config.yaml: no such file or directory', /^it wants to read \/data\/config.yaml/],
  ['server-filesystem', 'Warning: Cannot access directory /data/notes, skipping\nError: None of the specified directories are accessible', /^it wants to read \/data\/notes/, /--allow-read=\/data\/notes/],
  ['node mkdir', "Error: EROFS: read-only file system, mkdir '/data'", /^it wants to write \/data/, /--allow-write=\/data/],
  ['its own package', "Error: EROFS: read-only file system, open '/opt/cc-mcp/node_modules/x/dist/memory.jsonl'", /^it wants to write \/opt\/cc-mcp/, /below \/tmp/],
  ['python write', "OSError: [Errno 30] Read-only file system: '/home/app/.cache'", /^it wants to write \/home\/app\/.cache/],
  ['no permission', "PermissionError: [Errno 13] Permission denied: '/var/lib/x'", /^it wants to write \/var\/lib\/x/],
  ['sqlite', 'sqlite3.OperationalError: unable to open database file', /^it cannot open its database file$/, /--allow-write/],
  // Hosts.
  ['node dns', "[TypeError: fetch failed] {\n  [cause]: Error: getaddrinfo EAI_AGAIN api.github.com\n      at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:123:26)", /^it wants to reach api.github.com, and has no network$/, /--allow-net/],
  ['node not found', 'Error: getaddrinfo ENOTFOUND db.internal', /^it wants to reach db.internal/],
  ['node refused', 'Error: connect ECONNREFUSED 127.0.0.1:6379', /^it wants to reach 127.0.0.1:6379, which inside its container is the container itself$/, /--allow-net=localhost:6379/],
  ['the gateway', 'Error: connect ECONNREFUSED gateway.cc-mcp.internal:5432', /^it wants to reach localhost:5432 of this machine, where nothing answers$/],
  ['node unreachable', 'Error: connect ENETUNREACH 140.82.121.6:443 - Local (0.0.0.0:0)', /^it wants to reach 140.82.121.6:443/],
  ['psycopg', 'psycopg.OperationalError: failed to resolve host \'db.example.com\': [Errno -3] Temporary failure in name resolution', /^it wants to reach db.example.com/],
  ['a log wrapped for a terminal', 'WARNING  error connecting in      pool_async.py:758\n         connection is bad: connection to\n         server at "10.1.2.3", port 5432\n         failed: Network is unreachable', /^it wants to reach 10.1.2.3, and has no network$/],
  ['libpq', 'connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused', /^it wants to reach localhost, which inside/],
  ['requests', "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.notion.com', port=443): Max retries exceeded with url: /v1", /^it wants to reach api.notion.com/],
  ['httpx', 'httpx.ConnectError: [Errno -3] Temporary failure in name resolution', /^it wants to reach a host, and has no network$/],
  ['go', 'dial tcp: lookup grafana.example.com on 127.0.0.11:53: no such host', /^it wants to reach grafana.example.com/],
  ['redis', 'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.', /^it wants to reach localhost:6379, which/],
  // Programs.
  ['node spawn', 'Error: spawn git ENOENT\n    at ChildProcess._handle.onexit (node:internal/child_process:286:19)', /^it needs the program git, which its image does not have$/, /^Install it with --system-package git$/],
  ['python subprocess', "FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'", /^it needs the program ffmpeg/],
  ['GitPython', 'ImportError: Failed to initialize: Bad git executable.\nThe git executable must be specified in one of the following ways:\n    - be set via $GIT_PYTHON_GIT_EXECUTABLE', /^it needs the program git/, /--system-package git$/],
  ['dash', '/bin/sh: 1: kubectl: not found', /^it needs the program kubectl/, /--system-package kubernetes-client$/],
  ['bash', 'bash: line 1: docker: command not found', /^it needs the program docker/, /^Choose a package of this server that brings it along$/],
  ['go exec', 'exec: "terraform": executable file not found in $PATH', /^it needs the program terraform/],
  ['a shared library', 'ImportError: libpq.so.5: cannot open shared object file: No such file or directory', /^it needs the library libpq.so.5/, /--system-package libpq5$/],
  ['an unlisted library', 'ImportError: libxyz.so.1: cannot open shared object file: No such file or directory', /^it needs the library libxyz.so.1/, /^Choose a package/],
  ['git of Python 3.13', "FileNotFoundError: [Errno 2] No such file or directory: 'git'", /^it needs the program git/, /--system-package git$/],
  ['a file beside it', "FileNotFoundError: [Errno 2] No such file or directory: 'settings.json'", /^it exited with code 1/],
  ['another name', "/bin/sh: 1: rg: not found", /^it needs the program rg/, /--system-package ripgrep$/],
  // Dependencies that moved on.
  ['mcp 2', "ModuleNotFoundError: No module named 'mcp.server.fastmcp'. This is mcp 2.x, where FastMCP was renamed to MCPServer (from mcp.server.mcpserver import MCPServer) and other APIs changed; see the migration guide at https://py.sdk.modelcontextprotocol.io/v2/migration/#fastmcp-renamed-to-mcpserver or pin 'mcp<2' to keep running v1 code.", /^the Python module mcp.server.fastmcp is missing$/, /--override "mcp<2"/],
  ['mcp-server-sqlite', "Traceback (most recent call last):\n  File \"/opt/cc-mcp/lib/python3.13/site-packages/mcp_server_sqlite/server.py\", line 170, in main\nAttributeError: 'Server' object has no attribute 'list_resources'", /^it does not fit the version of mcp: 'Server' object has no attribute 'list_resources'$/, /"mcp<2"/],
  ['a name that is gone', 'Traceback (most recent call last):\n  File "/opt/cc-mcp/lib/python3.13/site-packages/atlas/tools.py", line 3, in <module>\nImportError: cannot import name \'BaseSettings\' from \'pydantic\' (/opt/cc-mcp/lib/python3.13/site-packages/pydantic/__init__.py)', /^it imports BaseSettings from pydantic, which does not have it$/, /that fits atlas: --override "pydantic<VERSION"/],
  ['a module that is gone', "Traceback (most recent call last):\n  File \"/opt/cc-mcp/lib/python3.13/site-packages/x/y.py\", line 3, in <module>\nModuleNotFoundError: No module named 'pkg_resources'", /^the Python module pkg_resources is missing$/, /--override "pkg_resources<VERSION"/],
  ['node package', "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@modelcontextprotocol/sdk' imported from /opt/cc-mcp/node_modules/x/index.js", /^the module @modelcontextprotocol\/sdk is missing$/, /--override @modelcontextprotocol\/sdk@VERSION/],
  ['node export', "SyntaxError: The requested module 'zod' does not provide an export named 'z'", /^it imports z from zod/, /zod@VERSION/],
  ['node subpath', 'Error [ERR_PACKAGE_PATH_NOT_EXPORTED]: Package subpath \'./server/stdio\' is not defined by "exports" in /opt/cc-mcp/node_modules/@modelcontextprotocol/sdk/package.json', /^it imports @modelcontextprotocol\/sdk\/server\/stdio, which that package does not offer$/],
  ['an incomplete package', "Error: Cannot find module '/opt/cc-mcp/node_modules/x/dist/index.js'", /^its own file \/opt\/cc-mcp\/node_modules\/x\/dist\/index.js is missing$/],
  // Limits.
  ['heap', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0x931db0  [node]', /^its JavaScript heap is exhausted/, /--memory 1g/],
  ['shell without processes', 'sh: 0: Cannot fork', /^it used up its processes \(limit 128\)$/, /--pids 256/],
  ['node without processes', "Error: spawn sleep EAGAIN\n  errno: -11,\n  code: 'EAGAIN',\n  syscall: 'spawn sleep'", /^it used up its processes/],
  ['python without threads', "RuntimeError: can't start new thread", /^it used up its processes/],
  ['python memory', 'Traceback (most recent call last):\nMemoryError', /^it ran out of memory/],
  // Nothing known: its own best words.
  ['a node crash', "/opt/cc-mcp/x.js:3\n    throw new Error('the moon is full');\n    ^\n\nError: the moon is full\n    at Object.<anonymous> (/opt/cc-mcp/x.js:3:11)\n\nNode.js v24.21.0", /^it exited with code 1 before it answered: Error: the moon is full$/],
  ['a panic', 'panic: runtime error: index out of range\n\ngoroutine 1 [running]:', /^it exited with code 1 before it answered: panic: runtime error: index out of range$/],
  ['silence', '', /^it exited with code 1 before it answered, without a word$/],
];

describe('[M5] [M3] what a server that exits says', () => {
  it.each(CORPUS.map(([title, stderr, reason, suggestion]) => ({ title, stderr, reason, suggestion })))('$title', ({ stderr, reason, suggestion }) => {
    const diagnosis = diagnose(evidence({ stderr, exit: { exitCode: 1, oomKilled: false } }));
    expect(diagnosis.reason).toMatch(reason);
    expect(diagnosis.reason).not.toContain('\n');
    if (suggestion !== undefined) expect(diagnosis.suggestions.join('\n')).toMatch(suggestion);
  });
});

describe('whether other dependencies may mend it', () => {
  it.each<readonly [string, string | null | undefined]>([
    ["ModuleNotFoundError: No module named 'mcp.server.fastmcp'", 'mcp'],
    ["SyntaxError: The requested module 'zod' does not provide an export named 'z'", 'zod'],
    ['Error: the moon is full', null],
    ['', null],
    ['Error: API_TOKEN environment variable is required', undefined],
    ['sh: 1: git: not found', undefined],
    ["Error: ENOENT: no such file or directory, open '/data/x'", undefined],
    ['getaddrinfo EAI_AGAIN db', undefined],
    ['usage: x [-h]\nx: error: the following arguments are required: --db-path', undefined],
    ['JavaScript heap out of memory', undefined],
    ["Error: Cannot find module '/opt/cc-mcp/node_modules/x/dist/index.js'", undefined],
  ])('%j: %s', (stderr, dependency) => {
    expect(diagnose(evidence({ stderr, exit: { exitCode: 1, oomKilled: false } })).dependency).toBe(dependency);
  });

  it('a server that does not answer may lack other dependencies, one that was killed does not', () => {
    expect(diagnose(evidence({ fault: 'late', output: 'open' })).dependency).toBeNull();
    expect(diagnose(evidence({ fault: 'refused', message: 'the server answered initialize with an error: no (-1)' })).dependency).toBeNull();
    expect(diagnose(evidence({ exit: { exitCode: 137, oomKilled: true } })).dependency).toBeUndefined();
    expect(diagnose(evidence({ fault: 'line-too-long', message: 'protocol error: a line' })).dependency).toBeUndefined();
  });
});

describe('how it ended', () => {
  it.each<readonly [string, Partial<Evidence>, RegExp]>([
    ['the kernel\'s kill', { exit: { exitCode: 137, oomKilled: true } }, /^it ran out of memory and was killed \(limit 512m\)$/],
    ['another kill', { exit: { exitCode: 137, oomKilled: false } }, /^it was killed from outside \(SIGKILL\), not for its memory$/],
    ['a stop', { exit: { exitCode: 143, oomKilled: false }, stderr: 'bye' }, /^it was stopped from outside \(SIGTERM\): bye$/],
    ['a helper\'s end', { exit: { exitCode: 1, oomKilled: true } }, /^a process of it ran out of memory/],
    ['heap text over the exit code', { exit: { exitCode: 134, oomKilled: false }, stderr: 'JavaScript heap out of memory' }, /^its JavaScript heap is exhausted/],
    ['a crash', { exit: { exitCode: 139, oomKilled: false } }, /^it exited with code 139 \(signal 11\)/],
    ['half a line', { exit: { exitCode: 0, oomKilled: false }, fault: 'partial-line', message: 'the server stopped in the middle of a line: {"js' }, /^the server stopped in the middle of a line: \{"js, and exited with code 0$/],
    ['a hang', { fault: 'late', output: 'open' }, /^it did not answer within 30 s: it runs and hangs$/],
    ['a hang that cannot be looked into', { fault: 'late' }, /^it did not answer within 30 s$/],
    ['closed output', { fault: 'late', output: 'closed' }, /^it closed its stdout and runs on without an answer$/],
    ['a hang for want of a host', { fault: 'late', output: 'open', stderr: 'retrying: getaddrinfo EAI_AGAIN db' }, /^it wants to reach db/],
    ['crowded', { fault: 'crowded' }, /^it used up its processes/],
    ['an endless line', { fault: 'line-too-long', message: 'protocol error: a line' }, /^protocol error: a line$/],
    ['a refusal', { fault: 'refused', message: 'the server answered initialize with an error: no (-1)' }, /^the server answered initialize/],
  ])('%s', (_title, part, reason) => {
    expect(diagnose(evidence(part)).reason).toMatch(reason);
  });
});

describe('what is no want', () => {
  it.each([
    'Knowledge Graph MCP Server running on stdio', 'Listening on UNIX_SOCKET', 'code: \'ERR_MODULE_NOT_FOUND\'', 'INFO Starting in RESTRICTED mode', 'Error: HTTP 401 Unauthorized',
    'Warning: NODE_TLS_REJECT_UNAUTHORIZED is not set', '',
  ])('%s', (text) => {
    expect(wanted(text, GIVEN)).toBeUndefined();
  });

  it('a name with a network has another suggestion than one without', () => {
    const diagnosis = wanted('getaddrinfo ENOTFOUND api.example.com', { ...GIVEN, network: true });
    expect(diagnosis).toMatchObject({ reason: 'it wants to reach api.example.com, and cannot' });
    expect(diagnosis?.suggestions.join()).not.toContain('--allow-net');
  });
});

function evidence(part: Partial<Evidence>): Evidence {
  return { stderr: '', stderrBytes: 0, fault: 'closed', message: 'the server closed its output', seconds: 30, output: 'unknown', settings: GIVEN, ...part };
}
