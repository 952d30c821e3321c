/** What the user wants of a run in, the options of its client out. */
import { toolVersion } from '../core/package-root';
import type { Run } from '../core/result';
import type { ClientOptions } from './http/client';
import { createGate, realWait } from './http/limits';
import { DEFAULTS, type TestOptions } from './options';

/** The options that say how requests are sent. */
export type SendingOptions = Pick<TestOptions, 'headers' | 'patientAccess' | 'budget' | 'rate' | 'concurrency' | 'timeoutMs' | 'maxBytes' | 'transport' | 'now' | 'wait'>;

/**
 * Defaults filled in, one gate made for all clients of the run.
 * @param address base of the server, and the credentials that its URL held
 */
export function clientOptionsOf(options: SendingOptions, { base, authorization }: { base: string; authorization?: string }, mode: Run['mode'], onExchange?: ClientOptions['onExchange']): ClientOptions {
  const { name, version } = toolVersion();
  const { patientAccess, rate, transport, now, budget = DEFAULTS.budget, concurrency = DEFAULTS.concurrency, wait = realWait } = options;
  return {
    base,
    mode,
    headers: { ...(authorization === undefined ? {} : { Authorization: authorization }), ...options.headers },
    ...(patientAccess === undefined ? {} : { secrets: [patientAccess.token] }),
    userAgent: `${name}/${version}`,
    budget,
    gate: createGate({ budget, concurrency, ...(rate === undefined ? {} : { rate }), now: now ?? Date.now, wait }),
    ...(rate === undefined ? {} : { rate }),
    concurrency,
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    maxBytes: options.maxBytes ?? DEFAULTS.maxBytes,
    ...(transport === undefined ? {} : { transport }),
    ...(now === undefined ? {} : { now }),
    wait,
    ...(onExchange === undefined ? {} : { onExchange }),
  };
}
