/* The part of npm-registry-fetch that this room uses; it ships no types. */
declare module 'npm-registry-fetch' {
  interface FetchOptions {
    readonly [scopedRegistry: `@${string}:registry`]: string;
    readonly [credential: `//${string}`]: string;
    readonly registry?: string;
    readonly spec?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly ca?: readonly string[];
    readonly proxy?: string;
    readonly noProxy?: string;
    readonly strictSSL?: boolean;
    readonly timeout?: number;
    readonly signal?: AbortSignal;
    readonly userAgent?: string;
    readonly fetchRetries?: number;
  }
  interface RegistryFetch {
    json(path: string, options: FetchOptions): Promise<unknown>;
    pickRegistry(spec: string, options?: FetchOptions): string;
  }
  const fetch: RegistryFetch;
  export default fetch;
}
