/** `scout doctor`: what the machine has and lacks for the main job, and the one line that mends each. */
import type { Style } from '../core/style';
import type { CommandRecord } from './command';
import { CHECK_STATES, diagnose, isAble, type Check, type CheckState } from './doctor/diagnose';

export const doctorCommand: CommandRecord = {
  name: 'doctor',
  summary: 'Tell what this machine has and lacks: Node, Java, Maven, FHIR packages, registries, validator.',
  options: [{ flags: '--cache <dir>', description: 'the FHIR package cache (default: ~/.fhir/packages)' }],
  examples: [
    { line: 'scout doctor', meaning: 'Exit 0 if the main job can run fully, 1 if something is missing; each thing with the line that mends it.' },
    { line: 'scout doctor --json', meaning: 'The same as one JSON object, for a script.' },
  ],
  async run({ options, console, signal }) {
    console.progress.start('Looking around');
    const { lookAround } = await import('./doctor/look.js');
    const machine = await lookAround({ env: process.env, signal, ...(typeof options.cache === 'string' && { cache: options.cache }) });
    console.progress.end();
    const checks = diagnose(machine);
    const able = isAble(checks);
    const lines = describeChecks(checks, console.style);
    // The verdict is what was asked for, so --quiet leaves it.
    lines.forEach((line, index) => console.line(line, index === lines.length - 1));
    return { exitCode: able ? 0 : 1, json: { able, checks } };
  },
};

/** The checks as lines for a person. */
export function describeChecks(checks: readonly Check[], style: Style): string[] {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const stateWidth = Math.max(...Object.keys(CHECK_STATES).map((state) => state.length));
  const indent = ' '.repeat(2 + stateWidth + 2 + width + 2);
  const rows = checks.flatMap(({ title, state, detail, mend }) => [
    `  ${paint(state, style)(state.padEnd(stateWidth))}  ${title.padEnd(width)}  ${detail}`,
    ...(mend === undefined ? [] : [`${indent}${(state === 'unneeded' ? style.dim : style.cyan)(mend)}`]),
  ]);
  const missing = checks.filter(({ state }) => state === 'missing').length;
  const verdict = missing === 0 ? style.green('The main job can run fully.') : style.red(`${missing} ${missing === 1 ? 'thing is' : 'things are'} missing; the lines above mend ${missing === 1 ? 'it' : 'them'}.`);
  return [...rows, verdict];
}

function paint(state: CheckState, style: Style): (text: string) => string {
  return { ok: style.green, later: style.yellow, unneeded: style.dim, missing: style.red }[state];
}
