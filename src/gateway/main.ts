import { denyNames } from './deny-names.ts';
import { forwardPorts } from './forward-ports.ts';
import { printNames } from './print-names.ts';
import { servePorts } from './serve-ports.ts';

/*
 * The program inside our small containers: `ROLE FOLDER PORT…`. `gateway` stands on a server's network, `forwarder` in the network of
 * this machine; between them there is no route, only a folder with a unix socket for each port. `names`, alone, prints what is asked
 * for by name. Says `ready` once it listens.
 */

const [role, folder = '', ...ports] = process.argv.slice(1);

function listen(): Promise<unknown> {
  switch (role) {
    case 'forwarder': return servePorts(folder, ports.map(Number));
    case 'names': return denyNames(undefined, undefined, printNames());
    default: return Promise.all([forwardPorts(folder, ports.map(Number)), denyNames()]);
  }
}

// What cannot listen ends the process, with its reason on stderr.
void listen().then(() => process.stdout.write('ready\n'));
