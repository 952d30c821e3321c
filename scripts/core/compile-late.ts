/**
 * The version of V8 in, its setting for a program that runs for seconds out: a function is optimized after some eight times as much
 * work as usual. Most of what a command calls is called too seldom to pay back what the optimizing compiler costs, which for a run of
 * the tester was more than a quarter of its CPU time; what is called without end is optimized all the same.
 */
import { setFlagsFromString } from 'node:v8';

/** By the first number of V8's version. A version without a row is left as it is: V8 would complain aloud of a name it does not know. */
const SETTINGS: Readonly<Record<string, string>> = {
  // Node 20: bytes of bytecode, 66 KiB by default.
  11: '--interrupt-budget=540672',
  // Node 22 and 24: calls, 3,000 by default.
  12: '--invocation-count-for-turbofan=24000',
  13: '--invocation-count-for-turbofan=24000',
};

export function compileLateSetting(v8Version: string): string | undefined {
  return SETTINGS[v8Version.split('.')[0] ?? ''];
}

/** To be called before the work begins. */
export function compileLate(): void {
  const setting = compileLateSetting(process.versions.v8);
  if (setting !== undefined) setFlagsFromString(setting);
}
