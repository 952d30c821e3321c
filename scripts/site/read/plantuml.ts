/** A PlantUML source and a jar in, SVG out; nothing where Java or the jar does not do it. */
import { spawnSync } from 'node:child_process';
import { sanitize } from '../narrative/sanitize';

const LONGEST = 60_000;

/** @param jar path of a plantuml.jar, as the user gave it */
export function plantumlDrawer(jar: string, onFault: (message: string) => void): (source: string) => string | undefined {
  return (source) => {
    const { status, stdout, stderr, error } = spawnSync('java', ['-Djava.awt.headless=true', '-jar', jar, '-tsvg', '-pipe'], { input: source, timeout: LONGEST, encoding: 'utf8', maxBuffer: 50_000_000 });
    const start = stdout?.indexOf('<svg') ?? -1;
    if (error !== undefined || status !== 0 || start < 0) {
      onFault(`PlantUML drew nothing: ${error?.message ?? stderr.trim().split('\n')[0] ?? `exit ${status}`}`);
      return undefined;
    }
    return sanitize(stdout.slice(start)).markup;
  };
}
