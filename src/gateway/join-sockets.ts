import type { Socket } from 'node:net';

/** Carries bytes both ways until both sides have ended. What breaks on one side breaks the other: nobody waits for an answer that cannot come. */
export function joinSockets(client: Socket, target: Socket): void {
  target.setNoDelay(true);
  client.pipe(target);
  target.pipe(client);
  breakWith(client, target);
  breakWith(target, client);
}

function breakWith(side: Socket, other: Socket): void {
  side.on('error', () => breakOff(other));
  side.on('close', () => other.destroy());
}

/** Told from an end that was meant, where the kind of socket can. */
function breakOff(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
