import type { ConfigurationValue, MarketplacePackage } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import { fields } from './fields.ts';
import { paint } from './screen.ts';
import type { Screen } from './screen.ts';

export function packageInfoView(offer: MarketplacePackage, screen: Screen): string {
  const { permissions, source, tests } = offer;
  const name = sanitizeLine(offer.name);
  return [
    paint(screen, 'bold', `${name} ${sanitizeLine(offer.version)}`),
    fields([
      ['About', [offer.title, offer.description].filter((text) => text !== '')],
      ['Deprecated', offer.deprecated === undefined ? [] : [offer.deprecated.reason, `use ${offer.deprecated.replacement} instead`]],
      ['Note', offer.notes],
      ['Author', [offer.author]],
      ['Homepage', present(offer.homepage)],
      ['Licence', present(offer.license)],
      ['Source', [`${source.type}:${source.package}${source.version === undefined ? '' : ` ${source.version}`}`, ...[...(source.overrides ?? []), ...(source.systemPackages ?? [])].map((text) => `with ${text}`)]],
      ['Network', [typeof permissions.net === 'string' ? permissions.net : permissions.net.join(', ')]],
      ['Reads', permissions.read],
      ['Writes', permissions.write],
      ['Sees', permissions.env],
      ['Scripts', permissions.scripts ? ['lifecycle scripts run while it is built'] : []],
      ['Keeps', offer.statePaths.map(({ path }) => path)],
      ['Needs', offer.configuration.map(configurationLine)],
      ['Tests', [...tests.calls.map(({ title }) => title), ...(tests.companion === undefined ? [] : [`against ${tests.companion.name} (${tests.companion.image})`])]],
    ], screen),
    paint(screen, 'dim', `Run 'cc-mcp install ${name} --test' to install it`),
  ].join('\n');
}

function configurationLine(value: ConfigurationValue): string {
  const notes = [value.required ? 'required' : 'optional', ...(value.secret ? ['secret'] : []), ...(value.default === undefined ? [] : [`default ${value.default}`])];
  return `${value.name} (${notes.join(', ')}): ${value.description}${value.example === undefined ? '' : `, for example ${value.example}`}`;
}

function present(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}
