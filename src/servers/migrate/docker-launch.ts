import { isImageName, parseImageVersion, splitImage } from '../../domain/image-grammar.ts';
import { dockerOptions } from './docker-options.ts';
import type { DockerOption } from './docker-options.ts';
import { NoLaunch } from './package-launch.ts';
import type { ContainerLaunch, Launch } from './package-launch.ts';

/** Say how the engine handles the container, which is no matter of the server. */
const HANDLING = new Set(['interactive', 'tty', 'quiet', 'rm', 'init', 'read-only', 'no-healthcheck', 'sig-proxy', 'disable-content-trust', 'name', 'pull', 'label', 'label-file', 'hostname', 'log-driver', 'log-opt', 'restart', 'stop-signal',
  'stop-timeout', 'cidfile', 'attach', 'cap-drop', 'pids-limit', 'memory', 'cpus', 'env', 'env-file', 'volume', 'mount', 'network']);
/** What every container of ours has in its own way. */
const OURS: Readonly<Record<string, string>> = {
  user: 'it runs as the user of the sandbox', publish: 'no port is published', 'publish-all': 'no port is published', expose: 'no port is published', tmpfs: '/tmp is one, with a size', 'shm-size': 'it has the engine\'s own',
  'memory-swap': 'it follows from the memory', 'add-host': 'host.docker.internal is known', platform: 'it is this machine\'s own', 'cpu-shares': 'it has a limit of its own', ulimit: 'it has limits of its own',
};

/** `docker run --rm -i -e TOKEN -v /a:/b image:tag args`. */
export function readDocker(program: string, words: readonly string[]): Launch | NoLaunch {
  const [first, ...after] = words[0] === 'container' ? words.slice(1) : words;
  if (first !== 'run') return new NoLaunch(`it is no "${program} run" (${program} ${words.slice(0, 2).join(' ')})`, ['cc-mcp install docker:IMAGE --name {name}']);
  const { options, rest: [image = '', ...rest] } = dockerOptions(after);
  const { name, version } = splitImage(image);
  if (!isImageName(name) || (version !== undefined && parseImageVersion(version) === undefined)) return new NoLaunch(image === '' ? `its ${program} run names no image` : `"${image}" is not an image`, ['cc-mcp install docker:IMAGE --name {name}']);
  const reference = `docker:${image}`;
  const without = [`cc-mcp install ${reference} --name {name}   without it`];
  const refused = options.map(weakens).find((why) => why !== undefined);
  if (refused !== undefined) return new NoLaunch(`its ${program} run has ${refused}, which weakens the sandbox`, without);
  const unknown = options.find((option) => !HANDLING.has(option.name) && OURS[option.name] === undefined && !isHarmless(option));
  if (unknown !== undefined) return new NoLaunch(`${shown(unknown)} of its ${program} run cannot be carried over`, without);
  const container = containerOf(options);
  if (container instanceof NoLaunch) return container;
  return {
    type: 'docker', package: name, ...(version === undefined || version === 'latest' ? {} : { range: version }), overrides: [], arguments: rest, container,
    dropped: options.flatMap((option) => (OURS[option.name] === undefined ? [] : [`${shown(option)} is not carried over: ${OURS[option.name] ?? ''}`])),
  };
}

/** Whatever is more than a container of ours is given. */
function weakens(option: DockerOption): string | undefined {
  const { name, value } = option;
  const always = ['privileged', 'cap-add', 'device', 'device-cgroup-rule', 'pid', 'userns', 'uts', 'cgroupns', 'cgroup-parent', 'gpus', 'runtime', 'sysctl', 'group-add', 'volumes-from', 'oom-kill-disable', 'oom-score-adj'];
  const other = (name === 'ipc' && value !== 'private') || (name === 'security-opt' && !isHarmless(option)) || (name === 'network' && /^(?:host$|container:)/.test(value));
  return always.includes(name) || other ? shown(option) : undefined;
}

function isHarmless({ name, value }: DockerOption): boolean {
  return (name === 'security-opt' && /^no-new-privileges(?:[:=]true)?$/.test(value)) || (name === 'ipc' && value === 'private');
}

function shown({ name, value }: DockerOption): string {
  return value === 'true' ? `--${name}` : `--${name} ${value}`;
}

function containerOf(options: readonly DockerOption[]): ContainerLaunch | NoLaunch {
  const given = (name: string): readonly string[] => options.flatMap((option) => (option.name === name ? [option.value] : []));
  const variables = given('env').map((text) => [text.split('=')[0] ?? '', text] as const);
  const mounted = [...given('volume').map(readVolume), ...given('mount').map(readMount)];
  const foreign = mounted.find((mount) => mount instanceof NoLaunch);
  if (foreign !== undefined) return foreign;
  const mounts = mounted.filter((mount): mount is Mount => !(mount instanceof NoLaunch));
  const [network] = given('network').filter((name) => name !== 'none' && name !== 'bridge' && name !== 'default').slice(-1);
  const [memory, cpus, pids] = ['memory', 'cpus', 'pids-limit'].map((name) => given(name).at(-1));
  return {
    set: Object.fromEntries(variables.flatMap(([name, text]) => (text.includes('=') ? [[name, text.slice(name.length + 1)]] : []))),
    passed: variables.flatMap(([name, text]) => (text.includes('=') ? [] : [name])),
    envFiles: given('env-file'),
    mounts: mounts.flatMap(({ source, target, readOnly }) => (isPath(source) ? [{ source, target, readOnly }] : [])),
    volumes: mounts.flatMap(({ source, target }) => (isPath(source) ? [] : [{ name: source, target }])),
    network,
    limits: { ...(memory === undefined ? {} : { memory }), ...(cpus === undefined ? {} : { cpus }), ...(pids === undefined || !/^[1-9]\d*$/.test(pids) ? {} : { pids: Number(pids) }) },
  };
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** `/host:/inside:ro`, `name:/inside`, `/inside`. */
function readVolume(text: string): Mount | NoLaunch {
  const [, source, target = '', flags = ''] = /^(?:(.+?):)?(\/[^:]*)(?::([\w,]+))?$/s.exec(text) ?? [];
  if (target === '') return new NoLaunch(`its volume ${text} is not understood`);
  return { source: source ?? '', target, readOnly: flags.split(',').includes('ro') };
}

/** `type=bind,source=/host,target=/inside,readonly`. */
function readMount(text: string): Mount | NoLaunch {
  const parts = new Map(text.split(',').map((part) => [part.split('=')[0]?.trim() ?? '', part.slice(part.indexOf('=') + 1).trim()]));
  const target = parts.get('target') ?? parts.get('destination') ?? parts.get('dst');
  const type = parts.get('type') ?? 'volume';
  if (target === undefined || !['bind', 'volume', 'tmpfs'].includes(type)) return new NoLaunch(`its mount ${text} is not understood`);
  const flag = parts.get('readonly') ?? parts.get('ro');
  return { source: type === 'tmpfs' ? '' : (parts.get('source') ?? parts.get('src') ?? ''), target, readOnly: flag !== undefined && flag !== 'false' };
}

/** What begins otherwise is a volume of the engine; without a name one that goes with the container. */
function isPath(source: string): boolean {
  return /^(?:[/~.]|\$\{|\$[A-Z])/.test(source);
}
