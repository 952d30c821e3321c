/** The part of fhir-validator-wrapper 1.4.0 that is used; the package brings no types of its own. */
declare module 'fhir-validator-wrapper' {
  import type { ChildProcess } from 'node:child_process';

  interface Logger {
    info(message: string, meta?: unknown): void;
    warn(message: string, meta?: unknown): void;
    error(message: string, meta?: unknown): void;
  }

  interface StartConfig {
    /** FHIR version, e.g. `4.0.1`. */
    version: string;
    /** Terminology server, or `n/a`. */
    txServer: string;
    txLog: string;
    igs?: string[];
    port?: number;
    /** Milliseconds. */
    timeout?: number;
    autoDownload?: boolean;
    skipUpdateCheck?: boolean;
    ssrfProtection?: boolean;
    extraArgs?: string[];
  }

  class FhirValidator {
    constructor(validatorJarPath: string, logger?: Logger | null);
    /** Absent before start() and after the end. */
    readonly process: ChildProcess | null;
    readonly baseUrl: string | null;
    /** Asks once; resolved when it answers. */
    healthCheck(): Promise<void>;
    /** As the validator names itself in its first line; known once it has said it. */
    jarVersion(): string | undefined;
    start(config: StartConfig): Promise<void>;
    stop(): Promise<void>;
  }

  export = FhirValidator;
}
