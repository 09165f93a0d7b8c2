import type { ContainerId, ContainerSpec, LinkEngine, LocalhostLink, OpenLink, SessionEngine } from '../domain/container-engine.ts';
import { LABEL } from '../domain/container-engine.ts';
import { CcMcpError } from '../domain/errors.ts';
import { createBody } from './create-body.ts';
import { removeNetwork } from './docker-networks.ts';
import { createVolume, removeVolume } from './docker-volumes.ts';
import type { EngineCaller } from './engine-caller.ts';
import { atAddress, ensureHostless, gatewayAddress } from './hostless-network.ts';
import { keysAt } from './json-fields.ts';

type Containers = Omit<SessionEngine, keyof LinkEngine>;

const READY_MILLISECONDS = 20_000;
/** Makes what is missing of a link: its network and volume, then both its containers at once, which say when they listen. */
export async function openLink(engine: EngineCaller, containers: Containers, link: LocalhostLink, signal: AbortSignal | undefined): Promise<OpenLink> {
  const specs = [link.forwarder, link.gateway];
  const states = await Promise.all(specs.map(({ name }) => containers.state(name as ContainerId, signal)));
  const missing = specs.filter((_, index) => states[index]?.status !== 'running');
  await Promise.all(missing.map(({ name }) => containers.remove(name as ContainerId, signal)));
  const [subnet] = await Promise.all([ensureHostless(engine, link, signal), missing.length === 0 ? undefined : ensureVolume(engine, link, signal)]);
  const nameServer = gatewayAddress(subnet);
  await Promise.all(missing.map((spec) => startListening(containers, spec, spec === link.gateway ? atAddress(createBody(spec), link.name, nameServer) : createBody(spec), signal)));
  return { nameServer };
}

export async function closeLink(engine: EngineCaller, containers: Containers, name: string, signal: AbortSignal | undefined): Promise<'closed' | 'in-use'> {
  const ours = await containers.list({ [LABEL.link]: name }, signal);
  const members = await membersOf(engine, name, signal);
  if (members.some((id) => !ours.some((container) => container.id === id))) return 'in-use';
  await Promise.all(ours.map(({ id }) => containers.remove(id, signal)));
  await removeNetwork(engine, name, signal);
  await removeVolume(engine, name, signal);
  return 'closed';
}

/** Ids of the running containers on a network. */
async function membersOf(engine: EngineCaller, name: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const answer = await engine.ask({ action: `inspect network ${name}` }, { method: 'GET', path: `/networks/${encodeURIComponent(name)}` }, signal, [404]);
  return keysAt(answer, 'Containers');
}

/** In memory, and the process's own: a volume on disk belongs to root. */
async function ensureVolume(engine: EngineCaller, { name, labels, forwarder }: LocalhostLink, signal: AbortSignal | undefined): Promise<void> {
  const [uid = '0', gid = '0'] = forwarder.user.split(':');
  await createVolume(engine, name, labels, signal, { type: 'tmpfs', device: 'tmpfs', o: `size=64k,nr_inodes=128,mode=0700,uid=${uid},gid=${gid}` });
}

async function startListening(containers: Containers, { name }: ContainerSpec, body: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): Promise<void> {
  const id = await containers.create(name, body, signal);
  try {
    await using attachment = await containers.attach(id, { stdin: false, stdout: true, stderr: true }, signal);
    const said = heard(attachment.stdout, attachment.stderr);
    await containers.start(id, signal);
    const words = await within(said, READY_MILLISECONDS);
    if (words !== 'ready') throw new CcMcpError('ENGINE_FAILED', `${name} does not listen: ${words.slice(0, 200) || 'it ended without a word'}`);
  } catch (error) {
    await containers.remove(id);
    throw error;
  }
}

/** The first word of its stdout, else all of its stderr. */
async function heard(stdout: AsyncIterable<unknown>, stderr: AsyncIterable<unknown>): Promise<string> {
  const complaints = textOf(stderr);
  for await (const chunk of stdout) if (String(chunk).startsWith('ready')) return 'ready';
  return (await complaints).replaceAll(/\s+/g, ' ').trim();
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

async function within(said: Promise<string>, milliseconds: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`it said nothing in ${milliseconds / 1000} s`), milliseconds);
  try {
    return await Promise.race([said, promise]);
  } finally {
    clearTimeout(timer);
  }
}
