/** What the validator is to load in, the official HL7 validator running out, or why this machine has none: work goes on without it then. */
import { KnownError } from '../core/known-error';
import type { OpenedValidator, OpenOptions } from '../validate/official/open-official-validator';
import type { CommandContext } from './command';

const NO_VALIDATOR: ReadonlySet<string> = new Set(['no-java', 'java-too-old', 'no-validator', 'no-maven']);

/** @returns the sentences that say why there is no validator; nothing for any other trouble, which ends the work */
export function whyNoValidator(error: unknown): string | undefined {
  return error instanceof KnownError && NO_VALIDATOR.has(error.code) ? error.sentences : undefined;
}

/** @param load what goes beyond the command's own `--validator-jar` and `--cache` */
export async function validatorIfThere({ options, console, signal }: CommandContext, load: OpenOptions): Promise<OpenedValidator | string> {
  const { openOfficialValidator } = await import('../validate/official/open-official-validator.js');
  try {
    return await openOfficialValidator({
      ...(typeof options.validatorJar === 'string' && { validatorJar: options.validatorJar }),
      ...(typeof options.cache === 'string' && { packageCache: options.cache }),
      progress: console.progress,
      signal,
      ...load,
    });
  } catch (error) {
    const why = whyNoValidator(error);
    if (why === undefined) throw error;
    return why;
  }
}
