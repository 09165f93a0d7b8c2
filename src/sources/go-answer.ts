import { z } from 'zod';
import { CcMcpError } from '../domain/errors.ts';

/* What the go command says as JSON: loose on what we do not use. */

const ModuleSchema = z.looseObject({
  Path: z.string(),
  Version: z.string().default(''),
  Time: z.string().optional(),
  Deprecated: z.string().optional(),
  Retracted: z.array(z.string()).optional(),
  Error: z.looseObject({ Err: z.string() }).optional(),
});

const GoModSchema = z.looseObject({
  Replace: z.array(z.looseObject({ Old: z.looseObject({ Path: z.string() }) })).nullish(),
  Exclude: z.array(z.looseObject({ Path: z.string() })).nullish(),
});

/** One module as `go list -m -json` describes it. */
export type GoModuleAnswer = z.infer<typeof ModuleSchema>;

/** Objects one after the other, each indented by one tab. */
export function parseGoModules(text: string): readonly GoModuleAnswer[] {
  return text.split(/^(?=\{$)/m).filter((part) => part.trim() !== '').map((part) => read(ModuleSchema, part));
}

/** The modules that a `go.mod` wants in place of others: an answer of `go mod edit -json`. */
export function parseReplacements(text: string): readonly string[] {
  const { Replace, Exclude } = read(GoModSchema, text);
  return [...(Replace ?? []).map(({ Old }) => Old.Path), ...(Exclude ?? []).map(({ Path }) => Path)];
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CcMcpError('RESOLUTION_FAILED', 'The answer of the go command is not understood', { cause: error });
  }
}
