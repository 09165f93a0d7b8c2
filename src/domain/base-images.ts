/** Runtime → its base image, unless `images.bases` of `config.json` names another. */
export const DEFAULT_BASES = {
  node: 'node:24-slim',
  python: 'ghcr.io/astral-sh/uv:python3.13-trixie-slim',
  go: 'golang:1.27-trixie',
  deno: 'denoland/deno:debian-2.9.6',
} as const;

export type BaseKey = keyof typeof DEFAULT_BASES;
