import type { Socket } from 'node:net';

/** Carries bytes both ways until both sides have ended. What breaks on one side breaks the other: nobody waits for an answer that cannot come. */
export function joinSockets(client: Socket, target: Socket): void {
  target.setNoDelay(true);
  carry(client, target);
  carry(target, client);
}

/** By hand, not by `pipe`: every call passes two of these, and half as much code in each is what a client waits for. */
function carry(from: Socket, to: Socket): void {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => breakOff(to));
  // After an end what the other side still has to say is written yet.
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

/** Told from an end that was meant, where the kind of socket can. */
function breakOff(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
