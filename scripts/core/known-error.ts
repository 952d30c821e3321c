/** An error whose cause and way out are known: printed as two plain sentences, without a stack. Anything else is a bug and shows one. */
export class KnownError extends Error {
  /**
   * @param code stable kebab-case name of the kind of error, e.g. `no-java`
   * @param message what is wrong, naming the file and place where there is one
   * @param hint the way out, or what was allowed
   */
  constructor(
    readonly code: string,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'KnownError';
  }

  /** Message and hint as running text. */
  get sentences(): string {
    return [this.message, this.hint].join(' ').trim();
  }
}
