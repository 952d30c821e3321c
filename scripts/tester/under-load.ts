/** Results in, a remark out where so many requests broke the server down that their number at a time may be the cause. */
import type { Result } from '../core/result';

/** One breakdown is a finding of its test; as many as this look like a server that cannot take requests at the same time. */
const TESTS = 3;

/** @param concurrency requests under way at a time */
export function underLoad(results: readonly Pick<Result, 'exchanges'>[], concurrency: number): string | undefined {
  const broken = results.filter(({ exchanges }) => exchanges.some(({ response }) => response !== undefined && brokeDown(response.status))).length;
  if (concurrency < 2 || broken < TESTS) return undefined;
  return `In ${broken} tests the server answered by an internal error while up to ${concurrency} requests were under way. --concurrency 1 shows which of them fail by themselves.`;
}

/** 501 says what a server does not do, 505 what HTTP it does not speak. */
function brokeDown(status: number): boolean {
  return status === 500 || (status > 501 && status < 505);
}
