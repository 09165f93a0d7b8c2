import { sanitizeLine } from '../domain/sanitize.ts';
import type { InstallPlan } from '../servers/install/install-request.ts';
import { fields } from './fields.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

/** Everything that the user agrees to: what code comes in and from where, and what it may do. */
export function installPlanView(plan: InstallPlan, screen: Screen): string {
  const { permissions, limits } = plan;
  const title = paint(screen, 'bold', `Plan for ${sanitizeLine(plan.server)}`);
  const about = [plan.title, plan.description].filter((text) => text !== '' && text !== plan.server);
  return `${title}\n${fields([
    ['About', about],
    ['Code', plan.code.map(({ what, name, origin }) => `${what}: ${name} (${origin})`)],
    ['Arguments', plan.arguments.length === 0 ? [] : [plan.arguments.map((argument) => JSON.stringify(argument)).join(' ')]],
    ['Variables', Object.entries(plan.environment).map(([name, origin]) => `${name} from ${origin}`)],
    ['Listens', plan.transport === 'stdio' ? [] : [`${plan.transport}, one container for all clients`]],
    ['Network', [permissions.net === '' ? 'none' : permissions.net]],
    ['May read', permissions.read],
    ['May write', permissions.write],
    ['Volumes', permissions.volumes],
    ['State', permissions.state],
    ['May see', permissions.env],
    ['Scripts', permissions.scripts ? ['lifecycle scripts run while it is built'] : []],
    ['Limits', [`${limits.memory} of memory, ${limits.cpus} CPU, ${limits.pids} processes`]],
    ['Gate', [plan.gate]],
    ['Missing', plan.missing],
    ['Manifest', [plan.manifest]],
  ], screen)}`;
}
