import type { ImageId } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { normalizedPypiName } from '../domain/pypi-grammar.ts';
import type { ToolContainers } from '../domain/tool-container.ts';
import { parseRequirements } from './pypi-lock.ts';

const SECONDS = 60;
/** Reads files only: a package can have code that Python runs at its start, which -S and -I leave alone. */
const SCRIPT = `import glob, re
normal = lambda name: re.sub(r"[-_.]+", "-", name).lower()
wants = {}
for path in glob.glob("/opt/cc-mcp/venv/lib/python3*/site-packages/*.dist-info/METADATA"):
    with open(path, encoding="utf-8", errors="replace") as file:
        head = file.read().split("\\n\\n", 1)[0]
    names = re.findall(r"(?mi)^Name:\\s*(\\S+)", head)
    if names:
        wants[normal(names[0])] = {normal(name) for name in re.findall(r"(?mi)^Requires-Dist:\\s*([A-Za-z0-9._-]+)", head)}
with open("roots.txt") as file:
    todo = [normal(name) for name in file.read().split()]
seen = set()
while todo:
    name = todo.pop()
    if name not in seen:
        seen.add(name)
        todo += wants.get(name, ())
with open("strangers.txt", "w") as file:
    file.write("\\n".join(sorted(set(wants) - seen)))
`;

/** Which locked and installed packages no other's own metadata asks for, beginning with `roots`. */
export async function pythonStrangers(containers: ToolContainers, image: ImageId, lock: string, roots: readonly string[], signal?: AbortSignal): Promise<readonly string[]> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const { exitCode, files } = await containers.run({
    image, command: ['python3', '-I', '-S', 'look.py'], files: [{ path: 'look.py', content: encode(SCRIPT) }, { path: 'roots.txt', content: encode(roots.join('\n')) }], outputs: ['strangers.txt'], environment: {}, network: 'none', timeLimit: SECONDS,
  }, () => {}, signal);
  const answer = files.get('strangers.txt');
  if (exitCode !== 0 || answer === undefined) throw new CcMcpError('BUILD_FAILED', 'What was installed in the image cannot be read');
  const locked = new Set(parseRequirements(lock, roots[0] ?? '').map(({ name }) => normalizedPypiName(name)));
  return new TextDecoder().decode(answer).split('\n').filter((name) => locked.has(normalizedPypiName(name)));
}
