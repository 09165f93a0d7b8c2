import { denyNames } from './deny-names.ts';
import { forwardPorts } from './forward-ports.ts';
import { servePorts } from './serve-ports.ts';

/*
 * The program inside our small containers: `ROLE FOLDER PORT…`. `gateway` stands on a server's network, `forwarder` in the network of
 * this machine; between them there is no route, only a folder with a unix socket for each port. Says `ready` once it listens.
 */

const [role, folder = '', ...ports] = process.argv.slice(1);
const listening = role === 'forwarder' ? servePorts(folder, ports.map(Number)) : Promise.all([forwardPorts(folder, ports.map(Number)), denyNames()]);
// What cannot listen ends the process, with its reason on stderr.
void listening.then(() => process.stdout.write('ready\n'));
