import type { Service } from '../domain/container-engine.ts';
import type { ServiceDoor } from '../domain/service-door.ts';
import { serviceOf } from '../domain/service-front.ts';
import type { PreparedServer } from '../domain/session-ports.ts';

/** A prepared server that listens: what is made of it, and the way to it. */
export interface PreparedService {
  readonly service: Service;
  readonly door: ServiceDoor;
}

/** Undefined: it reads its stdin. */
export function serviceOfServer({ recipe, settingsHash, serviceToken: token }: PreparedServer): PreparedService | undefined {
  if (recipe.service === undefined || token === undefined) return undefined;
  const { outerPort, transport, path, port, image, program, network } = recipe.service;
  const owner = { home: recipe.home, manifestId: recipe.manifestId, server: recipe.server, token: '', recipe: '', version: recipe.ccMcpVersion };
  return { service: serviceOf({ owner, network, settingsHash, port, outerPort, token, image, program }), door: { port: outerPort, path, transport, token } };
}
