import { CcMcpError } from '../domain/errors.ts';
import type { MarketplacePackage } from '../domain/package.ts';
import type { Reference } from '../domain/reference.ts';
import { barePackage } from './bare-package.ts';
import { searchPackages } from './search-packages.ts';

/** Where packages are looked up; every text in it is clean already. */
export interface PackageIndex {
  packages(): Promise<readonly MarketplacePackage[]>;
  find(name: string): Promise<MarketplacePackage | undefined>;
}

export interface PackageChoice {
  readonly package: MarketplacePackage;
  /** `reference`: no index vouches for it, so it is granted nothing but what the user types. */
  readonly origin: 'index' | 'reference';
}

/** From a reference to the package that is meant. */
export class MarketplaceInstaller {
  readonly #index: PackageIndex;

  constructor(index: PackageIndex) {
    this.#index = index;
  }

  async resolve(reference: Reference): Promise<PackageChoice> {
    if (reference.kind !== 'index') return { package: barePackage({ ...reference, type: reference.kind, ...(reference.range === undefined ? {} : { version: reference.range }) }), origin: 'reference' };
    const found = await this.find(reference.name);
    if (found === undefined) throw await this.#unknown(reference.name);
    const { version } = reference;
    if (version === undefined || version === found.source.version) return { package: found, origin: 'index' };
    return { package: { ...found, version, source: { ...found.source, version } }, origin: 'index' };
  }

  async find(name: string): Promise<MarketplacePackage | undefined> {
    return this.#index.find(name);
  }

  /** The package of the index that comes from this package of a registry. */
  async findSource(type: MarketplacePackage['source']['type'], isIt: (packageName: string) => boolean): Promise<MarketplacePackage | undefined> {
    return (await this.#index.packages()).find(({ source }) => source.type === type && isIt(source.package));
  }

  async search(query: string): Promise<readonly MarketplacePackage[]> {
    return searchPackages(query, await this.#index.packages());
  }

  /** A package to show; PACKAGE_NOT_FOUND names what is close. */
  async info(name: string): Promise<MarketplacePackage> {
    const found = await this.find(name);
    if (found !== undefined) return found;
    if (!/^(?:npm|pypi|go:|docker:|git\+)|^[.~]?\//.test(name)) throw await this.#unknown(name);
    throw new CcMcpError('PACKAGE_NOT_FOUND', `No marketplace describes ${name}`, {
      suggestions: [`cc-mcp install ${name} --dry-run   shows what would be installed`, `cc-mcp test ${name}   builds and tries it`], details: { name, close: [] },
    });
  }

  async #unknown(name: string): Promise<CcMcpError> {
    const close = (await this.search(name)).slice(0, 3).map((offered) => offered.name);
    return new CcMcpError('PACKAGE_NOT_FOUND', `No marketplace has a package named ${name}`, {
      suggestions: [...(close.length === 0 ? [] : [`one of those close to it: ${close.join(', ')}`]), `cc-mcp install npm:${name}`, `cc-mcp install pypi:${name}`],
      details: { name, close },
    });
  }
}
