/** Codes of the KnownErrors that say that this machine has no official validator: work goes on without it then. */
export const NO_VALIDATOR: ReadonlySet<string> = new Set(['no-java', 'java-too-old', 'no-validator', 'no-maven']);
