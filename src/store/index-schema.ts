import { z } from 'zod';
import type { MarketplacePackage } from '../domain/package.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/* The package format of a marketplace (seed «Marketplace Package Format», extended by what the gate needs). All text comes from outside. */

const line = (limit: number): z.ZodType<string> => z.string().max(limit).transform((text) => sanitizeLine(text, limit));
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
/** An argument, a value or a version goes to a program as it is: no control character may be in it. */
const argument = z.string().max(4000).regex(/^[^\u0000-\u001F\u007F]*$/);
const folder = z.string().regex(/^\/[A-Za-z0-9._/-]+$/).refine((path) => !path.split('/').includes('..'), 'leaves its folder');
const memory = z.string().regex(/^\d+(?:\.\d+)?[kmg]$/i);

const companion = z.strictObject({
  name,
  image: z.string().max(300).regex(/^[a-z0-9][a-z0-9._/:@-]*$/),
  user: z.string().regex(/^[1-9]\d*:[1-9]\d*$/),
  command: z.array(argument).default([]),
  environment: z.record(variable, argument).default({}),
  tmpfs: z.record(folder, argument).default({}),
  memory,
  ready: z.array(argument).min(1),
  configuration: z.record(variable, argument).default({}),
});

const call = z.strictObject({
  title: line(60),
  tool: z.string().max(200),
  arguments: z.record(z.string(), z.unknown()).default({}),
  expect: z.strictObject({ text: z.string(), contains: z.string(), matches: z.string(), isError: z.boolean() }).partial(),
});

export const packageSchema = z.object({
  name,
  version: line(100),
  title: line(100),
  description: line(400),
  author: line(100),
  homepage: line(300).optional(),
  license: line(100).optional(),
  keywords: z.array(line(40)).max(30).default([]),
  source: z.strictObject({ type: z.enum(['npm', 'pypi']), package: argument, version: argument.optional(), overrides: z.array(argument).max(50).optional(), bin: argument.optional() }),
  arguments: z.array(argument).default([]),
  permissions: z.strictObject({
    net: z.union([z.enum(['none', 'full']), z.array(argument)]).default('none'),
    read: z.array(line(200)).default([]), write: z.array(line(200)).default([]), env: z.array(variable).default([]), scripts: z.boolean().default(false),
  }),
  pathsAsArguments: z.boolean().default(false),
  configuration: z.array(z.strictObject({
    name: variable, description: line(300), required: z.boolean().default(false), secret: z.boolean().default(false), example: argument.optional(), default: argument.optional(),
  })).default([]),
  statePaths: z.array(z.strictObject({ path: folder, environment: z.record(variable, argument).default({}) })).default([]),
  standby: z.enum(['safe', 'after-session', 'off']).default('safe'),
  limits: z.strictObject({ memory, cpus: z.string().regex(/^\d+(?:\.\d+)?$/), pids: z.int().positive() }).partial().optional(),
  tests: z.strictObject({ companion: companion.optional(), calls: z.array(call).default([]), timeout: z.number().positive().max(600).default(30) }).prefault({}),
});

export function parsePackage(input: unknown): MarketplacePackage {
  // zod writes an absent optional key as `undefined`; ours are absent.
  return JSON.parse(JSON.stringify(packageSchema.parse(input))) as ReturnType<typeof packageSchema.parse> as MarketplacePackage;
}
