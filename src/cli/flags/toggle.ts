import { boolean } from '@oclif/core/flags';

type ToggleOptions = Pick<NonNullable<Parameters<typeof boolean>[0]>, 'char' | 'summary' | 'helpGroup'>;

/** A switch that is off when it is not given: oclif's own says `boolean` and gives undefined. */
export function toggle(options: ToggleOptions): ReturnType<typeof boolean<boolean>> {
  return boolean({ default: false, ...options });
}
