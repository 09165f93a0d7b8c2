import { denyNames } from './deny-names.ts';
import { forwardPorts } from './forward-ports.ts';
import { printNames } from './print-names.ts';
import { serveFront } from './serve-front.ts';
import { servePorts } from './serve-ports.ts';

/*
 * The program inside our small containers: `ROLE …`. `gateway FOLDER PORT…` stands on a server's network, `forwarder FOLDER PORT…` in
 * the network of this machine; between them there is no route, only a folder with a unix socket for each port. `front NAME HOST PORT
 * OUTER HASH LISTEN` stands between clients on this machine and a server that listens. `names`, alone, prints what is asked for by
 * name. Says `ready` once it listens.
 */

const [role, ...words] = process.argv.slice(1);

function listen(): Promise<unknown> {
  switch (role) {
    case 'forwarder': return servePorts(...linkWords());
    case 'names': return denyNames(undefined, undefined, printNames());
    case 'front': return Promise.all([serveFront(...frontWords()), denyNames()]);
    default: return Promise.all([forwardPorts(...linkWords()), denyNames()]);
  }
}

function linkWords(): [folder: string, ports: readonly number[]] {
  const [folder = '', ...ports] = words;
  return [folder, ports.map(Number)];
}

function frontWords(): Parameters<typeof serveFront> {
  const [name = '', host = '', port, outerPort, tokenHash = '', listenPort] = words;
  return [{ name, host, port: Number(port), outerPort: Number(outerPort), tokenHash }, Number(listenPort)];
}

// What cannot listen ends the process, with its reason on stderr.
void listen().then(() => process.stdout.write('ready\n'));
